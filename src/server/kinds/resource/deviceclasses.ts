import type { DeviceClass } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';

export const deviceclasses = defineKind<DeviceClass>('resource.k8s.io', 'v1', 'deviceclasses');
