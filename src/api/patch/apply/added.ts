/**
 * The fields of values that stand on one side only, such as a new object: every create comes here.
 */
import { isObject, type JsonObject } from '../../object.ts';
import { type FieldsNode, LEAF } from './fields.ts';
import { listTrail, mapTrail } from './fields-trail.ts';
import { fieldKey } from './path-element.ts';
import { ANY, type Shape, type ShapeField } from './shape.ts';

/** The node of a value that had no counterpart: the value itself and all in it. Throws ElementError. */
export function added(shape: Shape, value: unknown): FieldsNode {
  if (typeof value !== 'object' || value === null || shape.kind === 'scalar' || shape.atomic) return LEAF;
  // Maps, which may be deep, by one frame of the stack less.
  if (shape.kind !== 'list' && !Array.isArray(value))
    return addedEntries(shape, value as JsonObject, false, true) ?? LEAF;
  return addedParts(shape, value, false, true) ?? LEAF;
}

/** As `added`, where a part of the value is to be ignored. */
export function addedBelow(shape: Shape, value: JsonObject, ignore: FieldsNode): FieldsNode {
  return addedEntries(shape, value, false, true, ignore) ?? LEAF;
}

/**
 * The entries of a map; undefined without any. With `zero` the counterpart is the empty value of a Go struct, whose
 * fields that are always written exist already. With `self` the map is a member too.
 */
export function addedEntries(
  shape: Shape,
  value: JsonObject,
  zero: boolean,
  self: boolean,
  ignore?: FieldsNode,
): FieldsNode | undefined {
  const start = mapTrail(self);
  const { fields } = shape;
  let trail = start;
  for (const name in value) {
    const item = value[name];
    if (item === undefined) continue;
    const field = fields.get(name);
    const below = ignore === undefined ? undefined : ignore[field === undefined ? fieldKey(name) : field.key];
    if (below !== undefined && ignoresAll(below)) continue;
    const of = field?.shape ?? shape.element ?? ANY;
    const node =
      zero && field?.always === true
        ? againstZero(field, item, below)
        : below !== undefined && isObject(item)
          ? addedBelow(of, item, below)
          : added(of, item);
    if (node !== undefined) trail = trail.with(name, node);
  }
  return trail === start ? undefined : trail.fields(self);
}

export function ignoresAll(node: FieldsNode | undefined): boolean {
  return node !== undefined && (node === LEAF || '.' in node);
}

/** The parts of a list or map that has any of its own. */
function addedParts(shape: Shape, value: object, zero: boolean, self: boolean): FieldsNode | undefined {
  if (Array.isArray(value)) return shape.kind === 'list' ? addedItems(shape, value, self) : undefined;
  return shape.kind === 'list' ? undefined : addedEntries(shape, value as JsonObject, zero, self);
}

/** The counterpart is null, or Go's zero value: `{}` for a struct, null for lists and maps, "" or 0 for scalars. */
function againstZero(field: ShapeField, value: unknown, ignore: FieldsNode | undefined): FieldsNode | undefined {
  const { shape, nullable } = field;
  if (ignore !== undefined && isObject(value)) {
    return nullable ? addedBelow(shape, value, ignore) : addedEntries(shape, value, true, false, ignore);
  }
  if (nullable ? value === null : isZero(shape, value)) return undefined;
  if (typeof value !== 'object' || value === null || shape.kind === 'scalar' || shape.atomic) return LEAF;
  const struct = !nullable && shape.kind !== 'list' && !Array.isArray(value) && shape.fields.size > 0;
  return addedParts(shape, value, struct, false) ?? (struct ? undefined : LEAF);
}

/** The items of a list. Items that share their key are one member, without anything below it. */
function addedItems(shape: Shape, list: readonly unknown[], self: boolean): FieldsNode | undefined {
  if (list.length === 0) return undefined;
  const element = shape.element ?? ANY;
  const seen = list.length > 1 ? new Set<string>() : undefined;
  let trail = listTrail(self);
  for (const item of list) {
    const key = shape.itemKey(item);
    trail = trail.with(key, seen?.has(key) ? LEAF : addedItem(element, item));
    seen?.add(key);
  }
  return trail.items(self);
}

function addedItem(element: Shape, item: unknown): FieldsNode {
  return isObject(item) && !element.atomic ? (addedEntries(element, item, false, true) ?? LEAF) : LEAF;
}

/** Whether a value is what Go's zero value of the type looks like in JSON. */
function isZero(shape: Shape, value: unknown): boolean {
  if (value === null) return true;
  if (shape.kind === 'scalar') return value === '' || value === 0 || value === false || value === '0';
  if (!isObject(value) || shape.fields.size === 0) return false;
  if (!shape.atomic) return Object.keys(value).length === 0;
  return Object.keys(value).every((name) => isZero(shape.child(name), value[name]));
}
