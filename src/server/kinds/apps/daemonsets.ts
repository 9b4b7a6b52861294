import type { DaemonSet } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';

export const daemonsets = defineKind<DaemonSet>('apps', 'v1', 'daemonsets');
