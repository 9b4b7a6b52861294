/**
 * JSON merge patch (RFC 7386) with the deviations of evanphx/json-patch v4, which kube-apiserver uses.
 */
import { cloneJson, getOwn, isObject, type JsonObject, setOwn } from '../object.ts';

/**
 * The document after the patch. Neither argument is changed; what the patch leaves alone the result shares with `doc`,
 * with `patch` it shares nothing.
 * null removes a key. Where a list or scalar of the document gives way, nulls inside the new value are dropped too,
 * but list items that are null stay; where an object gives way to a list, the list is taken as it is.
 */
export function applyMergePatch(doc: unknown, patch: unknown): unknown {
  return isObject(doc) && isObject(patch) ? mergeObjects(doc, patch) : withoutNulls(patch);
}

function mergeObjects(doc: JsonObject, patch: JsonObject): JsonObject {
  const out = { ...doc };
  for (const key of Object.keys(patch)) {
    const value = getOwn(patch, key);
    if (value === null || value === undefined) delete out[key];
    else setOwn(out, key, mergeValue(getOwn(doc, key), value));
  }
  return out;
}

function mergeValue(current: unknown, patch: unknown): unknown {
  if (!isObject(current)) return withoutNulls(patch);
  return isObject(patch) ? mergeObjects(current, patch) : cloneJson(patch);
}

/** Object keys with null are dropped at any depth; null items of lists stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item === null ? null : withoutNulls(item)));
  if (!isObject(value)) return value;
  const out: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = getOwn(value, key);
    if (item !== null && item !== undefined) setOwn(out, key, withoutNulls(item));
  }
  return out;
}

/** A merge patch that turns `before` into `after`, as CreateMergePatch makes it; lists are replaced whole. */
export function createMergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(after)) {
    const change = diffValue(getOwn(before, key), getOwn(after, key));
    if (change !== undefined) setOwn(patch, key, change);
  }
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) setOwn(patch, key, null);
  return patch;
}

function diffValue(before: unknown, after: unknown): unknown {
  if (isObject(before) && isObject(after)) {
    const nested = createMergePatch(before, after);
    return Object.keys(nested).length === 0 ? undefined : nested;
  }
  return sameJson(before, after) ? undefined : after;
}

function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && sameJson(a[k], b[k]));
}
