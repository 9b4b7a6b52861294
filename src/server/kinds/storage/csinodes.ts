import type { CSINode } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';

export const csinodes = defineKind<CSINode>('storage.k8s.io', 'v1', 'csinodes');
