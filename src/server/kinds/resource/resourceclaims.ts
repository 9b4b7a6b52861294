import type { ResourceClaim } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';

export const resourceclaims = defineKind<ResourceClaim>('resource.k8s.io', 'v1', 'resourceclaims');
