import type { ReplicationController } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const replicationcontrollers = defineKind<ReplicationController>('', 'v1', 'replicationcontrollers');
