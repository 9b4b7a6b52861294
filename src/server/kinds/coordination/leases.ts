import type { Lease } from '../../../api/types/coordination-v1.ts';
import { defineKind } from '../define.ts';

export const leases = defineKind<Lease>('coordination.k8s.io', 'v1', 'leases');
