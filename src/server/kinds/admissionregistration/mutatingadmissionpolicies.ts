/** MutatingAdmissionPolicy; imitates pkg/apis and pkg/registry of admissionregistration. */
import {
  type AdmissionScope,
  admissionEnvironment,
  OBJECT_TYPE,
  PATCH_LIST_TYPE,
} from '../../../api/cel/admission-environment.ts';
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { MutatingAdmissionPolicy, Mutation } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';
import { validateExpression } from '../shared/cel-expression.ts';
import { requireExpression, validateMatchConditions, validateVariables } from '../shared/policy-expressions.ts';
import {
  applyMatchDefaults,
  validateFailurePolicy,
  validateMatchConstraints,
  validateParamKind,
} from '../shared/policy-match.ts';
import { policyCells } from '../shared/policy-table.ts';

type Policy = MutatingAdmissionPolicy;

const SPEC = Path.root('spec');
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
/** Type of patch and the field that holds it. */
const PATCH_FIELDS = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const;

export const mutatingadmissionpolicies = defineKind<Policy>(
  'admissionregistration.k8s.io',
  'v1',
  'mutatingadmissionpolicies',
  {
    generation: 'spec',
    metadataOnUpdate: 'full',
    unconditionalUpdate: false,
    applyDefaults(obj) {
      obj.spec ??= {};
      obj.spec.failurePolicy ??= 'Fail';
      applyMatchDefaults(obj.spec.matchConstraints);
    },
    validate: (obj, errors) => validatePolicy(obj, undefined, errors),
    validateUpdate: (obj, old, errors) => validatePolicy(obj, old, errors),
    cells: ({ metadata = {}, spec = {} }, now) => policyCells(metadata, spec.mutations, spec.paramKind, now),
  },
);

function validatePolicy({ spec = {} }: Policy, old: Policy | undefined, errors: FieldErrors): void {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [], variables, mutations = [] } = spec;
  validateFailurePolicy(failurePolicy, SPEC.child('failurePolicy'), errors);
  validateParamKind(paramKind, SPEC.child('paramKind'), errors);
  validateMatchConstraints(matchConstraints, SPEC.child('matchConstraints'), errors, { mutating: true });
  const unchanged =
    old !== undefined &&
    equalJson(old.spec?.matchConditions ?? [], matchConditions) &&
    equalJson(old.spec?.paramKind, paramKind);
  const params = paramKind !== undefined;
  if (!unchanged) validateMatchConditions(matchConditions, params, SPEC.child('matchConditions'), errors);
  const outer = { params, authorizer: true };
  const scope = validateVariables(variables, outer, SPEC.child('variables'), errors);
  const path = SPEC.child('mutations');
  if (mutations.length === 0) errors.required(path, 'mutations must contain at least one item');
  for (const [i, mutation] of mutations.entries())
    validateMutation(mutation, { ...scope, patches: true }, path.index(i), errors);
  validateReinvocation(spec.reinvocationPolicy ?? '', SPEC.child('reinvocationPolicy'), errors);
}

function validateReinvocation(policy: string, path: Path, errors: FieldErrors): void {
  if (policy === '') errors.required(path);
  else if (!REINVOCATION_POLICIES.includes(policy)) errors.notSupported(path, policy, REINVOCATION_POLICIES);
}

function validateMutation(mutation: Mutation, scope: AdmissionScope, path: Path, errors: FieldErrors): void {
  const { patchType = '' } = mutation;
  if (patchType === '') errors.required(path.child('patchType'));
  else if (patchType === 'JSONPatch') validatePatch(mutation, patchType, 'ApplyConfiguration', scope, path, errors);
  else if (patchType === 'ApplyConfiguration') validatePatch(mutation, patchType, 'JSONPatch', scope, path, errors);
  else errors.notSupported(path.child('patchType'), patchType, Object.keys(PATCH_FIELDS));
}

function validatePatch(
  mutation: Mutation,
  type: keyof typeof PATCH_FIELDS,
  otherType: keyof typeof PATCH_FIELDS,
  scope: AdmissionScope,
  path: Path,
  errors: FieldErrors,
): void {
  const field = PATCH_FIELDS[type];
  const other = PATCH_FIELDS[otherType];
  const patch = mutation[field];
  if (patch === undefined) errors.required(path.child(field), `must be specified when patchType is ${type}`);
  else validatePatchExpression(patch.expression ?? '', type, scope, path.child(field, 'expression'), errors);
  if (mutation[other] !== undefined)
    errors.invalid(path.child(other), `{${other}}`, `must not be specified when patchType is ${type}`);
}

function validatePatchExpression(
  expression: string,
  type: keyof typeof PATCH_FIELDS,
  scope: AdmissionScope,
  path: Path,
  errors: FieldErrors,
): void {
  if (!requireExpression(expression, path, errors)) return;
  const result = type === 'JSONPatch' ? PATCH_LIST_TYPE : OBJECT_TYPE;
  validateExpression({ expression }, [result], admissionEnvironment(scope), path, errors);
}
