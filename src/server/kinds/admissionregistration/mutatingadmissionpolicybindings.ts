/** MutatingAdmissionPolicyBinding; imitates pkg/apis and pkg/registry of admissionregistration. */
import { Path } from '../../../api/field-errors.ts';
import type { MutatingAdmissionPolicyBinding } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';
import {
  applyMatchDefaults,
  validateMatchResources,
  validateMutableOperations,
  validateParamRef,
  validatePolicyName,
} from '../shared/policy-match.ts';
import { policyBindingCells } from '../shared/policy-table.ts';

const SPEC = Path.root('spec');

export const mutatingadmissionpolicybindings = defineKind<MutatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io',
  'v1',
  'mutatingadmissionpolicybindings',
  {
    generation: 'spec',
    metadataOnUpdate: 'full',
    unconditionalUpdate: false,
    applyDefaults: ({ spec }) => applyMatchDefaults(spec?.matchResources),
    validate({ spec = {} }, errors) {
      const path = SPEC.child('matchResources');
      validatePolicyName(spec.policyName, SPEC.child('policyName'), errors);
      validateParamRef(spec.paramRef, SPEC.child('paramRef'), errors);
      validateMatchResources(spec.matchResources, path, errors);
      validateMutableOperations(spec.matchResources, path, errors);
    },
    cells: ({ metadata = {}, spec }, now) => policyBindingCells(metadata, spec, now),
  },
);
