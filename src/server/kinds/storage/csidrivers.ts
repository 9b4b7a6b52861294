import type { CSIDriver } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';

export const csidrivers = defineKind<CSIDriver>('storage.k8s.io', 'v1', 'csidrivers');
