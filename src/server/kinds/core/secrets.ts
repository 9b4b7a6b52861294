import type { Secret } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const secrets = defineKind<Secret>('', 'v1', 'secrets');
