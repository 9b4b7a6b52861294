/** References to what is scaled or measured; imitates ValidateCrossVersionObjectReference of kubernetes pkg/apis/autoscaling. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isPathSegmentName } from '../../../api/names.ts';
import type { CrossVersionObjectReference } from '../../../api/types/autoscaling-v2.ts';
import { reportInvalid } from '../shared/name-rules.ts';

export interface ReferenceOptions {
  /** `v1` and `''` will do. */
  readonly allowEmptyGroup: boolean;
  /** The stored object has a bad one already. */
  readonly allowAnyVersion: boolean;
}

export function validateReference(
  ref: CrossVersionObjectReference,
  path: Path,
  errors: FieldErrors,
  options: ReferenceOptions,
): void {
  for (const field of ['kind', 'name'] as const) {
    const value = ref[field] ?? '';
    if (value === '') errors.required(path.child(field));
    else reportInvalid(isPathSegmentName(value), value, path.child(field), errors);
  }
  const message = options.allowAnyVersion ? undefined : versionError(ref, options.allowEmptyGroup);
  if (message !== undefined) errors.invalid(path.child('apiVersion'), ref.apiVersion ?? '', message);
}

/** What is wrong with the apiVersion, in the words of apimachinery schema.ParseGroupVersion. */
export function versionError(
  { apiVersion = '' }: CrossVersionObjectReference,
  allowEmptyGroup: boolean,
): string | undefined {
  const parts = apiVersion === '/' ? [''] : apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : '';
  return group === '' && !allowEmptyGroup ? 'apiVersion must specify API group' : undefined;
}
