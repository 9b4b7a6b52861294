/** Readers of structs, maps and lists, made from schemas and cached with them. */
import { cloneJson, equalJson, type JsonObject, setOwn } from '../object.ts';
import { DecodeContext as Context, type DecodeContext, DecodeError, jsonKind, MapKey } from './decode-context.ts';
import {
  AnyNode,
  BooleanNode,
  BytesNode,
  durationNode,
  IntegerNode,
  IntOrStringNode,
  microTimeNode,
  type Node,
  NumberNode,
  QuantityNode,
  StringNode,
  timeNode,
} from './scalar-nodes.ts';
import type { Field, Presence, Schema } from './schema.ts';
import { isEmptyCollection, rememberEmpty } from './sent-empty.ts';
import { qualifiedGoType, schemaOf } from './type-table.ts';

const nodes = new WeakMap<Schema, Node>();

/** The reader of a schema, the same for the same schema. */
export function nodeOf(schema: Schema): Node {
  let node = nodes.get(schema);
  if (node === undefined) {
    node = buildNode(schema);
    nodes.set(schema, node);
  }
  return node;
}

const QUANTITY = new QuantityNode();
const INT_OR_STRING = new IntOrStringNode();
const ANY = new AnyNode();

function buildNode(schema: Schema): Node {
  switch (schema.type) {
    case 'object':
      return new StructNode(schema);
    case 'map':
      return schema.values === undefined ? ANY : new MapNode(schema);
    case 'list':
      return schema.items === undefined ? ANY : new ListNode(schema);
    case 'string':
      return new StringNode(schema.goType);
    case 'integer':
      return new IntegerNode(schema.goType);
    case 'number':
      return new NumberNode(schema.goType);
    case 'boolean':
      return new BooleanNode(schema.goType);
    case 'bytes':
      return new BytesNode(schema.goType);
    case 'quantity':
      return QUANTITY;
    case 'intOrString':
      return INT_OR_STRING;
    case 'time':
      return timeNode;
    case 'microTime':
      return microTimeNode;
    case 'duration':
      return durationNode;
    case 'any':
      return unionNode(schema.name) ?? ANY;
  }
}

/** One field of a struct, ready for use. */
class Step {
  readonly name: string;
  readonly node: Node;
  readonly presence: Presence;
  readonly default: unknown;
  readonly #field: Field;
  /** A string is all that has to be known of most values. */
  readonly isText: boolean;
  /** Lists and maps have no empty form in storage: `always` writes null. */
  readonly emptyIsNull: boolean;
  /** Nor have bytes that are not sent; empty ones are shown as such by validation, and always refused. */
  readonly #absentIsNull: boolean;

  constructor(field: Field) {
    this.name = field.name;
    this.node = nodeOf(field.schema);
    this.presence = field.presence;
    this.default = field.default;
    this.#field = field;
    const { type } = field.schema;
    this.isText = type === 'string';
    this.emptyIsNull = field.presence === 'always' && (type === 'list' || type === 'map');
    this.#absentIsNull = this.emptyIsNull || (field.presence === 'always' && type === 'bytes');
  }

  /** What stands for an explicit null; undefined to drop the field. */
  null(): unknown {
    if (this.#field.schema.nullable) return null;
    return this.presence === 'always' ? this.absent() : undefined;
  }

  /** What an `always` field is when it was not sent. */
  absent(): unknown {
    return this.#field.nullable || this.#absentIsNull ? null : this.node.zero();
  }

  /** What the field is after reading; undefined to drop it. */
  keep(value: unknown): unknown {
    if (this.presence === 'omitempty') return this.node.isZero(value) ? undefined : value;
    return this.emptyIsNull && this.node.isZero(value) ? null : value;
  }
}

class StructNode implements Node {
  readonly #schema: Schema;
  readonly #qualified: string;
  #steps: ReadonlyMap<string, Step> | undefined;
  #always: readonly Step[] = [];
  #defaulted: readonly Step[] = [];

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#qualified = qualifiedGoType(schema);
  }

