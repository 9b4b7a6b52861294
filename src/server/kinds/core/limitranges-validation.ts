/** Imitates ValidateLimitRange of kubernetes pkg/apis/core/validation; resources in sorted order, upstream's is random. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isQualifiedName } from '../../../api/names.ts';
import { getOwn } from '../../../api/object.ts';
import { parseQuantity, Quantity } from '../../../api/quantity.ts';
import type { LimitRange, LimitRangeItem } from '../../../api/types/core-v1.ts';
import { reportInvalid } from '../shared/name-rules.ts';
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from '../shared/resources.ts';

const LIMITS = Path.root('spec').child('limits');
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const ONE = Quantity.ofInteger(1);
/** Amounts from here on are compared in whole units (resource.MaxMilliValue). */
const MAX_MILLI_VALUE = (2n ** 63n - 1n) / 1000n;

type ListField = 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio';

export function validateLimitRange(obj: LimitRange, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, item] of (obj.spec?.limits ?? []).entries()) {
    const { type = '' } = item;
    const path = LIMITS.index(i);
    validateType(type, path.child('type'), errors);
    if (seen.has(type)) errors.duplicate(path.child('type'), type);
    seen.add(type);
    validateItem(item, path, errors);
  }
}

function validateType(type: string, path: Path, errors: FieldErrors): void {
  const messages = isQualifiedName(type);
  reportInvalid(messages, type, path, errors);
  if (messages.length > 0 || type.includes('/') || TYPES.includes(type)) return;
  errors.invalid(path, type, 'must be a standard limit type or fully qualified');
}

function validateItem(item: LimitRangeItem, path: Path, errors: FieldErrors): void {
  const checked: ListField[] = ['max', 'min'];
  for (const field of checked) validateNames(item, field, path, errors);
  if (item.type === 'Pod') {
    refuseDefaults(item, path, errors);
  } else {
    checked.push('default', 'defaultRequest');
    validateNames(item, 'default', path, errors);
    validateNames(item, 'defaultRequest', path, errors);
  }
  if (item.type === 'PersistentVolumeClaim' && !hasStorage(item)) {
    const message = 'either minimum or maximum storage value is required, but neither was provided';
    errors.required(path.child('limits'), message);
  }
  checked.push('maxLimitRequestRatio');
  validateNames(item, 'maxLimitRequestRatio', path, errors);
  const names = new Set(checked.flatMap((field) => Object.keys(item[field] ?? {})));
  for (const name of [...names].sort()) validateAmounts(amountsOf(item, name, checked), name, path, errors);
}

function validateNames(item: LimitRangeItem, field: ListField, path: Path, errors: FieldErrors): void {
  const ofContainer = item.type === 'Pod' || item.type === 'Container';
  const validate = ofContainer ? validateContainerResourceName : validateResourceName;
  for (const name of Object.keys(item[field] ?? {}).sort()) validate(name, path.child(field).key(name), errors);
}

function refuseDefaults(item: LimitRangeItem, path: Path, errors: FieldErrors): void {
  for (const field of ['default', 'defaultRequest'] as const) {
    if (Object.keys(item[field] ?? {}).length === 0) continue;
    errors.forbidden(path.child(field), "may not be specified when `type` is 'Pod'");
  }
}

function hasStorage({ min = {}, max = {} }: LimitRangeItem): boolean {
  return Object.hasOwn(min, 'storage') || Object.hasOwn(max, 'storage');
}

type Amounts = Partial<Record<ListField, Quantity>>;

function amountsOf(item: LimitRangeItem, name: string, fields: readonly ListField[]): Amounts {
  const amounts: Amounts = {};
  for (const field of fields) {
    const text = getOwn(item[field] ?? {}, name) as string | undefined;
    if (text !== undefined) amounts[field] = parseQuantity(text);
  }
  return amounts;
}

function validateAmounts(amounts: Amounts, name: string, path: Path, errors: FieldErrors): void {
  const { min, max, defaultRequest, default: limit, maxLimitRequestRatio: ratio } = amounts;
  const report = (field: ListField, shown: Quantity, message: string) =>
    errors.invalid(path.child(field).key(name), shown.toString(), message);
  const above = (low: Quantity | undefined, high: Quantity | undefined) =>
    low !== undefined && high !== undefined && low.compare(high) > 0;
  if (above(min, max)) report('min', min!, `min value ${min} is greater than max value ${max}`);
  if (above(min, defaultRequest)) {
    report(
      'defaultRequest',
      defaultRequest!,
      `min value ${min} is greater than default request value ${defaultRequest}`,
    );
  }
  if (above(defaultRequest, max)) {
    report(
      'defaultRequest',
      defaultRequest!,
      `default request value ${defaultRequest} is greater than max value ${max}`,
    );
  }
  if (above(defaultRequest, limit)) {
    const message = `default request value ${defaultRequest} is greater than default limit value ${limit}`;
    report('defaultRequest', defaultRequest!, message);
  }
  if (above(min, limit)) report('default', min!, `min value ${min} is greater than default value ${limit}`);
  if (above(limit, max)) report('default', max!, `default value ${limit} is greater than max value ${max}`);
  if (ratio !== undefined) validateRatio(ratio, min, max, (message) => report('maxLimitRequestRatio', ratio, message));
  const fixed = !isOvercommitAllowed(name) && limit !== undefined && defaultRequest !== undefined;
  if (fixed && !limit.equals(defaultRequest)) {
    const message = `default value ${limit} must equal to defaultRequest value ${defaultRequest} in ${name}`;
    report('defaultRequest', defaultRequest, message);
  }
}

function validateRatio(
  ratio: Quantity,
  min: Quantity | undefined,
  max: Quantity | undefined,
  report: (message: string) => void,
): void {
  if (ratio.compare(ONE) < 0) report(`ratio ${ratio} is less than 1`);
  if (min === undefined || max === undefined) return;
  const precise = [ratio, min, max].every((amount) => amount.value() < MAX_MILLI_VALUE);
  const number = (amount: Quantity) => Number(precise ? amount.milliValue() : amount.value());
  const limit = number(max) / number(min);
  const given = precise ? number(ratio) / 1000 : number(ratio);
  if (given > limit) report(`ratio ${ratio} is greater than max/min = ${limit.toFixed(6)}`);
}
