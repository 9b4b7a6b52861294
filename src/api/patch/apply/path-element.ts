/**
 * Path elements: one step of a field path. In FieldsV1 they are keys: `f:name` a field, `k:{"name":"x"}` the list
 * item with these key values, `v:"x"` the item of a set, `i:0` an index; in messages `.name`, `[name="x"]`, `[="x"]`.
 * Imitates structured-merge-diff fieldpath (serialize-pe.go, element.go).
 */
import { quote } from '../../field-errors.ts';
import { stringifyJson } from '../../json.ts';
import { isObject, type JsonObject } from '../../object.ts';
import { goValue } from '../go-format.ts';

/** The FieldsV1 key of a field. */
export function fieldKey(name: string): string {
  return `f:${name}`;
}

/** The FieldsV1 key of a set item. */
export function valueKey(value: unknown): string {
  return `v:${htmlSafeJson(value)}`;
}

/** A text in which nothing is to be escaped, as almost all keys of list items are. */
const PLAIN = /^[\w ./:-]*$/;

/** JSON text with `<`, `>` and `&` escaped, as Go's encoder writes it. */
export function htmlSafeJson(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`;
  const text = stringifyJson(value);
  return /[<>&\u2028\u2029]/.test(text) ? text.replace(/[<>&\u2028\u2029]/g, escapeUnit) : text;
}

function escapeUnit(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The element as messages show it. */
export function showElement(key: string): string {
  const body = key.slice(2);
  if (key.startsWith('f:')) return `.${body}`;
  if (key.startsWith('i:')) return `[${body}]`;
  const value: unknown = JSON.parse(body);
  return key.startsWith('v:') ? `[=${showValue(value)}]` : showKeyFields(value as JsonObject);
}

function showKeyFields(fields: JsonObject): string {
  const shown = Object.keys(fields).map((name) => `${name}=${showValue(fields[name])}`);
  return `[${shown.join(',')}]`;
}

function showValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(showValue).join(',')}]`;
  if (isObject(value))
    return Object.keys(value)
      .map((key) => `${key}=${showValue(value[key])}`)
      .join('');
  return goValue(value);
}

/**
 * The canonical spelling of a FieldsV1 key that somebody else wrote: key fields sorted, JSON compact.
 * Undefined for a kind of element that is unknown and to be ignored; throws for what is no key at all.
 */
export function canonicalKey(key: string): string | undefined {
  if (key.length < 2) throw new Error('key must be 2 characters long:');
  if (key[1] !== ':') throw new Error(`missing colon: ${key}`);
  if (key.startsWith('f:')) return key;
  if (key.startsWith('v:')) return valueKey(JSON.parse(key.slice(2)));
  if (key.startsWith('k:')) return canonicalKeyFields(JSON.parse(key.slice(2)));
  if (key.startsWith('i:')) return canonicalIndex(key.slice(2));
  return undefined;
}

/** Whether a key is one, spelled canonically. Throws for what is no key at all. */
export function isCanonicalKey(key: string): boolean {
  return key.startsWith('f:') || known.has(key) || (canonicalKey(key) === key && remember(key));
}

/** Keys of list items that were found to be canonical: the same come again and again. */
const known = new Set<string>();
const MANY_KEYS = 5_000;
const LONG_KEY = 200;

function remember(key: string): true {
  if (known.size >= MANY_KEYS) known.clear();
  if (key.length < LONG_KEY) known.add(key);
  return true;
}

function canonicalKeyFields(fields: unknown): string {
  if (!isObject(fields)) throw new Error('expect { or n');
  const parts = Object.keys(fields)
    .sort()
    .map((name) => `${htmlSafeJson(name)}:${htmlSafeJson(fields[name])}`);
  return `k:{${parts.join(',')}}`;
}

function canonicalIndex(text: string): string {
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new Error(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  return `i:${Number(text)}`;
}

const KIND_ORDER = 'fkvi';

/** The order of path elements: fields, then keyed items, then set items, then indexes; each by value. */
export function compareElements(a: string, b: string): number {
  const kind = KIND_ORDER.indexOf(a[0] as string) - KIND_ORDER.indexOf(b[0] as string);
  if (kind !== 0) return kind;
  if (a.startsWith('f:')) return compareText(a, b);
  if (a.startsWith('i:')) return Number(a.slice(2)) - Number(b.slice(2));
  const [left, right]: unknown[] = [JSON.parse(a.slice(2)), JSON.parse(b.slice(2))];
  return a.startsWith('v:') ? compareValues(left, right) : compareKeyFields(left as JsonObject, right as JsonObject);
}

function compareKeyFields(a: JsonObject, b: JsonObject): number {
  const left = Object.keys(a);
  const right = Object.keys(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x, y] = [left[i] as string, right[i] as string];
    const order = compareText(x, y) || compareValues(a[x], b[y]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const TYPE_ORDER = ['number', 'string', 'boolean', 'list', 'object', 'null'];

function compareValues(a: unknown, b: unknown): number {
  const type = TYPE_ORDER.indexOf(typeOf(a)) - TYPE_ORDER.indexOf(typeOf(b));
  if (type !== 0) return type;
  if (typeof a === 'number') return a - (b as number);
  if (typeof a === 'boolean') return Number(a) - Number(b);
  return compareText(typeof a === 'string' ? a : stringifyJson(a), typeof b === 'string' ? b : stringifyJson(b));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
