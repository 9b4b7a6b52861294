/**
 * Custom resources as OpenAPI definitions; imitates apiextensions pkg/controller/openapi/builder. v3 shows the schema
 * as it is, v2 without what Swagger has no word for.
 */
import { getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Definitions } from './definitions.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
/** Types whose texts about apiVersion, kind and metadata custom resources borrow. */
const SAMPLE = 'io.k8s.api.core.v1.ConfigMap';
const SAMPLE_LIST = 'io.k8s.api.core.v1.PodList';
const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** `com.example.kitchen.v1.Kettle`: the group backwards. */
export function customTypeName({ group, version }: Pick<Kind, 'group' | 'version'>, kind: string): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

/** Adds the kind and its list. */
export function addCustomDefinitions(definitions: Definitions, kind: Kind): void {
  const name = customTypeName(kind, kind.kind);
  const schema = kind.openapi ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  definitions.add(name, {
    ...(definitions.dialect === 'v2' && preserves(schema) ? { type: 'object' } : withMeta(definitions, schema)),
    'x-kubernetes-group-version-kind': [{ group: kind.group, kind: kind.kind, version: kind.version }],
  });
  addList(definitions, kind, definitions.customRef(name));
}

/** Whose unknown fields are kept: kubectl would refuse them if it knew of any properties. */
function preserves(schema: JsonObject): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true;
}

function withMeta(definitions: Definitions, schema: JsonObject): JsonObject {
  const converted = convert(definitions, schema);
  const properties = isObject(converted.properties) ? converted.properties : {};
  return {
    ...converted,
    type: 'object',
    properties: {
      ...properties,
      ...typeMeta(definitions, SAMPLE),
      metadata: metadata(definitions, 'ObjectMeta', SAMPLE),
    },
  };
}

function addList(definitions: Definitions, kind: Kind, item: JsonObject): void {
  definitions.add(customTypeName(kind, kind.listKind), {
    description: `${kind.listKind} is a list of ${kind.kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...typeMeta(definitions, SAMPLE_LIST),
      metadata: metadata(definitions, 'ListMeta', SAMPLE_LIST),
      items: { description: `List of ${kind.resource}. More info: ${CONVENTIONS}`, type: 'array', items: item },
    },
    'x-kubernetes-group-version-kind': [{ group: kind.group, kind: kind.listKind, version: kind.version }],
  });
}

function typeMeta(definitions: Definitions, sample: string): JsonObject {
  const texts = definitions.descriptions.types[sample]?.fields ?? {};
  const text = (field: string) => (texts[field] === undefined ? {} : { description: texts[field] });
  return { apiVersion: { ...text('apiVersion'), type: 'string' }, kind: { ...text('kind'), type: 'string' } };
}

function metadata(definitions: Definitions, type: string, sample: string): JsonObject {
  const description = definitions.descriptions.types[sample]?.fields.metadata;
  return definitions.refWith(`${META}${type}`, description === undefined ? {} : { description });
}

/** Keys of a schema that hold one schema, several by name, or a list of them. */
const ONE = new Set(['items', 'additionalProperties', 'not']);
const BY_NAME = new Set(['properties', 'patternProperties', 'definitions']);
const SEVERAL = new Set(['allOf', 'anyOf', 'oneOf']);
/** What Swagger cannot say, and what would make kubectl's client-side validation refuse good objects. */
const NOT_IN_V2 = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'nullable',
  'patternProperties',
  'definitions',
  'example',
  'externalDocs',
]);

function convert(definitions: Definitions, schema: JsonObject): JsonObject {
  const v2 = definitions.dialect === 'v2';
  const shown = v2 ? forKubectl(schema) : withIntOrString(schema);
  const out: JsonObject = {};
  for (const key of Object.keys(shown)) {
    if (!(v2 && NOT_IN_V2.has(key))) setOwn(out, key, convertMember(definitions, key, shown[key]));
  }
  const embedded = schema['x-kubernetes-embedded-resource'] === true && !(v2 && preserves(schema));
  return embedded ? withEmbeddedMeta(definitions, out) : out;
}

function convertMember(definitions: Definitions, key: string, value: unknown): unknown {
  if (ONE.has(key)) return isObject(value) ? convert(definitions, value) : value;
  if (SEVERAL.has(key) && Array.isArray(value))
    return value.map((one) => (isObject(one) ? convert(definitions, one) : one));
  if (!BY_NAME.has(key) || !isObject(value)) return value;
  const out: JsonObject = {};
  for (const name of Object.keys(value)) {
    const member = getOwn(value, name);
    setOwn(out, name, isObject(member) ? convert(definitions, member) : member);
  }
  return out;
}

function withIntOrString(schema: JsonObject): JsonObject {
  if (schema['x-kubernetes-int-or-string'] !== true || schema.anyOf !== undefined || schema.allOf !== undefined)
    return schema;
  return { ...schema, anyOf: [{ type: 'integer' }, { type: 'string' }] };
}

/** Without what kubectl's client-side validation cannot cope with; imitates apiextensions openapi/v2 ToStructuralOpenAPIV2. */
function forKubectl(schema: JsonObject): JsonObject {
  const { type, items, properties, required, ...rest } = schema;
  const out: JsonObject = rest;
  const nullable = schema.nullable === true;
  if (!nullable && !preserves(schema)) Object.assign(out, defined({ items, properties }));
  const unknown = nullable || (type === 'array' && out.items === undefined) || (type === 'object' && preserves(schema));
  return { ...out, ...defined({ type: unknown ? undefined : type, required: neverNull(out, required) }) };
}

/** Of the required properties those that may not be null. */
function neverNull({ properties, additionalProperties }: JsonObject, required: unknown): unknown {
  const isNullable = (schema: unknown): boolean => isObject(schema) && schema.nullable === true;
  if (!Array.isArray(required) || isNullable(additionalProperties)) return undefined;
  const left = required.filter((name) => !(isObject(properties) && isNullable(getOwn(properties, String(name)))));
  return left.length === 0 ? undefined : left;
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function withEmbeddedMeta(definitions: Definitions, schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set([...(Array.isArray(schema.required) ? schema.required : []), 'kind', 'apiVersion']);
  return {
    ...schema,
    properties: {
      ...properties,
      ...typeMeta(definitions, SAMPLE),
      metadata: metadata(definitions, 'ObjectMeta', SAMPLE),
    },
    required: [...required],
  };
}
