/** ValidatingAdmissionPolicyBinding; imitates pkg/apis and pkg/registry of admissionregistration. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';
import {
  applyMatchDefaults,
  validateMatchResources,
  validateParamRef,
  validatePolicyName,
} from '../shared/policy-match.ts';
import { policyBindingCells } from '../shared/policy-table.ts';

const SPEC = Path.root('spec');
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const DENY_AND_WARN =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';

export const validatingadmissionpolicybindings = defineKind<ValidatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io',
  'v1',
  'validatingadmissionpolicybindings',
  {
    generation: 'spec',
    metadataOnUpdate: 'full',
    unconditionalUpdate: false,
    applyDefaults: ({ spec }) => applyMatchDefaults(spec?.matchResources),
    validate({ spec = {} }, errors) {
      validatePolicyName(spec.policyName, SPEC.child('policyName'), errors);
      validateParamRef(spec.paramRef, SPEC.child('paramRef'), errors);
      validateMatchResources(spec.matchResources, SPEC.child('matchResources'), errors);
      validateActions(spec.validationActions ?? [], SPEC.child('validationActions'), errors);
    },
    cells: ({ metadata = {}, spec }, now) => policyBindingCells(metadata, spec, now),
  },
);

function validateActions(actions: readonly string[], path: Path, errors: FieldErrors): void {
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) errors.notSupported(path.index(i), action, ACTIONS);
    if (actions.indexOf(action) < i) errors.duplicate(path.index(i), action);
  }
  if (actions.includes('Deny') && actions.includes('Warn')) errors.invalid(path, actions, DENY_AND_WARN);
  if (actions.length === 0) errors.required(path, 'at least one validation action is required');
}
