/** Names in resource claims and slices; imitates pkg/apis/resource/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { stringifyJson } from '../../../api/json.ts';
import { byteLength, isCIdentifier, isDNS1123Subdomain, isLabelValue } from '../../../api/names.ts';
import { isObject } from '../../../api/object.ts';
import { validateLabelName } from './label-selector.ts';
import { reportInvalid, validateCSIDriverName } from './name-rules.ts';

const MAX_POOL_NAME = 253;
const MAX_ID = 32;
/** A domain, a slash and an identifier. */
export const MAX_QUALIFIED_NAME = 63 + 1 + MAX_ID;
export const MAX_OPAQUE_BYTES = 10 * 1024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BARE_UUID = /^[0-9a-f]{32}$/i;

/** Subdomains separated by slashes. */
export function validatePoolName(name: string, path: Path, errors: FieldErrors): void {
  if (name === '') {
    errors.required(path);
    return;
  }
  if (byteLength(name) > MAX_POOL_NAME) errors.tooLong(path, MAX_POOL_NAME);
  for (const part of name.split('/')) reportInvalid(isDNS1123Subdomain(part), part, path, errors);
}

/** `model` or `example.com/model`. */
export function validateQualifiedAttribute(name: string, path: Path, errors: FieldErrors): void {
  const parts = name.split('/');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) validateIdentifier(first, path, errors);
  else if (parts.length > 2) errors.invalid(path, name, 'must not contain more than one slash');
  else {
    if (first === '') errors.invalid(path, '', 'the domain must not be empty');
    else validateCSIDriverName(first, path, errors);
    if (second === '') errors.invalid(path, '', 'the name must not be empty');
    else validateIdentifier(second, path, errors);
  }
}

/** Always with a domain. */
export function validateFullyQualifiedAttribute(name: string, path: Path, errors: FieldErrors): void {
  validateQualifiedAttribute(name, path, errors);
  if (!name.includes('/'))
    errors.invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash');
}

function validateIdentifier(id: string, path: Path, errors: FieldErrors): void {
  if (byteLength(id) > MAX_ID) errors.tooLong(path, MAX_ID);
  reportInvalid(isCIdentifier(id), id, path, errors);
}

/** Lower-case with dashes; the words are github.com/google/uuid's. */
export function validateUid(uid: string, path: Path, errors: FieldErrors): void {
  const fault = uuidFault(uid);
  if (fault !== undefined) errors.invalid(path, uid, `error validating uid: ${fault}`);
  else if (uid.length !== 36 || uid !== uid.toLowerCase()) {
    const message =
      'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
    errors.invalid(path, uid, message);
  }
}

function uuidFault(uid: string): string | undefined {
  const length = byteLength(uid);
  if (length === 32) return BARE_UUID.test(uid) ? undefined : 'invalid UUID format';
  if (length === 45 && uid.slice(0, 9).toLowerCase() !== 'urn:uuid:')
    return `invalid urn prefix: ${JSON.stringify(uid.slice(0, 9))}`;
  if (length === 38 && !(uid.startsWith('{') && uid.endsWith('}'))) return 'invalid bracketed UUID format';
  if (![36, 38, 45].includes(length)) return `invalid UUID length: ${length}`;
  const bare = length === 38 ? uid.slice(1, -1) : uid.slice(length - 36);
  return UUID.test(bare) ? undefined : 'invalid UUID format';
}

export function validateLabelText(value: string, path: Path, errors: FieldErrors): void {
  reportInvalid(isLabelValue(value), value, path, errors);
}

export function validateDeviceLabelName(name: string, path: Path, errors: FieldErrors): void {
  validateLabelName(name, path, errors);
}

/** A driver's own JSON: an object of bounded size. */
export function validateOpaqueObject(
  value: unknown,
  path: Path,
  errors: FieldErrors,
  { stored = false }: { stored?: boolean } = {},
): void {
  if (value === undefined || value === null) errors.required(path);
  else if (!stored && byteLength(stringifyJson(value)) > MAX_OPAQUE_BYTES) errors.tooLong(path, MAX_OPAQUE_BYTES);
  else if (!isObject(value)) errors.invalid(path, '<value omitted>', 'must be a valid JSON object');
}