  /** Not in the constructor: types refer to themselves. */
  #build(): ReadonlyMap<string, Step> {
    const steps = new Map<string, Step>();
    for (const field of this.#schema.fields?.values() ?? []) steps.set(field.name, new Step(field));
    this.#always = [...steps.values()].filter((step) => step.presence === 'always');
    this.#defaulted = [...steps.values()].filter((step) => step.default !== undefined);
    this.#steps = steps;
    return steps;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value !== 'object' || Array.isArray(value)) {
      context.mismatch(jsonKind(value), this.#qualified);
      return this.zero();
    }
    const steps = this.#steps ?? this.#build();
    const struct = context.struct;
    const depth = context.depth++;
    const literals = context.literals?.get(value as object);
    context.struct = this.#schema.goType;
    let out = value as JsonObject;
    let dropped: Set<string> | undefined;
    let emptied: Map<string, unknown> | undefined;
    let always = 0;
    for (const key in out) {
      const step = steps.get(key);
      const given = out[key];
      let kept: unknown;
      if (step === undefined) {
        if (this.#schema.preserveUnknown) kept = this.#readUnknown(given, key, context, depth);
        else if (given !== undefined) context.unknown(key, depth);
      } else if (step.isText && typeof given === 'string') {
        kept = given === '' && step.presence === 'omitempty' ? undefined : given;
      } else if (given === null) kept = step.null();
      else if (given !== undefined) {
        context.steps[depth] = key;
        if (context.literals !== undefined) context.literal = literals?.get(key);
        kept = step.keep(step.node.read(given, context));
        if (kept !== given && isEmptyCollection(given)) {
          emptied ??= new Map();
          emptied.set(key, given);
        }
      }
      if (kept === undefined) {
        dropped ??= new Set();
        dropped.add(key);
      } else {
        if (kept !== given) out[key] = kept;
        if (step?.presence === 'always') always++;
      }
    }
    context.struct = struct;
    context.depth = depth;
    if (dropped !== undefined) out = without(out, dropped);
    if (always < this.#always.length) this.#fillAlways(out);
    if (context.defaults && this.#defaulted.length > 0) this.#fillDefaults(out);
    if (emptied !== undefined) rememberEmpty(out, emptied);
    return out;
  }

  /** Unknown members are kept as they are, or read by `values` where the schema describes them. */
  #readUnknown(given: unknown, key: string, context: DecodeContext, depth: number): unknown {
    const { values } = this.#schema;
    if (values === undefined || given === null || given === undefined) return given;
    context.steps[depth] = new MapKey(key);
    return nodeOf(values).read(given, context);
  }

  #fillAlways(out: JsonObject): void {
    for (const step of this.#always) if (!Object.hasOwn(out, step.name)) out[step.name] = step.absent();
  }

  #fillDefaults(out: JsonObject): void {
    for (const step of this.#defaulted) {
      const value = out[step.name];
      const unset = value === undefined || (step.presence === 'always' && (value === null || step.node.isZero(value)));
      if (unset) setOwn(out, step.name, cloneJson(step.default));
    }
  }

  zero(): unknown {
    if (this.#steps === undefined) this.#build();
    const out: JsonObject = {};
    this.#fillAlways(out);
    return out;
  }

  isZero(value: unknown): boolean {
    return equalJson(value, this.zero());
  }
}

function without(object: JsonObject, dropped: ReadonlySet<string>): JsonObject {
  const out: JsonObject = {};
  for (const key in object) if (!dropped.has(key)) setOwn(out, key, object[key]);
  return out;
}

class MapNode implements Node {
  readonly #goType: string;
  readonly #values: Schema;
  readonly #plain: boolean;
  #node: Node | undefined;

  constructor(schema: Schema) {
    this.#goType = schema.goType;
    this.#values = schema.values as Schema;
    this.#plain = this.#values.type === 'string';
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (typeof value !== 'object' || Array.isArray(value)) {
      context.mismatch(jsonKind(value), this.#goType);
      return {};
    }
    this.#node ??= nodeOf(this.#values);
    const map = value as JsonObject;
    if (!this.#plain) return this.#readValues(map, this.#node, context);
    for (const key in map) if (typeof map[key] !== 'string') this.#readString(map, key, this.#node, context);
    return map;
  }

  #readString(map: JsonObject, key: string, node: Node, context: DecodeContext): void {
    const given = map[key];
    map[key] = given === null || given === undefined ? '' : node.read(given, context);
  }

  #readValues(map: JsonObject, node: Node, context: DecodeContext): JsonObject {
    const depth = context.depth++;
    const literals = context.literals?.get(map);
    for (const key in map) {
      const given = map[key];
      context.steps[depth] = new MapKey(key);
      if (context.literals !== undefined) context.literal = literals?.get(key);
      const kept = given === null || given === undefined ? this.#nullValue(node) : node.read(given, context);
      if (kept !== given) map[key] = kept;
    }
    context.depth = depth;
    return map;
  }

  /** Storage keeps no null apart from an empty byte string. */
  #nullValue(node: Node): unknown {
    if (this.#values.nullable) return null;
    return this.#values.type === 'bytes' ? '' : node.zero();
  }

  zero(): unknown {
    return {};
  }

  isZero(value: unknown): boolean {
    if (value === null) return true;
    for (const _ in value as object) return false;
    return true;
  }
}

class ListNode implements Node {
  readonly #goType: string;
  readonly #items: Schema;
  #node: Node | undefined;

  constructor(schema: Schema) {
    this.#goType = schema.goType;
    this.#items = schema.items as Schema;
  }

  read(value: unknown, context: DecodeContext): unknown {
    if (!Array.isArray(value)) {
      context.mismatch(jsonKind(value), this.#goType);
      return [];
    }
    this.#node ??= nodeOf(this.#items);
    const node = this.#node;
    const depth = context.depth++;
    const literals = context.literals?.get(value);
    for (let i = 0; i < value.length; i++) {
      const given: unknown = value[i];
      context.steps[depth] = i;
      if (context.literals !== undefined) context.literal = literals?.get(String(i));
      const kept = given === null || given === undefined ? this.#nullItem(node) : node.read(given, context);
      if (kept !== given) value[i] = kept;
    }
    context.depth = depth;
    return value;
  }

  #nullItem(node: Node): unknown {
    return this.#items.nullable ? null : node.zero();
  }

  zero(): unknown {
    return [];
  }

  isZero(value: unknown): boolean {
    return value === null || (value as unknown[]).length === 0;
  }
}

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';
const PROPS = `${APIEXTENSIONS}JSONSchemaProps`;

/**
 * JSON schemas where something else may stand: Go decodes them apart, without reporting unknown fields. What is neither
 * is an empty union, which storage forgets.
 */
class UnionNode extends AnyNode {
  readonly #read: (value: unknown, context: DecodeContext) => unknown;

  constructor(read: (value: unknown, context: DecodeContext) => unknown) {
    super();
    this.#read = read;
  }

  override read(value: unknown, context?: DecodeContext): unknown {
    const inner = new Context(undefined, false, context?.literals);
    const out = this.#read(value, inner);
    if (inner.failure !== undefined && context !== undefined)
      throw context.typeError(inner.failure.what, inner.failure.goType);
    return out;
  }
}

function readProps(value: unknown, context: DecodeContext): unknown {
  return nodeOf(schemaOf(PROPS)).read(value, context);
}

const propsList: Schema = {
  type: 'list',
  goType: '[]v1.JSONSchemaProps',
  get items() {
    return schemaOf(PROPS);
  },
};
const stringList: Schema = { type: 'list', goType: '[]string', items: { type: 'string', goType: 'string' } };

const UNIONS: Record<string, Node> = {
  [`${PROPS}OrArray`]: new UnionNode((value, context) => {
    if (typeof value !== 'object') return undefined;
    return Array.isArray(value) ? nodeOf(propsList).read(value, context) : readProps(value, context);
  }),
  [`${PROPS}OrBool`]: new UnionNode((value, context) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'object' || Array.isArray(value)) throw new DecodeError('boolean or JSON schema expected');
    return readProps(value, context);
  }),
  [`${PROPS}OrStringArray`]: new UnionNode((value, context) => {
    if (typeof value !== 'object') return undefined;
    return Array.isArray(value) ? nodeOf(stringList).read(value, context) : readProps(value, context);
  }),
};

function unionNode(name: string | undefined): Node | undefined {
  return name === undefined || !Object.hasOwn(UNIONS, name) ? undefined : UNIONS[name];
}
