import type { StatefulSet } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';

export const statefulsets = defineKind<StatefulSet>('apps', 'v1', 'statefulsets');
