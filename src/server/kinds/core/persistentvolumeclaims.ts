import type { PersistentVolumeClaim } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const persistentvolumeclaims = defineKind<PersistentVolumeClaim>('', 'v1', 'persistentvolumeclaims');
