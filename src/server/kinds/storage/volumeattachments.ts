import type { VolumeAttachment } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';

export const volumeattachments = defineKind<VolumeAttachment>('storage.k8s.io', 'v1', 'volumeattachments');
