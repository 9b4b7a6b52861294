import type { PodDisruptionBudget } from '../../../api/types/policy-v1.ts';
import { defineKind } from '../define.ts';

export const poddisruptionbudgets = defineKind<PodDisruptionBudget>('policy', 'v1', 'poddisruptionbudgets');
