/** Conditions of flow-control objects: imitates pkg/apis/flowcontrol/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';

const CONDITIONS = Path.root('status').child('conditions');

export function validateFlowConditions(
  conditions: readonly { readonly type?: string }[] | undefined,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  for (const [i, { type = '' }] of (conditions ?? []).entries()) {
    const path = CONDITIONS.index(i).child('type');
    if (seen.has(type)) errors.duplicate(path, type);
    seen.add(type);
    if (type === '') errors.required(path, 'must not be empty');
  }
}
