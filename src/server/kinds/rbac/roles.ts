import type { Role } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';

export const roles = defineKind<Role>('rbac.authorization.k8s.io', 'v1', 'roles');
