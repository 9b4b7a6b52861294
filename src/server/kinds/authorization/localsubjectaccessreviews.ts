import type { KubeObject } from '../../../api/object.ts';
import type { LocalSubjectAccessReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';
import { answerReview, subjectOf } from './access-review.ts';
import { validateLocalReview } from './access-review-validation.ts';

const GROUP = 'authorization.k8s.io';

/** May somebody do something in this namespace? Never stored. */
export const localsubjectaccessreviews = defineKind<LocalSubjectAccessReview>(
  GROUP,
  'v1',
  'localsubjectaccessreviews',
  {
    virtual: (request) =>
      answerReview<LocalSubjectAccessReview & KubeObject>(request, validateLocalReview, ({ spec }) =>
        subjectOf(spec ?? {}),
      ),
  },
);
