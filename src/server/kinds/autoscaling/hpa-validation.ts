/** Imitates ValidateHorizontalPodAutoscaler and kin of kubernetes pkg/apis/autoscaling/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
} from '../../../api/types/autoscaling-v2.ts';
import { validateNonNegativeFields } from '../shared/field-rules.ts';
import { validateNonNegativeQuantity } from '../shared/quantity-rules.ts';
import { validateMetrics } from './hpa-metrics-validation.ts';
import { type ReferenceOptions, validateReference, versionError } from './hpa-reference-validation.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const MAX_PERIOD_SECONDS = 1800;
const MAX_STABILIZATION_SECONDS = 3600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];

/** `old` is the stored object, whose faults are forgiven. */
export function validateHpa(
  obj: HorizontalPodAutoscaler,
  old: HorizontalPodAutoscaler | undefined,
  errors: FieldErrors,
): void {
  const spec = obj.spec ?? {};
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, behavior } = spec;
  const lowest = old?.spec?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < lowest) {
    errors.invalid(SPEC.child('minReplicas'), minReplicas, `must be greater than or equal to ${lowest}`);
  }
  validateMaxReplicas(maxReplicas, minReplicas, errors);
  validateReference(scaleTargetRef, SPEC.child('scaleTargetRef'), errors, targetOptions(spec, old?.spec));
  validateMetrics(spec, SPEC.child('metrics'), errors, describedOptions(old?.spec));
  for (const side of ['scaleUp', 'scaleDown'] as const) {
    const rules = behavior?.[side];
    if (rules !== undefined) validateScalingRules(rules, SPEC.child('behavior', side), errors);
  }
}

function validateMaxReplicas(max: number, min: number | undefined, errors: FieldErrors): void {
  const path = SPEC.child('maxReplicas');
  if (max === 0) errors.required(path, 'must be set and greater than 0');
  else if (max < 1) errors.invalid(path, max, 'must be greater than or equal to 1');
  if (min !== undefined && max < min) errors.invalid(path, max, 'must be greater than or equal to `minReplicas`');
}

/** A stored reference to the same kind may stay as it is; ReplicationController is the core group's only scalable kind. */
function targetOptions(
  { scaleTargetRef: ref = {} }: HorizontalPodAutoscalerSpec,
  old: HorizontalPodAutoscalerSpec | undefined,
): ReferenceOptions {
  const stored = old?.scaleTargetRef ?? {};
  const unchanged = (stored.apiVersion ?? '') === (ref.apiVersion ?? '') && (stored.kind ?? '') === (ref.kind ?? '');
  return { allowEmptyGroup: ref.kind === 'ReplicationController', allowAnyVersion: old !== undefined && unchanged };
}

function describedOptions(old: HorizontalPodAutoscalerSpec | undefined): ReferenceOptions {
  const stored = (old?.metrics ?? []).map((metric) => metric.object?.describedObject ?? {});
  return { allowEmptyGroup: true, allowAnyVersion: stored.some((ref) => versionError(ref, true) !== undefined) };
}

function validateScalingRules(rules: HPAScalingRules, path: Path, errors: FieldErrors): void {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const windowPath = path.child('stabilizationWindowSeconds');
  if (window !== undefined && window < 0) errors.invalid(windowPath, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > MAX_STABILIZATION_SECONDS) {
    errors.invalid(windowPath, window, `must be less than or equal to ${MAX_STABILIZATION_SECONDS}`);
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.notSupported(path.child('selectPolicy'), selectPolicy, SELECT_POLICIES);
  }
  if (policies.length === 0) errors.required(path.child('policies'), 'must specify at least one Policy');
  for (const [i, policy] of policies.entries()) validateScalingPolicy(policy, path.child('policies').index(i), errors);
  if (tolerance !== undefined) validateNonNegativeQuantity(tolerance, path.child('tolerance'), errors);
}

function validateScalingPolicy(policy: HPAScalingPolicy, path: Path, errors: FieldErrors): void {
  const { type = '', value = 0, periodSeconds = 0 } = policy;
  if (!POLICY_TYPES.includes(type)) errors.notSupported(path.child('type'), type, POLICY_TYPES);
  if (value <= 0) errors.invalid(path.child('value'), value, 'must be greater than zero');
  if (periodSeconds <= 0) errors.invalid(path.child('periodSeconds'), periodSeconds, 'must be greater than zero');
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    errors.invalid(path.child('periodSeconds'), periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`);
  }
}

export function validateHpaStatus(obj: HorizontalPodAutoscaler, errors: FieldErrors): void {
  validateNonNegativeFields(obj.status ?? {}, ['currentReplicas', 'desiredReplicas'], STATUS, errors);
}
