/**
 * Trees of fields that were built before, found again by following the members as they come. Who creates objects of one
 * make again and again owns the same fields of each: then nothing is sorted, built or written as text a second time.
 *
 *   ROOT ─ "image", LEAF → trail ─ "name", LEAF → trail, whose fields are { 'f:image': {}, 'f:name': {} }
 */
import { type FieldsNode, LEAF, type MutableFields } from './fields.ts';
import { fieldKey } from './path-element.ts';

/** For how many members a trail is kept. */
const LONG = 64;
/** What may be kept, in characters: of names, of texts, and so many for each trail. A Pod like no other takes 10,000. */
const ROOM = 2_000_000;
const TRAIL = 100;

let room = ROOM;

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
    spend(TRAIL + name.length);
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
function makeNode(self: boolean, came: readonly Member[], keyOf: (name: string) => string): FieldsNode {
  const out: MutableFields = self ? { '.': LEAF } : {};
  for (const [name, node] of came) {
    const key = keyOf(name);
    out[key] = Object.hasOwn(out, key) ? LEAF : node;
  }
  const text = textOf(out);
  spend(text.length);
  texts.set(Object.freeze(out), text);
  return out;
}

/** Put together with `+`, by which V8 shares the texts of what lies below: joined, each level would copy all of them. */
function textOf(fields: FieldsNode): string {
  let text = '{';
  for (const key of Object.keys(fields)) {
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:`;
    text += texts.get(fields[key] as FieldsNode);
  }
  return `${text}}`;
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

/** Forgets all trails when there is no room for more. */
function spend(characters: number): void {
  room -= characters;
  if (room >= 0) return;
  roots = new Roots();
  room = ROOM;
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
