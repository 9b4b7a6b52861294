import type { ClusterRole } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';

export const clusterroles = defineKind<ClusterRole>('rbac.authorization.k8s.io', 'v1', 'clusterroles');
