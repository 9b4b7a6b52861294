import type { VolumeAttributesClass } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';

export const volumeattributesclasses = defineKind<VolumeAttributesClass>('storage.k8s.io', 'v1', 'volumeattributesclasses');
