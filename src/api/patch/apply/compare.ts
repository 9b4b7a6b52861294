/**
 * What changed between two objects, as sets of field paths, in one walk that builds FieldsV1 nodes only where
 * something changed. Imitates structured-merge-diff typed.Compare.
 *
 * A worked example, a map of strings `{a:1,b:2}` → `{a:1,b:3,c:4}`: changed `{f:b, f:c}`, removed none. The map
 * itself (`.`) is changed only when it was absent before.
 */
import { equalJson, getOwn, isObject, type JsonObject } from '../../object.ts';
import { type FieldsNode, isEmptyNode, isMember, LEAF, type MutableFields, unionFields, withSelf } from './fields.ts';
import { fieldKey } from './path-element.ts';
import { ANY, type Shape, type ShapeField, sortedKeys } from './shape.ts';

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
    return { changed: withoutMetadataMember(new Builder().addedEntries(shape, after, shape.builtIn, ignore)) };
  }
  const comparer = new Comparer();
  const changed = withoutMetadataMember(comparer.entries(shape, before, after, ignore));
  return { changed, removed: comparer.removed };
}

const METADATA = fieldKey('metadata');

/** The metadata of an object belongs to nobody, only what is in it. */
function withoutMetadataMember(set: MutableFields | undefined): FieldsNode | undefined {
  const metadata = set?.[METADATA];
  if (set === undefined || metadata === undefined || !isMember(metadata)) return set;
  const { [METADATA]: _, ...rest } = set;
  const { '.': __, ...children } = metadata;
  const out = isEmptyNode(children) ? rest : { ...rest, [METADATA]: children };
  return isEmptyNode(out) ? undefined : out;
}

function ignoresAll(node: FieldsNode | undefined): boolean {
  return node !== undefined && (node === LEAF || '.' in node);
}

/** What an empty object of a Go type has for a field. */
type Counterpart = 'absent' | 'null' | 'zero';

function counterpart(field: ShapeField | undefined): Counterpart {
  if (field?.always !== true) return 'absent';
  return field.nullable ? 'null' : 'zero';
}

/** Builds the sets of values that stand on one side only. */
class Builder {
  /** The node of a value that had no counterpart: the value itself and all in it. */
  added(shape: Shape, value: unknown): FieldsNode {
    if (typeof value !== 'object' || value === null || shape.kind === 'scalar' || shape.atomic) return LEAF;
    if (Array.isArray(value)) return shape.kind === 'list' ? (this.#items(shape, value, true) ?? LEAF) : LEAF;
    return shape.kind === 'list' ? LEAF : (this.#entries(shape, value as JsonObject, false, true) ?? LEAF);
  }

  /**
   * The entries of a map. With `zero` the counterpart is the empty value of a Go struct, whose fields that are
   * always written exist already.
   */
  addedEntries(shape: Shape, value: JsonObject, zero: boolean, ignore?: FieldsNode): MutableFields | undefined {
    return this.#entries(shape, value, zero, false, ignore);
  }

  /** As `addedEntries`; with `self` the map is a member too. */
  #entries(
    shape: Shape,
    value: JsonObject,
    zero: boolean,
    self: boolean,
    ignore?: FieldsNode,
  ): MutableFields | undefined {
    let out: MutableFields | undefined;
    const { fields } = shape;
    for (const name of sortedKeys(value)) {
      const item = value[name];
      if (item === undefined) continue;
      const field = fields.get(name);
      const key = field === undefined ? fieldKey(name) : field.key;
      const below = ignore === undefined ? undefined : ignore[key];
      if (below !== undefined && ignoresAll(below)) continue;
      const node = this.#field(field?.shape ?? shape.element ?? ANY, item, zero ? counterpart(field) : 'absent', below);
      if (node === undefined) continue;
      out ??= self ? { '.': LEAF } : {};
      out[key] = node;
    }
    return out;
  }

  #field(shape: Shape, item: unknown, other: Counterpart, ignore: FieldsNode | undefined): FieldsNode | undefined {
    if (ignore !== undefined && isObject(item)) return this.addedBelow(shape, item, other === 'zero', ignore);
    return other === 'absent' ? this.added(shape, item) : this.#againstZero(shape, item, other);
  }

