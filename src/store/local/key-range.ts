import { compareUtf8, prefixEnd } from '../../util/utf8-order.ts';
import type { KeyRange } from './engine.ts';

/** The least key greater than `key`. */
export function nextKey(key: string): string {
  return `${key}\0`;
}

/** All keys that start with the prefix and are greater than `after`. */
export function keyRange(prefix: string, after?: string): KeyRange {
  const low = after !== undefined && compareUtf8(after, prefix) >= 0 ? nextKey(after) : prefix;
  return { low, high: prefixEnd(prefix) };
}

export function inRange(key: string, range: KeyRange): boolean {
  return compareUtf8(key, range.low) >= 0 && (range.high === undefined || compareUtf8(key, range.high) < 0);
}
