/**
 * Sets of field paths, held as what FieldsV1 is on the wire: a tree of objects. A node without keys is a member;
 * a node with keys is a member only if it has `.`. The nodes are never changed once built, so trees share them.
 *
 *     { 'f:data': { '.': {}, 'f:a': {} } }   = { .data, .data.a }
 *     { 'f:data': { 'f:a': {} } }            = { .data.a }
 *
 * Imitates structured-merge-diff fieldpath.Set.
 */
import { isObject, type JsonObject } from '../../object.ts';
import { canonicalKey, compareElements, isCanonicalKey, showElement } from './path-element.ts';

export interface FieldsNode {
  readonly [element: string]: FieldsNode;
}

/** While building. */
export type MutableFields = Record<string, FieldsNode>;

/** The node of every member without children. */
export const LEAF: FieldsNode = Object.freeze({});

const SELF = '.';

export function isEmptyNode(node: FieldsNode | undefined): boolean {
  if (node !== undefined) for (const _ in node) return false;
  return true;
}

/** Whether the path that leads to this node is in the set. */
export function isMember(node: FieldsNode): boolean {
  return SELF in node || isEmptyNode(node);
}

/** The number of children does not count the node itself. */
export function hasChildren(node: FieldsNode): boolean {
  for (const key in node) if (key !== SELF) return true;
  return false;
}

/** A member that has these children; `children` is consumed. */
export function withSelf(children: MutableFields | undefined): FieldsNode {
  return children === undefined ? LEAF : { [SELF]: LEAF, ...children };
}

/** Puts a member flag and children together; undefined when there is neither. */
function makeNode(member: boolean, children: MutableFields | undefined): FieldsNode | undefined {
  if (children === undefined) return member ? LEAF : undefined;
  return member ? withSelf(children) : children;
}

/** Paths in either set. */
export function unionFields(a: FieldsNode, b: FieldsNode): FieldsNode {
  if (a === b || isEmptyNode(b)) return a;
  if (isEmptyNode(a)) return b;
  const out: MutableFields = {};
  for (const key of sortedUnion(a, b)) {
    const [left, right] = [a[key], b[key]];
    out[key] = left === undefined || right === undefined ? ((left ?? right) as FieldsNode) : unionNodes(left, right);
  }
  return out;
}

function unionNodes(a: FieldsNode, b: FieldsNode): FieldsNode {
  if (isEmptyNode(a) && isEmptyNode(b)) return LEAF;
  const member = isMember(a) || isMember(b);
  const both = unionFields(a, b);
  return member && !(SELF in both) ? withSelf(both as MutableFields) : both;
}

function sortedUnion(a: FieldsNode, b: FieldsNode): string[] {
  const keys = Object.keys(a);
  let extra = false;
  for (const key in b) {
    if (key in a) continue;
    keys.push(key);
    extra = true;
  }
  return extra ? sortKeys(keys) : keys;
}

/** `.` first, then fields by name, then the other elements in their order. */
export function sortKeys(keys: string[]): string[] {
  if (keys.every(isPlain)) return keys.sort();
  const rest = keys.filter((key) => key !== SELF).sort(compareElements);
  return rest.length === keys.length ? rest : [SELF, ...rest];
}

function isPlain(key: string): boolean {
  return key.startsWith('f:') || key === SELF;
}

/** Paths of `a` that are not in `b`. Returns `a` itself when nothing is taken away; undefined when nothing is left. */
export function subtractFields(a: FieldsNode, b: FieldsNode): FieldsNode | undefined {
  let less: Map<string, FieldsNode | undefined> | undefined;
  for (const key in b) {
    const mine = a[key];
    if (mine === undefined || key === SELF) continue;
    const left = subtractNode(mine, b[key] as FieldsNode);
    if (left === mine) continue;
    less ??= new Map();
    less.set(key, left);
  }
  return less === undefined ? a : withChanges(a, less);
}

/** A copy, made anew instead of deleted from: that would make all later use of it slow. */
function withChanges(a: FieldsNode, changes: ReadonlyMap<string, FieldsNode | undefined>): FieldsNode | undefined {
  let out: MutableFields | undefined;
  for (const key in a) {
    const node = changes.has(key) ? changes.get(key) : a[key];
    if (node === undefined) continue;
    out ??= {};
    out[key] = node;
  }
  return out;
}

function subtractNode(mine: FieldsNode, theirs: FieldsNode): FieldsNode | undefined {
  const member = isMember(mine);
  const stays = member && !isMember(theirs);
  const left = subtractFields(mine, theirs);
  if (left === mine && stays === member) return mine;
  return makeNode(stays, left === undefined ? undefined : (childrenOf(left) as MutableFields | undefined));
}

/** The children without the flag; undefined when there are none. The node itself where it has no flag. */
function childrenOf(node: FieldsNode): FieldsNode | undefined {
  if (isEmptyNode(node)) return undefined;
  if (!(SELF in node)) return node;
  const { [SELF]: _, ...children } = node;
  return isEmptyNode(children) ? undefined : children;
}

