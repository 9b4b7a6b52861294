import type { CSIStorageCapacity } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';

export const csistoragecapacities = defineKind<CSIStorageCapacity>('storage.k8s.io', 'v1', 'csistoragecapacities');
