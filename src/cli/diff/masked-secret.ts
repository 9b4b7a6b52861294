/** Secrets are compared without being shown: values become asterisks that still tell what changed. */
import { isObject, type JsonObject } from '../../api/object.ts';

const MASK = '***';

/** Copies of both versions; other kinds stay as they are. */
export function maskedVersions(
  live: JsonObject | undefined,
  merged: JsonObject | undefined,
): [JsonObject | undefined, JsonObject | undefined] {
  if (!isSecret(live) && !isSecret(merged)) return [live, merged];
  const [before, after] = [dataOf(live), dataOf(merged)];
  const left: JsonObject = {};
  const right: JsonObject = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const both = Object.hasOwn(before, key) && Object.hasOwn(after, key);
    const changed = both && before[key] !== after[key];
    if (Object.hasOwn(before, key)) left[key] = changed ? `${MASK} (before)` : MASK;
    if (Object.hasOwn(after, key)) right[key] = changed ? `${MASK} (after)` : MASK;
  }
  return [withData(live, left), withData(merged, right)];
}

function isSecret(object: JsonObject | undefined): boolean {
  return object?.['kind'] === 'Secret' && object['apiVersion'] === 'v1';
}

function dataOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.['data']) ? object['data'] : {};
}

function withData(object: JsonObject | undefined, data: JsonObject): JsonObject | undefined {
  if (object === undefined || Object.keys(data).length === 0) return object;
  return { ...object, data };
}
