import type { ServiceAccount } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const serviceaccounts = defineKind<ServiceAccount>('', 'v1', 'serviceaccounts');
