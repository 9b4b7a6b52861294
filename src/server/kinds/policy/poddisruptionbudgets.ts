import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isPathSegmentName, isPathSegmentPrefix } from '../../../api/names.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../../api/types/policy-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { validateConditions } from '../shared/conditions.ts';
import { validateNonNegativeFields } from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { validateAtMost100Percent, validatePositiveIntOrPercent } from '../shared/rolling-update.ts';
import { hasInvalidSelectorValue } from '../shared/template-selector.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const GO_SPEC: GoShape = [
  ['MinAvailable', 'minAvailable'],
  ['Selector', 'selector'],
  ['MaxUnavailable', 'maxUnavailable'],
  ['UnhealthyPodEvictionPolicy', 'unhealthyPodEvictionPolicy'],
];

/** Imitates pkg/apis/policy/validation and pkg/registry/policy/poddisruptionbudget; upstream checks no metadata here. */
export const poddisruptionbudgets = defineKind<PodDisruptionBudget>('policy', 'v1', 'poddisruptionbudgets', {
  nameErrors: (name, prefix) => (prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name)),
  prepareForCreate(obj) {
    obj.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  },
  validate(obj, errors) {
    validateSpec(obj.spec ?? {}, undefined, errors);
  },
  validateUpdate(obj, old, errors) {
    validateSpec(obj.spec ?? {}, old.spec, errors);
  },
  metadataOnUpdate: 'none',
  generation: 'spec',
  unconditionalUpdate: false,
  status: { validateUpdate: validateStatus },
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function validateSpec(
  spec: PodDisruptionBudgetSpec,
  old: PodDisruptionBudgetSpec | undefined,
  errors: FieldErrors,
): void {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = goValue({ ...spec, selector: shownSelector(selector) }, GO_SPEC);
    errors.invalid(SPEC, shown, 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[field];
    if (value === undefined) continue;
    validatePositiveIntOrPercent(value, SPEC.child(field), errors);
    validateAtMost100Percent(value, SPEC.child(field), errors);
  }
  const allowInvalidLabelValue = hasInvalidSelectorValue(old?.selector);
  validateLabelSelector(selector, SPEC.child('selector'), errors, { allowInvalidLabelValue });
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy)) {
    errors.notSupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, EVICTION_POLICIES);
  }
}

function validateStatus(obj: PodDisruptionBudget, _old: PodDisruptionBudget, errors: FieldErrors): void {
  const status = obj.status ?? {};
  validateConditions(status.conditions, STATUS.child('conditions'), errors);
  const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
  validateNonNegativeFields(status, counts, STATUS, errors);
}

function cells(obj: PodDisruptionBudget, now: Date): CellValue[] {
  const { minAvailable, maxUnavailable } = obj.spec ?? {};
  return [
    obj.metadata?.name ?? '',
    String(minAvailable ?? 'N/A'),
    String(maxUnavailable ?? 'N/A'),
    obj.status?.disruptionsAllowed ?? 0,
    age(obj.metadata?.creationTimestamp, now),
  ];
}
