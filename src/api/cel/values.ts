/**
 * What expressions work on. int is bigint, double is number, bytes is Uint8Array; lists, maps and the rest are classes.
 * Imitates cel-go common/types and its words for errors.
 */
import { formatDuration } from '../time.ts';

/** What went wrong while an expression was evaluated, in cel-go's words. */
export class CelError extends Error {
  override readonly name = 'CelError';
}

export const NO_OVERLOAD = 'no such overload';

export class CelUint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

export class CelDuration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
  /** `1.5s`: seconds, as cel-go's string(duration) has it. */
  toString(): string {
    return `${decimalText(this.nanos, 1_000_000_000n)}s`;
  }
  /** As Go prints it: `1h0m0s`. */
  goText(): string {
    return formatDuration(this.nanos);
  }
}

export class CelTimestamp {
  /** Since 1970. */
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
  /** RFC 3339 in UTC with the fraction that is needed. */
  toString(): string {
    const seconds = floorDivide(this.nanos, 1_000_000_000n);
    const rest = this.nanos - seconds * 1_000_000_000n;
    const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
    const fraction = String(rest).padStart(9, '0').replace(/0+$/, '');
    return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`;
  }
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function decimalText(nanos: bigint, unit: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const positive = nanos < 0n ? -nanos : nanos;
  const fraction = String(positive % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${sign}${positive / unit}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A type as a value: `type(x)`, `int`. */
export class CelTypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class CelOptional {
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

export const NONE = new CelOptional(undefined);

/** Lists; those of other kinds (sets, lists by key) override what equality and `+` mean. */
export abstract class CelList {
  abstract readonly size: number;
  abstract at(index: number): CelValue;

  *items(): Iterable<CelValue> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }

  equals(other: CelList): boolean {
    if (this.size !== other.size) return false;
    for (let i = 0; i < this.size; i++) if (!equalValues(this.at(i), other.at(i))) return false;
    return true;
  }

  plus(other: CelList): CelList {
    return new ArrayList([...this.items(), ...other.items()]);
  }

  contains(wanted: CelValue): boolean {
    for (const item of this.items()) if (equalValues(item, wanted)) return true;
    return false;
  }
}

/** Lists that grow by one share their values: what a comprehension collects is not copied with every step. */
export class ArrayList extends CelList {
  readonly #values: CelValue[];
  override readonly size: number;

  constructor(values: CelValue[], size = values.length) {
    super();
    this.#values = values;
    this.size = size;
  }

  override at(index: number): CelValue {
    return this.#values[index] as CelValue;
  }

  override plus(other: CelList): ArrayList {
    const values = this.#values.length === this.size ? this.#values : this.#values.slice(0, this.size);
    for (const item of [...other.items()]) values.push(item);
    return new ArrayList(values);
  }
}

/** Maps, and objects by the names of their fields. */
export abstract class CelMap {
  abstract readonly size: number;
  abstract get(key: CelValue): CelValue | undefined;
  abstract keys(): Iterable<CelValue>;

  equals(other: CelMap): boolean {
    if (this.size !== other.size) return false;
    for (const key of this.keys()) {
      const theirs = other.get(key);
      const ours = this.get(key);
      if (theirs === undefined || ours === undefined || !equalValues(ours, theirs)) return false;
    }
    return true;
  }
}

/** Keys by what they are equal to: 1, 1u and 1.0 are one key. */
export function keyOf(key: CelValue): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof CelUint) return `n${key.value}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
  throw new CelError(`unsupported key type: ${typeNameOf(key)}`);
}

export class EntryMap extends CelMap {
  readonly #entries: ReadonlyMap<string, readonly [key: CelValue, value: CelValue]>;

  private constructor(entries: ReadonlyMap<string, readonly [CelValue, CelValue]>) {
    super();
    this.#entries = entries;
  }

  static readonly empty = new EntryMap(new Map());

  /** @throws CelError for a key that was there before */
  static of(entries: Iterable<readonly [CelValue, CelValue]>): EntryMap {
    const found = new Map<string, readonly [CelValue, CelValue]>();
    for (const [key, value] of entries) {
      const id = keyOf(key);
      if (found.has(id)) throw new CelError(`insert failed: key ${textOfKey(key)} already exists`);
      found.set(id, [key, value]);
    }
    return new EntryMap(found);
  }

