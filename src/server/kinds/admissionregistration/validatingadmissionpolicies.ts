/** ValidatingAdmissionPolicy; imitates pkg/apis and pkg/registry of admissionregistration. */
import { type AdmissionScope, admissionEnvironment } from '../../../api/cel/admission-environment.ts';
import { BOOL, NULL, STRING } from '../../../api/cel/types.ts';
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyStatus,
  Validation,
} from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';
import { validateExpression } from '../shared/cel-expression.ts';
import { validateConditions } from '../shared/conditions.ts';
import { validateQualifiedName } from '../shared/name-rules.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { requireExpression, validateMatchConditions, validateVariables } from '../shared/policy-expressions.ts';
import {
  applyMatchDefaults,
  validateFailurePolicy,
  validateMatchConstraints,
  validateParamKind,
} from '../shared/policy-match.ts';
import { policyCells } from '../shared/policy-table.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

type Policy = ValidatingAdmissionPolicy;

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION = 5 * 1024;
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item';
const GO_AUDIT_ANNOTATION: GoShape = [
  ['Key', 'key', ''],
  ['ValueExpression', 'valueExpression', ''],
];

export const validatingadmissionpolicies = defineKind<Policy>(
  'admissionregistration.k8s.io',
  'v1',
  'validatingadmissionpolicies',
  {
    generation: 'spec',
    metadataOnUpdate: 'full',
    unconditionalUpdate: false,
    applyDefaults(obj) {
      obj.spec ??= {};
      obj.spec.failurePolicy ??= 'Fail';
      applyMatchDefaults(obj.spec.matchConstraints);
    },
    prepareForCreate(obj) {
      obj.status = {};
    },
    validate: (obj, errors) => validatePolicy(obj, undefined, errors),
    validateUpdate: validatePolicyUpdate,
    status: {
      resetFields: ['metadata', 'spec'],
      prepareForUpdate(obj, old) {
        keepSpec(obj, old);
        keepMetadata(obj, old);
      },
      validateUpdate: (obj, _old, errors) => validateStatus(obj.status ?? {}, errors),
    },
    cells: ({ metadata = {}, spec = {} }, now) => policyCells(metadata, spec.validations, spec.paramKind, now),
  },
);

function validatePolicyUpdate(obj: Policy, old: Policy, errors: FieldErrors): void {
  validatePolicy(obj, old, errors);
}

function validatePolicy(obj: Policy, old: Policy | undefined, errors: FieldErrors): void {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [], variables } = obj.spec ?? {};
  const { validations = [], auditAnnotations = [] } = obj.spec ?? {};
  validateFailurePolicy(failurePolicy, SPEC.child('failurePolicy'), errors);
  validateParamKind(paramKind, SPEC.child('paramKind'), errors);
  validateMatchConstraints(matchConstraints, SPEC.child('matchConstraints'), errors, { mutating: false });
  const unchanged =
    old !== undefined &&
    equalJson(old.spec?.matchConditions ?? [], matchConditions) &&
    equalJson(old.spec?.paramKind, paramKind);
  const params = paramKind !== undefined;
  if (!unchanged) validateMatchConditions(matchConditions, params, SPEC.child('matchConditions'), errors);
  const scope = validateVariables(variables, { params, authorizer: true }, SPEC.child('variables'), errors);
  if (validations.length === 0 && auditAnnotations.length === 0) {
    errors.required(SPEC.child('validations'), NOTHING_TO_DO);
    errors.required(SPEC.child('auditAnnotations'), NOTHING_TO_DO);
    return;
  }
  for (const [i, rule] of validations.entries()) validateRule(rule, scope, SPEC.child('validations').index(i), errors);
  validateAuditAnnotations(auditAnnotations, obj.metadata?.name ?? '', scope, SPEC.child('auditAnnotations'), errors);
}

function validateRule(rule: Validation, scope: AdmissionScope, path: Path, errors: FieldErrors): void {
  const { expression = '', messageExpression = '', message = '', reason } = rule;
  const at = path.child('expression');
  if (requireExpression(expression, at, errors, 'expression is not specified'))
    validateExpression({ expression }, [BOOL], admissionEnvironment(scope), at, errors);
  const blank = 'must be non-empty if specified';
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.invalid(path.child('messageExpression'), messageExpression, blank);
  else if (messageExpression !== '') validateMessageExpression(messageExpression, scope, path, errors);
  if (message !== '' && message.trim() === '') errors.invalid(path.child('message'), message, blank);
  else if (/[\n\r]/.test(message.trim()))
    errors.invalid(path.child('message'), message, 'must not contain line breaks');
  if (reason !== undefined && !REASONS.includes(reason)) errors.notSupported(path.child('reason'), reason, REASONS);
}

function validateMessageExpression(expression: string, scope: AdmissionScope, path: Path, errors: FieldErrors): void {
  const environment = admissionEnvironment({ ...scope, authorizer: false });
  validateExpression({ expression }, [STRING], environment, path.child('messageExpression'), errors);
}

function validateAuditAnnotations(
  annotations: readonly AuditAnnotation[],
  policyName: string,
  scope: AdmissionScope,
  path: Path,
  errors: FieldErrors,
): void {
  if (annotations.length > MAX_AUDIT_ANNOTATIONS) {
    const message = `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`;
    errors.invalid(path, goValue(annotations, GO_AUDIT_ANNOTATION), message);
  }
  const keys = new Set<string>();
  for (const [i, { key = '', valueExpression = '' }] of annotations.entries()) {
    const at = path.index(i);
    if (policyName === '') errors.invalid(at.child('key'), key, 'requires metadata.name be non-empty');
    else validateQualifiedName(`${policyName}/${key}`, at.child('key'), errors);
    validateValueExpression(valueExpression, scope, at.child('valueExpression'), errors);
    if (keys.has(key)) errors.duplicate(at.child('key'), key);
    keys.add(key);
  }
}

function validateValueExpression(expression: string, scope: AdmissionScope, path: Path, errors: FieldErrors): void {
  if (!requireExpression(expression, path, errors, 'valueExpression is not specified')) return;
  const trimmed = expression.trim();
  if (byteLength(trimmed) > MAX_VALUE_EXPRESSION)
    errors.required(path, `must not exceed ${MAX_VALUE_EXPRESSION} bytes in length`);
  else {
    const field = { expression: trimmed, shown: expression };
    validateExpression(field, [STRING, NULL], admissionEnvironment(scope), path, errors);
  }
}

function validateStatus({ typeChecking, conditions }: ValidatingAdmissionPolicyStatus, errors: FieldErrors): void {
  const path = STATUS.child('typeChecking', 'expressionWarnings');
  for (const [i, { warning = '', fieldRef = '' }] of (typeChecking?.expressionWarnings ?? []).entries()) {
    if (warning === '') errors.required(path.index(i).child('warning'));
    if (fieldRef.trim() === '') errors.required(path.index(i).child('fieldRef'));
  }
  validateConditions(conditions, STATUS.child('conditions'), errors);
}
