/**
 * A structural schema as the Schema that patches and server-side apply read; imitates the OpenAPI that
 * apiextensions-apiserver publishes for it, as kube-openapi pkg/schemaconv reads that.
 */
import type { Field, Schema, SchemaReader } from '../../api/schema/schema.ts';
import { schemaOf } from '../../api/schema/type-table.ts';
import {
  additionalSchema,
  hasAdditional,
  itemsSchema,
  type JSONSchemaProps,
} from '../kinds/shared/json-schema-parts.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const STRING: Schema = { type: 'string', goType: 'string' };
const ANY: Schema = { type: 'any', goType: 'interface {}' };
const SCALARS: Readonly<Record<string, Schema['type']>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  number: 'number',
};
const GO_SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'bool',
  integer: 'int64',
  number: 'float64',
};

/** The schema of whole objects; `reader` decodes them. */
export function resourceSchema(root: JSONSchemaProps | undefined, kind: string, reader: SchemaReader): Schema {
  const schema = root ?? { 'x-kubernetes-preserve-unknown-fields': true };
  return {
    type: 'object',
    goType: kind,
    fields: withMeta(fieldsOf(schema)),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === true ? { preserveUnknown: true } : {}),
    reader,
  };
}

function schemaOfNode(schema: JSONSchemaProps): Schema {
  const nullable = schema.nullable === true ? { nullable: true } : {};
  if (schema['x-kubernetes-int-or-string'] === true)
    return { type: 'intOrString', goType: 'intstr.IntOrString', ...nullable };
  const { type = '' } = schema;
  const scalar = SCALARS[type];
  if (scalar !== undefined) return { type: scalar, goType: GO_SCALARS[type] ?? type, ...nullable };
  if (type === 'array') return { ...listSchema(schema), ...nullable };
  if (type === 'object') return { ...objectSchema(schema), ...nullable };
  return { ...ANY, ...nullable };
}

function listSchema(schema: JSONSchemaProps): Schema {
  const items = itemsSchema(schema);
  const listType = schema['x-kubernetes-list-type'] as Schema['listType'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return {
    type: 'list',
    goType: '[]interface {}',
    items: items === undefined ? ANY : schemaOfNode(items),
    ...(listType === undefined ? {} : { listType }),
    ...(keys.length === 0 ? {} : { listMapKeys: keys }),
  };
}

function objectSchema(schema: JSONSchemaProps): Schema {
  const mapType = schema['x-kubernetes-map-type'] as Schema['mapType'];
  const common = { goType: 'map[string]interface {}', ...(mapType === undefined ? {} : { mapType }) };
  const additional = additionalSchema(schema);
  if (additional !== undefined) return { type: 'map', values: schemaOfNode(additional), ...common };
  if (hasAdditional(schema) && Object.keys(schema.properties ?? {}).length === 0)
    return { type: 'map', values: ANY, ...common };
  const fields = fieldsOf(schema);
  return {
    type: 'object',
    fields: schema['x-kubernetes-embedded-resource'] === true ? withMeta(fields) : fields,
    ...(schema['x-kubernetes-preserve-unknown-fields'] === true ? { preserveUnknown: true } : {}),
    ...common,
  };
}

function fieldsOf(schema: JSONSchemaProps): Map<string, Field> {
  const required = new Set(schema.required ?? []);
  const entries = Object.entries(schema.properties ?? {}).map(([name, property]): [string, Field] => [
    name,
    {
      name,
      schema: schemaOfNode(property),
      presence: 'pointer',
      required: required.has(name),
      ...(property.default === undefined ? {} : { default: property.default }),
    },
  ]);
  return new Map(entries);
}

function withMeta(fields: Map<string, Field>): Map<string, Field> {
  const meta = (name: string, schema: Schema): [string, Field] => [
    name,
    { name, schema, presence: 'pointer', required: false },
  ];
  return new Map([
    ...fields,
    meta('apiVersion', STRING),
    meta('kind', STRING),
    meta('metadata', schemaOf(OBJECT_META)),
  ]);
}
