/**
 * Strategic merge patch: lists merge by key as the type's patch tags say, and directives in the patch ($patch,
 * $retainKeys, $setElementOrder/…, $deleteFromPrimitiveList/…) steer it.
 * Imitates the applying half of apimachinery pkg/util/strategicpatch; errors: strategic-merge-errors.ts.
 */
import { cloneJson, getOwn, isObject, type JsonObject, setOwn } from '../object.ts';
import type { Schema } from '../schema/schema.ts';
import { plainError } from '../status-error.ts';
import { elementType, identity, orderItems, requireIdentity } from './element-order.ts';
import { goType } from './go-format.ts';
import {
  badElementOrder,
  badPrimitiveList,
  badRetainKeys,
  emptyLists,
  noMergeKey,
  orderMismatch,
  unknownDirective,
  unknownField,
  wrongType,
} from './strategic-merge-errors.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder';
const DELETE_FROM = '$deleteFromPrimitiveList';
const MAP_TYPE = 'map[string]interface {}';
const LIST_TYPE = '[]interface {}';

/**
 * The object after the patch. Neither argument is changed; what the patch leaves alone the result shares with `doc`,
 * with `patch` it shares nothing. It still has to be decoded: unknown fields and wrong types of the patch are in it as
 * they came.
 */
export function applyStrategicMergePatch(schema: Schema, doc: JsonObject, patch: JsonObject): JsonObject {
  return mergeMap(doc, cloneJson(patch), schema);
}

function mergeMap(doc: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return followDirective(patch);
  const rest = { ...patch };
  const out = retainKeys({ ...doc }, rest);
  for (const key of Object.keys(rest)) if (key.startsWith(ELEMENT_ORDER)) mergeOrdered(out, rest, key, schema);
  for (const key of Object.keys(rest)) mergeKeyOf(out, key, rest[key], schema);
  return out;
}

function followDirective(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unknownDirective(directive, patch);
}

/** Takes $retainKeys out of the patch and drops every key of the object that it does not name. */
function retainKeys(doc: JsonObject, patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return doc;
  const list = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(list)) throw badRetainKeys();
  const kept = new Set<unknown>(list);
  for (const key of Object.keys(patch)) {
    const exempt = patch[key] === null || key.startsWith(DELETE_FROM) || key.startsWith(ELEMENT_ORDER);
    if (!exempt && !kept.has(key)) throw badRetainKeys();
  }
  for (const key of Object.keys(doc)) if (!kept.has(key)) delete doc[key];
  return doc;
}

/** Merges one list whose order the patch gives ($setElementOrder/NAME), and takes both keys out of the patch. */
function mergeOrdered(out: JsonObject, patch: JsonObject, key: string, schema: Schema): void {
  const order = patch[key];
  delete patch[key];
  if (!Array.isArray(order)) throw wrongType(LIST_TYPE, order);
  const field = nameAfter(key, ELEMENT_ORDER);
  if (field === undefined) throw badElementOrder();
  const original = listOrAbsent(out, field);
  const patched = listOrAbsent(patch, field);
  const list = fieldSchema(schema, field);
  const mergeKey = list.patchMergeKey ?? '';
  checkOrder(patched ?? [], order, mergeKey);
  const merged = original && patched ? mergeList(original, patched, list) : (original ?? patched);
  if (merged === undefined) return;
  if (elementType(original ?? [], patched ?? []) === undefined) throw emptyLists();
  setOwn(out, field, orderItems(merged, order, original ?? [], mergeKey));
  delete patch[field];
}

function listOrAbsent(object: JsonObject, key: string): unknown[] | undefined {
  if (!Object.hasOwn(object, key)) return undefined;
  const list = object[key];
  if (!Array.isArray(list)) throw wrongType(LIST_TYPE, list);
  return list;
}

/** The items of the patch must stand in the order that the patch itself names. */
function checkOrder(patchList: unknown[], order: unknown[], mergeKey: string): void {
  if (order.length === 0 || patchList.length === 0) return;
  let place = 0;
  for (const item of patchList) {
    if (mergeKey !== '' && !isObject(item)) throw wrongType(MAP_TYPE, item);
    if (isObject(item) && Object.hasOwn(item, DIRECTIVE)) continue;
    const id = requireIdentity(item, mergeKey);
    while (place < order.length && requireIdentity(order[place], mergeKey) !== id) place++;
    if (place === order.length) throw orderMismatch(patchList, order);
    place++;
  }
}

