import type { ResourceClaimTemplate } from '../../../api/types/resource-v1.ts';
import { defineKind } from '../define.ts';

export const resourceclaimtemplates = defineKind<ResourceClaimTemplate>('resource.k8s.io', 'v1', 'resourceclaimtemplates');
