import type { FlowSchema } from '../../../api/types/flowcontrol-v1.ts';
import { defineKind } from '../define.ts';

export const flowschemas = defineKind<FlowSchema>('flowcontrol.apiserver.k8s.io', 'v1', 'flowschemas');
