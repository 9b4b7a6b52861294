import type { SelfSubjectAccessReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';

export const selfsubjectaccessreviews = defineKind<SelfSubjectAccessReview>('authorization.k8s.io', 'v1', 'selfsubjectaccessreviews');
