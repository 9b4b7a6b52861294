/**
 * Texts of JSON values as Go's fmt package writes them: upstream's error messages print whole values.
 */
import { quote } from '../field-errors.ts';
import { isObject, type JsonObject } from '../object.ts';

/** `%v`: `map[a:1 b:[x y]]`, keys sorted, strings bare, null as `<nil>`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (isObject(value)) return `map[${sortedEntries(value, (key, item) => `${key}:${goValue(item)}`).join(' ')}]`;
  return String(value);
}

/** `%s`: as `%v`, but what is no string says so: `%!s(int64=7)`. */
export function goString(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return `[${value.map(goString).join(' ')}]`;
  if (isObject(value)) return `map[${sortedEntries(value, (key, item) => `${key}:${goString(item)}`).join(' ')}]`;
  return `%!s(${goType(value)}=${goValue(value)})`;
}

/** `%#v`: Go syntax, `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return goValue(value);
  const entries = sortedEntries(value, (key, item) => `${quote(key)}:${goSyntax(item)}`);
  return `map[string]interface {}{${entries.join(', ')}}`;
}

/** `%T`: the Go type that a decoded JSON value has. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

/** encoding/json's complaint about a value of the wrong kind. */
export function unmarshalError(value: unknown, target: string): string {
  return `json: cannot unmarshal ${jsonKind(value)} into ${target}`;
}

function jsonKind(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
}

/** Go's shortest form: exponents below 1e-4 and from 1e21, with two digits at least. */
function goNumber(value: number): string {
  const text = value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function sortedEntries(value: JsonObject, show: (key: string, item: unknown) => string): string[] {
  return Object.keys(value)
    .sort()
    .map((key) => show(key, value[key]));
}
