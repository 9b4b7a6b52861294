import type { Deployment } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';

export const deployments = defineKind<Deployment>('apps', 'v1', 'deployments');
