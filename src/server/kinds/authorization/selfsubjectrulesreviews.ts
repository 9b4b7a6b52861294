import type { SelfSubjectRulesReview } from '../../../api/types/authorization-v1.ts';
import { defineKind } from '../define.ts';

export const selfsubjectrulesreviews = defineKind<SelfSubjectRulesReview>('authorization.k8s.io', 'v1', 'selfsubjectrulesreviews');
