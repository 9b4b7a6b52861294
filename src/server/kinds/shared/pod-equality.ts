/** Equality as Go's apiequality.Semantic sees it, and a readable list of differences. */
import { stringifyJson } from '../../../api/json.ts';
import { getOwn, isObject } from '../../../api/object.ts';

const MAX_DIFFERENCES = 100;

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

/**
 * What changed, in the manner of a unified diff:
 *
 *   @@ spec.containers[0] @@
 *   - image: "a"
 *   + image: "b"
 */
export function readableDiff(old: unknown, now: unknown, root: string): string {
  const lines: string[] = [];
  collect(old, now, root, '', lines);
  return `${lines.slice(0, MAX_DIFFERENCES).join('\n')}\n`;
}

function collect(old: unknown, now: unknown, parent: string, name: string, lines: string[]): void {
  if (semanticEqual(old, now) || lines.length > MAX_DIFFERENCES) return;
  const path = name.startsWith('[') || name === '' ? parent + name : `${parent}.${name}`;
  if (isObject(old) && isObject(now)) {
    for (const key of unionOfKeys(old, now)) collect(getOwn(old, key), getOwn(now, key), path, key, lines);
  } else if (Array.isArray(old) && Array.isArray(now)) {
    for (let i = 0; i < Math.max(old.length, now.length); i++) collect(old[i], now[i], path, `[${i}]`, lines);
  } else {
    lines.push(`@@ ${parent} @@`);
    if (!isNothing(old)) lines.push(`- ${name}: ${stringifyJson(old)}`);
    if (!isNothing(now)) lines.push(`+ ${name}: ${stringifyJson(now)}`);
  }
}