/** Paths of `a` that neither are in `b` nor lie below a path of `b`. */
export function subtractRecursively(a: FieldsNode, b: FieldsNode): FieldsNode | undefined {
  const out: MutableFields = {};
  for (const key of Object.keys(a)) {
    const theirs = b[key];
    if (key === SELF || theirs === undefined) out[key] = a[key] as FieldsNode;
    else if (!isMember(theirs)) {
      const left = subtractRecursivelyNode(a[key] as FieldsNode, theirs);
      if (left !== undefined) out[key] = left;
    }
  }
  return isEmptyNode(out) ? undefined : out;
}

function subtractRecursivelyNode(mine: FieldsNode, theirs: FieldsNode): FieldsNode | undefined {
  const children = childrenOf(mine);
  const left = children === undefined ? undefined : subtractRecursively(children, theirs);
  return makeNode(isMember(mine), left as MutableFields | undefined);
}

/** Paths in both sets; undefined when there are none. */
export function intersectFields(a: FieldsNode, b: FieldsNode): FieldsNode | undefined {
  let out: MutableFields | undefined;
  for (const key of Object.keys(a)) {
    const theirs = b[key];
    if (key === SELF || theirs === undefined) continue;
    const mine = a[key] as FieldsNode;
    const node = makeNode(
      isMember(mine) && isMember(theirs),
      intersectFields(mine, theirs) as MutableFields | undefined,
    );
    if (node === undefined) continue;
    out ??= {};
    out[key] = node;
  }
  return out;
}

/** Whether the path of these elements is in the set. */
export function hasPath(set: FieldsNode, path: readonly string[]): boolean {
  let node: FieldsNode | undefined = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && node !== undefined && isMember(node);
}

/** The set of the given paths of elements. */
export function fieldsOf(paths: readonly (readonly string[])[]): FieldsNode {
  let set: FieldsNode = {};
  for (const path of paths) set = unionFields(set, chain(path));
  return set;
}

function chain(path: readonly string[]): FieldsNode {
  return path.reduceRight<FieldsNode>((node, element) => ({ [element]: node }), LEAF);
}

/** Every path as messages show it: at each level the members first, then what lies below. */
export function listPaths(set: FieldsNode): string[] {
  const out: string[] = [];
  collectPaths(set, '', out);
  return out;
}

function collectPaths(node: FieldsNode, prefix: string, out: string[]): void {
  const keys = sortKeys(Object.keys(node).filter((key) => key !== SELF));
  for (const key of keys) if (isMember(node[key] as FieldsNode)) out.push(prefix + showElement(key));
  for (const key of keys) collectPaths(node[key] as FieldsNode, prefix + showElement(key), out);
}

/** Keeps the paths at, below or on the way to the patterns; `*` stands for any element. */
export function keepMatching(set: FieldsNode, patterns: readonly (readonly string[])[]): FieldsNode | undefined {
  if (patterns.some((pattern) => pattern.length === 0)) return set;
  let out: MutableFields | undefined;
  for (const key of Object.keys(set)) {
    if (key === SELF) continue;
    const below = patterns.filter(([head]) => head === '*' || head === key).map((pattern) => pattern.slice(1));
    if (below.length === 0) continue;
    const mine = set[key] as FieldsNode;
    const children = childrenOf(mine);
    const kept = children === undefined ? undefined : keepMatching(children, below);
    const node = makeNode(isMember(mine), kept as MutableFields | undefined);
    if (node !== undefined) {
      out ??= {};
      out[key] = node;
    }
  }
  return out;
}

/**
 * Reads a `fieldsV1` value that a client sent: keys spelled canonically, elements of unknown kinds dropped.
 * Returns the very object where it is canonical already. Throws an Error for what is no FieldsV1.
 */
export function parseFields(value: unknown): FieldsNode {
  if (value === null || value === undefined) return LEAF;
  if (!isObject(value)) throw new Error('ReadMapCB: expect { or n');
  return isCanonical(value) ? (value as unknown as FieldsNode) : rebuild(value);
}

function isCanonical(value: JsonObject): boolean {
  for (const key in value) {
    const child = value[key];
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return false;
    const fine =
      key === SELF ? isEmptyNode(child as FieldsNode) : isCanonicalKey(key) && isCanonical(child as JsonObject);
    if (!fine) return false;
  }
  return true;
}

function rebuild(value: JsonObject): FieldsNode {
  let out: FieldsNode = LEAF;
  for (const key of Object.keys(value)) {
    const canonical = key === SELF ? SELF : canonicalKey(key);
    if (canonical === undefined) continue;
    const child = key === SELF ? LEAF : parseFields(value[key]);
    const before = out[canonical];
    out = { ...out, [canonical]: before === undefined ? child : unionNodes(before, child) };
  }
  return out;
}
