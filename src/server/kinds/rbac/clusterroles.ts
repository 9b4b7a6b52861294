/** ClusterRole; imitates pkg/apis/rbac/validation and pkg/registry/rbac/clusterrole. */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { pathSegmentNameErrors } from '../../../api/names.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import type { ClusterRole } from '../../../api/types/rbac-v1.ts';
import { defineKind } from '../define.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { validatePolicyRules } from '../shared/policy-rules.ts';

const SELECTORS = Path.root('aggregationRule').child('clusterRoleSelectors');

export const clusterroles = defineKind<ClusterRole>('rbac.authorization.k8s.io', 'v1', 'clusterroles', {
  nameErrors: pathSegmentNameErrors,
  createOnUpdate: true,
  metadataOnUpdate: 'full+update',
  validate: (obj, errors) => validate(obj, errors, false),
  validateUpdate: (obj, old, errors) => validate(obj, errors, hasInvalidSelector(old)),
  fieldLabelError: metadataFieldLabelError,
});

function validate(obj: ClusterRole, errors: FieldErrors, allowInvalidLabelValue: boolean): void {
  validatePolicyRules(obj.rules ?? [], false, errors);
  if (obj.aggregationRule === undefined) return;
  const selectors = obj.aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    errors.required(SELECTORS, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  for (const [i, selector] of selectors.entries()) {
    validateLabelSelector(selector, SELECTORS.index(i), errors, { allowInvalidLabelValue });
    if (!isUsable(selector)) errors.invalid(SELECTORS.index(i), null, 'invalid label selector.');
  }
}

/** metav1.LabelSelectorAsSelector succeeds. */
function isUsable(selector: LabelSelector): boolean {
  return selectorErrors(selector).length === 0;
}

function hasInvalidSelector(old: ClusterRole): boolean {
  return (old.aggregationRule?.clusterRoleSelectors ?? []).some((selector) => selectorErrors(selector).length > 0);
}

function selectorErrors(selector: LabelSelector): FieldErrors {
  const errors = new FieldErrors();
  validateLabelSelector(selector, SELECTORS, errors);
  return errors;
}
