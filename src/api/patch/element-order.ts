/**
 * Order of the items of a merged list: as the patch orders its items, with the items that only the server has put
 * where they stood relative to them. Imitates apimachinery pkg/util/strategicpatch.
 */
import { getOwn, isObject } from '../object.ts';
import { goType } from './go-format.ts';
import { listOfLists, mixedListElements, noMergeKey, wrongType } from './strategic-merge-errors.ts';

const MAP_TYPE = 'map[string]interface {}';

/** Go's type of the items of these lists, undefined when all are empty. Throws when they differ or are lists. */
export function elementType(...lists: unknown[][]): string | undefined {
  let type: string | undefined;
  for (const item of lists.flat()) {
    const current = goType(item);
    if (current === '[]interface {}' && type === undefined) throw listOfLists();
    if (type !== undefined && current !== type) throw mixedListElements(lists);
    type = current;
  }
  return type;
}

/** What identifies an item: its merge key's value, or itself in a list of scalars (`mergeKey` empty). */
export function identity(item: unknown, mergeKey: string): unknown {
  return mergeKey === '' ? item : isObject(item) ? getOwn(item, mergeKey) : undefined;
}

/** As `identity`, for lists where every item must be an object that has its merge key. */
export function requireIdentity(item: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return item;
  if (!isObject(item)) throw wrongType(MAP_TYPE, item);
  if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
  return item[mergeKey];
}

/** Where each identity first stands in a list. */
function positions(list: readonly unknown[], mergeKey: string): Map<unknown, number> {
  const found = new Map<unknown, number>();
  list.forEach((item, index) => {
    const id = identity(item, mergeKey);
    if (!found.has(id)) found.set(id, index);
  });
  return found;
}

/**
 * Orders `merged`: items named in `order` as `order` has them, the others as `server` has them, interleaved by
 * their places in `server`.
 */
export function orderItems(merged: unknown[], order: unknown[], server: unknown[], mergeKey: string): unknown[] {
  const inOrder = positions(order, mergeKey);
  const inServer = positions(server, mergeKey);
  const fromPatch: unknown[] = [];
  const serverOnly: unknown[] = [];
  for (const item of merged) (inOrder.has(requireIdentity(item, mergeKey)) ? fromPatch : serverOnly).push(item);
  for (const item of [...order, ...server]) requireIdentity(item, mergeKey);
  const by = (places: Map<unknown, number>) => (a: unknown, b: unknown) =>
    (places.get(identity(a, mergeKey)) ?? -1) - (places.get(identity(b, mergeKey)) ?? -1);
  return interleave(serverOnly.sort(by(inServer)), fromPatch.sort(by(inOrder)), inServer, mergeKey);
}

/** Puts each item of `left` before the first remaining item of `right` that the server has behind it. */
function interleave(left: unknown[], right: unknown[], places: Map<unknown, number>, mergeKey: string): unknown[] {
  const out: unknown[] = [];
  let next = 0;
  for (const item of right) {
    const limit = places.get(identity(item, mergeKey));
    for (; next < left.length && limit !== undefined; next++) {
      const place = places.get(identity(left[next], mergeKey));
      if (place === undefined || place >= limit) break;
      out.push(left[next]);
    }
    out.push(item);
  }
  return [...out, ...left.slice(next)];
}
