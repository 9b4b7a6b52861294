import type { EndpointSlice } from '../../../api/types/discovery-v1.ts';
import { defineKind } from '../define.ts';

export const endpointslices = defineKind<EndpointSlice>('discovery.k8s.io', 'v1', 'endpointslices');
