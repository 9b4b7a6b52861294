import type { NetworkPolicy } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';

export const networkpolicies = defineKind<NetworkPolicy>('networking.k8s.io', 'v1', 'networkpolicies');
