/**
 * A schema as structured-merge-diff sees it: scalars, lists and maps, atomic or not. Shapes are made once for each
 * schema node and hold what the walkers need ready for use (field keys, list keys with defaults).
 * Imitates kube-openapi pkg/schemaconv.
 */
import { getOwn, isObject } from '../../object.ts';
import type { Field, Schema, SchemaType } from '../../schema/schema.ts';
import { fieldKey, htmlSafeJson, valueKey } from './path-element.ts';

export type ShapeKind = 'scalar' | 'list' | 'map' | 'any';
export type ScalarKind = 'numeric' | 'string' | 'boolean' | 'untyped';

/** A declared field of a struct. */
export interface ShapeField {
  readonly name: string;
  /** `f:name` */
  readonly key: string;
  readonly shape: Shape;
  /** Go writes the field even when it is zero, so that an empty object of the type already has it. */
  readonly always: boolean;
  /** With `always`: a Go pointer, so what the empty object has is null. */
  readonly nullable: boolean;
}

interface KeyField {
  readonly name: string;
  /** `"name":`, with the comma before it unless it is the first. */
  readonly prefix: string;
  /** JSON text of the default, '' without one. */
  readonly default: string;
}

const SCALARS: Partial<Record<SchemaType, ScalarKind>> = {
  string: 'string',
  bytes: 'string',
  duration: 'string',
  integer: 'numeric',
  number: 'numeric',
  boolean: 'boolean',
  quantity: 'untyped',
  intOrString: 'untyped',
  time: 'untyped',
  microTime: 'untyped',
};

/** A list item that cannot be identified; `message` is upstream's. */
export class ElementError extends Error {}

/** Memo of `shapeOf`: schemas are immutable, so it holds nothing that could differ between two servers. */
const shapes = new WeakMap<Schema, Shape>();

export function shapeOf(schema: Schema): Shape {
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = new Shape(schema);
    shapes.set(schema, shape);
  }
  return shape;
}

export class Shape {
  readonly kind: ShapeKind;
  readonly scalar: ScalarKind;
  readonly atomic: boolean;
  /** A type of Kubernetes itself: its empty object has the fields that Go always writes. */
  readonly builtIn: boolean;
  readonly #schema: Schema;
  #fields: ReadonlyMap<string, ShapeField> | undefined;
  #element: Shape | undefined;
  #keys: readonly KeyField[] | undefined;

  constructor(schema: Schema) {
    this.#schema = schema;
    const scalar = SCALARS[schema.type];
    this.kind = scalar === undefined ? (schema.type === 'object' ? 'map' : (schema.type as ShapeKind)) : 'scalar';
    this.scalar = scalar ?? 'untyped';
    this.builtIn = schema.name !== undefined;
    this.atomic = this.kind === 'list' ? listKind(schema) === 'atomic' : schema.mapType === 'atomic';
  }

  /** Declared fields by name; empty for maps. */
  get fields(): ReadonlyMap<string, ShapeField> {
    this.#fields ??= new Map([...(this.#schema.fields ?? [])].map(([name, field]) => [name, shapeField(field)]));
    return this.#fields;
  }

  /** What list items, map values and undeclared fields are; undefined where undeclared fields are refused. */
  get element(): Shape | undefined {
    if (this.#element !== undefined) return this.#element;
    const schema = this.#schema.items ?? this.#schema.values;
    if (schema === undefined && !this.#isOpen()) return undefined;
    this.#element = schema === undefined ? ANY : shapeOf(schema);
    return this.#element;
  }

  #isOpen(): boolean {
    const { type, fields, preserveUnknown } = this.#schema;
    return type !== 'object' || preserveUnknown === true || fields === undefined || fields.size === 0;
  }

  /** The shape of a map entry; what is not declared anywhere is taken as it is. */
  child(name: string): Shape {
    return this.fields.get(name)?.shape ?? this.element ?? ANY;
  }

  /**
   * The FieldsV1 key of a list item. Throws ElementError where upstream refuses the item.
   * Absent key fields take their default; those without one are left out, but not all of them.
   */
  itemKey(item: unknown): string {
    if (listKind(this.#schema) === 'set') return setItemKey(item);
    if (item === null) throw new ElementError('associative list with keys may not have a null element');
    if (!isObject(item)) throw new ElementError('associative list with keys may not have non-map elements');
    this.#keys ??= keyFields(this.#schema, this.element ?? ANY);
    let text = '';
    for (const key of this.#keys) {
      const value = getOwn(item, key.name);
      const json = value === undefined ? key.default : htmlSafeJson(value);
      if (json !== '') text += text === '' ? key.prefix + json : `,${key.prefix}${json}`;
    }
    if (text === '') throw new ElementError(allKeysMissing(this.#schema.listMapKeys ?? []));
    return `k:{${text}}`;
  }

  /** The field of this item type that a list of them may use as key, for its default. */
  keyDefault(name: string): unknown {
    const field = this.#schema.fields?.get(name);
    if (field === undefined || field.default !== undefined) return field?.default;
    if (this.#schema.name === LOCAL_OBJECT_REFERENCE) return '';
    return field.presence === 'always' ? ZERO[SCALARS[field.schema.type] ?? 'untyped'] : undefined;
  }
}

/** Its name is omitted when empty, but may be; Go's tag names the default. */
const LOCAL_OBJECT_REFERENCE = 'io.k8s.api.core.v1.LocalObjectReference';
const ZERO: Record<ScalarKind, unknown> = { string: '', numeric: 0, boolean: false, untyped: undefined };

/** Values of unknown type: maps merge by entry, lists are atomic. */
export const ANY: Shape = shapeOf({ type: 'any', goType: 'interface {}' });

function shapeField(field: Field): ShapeField {
  return {
    name: field.name,
    key: fieldKey(field.name),
    shape: shapeOf(field.schema),
    always: field.presence === 'always',
    nullable: field.nullable === true,
  };
}

/** Lists without a list type take it from their patch strategy. */
function listKind(schema: Schema): 'atomic' | 'set' | 'map' {
  if (schema.listType !== undefined) return schema.listType;
  if (!schema.patchStrategy?.includes('merge')) return 'atomic';
  return schema.patchMergeKey === undefined ? 'set' : 'map';
}

function keyFields(schema: Schema, item: Shape): readonly KeyField[] {
  const names = schema.listMapKeys ?? (schema.patchMergeKey === undefined ? [] : [schema.patchMergeKey]);
  return [...names].sort().map((name) => {
    const value = item.keyDefault(name);
    return { name, prefix: `${htmlSafeJson(name)}:`, default: value === undefined ? '' : htmlSafeJson(value) };
  });
}

function allKeysMissing(names: readonly string[]): string {
  const list = names.map((name) => JSON.stringify(name)).join(' ');
  return `associative list with keys has an element that omits all key fields [${list}] (and doesn't have default values for any key fields)`;
}

function setItemKey(item: unknown): string {
  if (item === null) throw new ElementError("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw new ElementError('not supported: associative list with lists as elements');
  if (isObject(item)) throw new ElementError("associative list without keys has an element that's a map type");
  return valueKey(item);
}
