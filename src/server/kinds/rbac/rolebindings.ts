/** RoleBinding; imitates pkg/apis/rbac/validation and pkg/registry/rbac/rolebinding. */
import type { FieldErrors } from '../../../api/field-errors.ts';
import { pathSegmentNameErrors } from '../../../api/names.ts';
import type { RoleBinding } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';
import { bindingCells } from '../shared/binding-table.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { defaultBinding, validateRoleRef, validateSameRoleRef, validateSubjects } from '../shared/policy-rules.ts';

export const rolebindings = defineKind<RoleBinding>('rbac.authorization.k8s.io', 'v1', 'rolebindings', {
  nameErrors: pathSegmentNameErrors,
  createOnUpdate: true,
  metadataOnUpdate: 'full+update',
  applyDefaults: defaultBinding,
  validate,
  validateUpdate(obj, old, errors) {
    validate(obj, errors);
    validateSameRoleRef(obj.roleRef ?? {}, old.roleRef ?? {}, errors);
  },
  fieldLabelError: metadataFieldLabelError,
  cells: bindingCells,
});

function validate(obj: RoleBinding, errors: FieldErrors): void {
  validateRoleRef(obj.roleRef ?? {}, ['Role', 'ClusterRole'], errors);
  validateSubjects(obj.subjects ?? [], true, errors);
}
