/**
 * What changed between two objects, as sets of field paths, in one walk that builds FieldsV1 nodes only where
 * something changed. Imitates structured-merge-diff typed.Compare.
 *
 * A worked example, a map of strings `{a:1,b:2}` → `{a:1,b:3,c:4}`: changed `{f:b, f:c}`, removed none. The map
 * itself (`.`) is changed only when it was absent before.
 */
import { equalJson, getOwn, isObject, type JsonObject } from '../../object.ts';
import { added, addedBelow, addedEntries, ignoresAll } from './added.ts';
import { type FieldsNode, isEmptyNode, isMember, LEAF, type MutableFields, unionFields, withSelf } from './fields.ts';
import { fieldKey } from './path-element.ts';
import { ANY, type Shape } from './shape.ts';

export interface Changes {
  /** Paths that are new or have another value. */
  changed?: FieldsNode;
  /** Paths that are gone. */
  removed?: FieldsNode;
}

/**
 * Compares two objects. `before` undefined means an empty object of the type: what Go always writes counts as
 * present in it. Paths in `ignore`, and all below them, take no part.
 * Throws ElementError when a list item has no identity.
 */
export function compareObjects(
  shape: Shape,
  before: JsonObject | undefined,
  after: JsonObject,
  ignore: FieldsNode,
): Changes {
  if (before === undefined) {
    return { changed: withoutMetadataMember(addedEntries(shape, after, shape.builtIn, false, ignore)) };
  }
  const comparer = new Comparer();
  const changed = withoutMetadataMember(comparer.entries(shape, before, after, ignore));
  return { changed, removed: comparer.removed };
}

const METADATA = fieldKey('metadata');

/** The metadata of an object belongs to nobody, only what is in it. */
function withoutMetadataMember(set: FieldsNode | undefined): FieldsNode | undefined {
  const metadata = set?.[METADATA];
  if (set === undefined || metadata === undefined || !isMember(metadata)) return set;
  const { [METADATA]: _, ...rest } = set;
  const { '.': __, ...children } = metadata;
  const out = isEmptyNode(children) ? rest : { ...rest, [METADATA]: children };
  return isEmptyNode(out) ? undefined : out;
}

/**
 * Each method returns the changed node of the value it compares (undefined: nothing changed) and leaves the removed
 * one in `removed`.
 */
class Comparer {
  removed: FieldsNode | undefined;

