import type { Pod } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const pods = defineKind<Pod>('', 'v1', 'pods');
