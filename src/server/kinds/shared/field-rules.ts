/** Small rules that many kinds share; imitates pkg/apis/core/validation and apimachinery pkg/api/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';

/** Absent is fine. */
export function validateNonNegative(value: number | undefined, path: Path, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(path, value, 'must be greater than or equal to 0');
}

/** `validateNonNegative` on several fields of one struct, in the order given. */
export function validateNonNegativeFields<T extends object>(
  struct: T,
  fields: readonly (keyof T & string)[],
  path: Path,
  errors: FieldErrors,
): void {
  for (const name of fields) validateNonNegative(struct[name] as number | undefined, path.child(name), errors);
}

/** `shown` is what the message shows instead of the new value, where upstream prints its internal struct. */
export function validateImmutable(
  value: unknown,
  old: unknown,
  path: Path,
  errors: FieldErrors,
  shown: unknown = value,
): void {
  if (!equalJson(value, old)) errors.invalid(path, shown, 'field is immutable');
}

/** A counter that may only grow (collisionCount): going back to absent counts as a decrement. */
export function validateNotDecremented(
  value: number | undefined,
  old: number | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  if (old !== undefined && (value === undefined || value < old)) {
    errors.invalid(path, value ?? 0, 'cannot be decremented');
  }
}

/** Reports `field: cannot be greater than <limit>` for each pair whose first is above its second. */
export function validateNotGreater(
  pairs: readonly (readonly [field: string, value: number | undefined, limit: number | undefined, message: string])[],
  path: Path,
  errors: FieldErrors,
): void {
  for (const [field, value = 0, limit = 0, message] of pairs) {
    if (value > limit) errors.invalid(path.child(field), value, `cannot be greater than ${message}`);
  }
}
