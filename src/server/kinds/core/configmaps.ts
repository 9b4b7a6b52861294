import type { ConfigMap } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const configmaps = defineKind<ConfigMap>('', 'v1', 'configmaps');