function mergeKeyOf(out: JsonObject, patchKey: string, value: unknown, schema: Schema): void {
  const deleting = patchKey.startsWith(DELETE_FROM);
  const key = deleting ? nameAfter(patchKey, DELETE_FROM) : patchKey;
  if (key === undefined) throw badPrimitiveList();
  if (value === null) delete out[key];
  else if (!Object.hasOwn(out, key) || goType(out[key]) !== goType(value)) {
    if (!deleting) take(out, key, value);
  } else if (isObject(value)) setOwn(out, key, mergeNested(out[key] as JsonObject, value, fieldSchema(schema, key)));
  else if (Array.isArray(value)) {
    setOwn(out, key, mergeList(out[key] as unknown[], value, fieldSchema(schema, key), deleting));
  } else setOwn(out, key, value);
}

function mergeNested(doc: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  return strategy(schema) === 'replace' ? patch : mergeMap(doc, patch, schema);
}

function mergeList(doc: unknown[], patch: unknown[], schema: Schema, deleting = false): unknown[] {
  if (strategy(schema) !== 'merge') return patch;
  const type = elementType(doc, patch);
  if (type === undefined) return doc;
  if (type === MAP_TYPE) return mergeObjectList(doc as JsonObject[], patch as JsonObject[], schema);
  if (deleting) return doc.filter((item) => !patch.includes(item));
  return orderItems([...new Set([...doc, ...patch])], patch, doc, '');
}

function mergeObjectList(doc: JsonObject[], patch: JsonObject[], schema: Schema): JsonObject[] {
  const mergeKey = schema.patchMergeKey ?? '';
  if (mergeKey === '') throw plainError('cannot merge lists without merge key for type struct');
  const { kept, changes, replaced } = followItemDirectives(doc, patch, mergeKey);
  if (replaced) return orderItems(changes, [], changes, mergeKey) as JsonObject[];
  const merged = [...kept];
  for (const change of changes) mergeItem(merged, change, mergeKey, schema.items);
  return orderItems(merged, changes, kept, mergeKey) as JsonObject[];
}

function mergeItem(merged: JsonObject[], change: JsonObject, mergeKey: string, items: Schema | undefined): void {
  const id = requireIdentity(change, mergeKey);
  const index = merged.findIndex((item) => identity(item, mergeKey) === id);
  if (index < 0) merged.push(withoutNullKeys(change) as JsonObject);
  else merged[index] = mergeMap(merged[index] as JsonObject, change, items ?? UNTYPED);
}

/** Carries out `$patch` of list items; `changes` are the items without one. */
function followItemDirectives(doc: JsonObject[], patch: JsonObject[], mergeKey: string) {
  const changes: JsonObject[] = [];
  let kept = doc;
  let replaced = false;
  for (const item of patch) {
    const directive = getOwn(item, DIRECTIVE);
    if (!Object.hasOwn(item, DIRECTIVE)) changes.push(item);
    else if (directive === 'replace') replaced = true;
    else if (directive === 'delete') kept = withoutItem(kept, item, mergeKey);
    else if (directive === 'merge') throw plainError('merging lists cannot yet be specified in the patch');
    else throw unknownDirective(directive, item);
  }
  return { kept, changes, replaced };
}

function withoutItem(doc: JsonObject[], item: JsonObject, mergeKey: string): JsonObject[] {
  if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
  return doc.filter((other) => !Object.hasOwn(other, mergeKey) || other[mergeKey] !== item[mergeKey]);
}

/** Takes a value of the patch for which the object has no counterpart: nulls and directives in it mean nothing. */
function take(out: JsonObject, key: string, value: unknown): void {
  const taken = withoutDirectives(withoutNullKeys(value));
  if (taken === undefined) delete out[key];
  else setOwn(out, key, taken);
}

function withoutNullKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullKeys);
  if (!isObject(value)) return value;
  const out: JsonObject = {};
  for (const key of Object.keys(value)) if (value[key] !== null) setOwn(out, key, withoutNullKeys(value[key]));
  return out;
}

/** Undefined for an object that carries `$patch` itself; such objects vanish wherever they stand. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const out: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = withoutDirectives(value[key]);
    if (item !== undefined) setOwn(out, key, item);
  }
  return out;
}

const UNTYPED: Schema = { type: 'any', goType: 'interface' };

/** The schema of a field. Throws the 500 for a field that the struct has not, and for what is no struct. */
function fieldSchema(schema: Schema, key: string): Schema {
  if (schema.type === 'map') {
    throw plainError('merging an object in json but data type is not struct, instead is: map');
  }
  const field = schema.fields?.get(key);
  if (field === undefined) throw unknownField(schema.goType, key);
  return field.schema;
}

/** The strategy of a field; `retainKeys` beside it changes nothing here. */
function strategy(schema: Schema): string | undefined {
  return schema.patchStrategy?.find((name) => name !== 'retainKeys');
}

function nameAfter(key: string, prefix: string): string | undefined {
  const slash = key.indexOf('/');
  return slash === prefix.length && key.startsWith(prefix) ? key.slice(slash + 1) : undefined;
}
