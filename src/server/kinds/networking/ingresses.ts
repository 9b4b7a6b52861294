import type { Ingress } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';

export const ingresses = defineKind<Ingress>('networking.k8s.io', 'v1', 'ingresses');
