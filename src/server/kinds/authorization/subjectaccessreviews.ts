import type { SubjectAccessReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';

export const subjectaccessreviews = defineKind<SubjectAccessReview>('authorization.k8s.io', 'v1', 'subjectaccessreviews');
