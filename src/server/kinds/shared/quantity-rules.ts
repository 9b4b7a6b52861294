/** Amounts of storage; imitates core validation ValidatePositiveQuantityValue and validateBasicResource. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { parseQuantity, type Quantity } from '../../../api/quantity.ts';

export function validateNonNegativeQuantity(text: string, path: Path, errors: FieldErrors): void {
  if (parseQuantity(text).sign < 0) errors.invalid(path, text, 'must be greater than or equal to 0');
}

/** Whether it is greater than zero; reports it when not. */
export function validatePositiveQuantity(text: string, path: Path, errors: FieldErrors): boolean {
  const positive = parseQuantity(text).sign > 0;
  if (!positive) errors.invalid(path, text, 'must be greater than zero');
  return positive;
}

/** validateBasicResource: bytes below zero. */
export function validateBasicResource(text: string, path: Path, errors: FieldErrors): void {
  const value = parseQuantity(text).value();
  if (value < 0n) errors.invalid(path, value, 'must be a valid resource quantity');
}

/** Whether it is no whole number. */
export function isFractional(quantity: Quantity): boolean {
  return !quantity.isWhole();
}
