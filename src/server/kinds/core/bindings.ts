import type { Binding } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const bindings = defineKind<Binding>('', 'v1', 'bindings');
