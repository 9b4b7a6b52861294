/** ClusterRoleBinding; imitates pkg/apis/rbac/validation and pkg/registry/rbac/clusterrolebinding. */
import type { FieldErrors } from '../../../api/field-errors.ts';
import { pathSegmentNameErrors } from '../../../api/names.ts';
import type { ClusterRoleBinding } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';
import { bindingCells } from '../shared/binding-table.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { defaultBinding, validateRoleRef, validateSameRoleRef, validateSubjects } from '../shared/policy-rules.ts';

export const clusterrolebindings = defineKind<ClusterRoleBinding>(
  'rbac.authorization.k8s.io',
  'v1',
  'clusterrolebindings',
  {
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
  },
);

function validate(obj: ClusterRoleBinding, errors: FieldErrors): void {
  validateRoleRef(obj.roleRef ?? {}, ['ClusterRole'], errors);
  validateSubjects(obj.subjects ?? [], false, errors);
}
