/**
 * Trees of fields that were built before, found again by following the members as they come. Who creates objects of one
 * make again and again owns the same fields of each: then nothing is sorted, built or written as text a second time.
 *
 *   ROOT ─ "image", LEAF → trail ─ "name", LEAF → trail, whose fields are { 'f:image': {}, 'f:name': {} }
 */
import { type FieldsNode, LEAF, type MutableFields } from './fields.ts';
import { fieldKey } from './path-element.ts';

/** Trails that are kept, in all; and how many members one is followed for. */
const MANY = 10_000;
const LONG = 64;

/** How many trails were laid since `roots` were new. */
let laid = 0;

/** The text of each tree that a trail led to. */
const texts = new WeakMap<FieldsNode, string>([[LEAF, '{}']]);

/** The members of a map or list so far, in the order in which they came. */
export class Trail {
  readonly #before: Trail | undefined;
  readonly #name: string;
  readonly #node: FieldsNode;
  readonly #length: number;
  /** What came next last time; mostly that comes again. */
  #next: Trail | undefined;
  #others: Map<string, Map<FieldsNode, Trail>> | undefined;
  #fields: FieldsNode | undefined;

  constructor(before: Trail | undefined, name: string, node: FieldsNode) {
    this.#before = before;
    this.#name = name;
    this.#node = node;
    this.#length = before === undefined ? 0 : before.#length + 1;
  }

  /** The trail with one more member: the name of a field, or the FieldsV1 key of an item. */
  with(name: string, node: FieldsNode): Trail {
    const next = this.#next;
    if (next !== undefined && next.#node === node && next.#name === name) return next;
    return this.#others?.get(name)?.get(node) ?? this.#lay(name, node);
  }

  #lay(name: string, node: FieldsNode): Trail {
    const trail = new Trail(this, name, node);
    if (this.#length >= LONG) return trail;
    if (++laid > MANY) forgetTrails();
    if (this.#next === undefined) this.#next = trail;
    else {
      this.#others ??= new Map();
      const sameName = this.#others.get(name) ?? new Map<FieldsNode, Trail>();
      this.#others.set(name, sameName.set(node, trail));
    }
    return trail;
  }

  /** The members as fields of a map, sorted. Frozen, as all who come here get the same. */
  fields(self: boolean): FieldsNode {
    this.#fields ??= makeNode(self, this.#members().sort(byName), fieldKey);
    return this.#fields;
  }

  /** The members as items of a list, in their order. */
  items(self: boolean): FieldsNode {
    this.#fields ??= makeNode(self, this.#members(), (key) => key);
    return this.#fields;
  }

  #members(): Member[] {
    const members: Member[] = [];
    for (let trail: Trail = this; trail.#before !== undefined; trail = trail.#before)
      members.push([trail.#name, trail.#node]);
    return members.reverse();
  }
}

type Member = readonly [name: string, node: FieldsNode];

function byName([a]: Member, [b]: Member): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Of members that share their key there is one, without anything below it. */
function makeNode(self: boolean, members: readonly Member[], keyOf: (name: string) => string): FieldsNode {
  const out: MutableFields = self ? { '.': LEAF } : {};
  for (const [name, node] of members) {
    const key = keyOf(name);
    out[key] = Object.hasOwn(out, key) ? LEAF : node;
  }
  const text = Object.keys(out).map((key) => `${JSON.stringify(key)}:${texts.get(out[key] as FieldsNode)}`);
  texts.set(Object.freeze(out), `{${text.join(',')}}`);
  return out;
}

/** Where trails begin: maps and lists, members themselves or not. */
class Roots {
  readonly map = new Trail(undefined, '', LEAF);
  readonly memberMap = new Trail(undefined, '', LEAF);
  readonly list = new Trail(undefined, '', LEAF);
  readonly memberList = new Trail(undefined, '', LEAF);
}

/** Nothing in it could differ between two servers. */
let roots = new Roots();

function forgetTrails(): void {
  roots = new Roots();
  laid = 0;
}

export function mapTrail(self: boolean): Trail {
  return self ? roots.memberMap : roots.map;
}

export function listTrail(self: boolean): Trail {
  return self ? roots.memberList : roots.list;
}

/** FieldsV1 text of a tree that a trail led to; undefined for any other. */
export function textOfFields(fields: object): string | undefined {
  return texts.get(fields as FieldsNode);
}
