/** Rules that StorageClass and VolumeAttributesClass share; imitates pkg/apis/storage/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength } from '../../../api/names.ts';
import { validateQualifiedName } from './name-rules.ts';

const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;

/** A provisioner or driver: a qualified name, whatever its case. */
export function validateProvisioner(provisioner: string, path: Path, errors: FieldErrors): void {
  if (provisioner === '') errors.required(path);
  else validateQualifiedName(provisioner.toLowerCase(), path, errors);
}

export function validateParameters(
  parameters: Record<string, string> | undefined,
  allowEmpty: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  const keys = Object.keys(parameters ?? {});
  if (keys.length > MAX_PARAMETERS) {
    errors.tooLong(path, MAX_PARAMETERS);
    return;
  }
  let size = 0;
  for (const key of keys) {
    if (key === '') errors.invalid(path, key, 'field can not be empty.');
    size += byteLength(key) + byteLength(parameters?.[key] ?? '');
  }
  if (size > MAX_PARAMETER_BYTES) errors.tooLong(path, MAX_PARAMETER_BYTES);
  if (!allowEmpty && keys.length === 0) errors.required(path, 'must contain at least one key/value pair');
}
