import type { StorageClass } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';

export const storageclasses = defineKind<StorageClass>('storage.k8s.io', 'v1', 'storageclasses');
