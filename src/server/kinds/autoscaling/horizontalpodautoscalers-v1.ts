import type { HorizontalPodAutoscaler } from '../../../api/types/autoscaling-v1.ts';
import { defineKind } from '../define.ts';

export const horizontalpodautoscalersV1 = defineKind<HorizontalPodAutoscaler>('autoscaling', 'v1', 'horizontalpodautoscalers');
