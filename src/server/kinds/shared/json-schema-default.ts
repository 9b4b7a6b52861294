/** Defaulting by structural schema; imitates apiextensions-apiserver pkg/apiserver/schema/defaulting. */
import { cloneJson, getOwn, type JsonObject, setOwn } from '../../../api/object.ts';
import {
  additionalSchema,
  itemsSchema,
  type JSONSchemaProps,
  propertyNames,
  propertySchema,
  traitsOf,
} from './json-schema-parts.ts';

/** Fills defaults in place, then drops nulls that are neither allowed nor replaced by a default. */
export function defaultBySchema(value: unknown, schema: JSONSchemaProps | undefined): void {
  if (schema === undefined) return;
  if (traitsOf(schema).defaults) fill(value, schema);
  dropNulls(value, schema);
}

/** Whether the schema has any default, at any depth. */
export function hasDefaults(schema: JSONSchemaProps | undefined): boolean {
  return schema !== undefined && traitsOf(schema).defaults;
}

function isForbiddenNull(value: unknown, schema: JSONSchemaProps | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true;
}

function fill(value: unknown, schema: JSONSchemaProps): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) fillItems(value, schema);
  else fillMembers(value as JsonObject, schema);
}

function fillItems(items: unknown[], schema: JSONSchemaProps): void {
  const inner = itemsSchema(schema);
  if (inner === undefined) return;
  for (let i = 0; i < items.length; i++) {
    if (isForbiddenNull(items[i], inner) && inner.default !== undefined) items[i] = cloneJson(inner.default);
    fill(items[i], inner);
  }
}

function fillMembers(object: JsonObject, schema: JSONSchemaProps): void {
  for (const name of propertyNames(schema)) {
    const property = propertySchema(schema, name) as JSONSchemaProps;
    if (property.default === undefined || property.default === null) continue;
    const given = getOwn(object, name);
    if (given === undefined || isForbiddenNull(given, property)) setOwn(object, name, cloneJson(property.default));
  }
  const additional = additionalSchema(schema);
  for (const key of Object.keys(object)) {
    const property = propertySchema(schema, key);
    const inner = property ?? additional;
    if (inner === undefined) continue;
    if (property === undefined && inner.default !== undefined && isForbiddenNull(object[key], inner))
      setOwn(object, key, cloneJson(inner.default));
    fill(object[key], inner);
  }
}

function dropNulls(value: unknown, schema: JSONSchemaProps): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const inner = itemsSchema(schema);
    if (inner !== undefined) for (const item of value) dropNulls(item, inner);
    return;
  }
  const object = value as JsonObject;
  for (const key of Object.keys(object)) {
    const inner = propertySchema(schema, key) ?? additionalSchema(schema);
    if (inner === undefined) continue;
    if (isForbiddenNull(object[key], inner)) delete object[key];
    else dropNulls(object[key], inner);
  }
}
