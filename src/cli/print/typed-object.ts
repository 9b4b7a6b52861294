/**
 * Objects as a Go client prints them after reading them into its types: fields that are always written are there, and
 * JSON has the order of the types' fields. What kctl reads and sends has neither, so generated objects pass here.
 */
import { isObject, type JsonObject, setOwn } from '../../api/object.ts';
import messagesJson from '../../api/protobuf/messages.json' with { type: 'json' };
import type { Field, Schema } from '../../api/schema/schema.ts';
import { schemaOfKind, typeNameOfKind } from '../../api/schema/type-table.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';

const MESSAGES = messagesJson as unknown as Record<string, Record<string, [number, ...unknown[]]>>;
/** Before all others, where a type has them. */
const FIRST = ['kind', 'apiVersion'];

/** A copy of a built-in object; others stay as they are. */
export function typedObject(object: JsonObject): JsonObject {
  const { group, version } = parseApiVersion(String(object['apiVersion'] ?? ''));
  const kind = String(object['kind'] ?? '');
  if (typeNameOfKind(group, version, kind) === undefined) return object;
  return typed(schemaOfKind(group, version, kind), object) as JsonObject;
}

function typed(schema: Schema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => typed(schema?.items, item));
  if (isObject(value) && schema?.type === 'map') return sortedMap(schema.values, value);
  if (!isObject(value) || schema?.type !== 'object' || schema.fields === undefined) return value;
  const given = Object.keys(value);
  const always = [...schema.fields.values()].filter((field) => field.presence === 'always').map(({ name }) => name);
  const result: JsonObject = {};
  for (const name of inOrder(schema, [...new Set([...given, ...always])])) {
    const field = schema.fields.get(name);
    const present = value[name] !== undefined && value[name] !== null;
    result[name] = present || field === undefined ? typed(field?.schema, value[name]) : zeroOf(field);
  }
  return result;
}

/** Go writes maps in the order of their keys. */
function sortedMap(values: Schema | undefined, map: JsonObject): JsonObject {
  const sorted: JsonObject = {};
  for (const key of Object.keys(map).sort(compareUtf8)) setOwn(sorted, key, typed(values, map[key]));
  return sorted;
}

function zeroOf({ schema, nullable }: Field): unknown {
  if (nullable) return null;
  if (schema.type === 'object') return typed(schema, {});
  return (
    { string: '', integer: 0, number: 0, boolean: false, intOrString: 0, quantity: '0' }[schema.type as string] ?? null
  );
}

/** Protobuf's messages list the fields in the order in which the types declare them. */
function inOrder(schema: Schema, names: readonly string[]): string[] {
  const order = [...FIRST, ...declared((schema.name ?? '').replace(/^io\.k8s\./, 'k8s.io.'), schema)];
  const rank = new Map(order.map((name, i) => [name, i]));
  const rankOf = (name: string): number => rank.get(name) ?? order.length;
  return [...names].sort((a, b) => rankOf(a) - rankOf(b));
}

/** A struct that a type embeds is a message of its own: its fields stand in its place. */
function declared(message: string, { fields }: Schema): string[] {
  return Object.entries(MESSAGES[message] ?? {}).flatMap(([name, [, type]]) => {
    const embedded = fields?.has(name) !== true && Object.hasOwn(MESSAGES, String(type));
    return embedded ? Object.keys(MESSAGES[String(type)] ?? {}) : [name];
  });
}
