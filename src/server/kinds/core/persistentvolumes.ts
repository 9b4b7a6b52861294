import type { PersistentVolume } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const persistentvolumes = defineKind<PersistentVolume>('', 'v1', 'persistentvolumes');
