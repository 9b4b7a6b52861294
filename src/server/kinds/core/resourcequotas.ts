import type { ResourceQuota } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const resourcequotas = defineKind<ResourceQuota>('', 'v1', 'resourcequotas');
