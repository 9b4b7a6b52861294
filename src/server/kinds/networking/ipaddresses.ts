import type { IPAddress } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';

export const ipaddresses = defineKind<IPAddress>('networking.k8s.io', 'v1', 'ipaddresses');
