/** How much of a shared device may be asked for; imitates pkg/apis/resource/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { parseQuantity, type Quantity } from '../../../api/quantity.ts';
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  DeviceCapacity,
} from '../../../api/types/resource-v1.ts';
import { validateSet } from './dra-lists.ts';

const MAX_VALUES = 10;

/** Only devices that several claims can share may have a policy. */
export function validateCapacity(
  { value, requestPolicy: policy }: DeviceCapacity,
  shared: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  const at = path.child('requestPolicy');
  if (policy === undefined) return;
  if (shared) validatePolicy(policy, parseQuantity(value ?? '0'), at, errors);
  else errors.forbidden(at, 'allowMultipleAllocations must be true');
}

function validatePolicy(policy: CapacityRequestPolicy, capacity: Quantity, path: Path, errors: FieldErrors): void {
  const { validValues = [], validRange } = policy;
  const fallback = policy.default ?? undefined;
  if (validValues.length > 0 && validRange !== undefined) {
    const message =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    errors.forbidden(path, message);
  } else if (validValues.length > 0) {
    if (fallback === undefined) errors.required(path.child('default'), 'required when validValues is defined');
    else validateValues(validValues.map(parseQuantity), parseQuantity(fallback), capacity, path, errors);
  } else if (validRange !== undefined) {
    if (fallback === undefined) errors.required(path.child('default'), 'required when validRange is defined');
    else validateRange(validRange, parseQuantity(fallback), capacity, path.child('validRange'), errors);
  }
}

function validateValues(
  values: readonly Quantity[],
  fallback: Quantity,
  capacity: Quantity,
  policyPath: Path,
  errors: FieldErrors,
): void {
  const path = policyPath.child('validValues');
  for (const [i, value] of values.entries()) {
    const before = values[i - 1];
    if (before !== undefined && before.compare(value) > 0)
      errors.invalid(path.index(i), value.toString(), 'values must be sorted in ascending order');
  }
  const validate = (value: Quantity, at: Path): void => {
    if (value.compare(capacity) > 0)
      errors.invalid(at, value.toString(), `option is larger than capacity value: ${capacity}`);
  };
  validateSet(values, MAX_VALUES, validate, (value) => value.value().toString(), path, errors);
  if (values.length > MAX_VALUES || !values.some((value) => value.compare(fallback) === 0))
    errors.invalid(path, fallback.toString(), 'default value is not valid according to the requestPolicy');
}

function validateRange(
  range: CapacityRequestPolicyRange,
  fallback: Quantity,
  capacity: Quantity,
  path: Path,
  errors: FieldErrors,
): void {
  if (range.min === undefined) {
    errors.required(path.child('min'), 'required when validRange is defined');
    return;
  }
  const min = parseQuantity(range.min);
  const report = (field: string, value: Quantity, message: string): void =>
    errors.invalid(path.child(field), value.toString(), message);
  if (min.compare(capacity) > 0) report('min', min, `min is larger than capacity value: ${capacity}`);
  if (fallback.compare(min) < 0) report('default', fallback, `default is less than min: ${min}`);
  if (range.max !== undefined) {
    const max = parseQuantity(range.max);
    if (min.compare(max) > 0) report('max', min, `min is larger than max: ${max}`);
    if (max.compare(capacity) > 0) report('max', max, `max is larger than capacity value: ${capacity}`);
    if (fallback.compare(max) > 0) report('default', fallback, `default is more than max: ${max}`);
  }
  if (range.step !== undefined) validateStep(parseQuantity(range.step), min, range.max, fallback, capacity, report);
}

function validateStep(
  step: Quantity,
  min: Quantity,
  max: string | undefined,
  fallback: Quantity,
  capacity: Quantity,
  report: (field: string, value: Quantity, message: string) => void,
): void {
  if (step.sign <= 0) {
    report('step', step, 'must be greater than zero');
    return;
  }
  const first = min.add(step);
  if (first.compare(capacity) > 0) report('step', step, `one step ${first} is larger than capacity value: ${capacity}`);
  for (const value of max === undefined ? [fallback] : [fallback, parseQuantity(max)]) {
    if ((value.value() - min.value()) % step.value() !== 0n)
      report('step', value, `value is not a multiple of a given step (${step}) from (${min})`);
  }
}
