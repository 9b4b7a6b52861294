/**
 * A strategic merge patch from three versions: what was applied last, what is wanted now, what the server has. Lists
 * with a merge key are patched item by item, so items that others put there stay.
 * Imitates apimachinery pkg/util/strategicpatch CreateThreeWayMergePatch.
 *
 *   original ports [80, 443]   modified ports [80→name: web]   current ports [80, 443, 9090]
 *   →  {ports: [{port: 80, name: web}, {port: 443, $patch: delete}], $setElementOrder/ports: [{port: 80}]}
 */
import { cloneJson, equalJson, getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import type { Schema } from '../../api/schema/schema.ts';
import { removedKeys } from './three-way-merge.ts';

/** undefined stands for what nothing is known about: then lists are replaced. */
type Known = Schema | undefined;

export function threeWayStrategicPatch(
  schema: Known,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(modified)) {
    patchField(patch, key, fieldSchema(schema, key), getOwn(original, key), modified[key], getOwn(current, key));
  }
  for (const key of removedKeys(original, modified)) setOwn(patch, key, null);
  return patch;
}

function fieldSchema(schema: Known, key: string): Known {
  if (schema?.type === 'map') return schema.values;
  return schema?.fields?.get(key)?.schema;
}

function patchField(
  patch: JsonObject,
  key: string,
  schema: Known,
  original: unknown,
  modified: unknown,
  current: unknown,
): void {
  if (isObject(modified) && isObject(current)) {
    const nested = patchStruct(schema, isObject(original) ? original : {}, modified, current);
    if (nested !== undefined) setOwn(patch, key, nested);
    return;
  }
  if (Array.isArray(modified) && Array.isArray(current) && schema?.patchStrategy?.includes('merge')) {
    patchList(patch, key, schema, { original: Array.isArray(original) ? original : [], modified, current });
    return;
  }
  if (modified === null && current === undefined) return;
  if (!equalJson(modified, current)) setOwn(patch, key, cloneJson(modified));
}

function patchStruct(
  schema: Known,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject | undefined {
  const strategy = schema?.patchStrategy ?? [];
  if (strategy.includes('replace')) {
    return equalJson(modified, current) ? undefined : { ...cloneJson(modified), $patch: 'replace' };
  }
  const nested = threeWayStrategicPatch(schema, original, modified, current);
  if (Object.keys(nested).length === 0) return undefined;
  return strategy.includes('retainKeys') ? { ...nested, $retainKeys: Object.keys(modified).sort() } : nested;
}

interface Lists {
  readonly original: readonly unknown[];
  readonly modified: readonly unknown[];
  readonly current: readonly unknown[];
}

function patchList(patch: JsonObject, key: string, schema: Schema, lists: Lists): void {
  const mergeKey = schema.patchMergeKey;
  if (mergeKey === undefined) patchPrimitives(patch, key, lists);
  else if (areItems(lists, mergeKey)) patchItems(patch, key, schema, mergeKey, lists);
  else if (!equalJson(lists.modified, lists.current)) setOwn(patch, key, cloneJson([...lists.modified]));
}

/** Whether every item has the key to merge by; a list with one that has not is replaced. */
function areItems(lists: Lists, mergeKey: string): lists is ItemLists {
  const all = [...lists.original, ...lists.modified, ...lists.current];
  return all.every((item) => isObject(item) && Object.hasOwn(item, mergeKey));
}

interface ItemLists {
  readonly original: readonly JsonObject[];
  readonly modified: readonly JsonObject[];
  readonly current: readonly JsonObject[];
}

function patchItems(patch: JsonObject, key: string, schema: Schema, mergeKey: string, lists: ItemLists): void {
  const { original, modified, current } = lists;
  const find = (list: readonly JsonObject[], id: unknown): JsonObject | undefined =>
    list.find((item) => item[mergeKey] === id);
  const changes: JsonObject[] = [];
  for (const item of modified) {
    const id = item[mergeKey];
    const live = find(current, id);
    const change =
      live === undefined ? cloneJson(item) : threeWayStrategicPatch(schema.items, find(original, id) ?? {}, item, live);
    if (live === undefined) changes.push(change);
    else if (Object.keys(change).length > 0) changes.push({ ...change, [mergeKey]: id });
  }
  for (const item of original) {
    const id = item[mergeKey];
    if (find(modified, id) === undefined) changes.push({ $patch: 'delete', [mergeKey]: id });
  }
  const wanted = modified.map((item) => item[mergeKey]);
  const reordered = !sameOrder(
    wanted,
    current.map((item) => item[mergeKey]),
  );
  if (changes.length > 0) setOwn(patch, key, changes);
  if (changes.length > 0 || reordered) {
    setOwn(
      patch,
      `$setElementOrder/${key}`,
      wanted.map((id) => ({ [mergeKey]: id })),
    );
  }
}

function patchPrimitives(patch: JsonObject, key: string, { original, modified, current }: Lists): void {
  const added = modified.filter((item) => !current.includes(item));
  const removed = original.filter((item) => !modified.includes(item));
  if (added.length > 0) setOwn(patch, key, [...added]);
  if (removed.length > 0) setOwn(patch, `$deleteFromPrimitiveList/${key}`, [...removed]);
  if (added.length > 0 || removed.length > 0) setOwn(patch, `$setElementOrder/${key}`, [...modified]);
}

/** Whether what both have stands in the same order. */
function sameOrder(wanted: readonly unknown[], live: readonly unknown[]): boolean {
  const shared = live.filter((id) => wanted.includes(id));
  return equalJson(
    wanted.filter((id) => live.includes(id)),
    shared,
  );
}
