import type { ReplicaSet } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';

export const replicasets = defineKind<ReplicaSet>('apps', 'v1', 'replicasets');
