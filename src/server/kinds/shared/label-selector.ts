/** Label maps and label selectors inside objects; imitates apimachinery pkg/apis/meta/v1/validation. */

import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isLabelValue, isQualifiedName } from '../../../api/names.ts';
import { sortedKeys } from '../../../api/object.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../../api/types/meta-v1.ts';

export interface LabelSelectorOptions {
  /** Values of expressions go unchecked: for objects that were stored before the check existed. */
  readonly allowInvalidLabelValue?: boolean;
  /** Unknown operators are left to the reader of the selector. */
  readonly allowUnknownOperator?: boolean;
}

/** Reports a key that is not a qualified name, as `Invalid value` at `path`. */
export function validateLabelName(name: string, path: Path, errors: FieldErrors): void {
  for (const message of isQualifiedName(name)) errors.invalid(path, name, message);
}

/** Keys and values of a label map; all errors stand at `path` itself. Keys in sorted order (Go's is random). */
export function validateLabels(labels: Record<string, string> | undefined, path: Path, errors: FieldErrors): void {
  if (!labels) return;
  for (const key of sortedKeys(labels)) {
    const value = labels[key] ?? '';
    validateLabelName(key, path, errors);
    for (const message of isLabelValue(value)) errors.invalid(path, value, message);
  }
}

/** `matchLabels` and `matchExpressions` of a selector; an absent selector is fine. */
export function validateLabelSelector(
  selector: LabelSelector | undefined,
  path: Path,
  errors: FieldErrors,
  options: LabelSelectorOptions = {},
): void {
  if (selector === undefined) return;
  validateLabels(selector.matchLabels, path.child('matchLabels'), errors);
  for (const [i, requirement] of (selector.matchExpressions ?? []).entries()) {
    validateLabelSelectorRequirement(requirement, path.child('matchExpressions').index(i), errors, options);
  }
}

/** One of `matchExpressions`. */
export function validateLabelSelectorRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  path: Path,
  errors: FieldErrors,
  options: LabelSelectorOptions = {},
): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (options.allowUnknownOperator !== true) {
    errors.invalid(path.child('operator'), operator, 'not a valid selector operator');
  }
  validateLabelName(key, path.child('key'), errors);
  if (options.allowInvalidLabelValue === true) return;
  for (const [i, value] of values.entries()) {
    for (const message of isLabelValue(value)) errors.invalid(path.child('values').index(i), value, message);
  }
}
