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

/**
 * A deep copy of a JSON value, as writing and reading it again would give it: members that are undefined are not there.
 * Safe for `__proto__` keys and bigint. One frame of the stack a level: values may be deep.
 */
export function cloneJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (let i = 0; i < value.length; i++) list.push(cloneJson<unknown>(value[i]));
    return list as T;
  }
  const copy: JsonObject = {};
  for (const key in value) {
    const member: unknown = value[key];
    if (member === undefined) continue;
    const own = typeof member === 'object' ? cloneJson(member) : member;
    if (key === '__proto__') setOwn(copy, key, own);
    else copy[key] = own;
  }
  return copy as T;
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

/**
 * Deep equality of JSON values; key order does not count, an absent and an undefined key are the same. One frame of the
 * stack a level.
 */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !equalJson(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  let members = 0;
  for (const key in a) {
    const value = (a as JsonObject)[key];
    if (value === undefined) continue;
    members++;
    // What `b` inherits is no JSON: functions are like nothing, only `__proto__` is to be looked at twice.
    const other = key === '__proto__' ? getOwn(b, key) : (b as JsonObject)[key];
    if (value !== other && !equalJson(value, other)) return false;
  }
  for (const key in b) if ((b as JsonObject)[key] !== undefined) members--;
  return members === 0;
}

/**
 * The keys of a map in order, which decoded objects mostly have already. Go walks its maps in none; ours says the same
 * things in the same order each time.
 */
export function sortedKeys(map: object): string[] {
  const keys = Object.keys(map);
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  return keys;
}
