/**
 * Names of field managers. Imitates apiserver pkg/endpoints/handlers/create.go and apimachinery
 * pkg/apis/meta/v1/validation.
 */
import { type FieldError, FieldErrors, Path } from '../../field-errors.ts';

/** In bytes of UTF-8. */
const MAX_NAME_BYTES = 128;
/** Short and ASCII, as nearly all are. */
const PLAIN = /^[\x20-\x7e]{0,128}$/;

/** The manager of a request without a fieldManager option: its user agent before the first slash. */
export function managerFromUserAgent(userAgent: string): string {
  const slash = userAgent.indexOf('/');
  const wanted = slash < 0 ? userAgent : userAgent.slice(0, slash);
  if (PLAIN.test(wanted)) return wanted;
  let name = '';
  let room = MAX_NAME_BYTES;
  for (const char of wanted) {
    if (!isPrintable(char)) continue;
    room -= utf8Length(char);
    if (room < 0) break;
    name += char;
  }
  return name;
}

/** What is wrong with a fieldManager option; an empty one is none. */
export function validateFieldManager(name: string): readonly FieldError[] {
  if (PLAIN.test(name)) return [];
  const errors = new FieldErrors();
  const path = Path.root('fieldManager');
  if (utf8Length(name) > MAX_NAME_BYTES) errors.tooLong(path, MAX_NAME_BYTES);
  let position = 0;
  for (const char of name) {
    if (!isPrintable(char))
      errors.invalid(path, name, `invalid character ${unicodeName(char)} (at position ${position})`);
    position += utf8Length(char);
  }
  return errors.list;
}

function isPrintable(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

function unicodeName(char: string): string {
  return `U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
