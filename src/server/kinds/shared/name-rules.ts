/** Names and other well-formed words inside objects: each rule reports its messages at a path. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortNum } from '../../../api/names.ts';
import { maskTrailingDash } from '../define.ts';

/** apimachinery NameIsDNSLabel: for `nameErrors` of namespaces and services. */
export function dnsLabelName(name: string, prefix: boolean): string[] {
  return isDNS1123Label(prefix ? maskTrailingDash(name) : name);
}

/** Each message as `Invalid value` of `value` at `path`. */
export function reportInvalid(messages: readonly string[], value: unknown, path: Path, errors: FieldErrors): void {
  for (const message of messages) errors.invalid(path, value, message);
}

export function validateDNSLabel(value: string, path: Path, errors: FieldErrors): void {
  reportInvalid(isDNS1123Label(value), value, path, errors);
}

export function validateDNSSubdomain(value: string, path: Path, errors: FieldErrors): void {
  reportInvalid(isDNS1123Subdomain(value), value, path, errors);
}

export function validateQualifiedName(value: string, path: Path, errors: FieldErrors): void {
  reportInvalid(isQualifiedName(value), value, path, errors);
}

export function validatePortNumber(port: number, path: Path, errors: FieldErrors): void {
  reportInvalid(isValidPortNum(port), port, path, errors);
}

/** core validation ValidateCSIDriverName. */
export function validateCSIDriverName(name: string, path: Path, errors: FieldErrors): void {
  if (name === '') {
    errors.required(path);
    return;
  }
  if (name.length > 63) errors.tooLong(path, 63);
  reportInvalid(isDNS1123Subdomain(name.toLowerCase()), name, path, errors);
}

/** Wording of kinds whose field selectors know metadata only (apimachinery DefaultMetaV1FieldSelectorConversion). */
export function metadataFieldLabelError(label: string): string {
  return `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}
