import type { RoleBinding } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';

export const rolebindings = defineKind<RoleBinding>('rbac.authorization.k8s.io', 'v1', 'rolebindings');
