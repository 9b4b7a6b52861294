import type { LimitRange } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const limitranges = defineKind<LimitRange>('', 'v1', 'limitranges');
