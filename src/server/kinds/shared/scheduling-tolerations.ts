/** Tolerations and taint effects; imitates ValidateTolerations of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isLabelValue } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { Toleration } from '../../../api/types/core-v1.ts';
import { validateLabelName } from './label-selector.ts';

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const OPERATORS = ['Equal', 'Exists'];
/** Lt and Gt are behind an alpha gate; the message for them names what the gate would allow. */
const GATED_OPERATORS = [...OPERATORS, 'Lt', 'Gt'];

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  for (const [i, toleration] of (tolerations ?? []).entries()) validateToleration(toleration, path.index(i), errors);
}

function validateToleration(toleration: Toleration, path: Path, errors: FieldErrors): void {
  const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
  if (key !== '') validateLabelName(key, path.child('key'), errors);
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.invalid(path.child('operator'), operator, detail);
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.invalid(path.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  validateOperator(operator, toleration.value ?? '', path.child('operator'), errors);
  if (effect !== '') validateTaintEffect(effect, path.child('effect'), errors);
}

function validateOperator(operator: string, value: string, path: Path, errors: FieldErrors): void {
  if (operator === '' || operator === 'Equal') {
    const messages = isLabelValue(value);
    if (messages.length > 0) errors.invalid(path, value, messages.join(';'));
  } else if (operator === 'Exists') {
    if (value !== '') errors.invalid(path, value, "value must be empty when `operator` is 'Exists'");
  } else errors.notSupported(path, operator, operator === 'Lt' || operator === 'Gt' ? GATED_OPERATORS : OPERATORS);
}

/** An effect that must be one of three; '' is not. */
export function validateTaintEffect(effect: string, path: Path, errors: FieldErrors): void {
  if (!TAINT_EFFECTS.includes(effect)) errors.notSupported(path, effect, TAINT_EFFECTS);
}

/** A pod's tolerations may only grow, or change their seconds. */
export function validateOnlyAddedTolerations(
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
  path: Path,
  errors: FieldErrors,
): void {
  const kept = (before: Toleration): boolean =>
    tolerations.some((now) =>
      equalJson({ ...before, tolerationSeconds: undefined }, { ...now, tolerationSeconds: undefined }),
    );
  if (!old.every(kept)) errors.forbidden(path, 'existing toleration can not be modified except its tolerationSeconds');
  else validateTolerations(tolerations, path, errors);
}
