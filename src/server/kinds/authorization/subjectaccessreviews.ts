import type { KubeObject } from '../../../api/object.ts';
import type { SubjectAccessReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';
import { answerReview, subjectOf } from './access-review.ts';
import { validateReview } from './access-review-validation.ts';

/** May somebody do something? Never stored. */
export const subjectaccessreviews = defineKind<SubjectAccessReview>(
  'authorization.k8s.io',
  'v1',
  'subjectaccessreviews',
  {
    virtual: (request) =>
      answerReview<SubjectAccessReview & KubeObject>(request, validateReview, ({ spec }) => subjectOf(spec ?? {})),
  },
);
