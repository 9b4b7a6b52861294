import type { LocalSubjectAccessReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';

export const localsubjectaccessreviews = defineKind<LocalSubjectAccessReview>('authorization.k8s.io', 'v1', 'localsubjectaccessreviews');
