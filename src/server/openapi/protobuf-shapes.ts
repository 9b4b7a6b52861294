/** What the v2 and v3 protobuf forms (gnostic) have in common: how JSON parts are shaped before they are encoded. */
import { getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';

/** gnostic keeps values of any type as YAML text; JSON is YAML. */
export function anyValue(value: unknown): JsonObject {
  return { yaml: `${JSON.stringify(value)}\n` };
}

/** The members of an object that start with `x-`, in the wire's pairs of name and Any. */
export function extensions(json: JsonObject): JsonObject {
  const found: JsonObject = {};
  for (const key of Object.keys(json)) if (key.startsWith('x-')) setOwn(found, key, anyValue(json[key]));
  return found;
}

/** `{a: x}` → `{a: shape(x)}`. */
export function mapObject(json: unknown, shape: (value: JsonObject) => unknown): JsonObject {
  const out: JsonObject = {};
  if (!isObject(json)) return out;
  for (const key of Object.keys(json)) setOwn(out, key, shape(getOwn(json, key) as JsonObject));
  return out;
}

/** Picks members under their protobuf names: `{minLength: 'min_length'}`. */
export function renamed(json: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const out: JsonObject = {};
  for (const [from, to] of Object.entries(names)) if (json[from] !== undefined) out[to] = json[from];
  return out;
}

/** Fields of a schema that have the same type on the wire. */
export const SCHEMA_SCALARS: Readonly<Record<string, string>> = {
  format: 'format',
  title: 'title',
  description: 'description',
  multipleOf: 'multiple_of',
  maximum: 'maximum',
  exclusiveMaximum: 'exclusive_maximum',
  minimum: 'minimum',
  exclusiveMinimum: 'exclusive_minimum',
  maxLength: 'max_length',
  minLength: 'min_length',
  pattern: 'pattern',
  maxItems: 'max_items',
  minItems: 'min_items',
  uniqueItems: 'unique_items',
  maxProperties: 'max_properties',
  minProperties: 'min_properties',
  required: 'required',
};
