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
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, cloneJson((value as JsonObject)[key]));
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

/** Deep equality of JSON values; key order does not count, an absent and an undefined key are the same. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  }
  const left = a as JsonObject;
  const right = b as JsonObject;
  for (const key of Object.keys(left)) if (!equalJson(left[key], getOwn(right, key))) return false;
  for (const key of Object.keys(right)) if (right[key] !== undefined && !Object.hasOwn(left, key)) return false;
  return true;
}
