/** References by group, kind and name; imitates validateIngressTypedLocalObjectReference. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain, pathSegmentNameErrors } from '../../../api/names.ts';
import { reportInvalid } from './name-rules.ts';

/** `explain` adds "kind is required" to the bare "Required value". */
export function validateTypedReference(
  { apiGroup, kind = '', name = '' }: { apiGroup?: string; kind?: string; name?: string },
  path: Path,
  errors: FieldErrors,
  { explain }: { explain: boolean },
): void {
  if (apiGroup !== undefined && apiGroup !== null)
    reportInvalid(isDNS1123Subdomain(apiGroup), apiGroup, path.child('apiGroup'), errors);
  for (const [field, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    if (value === '') errors.required(path.child(field), explain ? `${field} is required` : '');
    else reportInvalid(pathSegmentNameErrors(value), value, path.child(field), errors);
  }
}
