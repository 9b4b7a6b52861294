/** metav1.Condition lists; imitates apimachinery pkg/apis/meta/v1/validation ValidateConditions. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, regexMessage } from '../../../api/names.ts';
import type { Condition } from '../../../api/types/meta-v1.ts';
import { validateLabelName } from './label-selector.ts';

const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_REGEX = new RegExp(`^(?:${REASON})$`);
const REASON_MESSAGE = regexMessage(
  'a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric ' +
    "characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON,
  ...['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
);
const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;
const STATUSES = ['False', 'True', 'Unknown'];

/** Types must be unique; each condition complete and well-formed. */
export function validateConditions(
  conditions: readonly Condition[] | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  for (const [i, condition] of (conditions ?? []).entries()) {
    const type = condition.type ?? '';
    if (seen.has(type)) errors.duplicate(path.index(i).child('type'), type);
    seen.add(type);
    validateCondition(condition, path.index(i), errors);
  }
}

function validateCondition(condition: Condition, path: Path, errors: FieldErrors): void {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition;
  validateLabelName(type, path.child('type'), errors);
  if (!STATUSES.includes(status)) errors.notSupported(path.child('status'), status, STATUSES);
  if (observedGeneration < 0) {
    errors.invalid(path.child('observedGeneration'), observedGeneration, 'must be greater than or equal to zero');
  }
  if (lastTransitionTime === undefined || lastTransitionTime === null) {
    errors.required(path.child('lastTransitionTime'), 'must be set');
  }
  validateReason(reason, path.child('reason'), errors);
  if (byteLength(message) > MAX_MESSAGE) errors.tooLong(path.child('message'), MAX_MESSAGE);
}

function validateReason(reason: string, path: Path, errors: FieldErrors): void {
  if (reason === '') {
    errors.required(path, 'must be set');
    return;
  }
  if (!REASON_REGEX.test(reason)) errors.invalid(path, reason, REASON_MESSAGE);
  if (byteLength(reason) > MAX_REASON) errors.tooLong(path, MAX_REASON);
}
