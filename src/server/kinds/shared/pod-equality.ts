/** Equality as Go's apiequality.Semantic sees it. */
import { getOwn, isObject } from '../../../api/object.ts';

/** Deep equality where unset, null and an empty list are one. Key order does not count. */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => semanticEqual(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  return unionOfKeys(a, b).every((key) => semanticEqual(getOwn(a, key), getOwn(b, key)));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function unionOfKeys(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}