  /** As `added`, where a part is to be ignored. */
  addedBelow(shape: Shape, item: JsonObject, zero: boolean, ignore: FieldsNode): FieldsNode | undefined {
    return this.#entries(shape, item, zero, !zero, ignore) ?? (zero ? undefined : LEAF);
  }

  /** The counterpart is null, or Go's zero value: `{}` for a struct, null for lists and maps, "" or 0 for scalars. */
  #againstZero(shape: Shape, value: unknown, other: Counterpart): FieldsNode | undefined {
    if (other === 'null' ? value === null : isZero(shape, value)) return undefined;
    if (shape.kind === 'scalar' || shape.atomic) return LEAF;
    if (Array.isArray(value)) return shape.kind === 'list' ? (this.#items(shape, value, false) ?? LEAF) : LEAF;
    if (!isObject(value) || shape.kind === 'list') return LEAF;
    const struct = other === 'zero' && shape.fields.size > 0;
    return this.#entries(shape, value, struct, false) ?? (struct ? undefined : LEAF);
  }

  /** The items of a list. Items that share their key are one member, without anything below it. */
  #items(shape: Shape, list: readonly unknown[], self: boolean): MutableFields | undefined {
    if (list.length === 0) return undefined;
    const out: MutableFields = self ? { '.': LEAF } : {};
    const element = shape.element ?? ANY;
    for (const item of list) {
      const key = shape.itemKey(item);
      out[key] = key in out ? LEAF : this.#item(element, item);
    }
    return out;
  }

  #item(element: Shape, item: unknown): FieldsNode {
    if (!isObject(item) || element.atomic) return LEAF;
    return this.#entries(element, item, false, true) ?? LEAF;
  }
}

/** Whether a value is what Go's zero value of the type looks like in JSON. */
function isZero(shape: Shape, value: unknown): boolean {
  if (value === null) return true;
  if (shape.kind === 'scalar') return value === '' || value === 0 || value === false || value === '0';
  if (!isObject(value) || shape.fields.size === 0) return false;
  if (!shape.atomic) return Object.keys(value).length === 0;
  return Object.keys(value).every((name) => isZero(shape.child(name), value[name]));
}

/**
 * Each method returns the changed node of the value it compares (undefined: nothing changed) and leaves the removed
 * one in `removed`.
 */
class Comparer extends Builder {
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
    for (const name of sortedKeys(after)) {
      const item = after[name];
      const old = getOwn(before, name);
      if (item === old || item === undefined) continue;
      const field = fields.get(name);
      const key = field === undefined ? fieldKey(name) : field.key;
      const below = ignore === undefined ? undefined : ignore[key];
      if (ignoresAll(below)) continue;
      const node = this.#entry(field?.shape ?? shape.element ?? ANY, old, item, below);
      if (node !== undefined) {
        changed ??= {};
        changed[key] = node;
      }
      if (this.removed !== undefined) {
        removed ??= {};
        removed[key] = this.removed;
      }
    }
    for (const name of Object.keys(before)) {
      if (before[name] === undefined || (Object.hasOwn(after, name) && after[name] !== undefined)) continue;
      const key = fieldKey(name);
      if (ignoresAll(ignore?.[key])) continue;
      removed ??= {};
      removed[key] = this.added(shape.child(name), before[name]);
    }
    this.removed = removed;
    return changed;
  }

  #entry(shape: Shape, old: unknown, item: unknown, ignore: FieldsNode | undefined): FieldsNode | undefined {
    if (ignore !== undefined && isObject(old) && isObject(item)) return this.entries(shape, old, item, ignore);
    if (old !== undefined) return this.#value(shape, old, item);
    this.removed = undefined;
    return ignore !== undefined && isObject(item)
      ? this.addedBelow(shape, item, false, ignore)
      : this.added(shape, item);
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
    if (before.length === 1) this.removed = this.added(element, before[0]);
    if (before.length > 1) this.removed = LEAF;
    if (after.length === 0) return undefined;
    return after.length === 1 ? this.added(element, after[0]) : LEAF;
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

function leafIfChanged(before: unknown, after: unknown): FieldsNode | undefined {
  return equalJson(before, after) ? undefined : LEAF;
}

function isEmpty(value: JsonObject | readonly unknown[] | null): boolean {
  return value === null || (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0);
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
