import { compareUtf8, prefixEnd } from '../../util/utf8-order.ts';
import type { KeyRange } from './engine.ts';

/** The least key greater than `key`. */
export function nextKey(key: string): string {
  return `${key}\0`;
}

/** All keys that start with the prefix and are greater than `after`. */
export function keyRange(prefix: string, after?: string): KeyRange {
  const high = prefixEnd(prefix);
  if (after === undefined || compareUtf8(after, prefix) < 0) return { low: prefix, high, prefix };
  return { low: nextKey(after), high, prefix: undefined };
}

/** All of a key up to its last slash. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** Whether the folder is the key's. What is asked of one key after the other mostly stays within one: no text is made. */
export function isFolderOf(key: string, folder: string): boolean {
  return key.startsWith(folder) && !key.includes('/', folder.length);
}

/** Every write is compared with many ranges, nearly all of them whole prefixes: those need no comparison of units. */
export function inRange(key: string, { low, high, prefix }: KeyRange): boolean {
  if (prefix !== undefined) return key.startsWith(prefix);
  return compareUtf8(key, low) >= 0 && (high === undefined || compareUtf8(key, high) < 0);
}
