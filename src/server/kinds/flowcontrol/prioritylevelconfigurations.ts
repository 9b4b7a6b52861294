import type { PriorityLevelConfiguration } from '../../../api/types/flowcontrol-v1.ts';
import { defineKind } from '../define.ts';

export const prioritylevelconfigurations = defineKind<PriorityLevelConfiguration>('flowcontrol.apiserver.k8s.io', 'v1', 'prioritylevelconfigurations');
