import type { SelfSubjectReview } from '../../../api/types/authentication-v1.ts';
import { defineKind } from '../define.ts';

export const selfsubjectreviews = defineKind<SelfSubjectReview>('authentication.k8s.io', 'v1', 'selfsubjectreviews');
