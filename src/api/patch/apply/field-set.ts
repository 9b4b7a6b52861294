/**
 * The set of fields that a configuration names: what its applier owns.
 * Imitates structured-merge-diff typed.ToFieldSet and fieldpath EnsureNamedFieldsAreMembers.
 */
import { isObject, type JsonObject, sortedKeys } from '../../object.ts';
import { type FieldsNode, hasChildren, isMember, LEAF, type MutableFields, withSelf } from './fields.ts';
import { fieldKey } from './path-element.ts';
import { ANY, type Shape } from './shape.ts';

/** Every leaf, every list item and every map entry of the object. Throws ElementError for unidentifiable items. */
export function fieldSetOf(shape: Shape, object: JsonObject): FieldsNode {
  return mapFields(shape, object) ?? LEAF;
}

/** The node of a value; undefined where neither it nor anything in it is a member. */
function valueFields(shape: Shape, value: unknown): FieldsNode | undefined {
  if (shape.kind === 'scalar' || shape.atomic) return LEAF;
  if (Array.isArray(value)) return shape.kind === 'list' ? listFields(shape, value) : LEAF;
  if (isObject(value)) return mapFields(shape, value);
  return value === null || shape.kind !== 'any' ? undefined : LEAF;
}

/** Undeclared entries are members besides what is in them; so are entries that are null or an empty object. */
function mapFields(shape: Shape, value: JsonObject): MutableFields | undefined {
  let out: MutableFields | undefined;
  for (const name of sortedKeys(value)) {
    const item = value[name];
    if (item === undefined) continue;
    const field = shape.fields.get(name);
    const node = valueFields(field?.shape ?? shape.element ?? ANY, item);
    const member = field === undefined || item === null || (isObject(item) && Object.keys(item).length === 0);
    if (node === undefined && !member) continue;
    out ??= {};
    out[field?.key ?? fieldKey(name)] = member ? addSelf(node) : (node as FieldsNode);
  }
  return out;
}

/** Items are members besides what is in them; items that share their key are members only. */
function listFields(shape: Shape, list: readonly unknown[]): MutableFields | undefined {
  if (list.length === 0) return undefined;
  const element = shape.element ?? ANY;
  const out: MutableFields = {};
  for (const item of list) {
    const key = shape.itemKey(item);
    out[key] = key in out ? LEAF : addSelf(valueFields(element, item));
  }
  return out;
}

function addSelf(node: FieldsNode | undefined): FieldsNode {
  return node === undefined || isMember(node) ? (node ?? LEAF) : withSelf(node as MutableFields);
}

/** The same set with every declared field that has members below it as a member too. */
export function withNamedFields(shape: Shape, set: FieldsNode): FieldsNode {
  const out: MutableFields = {};
  for (const key of Object.keys(set)) {
    const node = set[key] as FieldsNode;
    if (key === '.' || !hasChildren(node)) {
      out[key] = node;
      continue;
    }
    const field = key.startsWith('f:') ? shape.fields.get(key.slice(2)) : undefined;
    const below = withNamedFields(childShape(shape, key), node);
    out[key] = field === undefined ? below : addSelf(below);
  }
  return out;
}

/** The shape behind a path element. */
export function childShape(shape: Shape, key: string): Shape {
  return key.startsWith('f:') ? shape.child(key.slice(2)) : (shape.element ?? ANY);
}

/**
 * A set that was written when the schema was another: where a list or map has become atomic, its owner now owns it
 * as a whole. Returns the very set when nothing has to change.
 */
export function reconcileFields(shape: Shape, set: FieldsNode): FieldsNode {
  let out: MutableFields | undefined;
  for (const key of Object.keys(set)) {
    const node = set[key] as FieldsNode;
    if (key === '.' || !hasChildren(node)) continue;
    const child = childShape(shape, key);
    const reconciled = child.kind === 'any' ? node : child.atomic ? LEAF : reconcileFields(child, node);
    if (reconciled === node) continue;
    out ??= { ...set };
    out[key] = reconciled;
  }
  return out ?? set;
}
