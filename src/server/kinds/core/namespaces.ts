import type { Namespace } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const namespaces = defineKind<Namespace>('', 'v1', 'namespaces');
