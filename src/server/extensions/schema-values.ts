/** Parts of custom resources as their rules see them; imitates apiserver pkg/cel/common/values.go. */

import { escapeName } from '../../api/cel/escape.ts';
import { parseTimestamp } from '../../api/cel/functions-time.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelOpaque,
  CelTimestamp,
  type CelValue,
  equalValues,
  keyOf,
} from '../../api/cel/values.ts';
import { equalJson, isObject, type JsonObject } from '../../api/object.ts';
import { parseDuration } from '../../api/time.ts';
import { withMetadata } from '../kinds/apiextensions/crd-cel-types.ts';
import {
  additionalSchema,
  itemsSchema,
  type JSONSchemaProps,
  propertyNames,
  propertySchema,
} from '../kinds/shared/json-schema-parts.ts';

/** @throws CelError for a value that does not fit its schema */
export function schemaValue(value: unknown, schema: JSONSchemaProps): CelValue {
  if (value === null || value === undefined) {
    if (schema.nullable === true) return null;
    throw new CelError('invalid data, got null for schema with nullable=false');
  }
  if (schema['x-kubernetes-int-or-string'] === true) return intOrString(value);
  switch (schema.type) {
    case 'object':
      return objectValue(value, schema);
    case 'array':
      return listValue(value, schema);
    case 'string':
      return textValue(value, schema.format ?? '');
    case 'number':
      if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
      throw new CelError(`invalid data, expected float, got ${goTypeOf(value)}`);
    case 'integer':
      if (typeof value === 'bigint' || Number.isInteger(value)) return BigInt(value as bigint | number);
      throw new CelError(`invalid data, expected int, got ${goTypeOf(value)}`);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw new CelError(`invalid data, expected bool, got ${goTypeOf(value)}`);
    default:
      if (schema['x-kubernetes-preserve-unknown-fields'] === true) return new Preserved(value);
      throw new CelError(
        `invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ${schema.type ?? ''}`,
      );
  }
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function intOrString(value: unknown): CelValue {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || Number.isInteger(value)) return BigInt(value as bigint | number);
  throw new CelError('invalid data, expected XIntOrString value to be either a string or integer');
}

function textValue(value: unknown, format: string): CelValue {
  if (typeof value !== 'string') throw new CelError(`invalid data, expected string, got ${goTypeOf(value)}`);
  switch (format) {
    case 'duration':
      return read(value, 'Invalid duration', () => new CelDuration(parseDuration(value)));
    case 'date':
      return read(value, 'Invalid date formatted string', () => new CelTimestamp(parseTimestamp(`${value}T00:00:00Z`)));
    case 'date-time':
      return read(
        value,
        'Invalid date-time formatted string',
        () => new CelTimestamp(parseTimestamp(value.toUpperCase())),
      );
    case 'byte':
      return read(value, 'Invalid byte formatted string', () => Uint8Array.from(atob(value), (c) => c.charCodeAt(0)));
    default:
      return value;
  }
}

function read(text: string, what: string, parse: () => CelValue): CelValue {
  try {
    return parse();
  } catch (error) {
    throw new CelError(`${what} ${text}: ${(error as Error).message}`);
  }
}

function objectValue(value: unknown, schema: JSONSchemaProps): CelValue {
  if (!isObject(value)) throw new CelError('invalid data, expected a map for the provided schema with type=object');
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (embedded || propertyNames(schema).length > 0) return new Fields(value, embedded ? withMetadata(schema) : schema);
  const additional = additionalSchema(schema);
  if (additional !== undefined) return new Members(value, additional);
  return new Fields(value, schema);
}

/** An object by its schema's properties; what the schema does not know is not there. */
class Fields extends CelMap {
  readonly #object: JsonObject;
  readonly #schema: JSONSchemaProps;

  constructor(object: JsonObject, schema: JSONSchemaProps) {
    super();
    this.#object = object;
    this.#schema = schema;
  }

  override get size(): number {
    return Array.from(this.keys()).length;
  }

