/**
 * Field errors: where in an object something is wrong, what kind of wrong, and the words for it.
 * Imitates apimachinery pkg/util/validation/field (types, `ErrorBody` text, cause reasons).
 */
import { stringifyJson } from './json.ts';

/**
 * A place in an object, rendered as `spec.containers[0].ports[1].name` or `metadata.labels[key]`. Validation makes many
 * and shows few: nothing is joined before somebody asks for the text.
 */
export class Path {
  readonly #parent: Path | undefined;
  readonly #segment: string | number;
  /** The segment is an index or a key, not a field. */
  readonly #bracketed: boolean;

  private constructor(parent: Path | undefined, segment: string | number, bracketed: boolean) {
    this.#parent = parent;
    this.#segment = segment;
    this.#bracketed = bracketed;
  }

  /** The path of a top-level field. */
  static root(name: string): Path {
    return new Path(undefined, name, false);
  }

  child(name: string, ...below: string[]): Path {
    const path = new Path(this, name, false);
    return below.length === 0 ? path : below.reduce((parent, next) => parent.child(next), path);
  }

  index(position: number): Path {
    return new Path(this, position, true);
  }

  key(name: string): Path {
    return new Path(this, name, true);
  }

  toString(): string {
    const before = this.#parent === undefined ? '' : this.#parent.toString();
    if (this.#bracketed) return `${before}[${this.#segment}]`;
    return before === '' ? String(this.#segment) : `${before}.${this.#segment}`;
  }
}

/** The object itself; children of it are top-level fields. Renders as the empty string. */
export const ROOT: Path = Path.root('');

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

const TITLES: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

/** Types whose text does not show the offending value. */
const VALUELESS: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/** As a value: the message shows none, `spec.rules[0]: Invalid value: one of … is required` (Go's OmitValueType). */
export const OMITTED: unique symbol = Symbol('omitted');

export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly value?: unknown;
  readonly detail: string;
}

/** Collects the field errors of one validation, in order. */
export class FieldErrors {
  readonly list: FieldError[] = [];

  get length(): number {
    return this.list.length;
  }

  add(type: FieldErrorType, path: Path | string, value: unknown, detail: string): void {
    this.list.push({ type, field: path.toString(), value, detail });
  }

  /** `allowed` is shown in the order given. */
  notSupported(path: Path, value: unknown, allowed: readonly string[]): void {
    const detail = allowed.length === 0 ? '' : `supported values: ${allowed.map(quote).join(', ')}`;
    this.add('FieldValueNotSupported', path, value, detail);
  }

  required(path: Path, detail = ''): void {
    this.add('FieldValueRequired', path, undefined, detail);
  }

  invalid(path: Path, value: unknown, detail: string): void {
    this.add('FieldValueInvalid', path, value, detail);
  }

  typeInvalid(path: Path, value: unknown, detail: string): void {
    this.add('FieldValueTypeInvalid', path, value, detail);
  }

  duplicate(path: Path, value: unknown): void {
    this.add('FieldValueDuplicate', path, value, '');
  }

  forbidden(path: Path, detail: string): void {
    this.add('FieldValueForbidden', path, undefined, detail);
  }

  notFound(path: Path, value: unknown): void {
    this.add('FieldValueNotFound', path, value, '');
  }

  /** `maxBytes` below zero means that no limit is named. */
  tooLong(path: Path, maxBytes: number): void {
    const detail = maxBytes >= 0 ? `may not be more than ${maxBytes} bytes` : 'value is too long';
    this.add('FieldValueTooLong', path, undefined, detail);
  }

  tooMany(path: Path, actual: number, max: number): void {
    const detail = max >= 0 ? `must have at most ${max} ${max === 1 ? 'item' : 'items'}` : 'has too many items';
    this.add('FieldValueTooMany', path, actual, detail);
  }

  internal(path: Path, detail: string): void {
    this.add('InternalError', path, undefined, detail);
  }

  append(errors: readonly FieldError[]): void {
    for (const error of errors) this.list.push(error);
  }
}

/** The text of a field error without its path: `Invalid value: "x": must be lower case`. */
export function fieldErrorBody(error: FieldError): string {
  const title = TITLES[error.type];
  const head = VALUELESS.has(error.type) || error.value === OMITTED ? title : `${title}: ${showValue(error.value)}`;
  return error.detail === '' ? head : `${head}: ${error.detail}`;
}

/** The text of a field error with its path: `spec.replicas: Invalid value: -1: must be …`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`;
}

/** Joins messages as Go's aggregate error does: one stands alone, several are bracketed, repeats are dropped. */
export function aggregateText(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? (distinct[0] as string) : `[${distinct.join(', ')}]`;
}

function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'object') return escapeHtml(stringifyJson(value));
  return String(value);
}

/** Go's encoding/json escapes what HTML would read, and two line ends. */
export function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\u0007': '\\a',
};

/** Quotes a string as Go's %q: printable characters stay, control characters and quotes are escaped. */
export function quote(text: string): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) return `"${text}"`;
  let out = '"';
  for (const char of text) out += ESCAPES[char] ?? (isPrintable(char) ? char : escapeRune(char));
  return `${out}"`;
}

function isPrintable(char: string): boolean {
  return char === ' ' || (/[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char) && !/\p{Cs}/u.test(char));
}

function escapeRune(char: string): string {
  const code = char.codePointAt(0) as number;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
