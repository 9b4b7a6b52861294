import type { IngressClass } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';

export const ingressclasses = defineKind<IngressClass>('networking.k8s.io', 'v1', 'ingressclasses');
