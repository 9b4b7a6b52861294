/** Numbers or percentages such as maxSurge; imitates pkg/apis/apps/validation (ValidatePositiveIntOrPercent and kin). */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { type IntOrString, intOrStringValue, percentOf } from '../../../api/int-or-string.ts';
import { isValidPercent } from '../../../api/names.ts';
import { reportInvalid } from './name-rules.ts';

/** A whole number of at least 0, or text such as `25%`. */
export function validatePositiveIntOrPercent(value: IntOrString, path: Path, errors: FieldErrors): void {
  if (typeof value === 'number') {
    if (value < 0) errors.invalid(path, value, 'must be greater than or equal to 0');
  } else {
    reportInvalid(isValidPercent(value), value, path, errors);
  }
}

export function validateAtMost100Percent(value: IntOrString, path: Path, errors: FieldErrors): void {
  const percent = percentValue(value);
  if (percent !== undefined && percent > 100) errors.invalid(path, value, 'must not be greater than 100%');
}

/** The number, the number before the `%`, or 0 for any other text. */
export function intOrPercentValue(value: IntOrString): number {
  return percentValue(value) ?? intOrStringValue(value);
}

function percentValue(value: IntOrString): number | undefined {
  return typeof value === 'string' && isValidPercent(value).length === 0 ? percentOf(value) : undefined;
}
