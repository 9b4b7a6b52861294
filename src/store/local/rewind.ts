import { compareUtf8 } from '../../util/utf8-order.ts';
import type { Entry } from '../store.ts';
import type { KeyRange, Undo } from './engine.ts';
import { nextKey } from './key-range.ts';

/**
 * Undoes changes in a piece of the current state; both in key order, over the same range. Entries that were created
 * after the revision and are not undone otherwise were not there.
 */
function undoAll(entries: readonly Entry[], undos: readonly Undo[], revision: number): Entry[] {
  const out: Entry[] = [];
  let next = 0;
  const keepBefore = (key: string | undefined): void => {
    for (; next < entries.length; next++) {
      const entry = entries[next]!;
      if (key !== undefined && compareUtf8(entry.key, key) >= 0) return;
      if (entry.createRevision <= revision) out.push(entry);
    }
  };
  for (const { key, previous } of undos) {
    keepBefore(key);
    if (entries[next]?.key === key) next++;
    if (previous !== undefined) out.push(previous);
  }
  keepBefore(undefined);
  return out;
}

/**
 * A range as it was at a revision: the current entries with later changes undone. Undoing may remove entries, so it reads on until
 * the limit (0 = none) is reached.
 */
export function rangeBefore(
  read: (range: KeyRange, limit: number) => readonly Entry[],
  undo: (range: KeyRange) => Undo[],
  range: KeyRange,
  limit: number,
  revision: number,
): Entry[] {
  const out: Entry[] = [];
  for (let rest = range; ; ) {
    const entries = read(rest, limit);
    const full = limit > 0 && entries.length === limit;
    const end = full ? nextKey(entries.at(-1)!.key) : undefined;
    const seen = end === undefined ? rest : { low: rest.low, high: end, prefix: undefined };
    for (const entry of undoAll(entries, undo(seen), revision)) out.push(entry);
    if (end === undefined || out.length >= limit) break;
    rest = { low: end, high: rest.high, prefix: undefined };
  }
  if (limit > 0 && out.length > limit) out.length = limit;
  return out;
}
