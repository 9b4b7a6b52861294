/** Role; imitates pkg/apis/rbac/validation and pkg/registry/rbac/role. */
import { pathSegmentNameErrors } from '../../../api/names.ts';
import type { Role } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { validatePolicyRules } from '../shared/policy-rules.ts';

export const roles = defineKind<Role>('rbac.authorization.k8s.io', 'v1', 'roles', {
  nameErrors: pathSegmentNameErrors,
  createOnUpdate: true,
  metadataOnUpdate: 'full+update',
  validate: (obj, errors) => validatePolicyRules(obj.rules ?? [], true, errors),
  fieldLabelError: metadataFieldLabelError,
});