  #value(shape: Shape, before: unknown, after: unknown): FieldsNode | undefined {
    this.removed = undefined;
    if (before === after) return undefined;
    if (shape.kind === 'any') return this.#any(before, after);
    if (shape.kind === 'scalar' || shape.atomic) return leafIfChanged(before, after);
    return shape.kind === 'map'
      ? this.#map(shape, isObject(before) ? before : null, isObject(after) ? after : null, before, after)
      : this.#list(shape, Array.isArray(before) ? before : null, Array.isArray(after) ? after : null, before, after);
  }

  #map(shape: Shape, left: JsonObject | null, right: JsonObject | null, before: unknown, after: unknown) {
    if (isEmpty(left) && isEmpty(right)) return leafIfChanged(before, after);
    return this.entries(shape, left ?? {}, right ?? {});
  }

  entries(shape: Shape, before: JsonObject, after: JsonObject, ignore?: FieldsNode): MutableFields | undefined {
    let changed: MutableFields | undefined;
    let removed: MutableFields | undefined;
    const { fields } = shape;
    for (const name in after) {
      const item = after[name];
      if (item === before[name] || item === undefined) continue;
      const field = fields.get(name);
      const key = field === undefined ? fieldKey(name) : field.key;
      const below = ignore === undefined ? undefined : ignore[key];
      if (ignoresAll(below)) continue;
      const node = this.#entry(field?.shape ?? shape.element ?? ANY, getOwn(before, name), item, below);
      if (node !== undefined) {
        changed ??= {};
        changed[key] = node;
      }
      if (this.removed !== undefined) {
        removed ??= {};
        removed[key] = this.removed;
      }
    }
    for (const name in before) {
      const old = before[name];
      if (old === after[name] || old === undefined || getOwn(after, name) !== undefined) continue;
      const key = fieldKey(name);
      if (ignoresAll(ignore?.[key])) continue;
      removed ??= {};
      removed[key] = added(shape.child(name), old);
    }
    this.removed = removed;
    return changed === undefined ? undefined : inOrder(changed);
  }

  #entry(shape: Shape, old: unknown, item: unknown, ignore: FieldsNode | undefined): FieldsNode | undefined {
    if (ignore !== undefined && isObject(old) && isObject(item)) return this.entries(shape, old, item, ignore);
    if (old !== undefined) return this.#value(shape, old, item);
    this.removed = undefined;
    return ignore !== undefined && isObject(item) ? addedBelow(shape, item, ignore) : added(shape, item);
  }

  #list(shape: Shape, left: unknown[] | null, right: unknown[] | null, before: unknown, after: unknown) {
    if (isEmpty(left) && isEmpty(right)) return leafIfChanged(before, after);
    if (equalJson(before, after)) return undefined;
    return this.#itemGroups(shape.element ?? ANY, groupItems(shape, left ?? []), groupItems(shape, right ?? []));
  }

  #itemGroups(element: Shape, before: Map<string, unknown[]>, after: Map<string, unknown[]>): FieldsNode | undefined {
    let changed: MutableFields | undefined;
    let removed: MutableFields | undefined;
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const node = this.#group(element, before.get(key) ?? [], after.get(key) ?? []);
      if (node !== undefined) {
        changed ??= {};
        changed[key] = node;
      }
      if (this.removed !== undefined) {
        removed ??= {};
        removed[key] = this.removed;
      }
    }
    this.removed = removed;
    return changed;
  }

  /** The items with one key; more than one on a side are compared as a whole. */
  #group(element: Shape, before: unknown[], after: unknown[]): FieldsNode | undefined {
    this.removed = undefined;
    if (before.length === 1 && after.length === 1) return this.#value(element, before[0], after[0]);
    if (before.length > 1 && after.length > 1) return leafIfChanged(before, after);
    if (before.length === 1) this.removed = added(element, before[0]);
    if (before.length > 1) this.removed = LEAF;
    if (after.length === 0) return undefined;
    return after.length === 1 ? added(element, after[0]) : LEAF;
  }

  /** Values of unknown type: as maps where either is one, else as wholes. */
  #any(before: unknown, after: unknown): FieldsNode | undefined {
    const left = isObject(before) ? before : null;
    const right = isObject(after) ? after : null;
    if (left === null && right === null) return leafIfChanged(before, after);
    const entries = this.#map(ANY, left, right, before, after);
    const replaced = (left ?? before) !== null && (right ?? after) !== null && (left === null || right === null);
    return replaced ? withSelf(entries === LEAF ? undefined : (entries as MutableFields | undefined)) : entries;
  }
}

/** The fields of a map, which came in the order of the object. */
function inOrder(fields: MutableFields): MutableFields {
  const keys = Object.keys(fields);
  if (keys.length < 2) return fields;
  const sorted: MutableFields = {};
  for (const key of keys.sort()) sorted[key] = fields[key] as FieldsNode;
  return sorted;
}

function leafIfChanged(before: unknown, after: unknown): FieldsNode | undefined {
  return equalJson(before, after) ? undefined : LEAF;
}

function isEmpty(value: JsonObject | readonly unknown[] | null): boolean {
  if (value !== null) for (const _ in value) return false;
  return true;
}

function groupItems(shape: Shape, items: readonly unknown[]): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of items) {
    const key = shape.itemKey(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Every path that changed in either way. */
export function allPaths({ changed, removed }: Changes): FieldsNode {
  return unionFields(changed ?? LEAF, removed ?? LEAF);
}
