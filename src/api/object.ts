import type { ObjectMeta } from './types/meta-v1.ts';

export type { ObjectMeta } from './types/meta-v1.ts';

/** Any Kubernetes object in its JSON form. Integers beyond ±2^53 are bigint. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Assigns an own property even where the key is `__proto__`. */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as JsonObject)[key] = value;
}

/** Reads an own property; inherited names such as `constructor` read as undefined. */
export function getOwn(target: object, key: string): unknown {
  return Object.hasOwn(target, key) ? (target as JsonObject)[key] : undefined;
}

/** A deep copy of a JSON value; safe for `__proto__` keys and bigint. */
export function cloneJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return (Array.isArray(value) ? cloneList(value) : cloneObject(value as JsonObject)) as T;
}

function cloneList(list: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (const item of list) copy.push(cloneJson(item));
  return copy;
}

function cloneObject(object: JsonObject): JsonObject {
  const copy: JsonObject = {};
  for (const key in object) {
    const value = object[key];
    if (key === '__proto__') setOwn(copy, key, cloneJson(value));
    else copy[key] = typeof value === 'object' ? cloneJson(value) : value;
  }
  return copy;
}

/** A copy with the keys of all objects in order, as Go prints maps. */
export function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value).sort()) setOwn(copy, key, withSortedKeys(value[key]));
  return copy;
}

/** Freezes a JSON value and all within; gives it back. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** Deep equality of JSON values; key order does not count, an absent and an undefined key are the same. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (!Array.isArray(a)) return !Array.isArray(b) && equalObjects(a as JsonObject, b as JsonObject);
  return Array.isArray(b) && equalLists(a, b);
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalJson(a[i], b[i])) return false;
  return true;
}

/** Each defined member of `a` has its like in `b`, and `b` has no more of them. */
function equalObjects(a: JsonObject, b: JsonObject): boolean {
  let members = 0;
  for (const key in a) {
    const value = a[key];
    if (value === undefined) continue;
    members++;
    const other = b[key];
    // What `b` inherits under this name is no JSON: functions are like nothing, `__proto__` is looked at twice.
    if (value !== other && !equalJson(value, key === '__proto__' ? getOwn(b, key) : other)) return false;
  }
  for (const key in b) if (b[key] !== undefined) members--;
  return members === 0;
}