  override get size(): number {
    return this.#entries.size;
  }
  override get(key: CelValue): CelValue | undefined {
    return this.#entries.get(keyOf(key))?.[1];
  }
  override *keys(): Iterable<CelValue> {
    for (const [key] of this.#entries.values()) yield key;
  }
  *entries(): Iterable<readonly [CelValue, CelValue]> {
    yield* this.#entries.values();
  }
}

/** A value of a type that is nobody's business but its functions'. */
export abstract class CelOpaque {
  abstract readonly typeName: string;
  /** Two of one type. */
  abstract equals(other: CelOpaque): boolean;
}

export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | CelUint
  | CelDuration
  | CelTimestamp
  | CelTypeValue
  | CelOptional
  | CelList
  | CelMap
  | CelOpaque;

/** `int`, `list`, `google.protobuf.Timestamp`: what `type(x)` is. */
export function typeNameOf(value: CelValue): string {
  if (value === null) return 'null_type';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof CelUint) return 'uint';
  if (value instanceof CelDuration) return 'google.protobuf.Duration';
  if (value instanceof CelTimestamp) return 'google.protobuf.Timestamp';
  if (value instanceof CelTypeValue) return 'type';
  if (value instanceof CelOptional) return 'optional_type';
  if (value instanceof CelList) return 'list';
  return value instanceof CelMap ? 'map' : value.typeName;
}

export function isNumber(value: CelValue): value is bigint | number | CelUint {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof CelUint;
}

/** Compares numbers of any type exactly; NaN is unordered (undefined). */
export function compareNumbers(a: bigint | number | CelUint, b: bigint | number | CelUint): number | undefined {
  const left = a instanceof CelUint ? a.value : a;
  const right = b instanceof CelUint ? b.value : b;
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? undefined : 0;
}

/** What `==` says: values of different types are unequal, numbers are compared by what they stand for. */
export function equalValues(a: CelValue, b: CelValue): boolean {
  if (isNumber(a)) return isNumber(b) && compareNumbers(a, b) === 0;
  if (a === null || typeof a === 'boolean' || typeof a === 'string') return a === b;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanos === b.nanos;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nanos === b.nanos;
  if (a instanceof CelTypeValue) return b instanceof CelTypeValue && a.name === b.name;
  if (a instanceof CelOptional) return b instanceof CelOptional && equalOptionals(a, b);
  if (a instanceof CelList) return b instanceof CelList && a.equals(b);
  if (a instanceof CelMap) return b instanceof CelMap && a.equals(b);
  return b instanceof CelOpaque && a.typeName === b.typeName && a.equals(b);
}

function equalOptionals(a: CelOptional, b: CelOptional): boolean {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return equalValues(a.value, b.value);
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}

/** By code points, as Go compares UTF-8. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i] as string).codePointAt(0)! - (right[i] as string).codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** How a key is named in errors: `no such key: max`. */
export function textOfKey(key: CelValue): string {
  if (key instanceof CelUint) return String(key.value);
  if (key === null || typeof key !== 'object') return String(key);
  return typeNameOf(key);
}

/** Any JSON value where no schema says more: integers are int, other numbers double. */
export function fromJson(value: unknown): CelValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return new JsonList(value);
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return new JsonMap(value as Record<string, unknown>);
  return value as CelValue;
}

class JsonList extends CelList {
  readonly #values: readonly unknown[];
  constructor(values: readonly unknown[]) {
    super();
    this.#values = values;
  }
  override get size(): number {
    return this.#values.length;
  }
  override at(index: number): CelValue {
    return fromJson(this.#values[index]);
  }
}

class JsonMap extends CelMap {
  readonly #object: Record<string, unknown>;
  constructor(object: Record<string, unknown>) {
    super();
    this.#object = object;
  }
  override get size(): number {
    return Object.keys(this.#object).length;
  }
  override get(key: CelValue): CelValue | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.#object, key)) return undefined;
    return fromJson(this.#object[key]);
  }
  override keys(): Iterable<CelValue> {
    return Object.keys(this.#object);
  }
}

/** The JSON that a value is, for patches and messages. @throws CelError for what JSON cannot say */
export function toJson(value: CelValue): unknown {
  if (value instanceof CelUint) return jsonInteger(value.value);
  if (typeof value === 'bigint') return jsonInteger(value);
  if (value instanceof CelList) return Array.from(value.items(), toJson);
  if (value instanceof CelMap) return Object.fromEntries(Array.from(value.keys(), (key) => jsonEntry(value, key)));
  if (value instanceof CelDuration || value instanceof CelTimestamp) return value.toString();
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (value === null || typeof value !== 'object') return value;
  throw new CelError(`unsupported type: ${typeNameOf(value)}`);
}

function jsonInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function jsonEntry(map: CelMap, key: CelValue): [string, unknown] {
  if (typeof key !== 'string') throw new CelError(`unsupported key type: ${typeNameOf(key)}`);
  return [key, toJson(map.get(key) as CelValue)];
}
