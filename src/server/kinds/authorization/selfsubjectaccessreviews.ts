import type { KubeObject } from '../../../api/object.ts';
import type { SelfSubjectAccessReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';
import { answerReview } from './access-review.ts';
import { validateSelfReview } from './access-review-validation.ts';

const GROUP = 'authorization.k8s.io';

/** May I do something? Never stored. */
export const selfsubjectaccessreviews = defineKind<SelfSubjectAccessReview>(GROUP, 'v1', 'selfsubjectaccessreviews', {
  virtual: (request) =>
    answerReview<SelfSubjectAccessReview & KubeObject>(
      request,
      ({ spec, metadata }, errors) => validateSelfReview(spec ?? {}, metadata, errors),
      () => request.user,
    ),
});
