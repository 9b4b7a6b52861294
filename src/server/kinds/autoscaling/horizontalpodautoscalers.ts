import type { HorizontalPodAutoscaler } from '../../../api/types/autoscaling-v2.ts';
import { defineKind } from '../define.ts';

export const horizontalpodautoscalers = defineKind<HorizontalPodAutoscaler>('autoscaling', 'v2', 'horizontalpodautoscalers');
