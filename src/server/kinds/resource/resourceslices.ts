import type { ResourceSlice } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';

export const resourceslices = defineKind<ResourceSlice>('resource.k8s.io', 'v1', 'resourceslices');
