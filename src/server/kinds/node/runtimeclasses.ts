import type { RuntimeClass } from '../../../api/types/node-v1.ts';
import { defineKind } from '../define.ts';

export const runtimeclasses = defineKind<RuntimeClass>('node.k8s.io', 'v1', 'runtimeclasses');
