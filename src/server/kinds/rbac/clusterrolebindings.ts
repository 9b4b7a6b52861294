import type { ClusterRoleBinding } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';

export const clusterrolebindings = defineKind<ClusterRoleBinding>('rbac.authorization.k8s.io', 'v1', 'clusterrolebindings');
