import type { Endpoints } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const endpoints = defineKind<Endpoints>('', 'v1', 'endpoints');