  override get(key: CelValue): CelValue | undefined {
    const name = typeof key === 'string' ? this.#nameOf(key) : undefined;
    const property = name === undefined ? undefined : propertySchema(this.#schema, name);
    if (name === undefined || property === undefined) return undefined;
    return schemaValue(this.#object[name], property);
  }

  override *keys(): Iterable<CelValue> {
    for (const name of Object.keys(this.#object))
      if (propertySchema(this.#schema, name) !== undefined) yield escapeName(name) ?? name;
  }

  /** The own property that an escaped name means. */
  #nameOf(escaped: string): string | undefined {
    if (Object.hasOwn(this.#object, escaped) && escapeName(escaped) === escaped) return escaped;
    return Object.keys(this.#object).find(
      (name) => escapeName(name) === escaped || (name === escaped && isReserved(name)),
    );
  }
}

/** Reserved words may be selected as they are: `self.namespace`. */
function isReserved(name: string): boolean {
  return escapeName(name) === `__${name}__`;
}

/** An object whose keys are free. */
class Members extends CelMap {
  readonly #object: JsonObject;
  readonly #schema: JSONSchemaProps;

  constructor(object: JsonObject, schema: JSONSchemaProps) {
    super();
    this.#object = object;
    this.#schema = schema;
  }

  override get size(): number {
    return Object.keys(this.#object).length;
  }

  override get(key: CelValue): CelValue | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.#object, key)) return undefined;
    return schemaValue(this.#object[key], this.#schema);
  }

  override keys(): Iterable<CelValue> {
    return Object.keys(this.#object);
  }
}

function listValue(value: unknown, schema: JSONSchemaProps): CelValue {
  if (!Array.isArray(value))
    throw new CelError('invalid data, expected an array for the provided schema with type=array');
  const items = itemsSchema(schema);
  if (items === undefined) throw new CelError('invalid array type, expected Items with a non-empty Schema');
  const values = value.map((item) => schemaValue(item, items));
  if (schema['x-kubernetes-list-type'] === 'set') return new SetList(values);
  if (schema['x-kubernetes-list-type'] !== 'map') return new Items(values);
  return new KeyedList(
    values,
    (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => escapeName(key) ?? key),
  );
}

class Items extends CelList {
  protected readonly values: readonly CelValue[];

  constructor(values: readonly CelValue[]) {
    super();
    this.values = values;
  }

  override get size(): number {
    return this.values.length;
  }

  override at(index: number): CelValue {
    return this.values[index] as CelValue;
  }

  override plus(other: CelList): CelList {
    return new Items([...this.values, ...other.items()]);
  }
}

/** x-kubernetes-list-type=set: order does not matter, and `+` is the union. */
class SetList extends Items {
  override equals(other: CelList): boolean {
    return this.size === other.size && Array.from(other.items()).every((item) => this.contains(item));
  }

  override plus(other: CelList): CelList {
    return new SetList([...this.values, ...Array.from(other.items()).filter((item) => !this.contains(item))]);
  }
}

/** x-kubernetes-list-type=map: order does not matter, and `+` replaces items of the same keys. */
class KeyedList extends Items {
  readonly #keys: readonly string[];

  constructor(values: readonly CelValue[], keys: readonly string[]) {
    super(values);
    this.#keys = keys;
  }

  override equals(other: CelList): boolean {
    if (this.size !== other.size) return false;
    const mine = this.#byKey(this.values);
    return Array.from(other.items()).every((item) => {
      const found = mine.get(this.#identity(item));
      return found !== undefined && equalValues(found, item);
    });
  }

  override plus(other: CelList): CelList {
    const merged = this.#byKey(this.values);
    for (const item of other.items()) merged.set(this.#identity(item), item);
    return new KeyedList([...merged.values()], this.#keys);
  }

  #byKey(values: readonly CelValue[]): Map<string, CelValue> {
    return new Map(values.map((value) => [this.#identity(value), value]));
  }

  #identity(item: CelValue): string {
    const parts = this.#keys.map((key) => {
      const value = item instanceof CelMap ? item.get(key) : undefined;
      return value === undefined ? '' : keyOf(value);
    });
    return JSON.stringify(parts);
  }
}

/** Data of which the schema says nothing: it can only be compared as a part of something else. */
class Preserved extends CelOpaque {
  override readonly typeName = 'unknown';
  readonly #value: unknown;

  constructor(value: unknown) {
    super();
    this.#value = value;
  }

  override equals(other: Preserved): boolean {
    return equalJson(this.#value, other.#value);
  }
}
