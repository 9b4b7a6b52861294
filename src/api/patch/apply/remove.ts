/**
 * Takes fields out of an object. Imitates structured-merge-diff typed.RemoveItems.
 */
import { isObject, type JsonObject, setOwn } from '../../object.ts';
import { childShape } from './field-set.ts';
import { type FieldsNode, isMember } from './fields.ts';
import { fieldKey } from './path-element.ts';
import { ANY, type Shape } from './shape.ts';

/**
 * The object without the fields and items of the set. A map or list that loses its last entry becomes null, which
 * decoding drops. The argument is not changed.
 */
export function removeFields(shape: Shape, object: JsonObject, set: FieldsNode): JsonObject {
  return (removeFromMap(shape, object, set) ?? {}) as JsonObject;
}

function removeFromValue(shape: Shape, value: unknown, set: FieldsNode): unknown {
  if (shape.kind === 'scalar') return value;
  if (shape.atomic) return null;
  if (Array.isArray(value)) return shape.kind === 'list' ? removeFromList(shape, value, set) : null;
  if (isObject(value)) return shape.kind === 'list' ? null : removeFromMap(shape, value, set);
  return shape.kind === 'any' ? value : null;
}

function removeFromMap(shape: Shape, value: JsonObject, set: FieldsNode): JsonObject | null {
  const out: JsonObject = {};
  for (const name of Object.keys(value)) {
    const key = fieldKey(name);
    const node = set[key];
    if (node === undefined) setOwn(out, name, value[name]);
    else if (!isMember(node)) setOwn(out, name, removeFromValue(childShape(shape, key), value[name], node));
  }
  return Object.keys(out).length === 0 ? null : out;
}

function removeFromList(shape: Shape, list: readonly unknown[], set: FieldsNode): unknown[] | null {
  const out: unknown[] = [];
  for (const item of list) {
    const node = set[shape.itemKey(item)];
    if (node === undefined) out.push(item);
    else if (!isMember(node)) out.push(removeFromValue(shape.element ?? ANY, item, node));
  }
  return out.length === 0 ? null : out;
}
