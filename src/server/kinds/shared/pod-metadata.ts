/** Metadata of templates, which is not that of a stored object. */

import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isQualifiedName } from '../../../api/names.ts';
import { sortedKeys } from '../../../api/object.ts';

const MAX_ANNOTATIONS = 256 * 1024;

/** apimachinery ValidateAnnotations: keys of any case, 256 KiB in all. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  if (!annotations) return;
  let total = 0;
  for (const key of sortedKeys(annotations)) {
    for (const message of isQualifiedName(key.toLowerCase())) errors.invalid(path, key, message);
    total += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (total > MAX_ANNOTATIONS) errors.tooLong(path, MAX_ANNOTATIONS);
}
