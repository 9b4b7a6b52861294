/** How the parts of a JSONSchemaProps are read: single schemas where Go has unions, own properties only. */
import { getOwn, isObject } from '../../../api/object.ts';
import type { JSONSchemaProps } from '../../../api/types/apiextensions-v1.ts';

export type { JSONSchemaProps } from '../../../api/types/apiextensions-v1.ts';

/** Fields of every object that a schema need not mention. */
export const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** The schema of one property, or undefined. */
export function propertySchema(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  return schema.properties === undefined ? undefined : (getOwn(schema.properties, name) as JSONSchemaProps | undefined);
}

/** The schema that `additionalProperties` gives, if it gives one. */
export function additionalSchema(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  return isObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
}

/** `additionalProperties` is there and not false, as a schema or as `true`. */
export function hasAdditional(schema: JSONSchemaProps): boolean {
  return schema.additionalProperties !== undefined && schema.additionalProperties !== null;
}

/** The one schema of all items; undefined for tuples, which structural schemas do not have. */
export function itemsSchema(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  return isObject(schema.items) ? schema.items : undefined;
}

export function propertyNames(schema: JSONSchemaProps): string[] {
  return Object.keys(schema.properties ?? {});
}

/** Every schema below (and with) this one, combinators included, until `visit` returns true; says whether it did. */
export function someSchema(schema: JSONSchemaProps | undefined, visit: (schema: JSONSchemaProps) => boolean): boolean {
  if (schema === undefined) return false;
  return visit(schema) || innerSchemas(schema).some((inner) => someSchema(inner, visit));
}

function innerSchemas(schema: JSONSchemaProps): JSONSchemaProps[] {
  const inner: (JSONSchemaProps | undefined)[] = [
    ...(Array.isArray(schema.items) ? schema.items : [itemsSchema(schema)]),
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    schema.not,
    ...Object.values(schema.properties ?? {}),
    additionalSchema(schema),
    ...Object.values(schema.patternProperties ?? {}),
    ...Object.values(schema.definitions ?? {}),
  ];
  return inner.filter((part) => part !== undefined);
}

/** Whether `items` lists a schema for each position. */
export function isSchemaTuple(schema: JSONSchemaProps): boolean {
  return Array.isArray(schema.items) && (schema.items as unknown[]).length > 0;
}

/** What a schema has anywhere: walks over values that could find nothing are left out. */
export interface SchemaTraits {
  readonly embedded: boolean;
  readonly listTypes: boolean;
  readonly defaults: boolean;
}

/** Memo of `traitsOf`: schemas are immutable once they are in use. */
const traits = new WeakMap<JSONSchemaProps, SchemaTraits>();

export function traitsOf(schema: JSONSchemaProps): SchemaTraits {
  let found = traits.get(schema);
  if (found === undefined) {
    found = {
      embedded: someSchema(schema, (part) => part['x-kubernetes-embedded-resource'] === true),
      listTypes: someSchema(schema, (part) => part['x-kubernetes-list-type'] !== undefined),
      defaults: someSchema(schema, (part) => part.default !== undefined),
    };
    traits.set(schema, found);
  }
  return found;
}
