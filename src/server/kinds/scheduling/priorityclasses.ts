import type { PriorityClass } from '../../../api/types/scheduling-v1.ts';
import { defineKind } from '../define.ts';

export const priorityclasses = defineKind<PriorityClass>('scheduling.k8s.io', 'v1', 'priorityclasses');
