/**
 * A JSON merge patch (RFC 7396) from three versions: what was applied last, what is wanted now, what the server has.
 * For kinds whose lists have no merge keys: custom resources.
 *
 *   original {a: 1, b: 2}   modified {a: 5}   current {a: 1, b: 2, c: 3}   →   {a: 5, b: null}
 */
import { cloneJson, equalJson, getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';

export function threeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(modified)) {
    const part = partOf(getOwn(original, key), modified[key], getOwn(current, key));
    if (part !== undefined) setOwn(patch, key, part);
  }
  for (const key of removedKeys(original, modified)) setOwn(patch, key, null);
  return patch;
}

/** Keys that were applied once and are no longer wanted. */
export function removedKeys(original: JsonObject, modified: JsonObject): string[] {
  return Object.keys(original).filter((key) => !Object.hasOwn(modified, key));
}

/** undefined when there is nothing to change. */
function partOf(original: unknown, modified: unknown, current: unknown): unknown {
  if (isObject(modified) && isObject(current)) {
    const nested = threeWayMergePatch(isObject(original) ? original : {}, modified, current);
    return Object.keys(nested).length === 0 ? undefined : nested;
  }
  if (modified === null && current === undefined) return undefined;
  return equalJson(modified, current) ? undefined : cloneJson(modified);
}
