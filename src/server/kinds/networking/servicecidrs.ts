import type { ServiceCIDR } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';

export const servicecidrs = defineKind<ServiceCIDR>('networking.k8s.io', 'v1', 'servicecidrs');
