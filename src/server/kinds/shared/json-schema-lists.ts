/** Uniqueness in lists of type set and map; imitates apiextensions-apiserver pkg/apiserver/schema/listtype. */
import type { FieldErrors } from '../../../api/field-errors.ts';
import { stringifyJson } from '../../../api/json.ts';
import { getOwn, isObject, type JsonObject, setOwn, withSortedKeys } from '../../../api/object.ts';
import { additionalSchema, itemsSchema, type JSONSchemaProps, propertySchema, traitsOf } from './json-schema-parts.ts';

/** Reports the second occurrence of every repeated item or key: `spec.flags[2]: Duplicate value: "a"`. */
export function validateListTypes(value: unknown, schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (traitsOf(schema).listTypes) validateNode(value, schema, path, errors);
}

function validateNode(value: unknown, schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (Array.isArray(value)) validateList(value, schema, path, errors);
  else if (isObject(value)) validateMembers(value, schema, path, errors);
}

function validateMembers(object: JsonObject, schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  const additional = additionalSchema(schema);
  for (const key of Object.keys(object)) {
    const property = propertySchema(schema, key);
    if (property !== undefined) validateNode(object[key], property, path === '' ? key : `${path}.${key}`, errors);
    else if (additional !== undefined) validateNode(object[key], additional, `${path}[${key}]`, errors);
  }
}

function validateList(items: unknown[], schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set')
    for (const i of repeated(items)) errors.add('FieldValueDuplicate', `${path}[${i}]`, withSortedKeys(items[i]), '');
  if (type === 'map') validateMapList(items, schema['x-kubernetes-list-map-keys'] ?? [], path, errors);
  const inner = itemsSchema(schema);
  if (inner === undefined) return;
  for (const [i, item] of items.entries()) validateNode(item, inner, `${path}[${i}]`, errors);
}

function validateMapList(items: unknown[], keys: readonly string[], path: string, errors: FieldErrors): void {
  const wrong = items.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0) {
    const detail = 'must be an object for an array of list-type map';
    errors.add('FieldValueInvalid', `${path}[${wrong}]`, items[wrong], detail);
    return;
  }
  const identities = items.map((item) => identityOf(item as JsonObject | null, keys));
  for (const i of repeated(identities))
    errors.add('FieldValueDuplicate', `${path}[${i}]`, withSortedKeys(identities[i]), '');
}

function identityOf(item: JsonObject | null, keys: readonly string[]): JsonObject {
  const identity: JsonObject = {};
  for (const key of keys) {
    const value = item === null ? undefined : getOwn(item, key);
    if (value !== undefined) setOwn(identity, key, value);
  }
  return identity;
}

/** Positions of second occurrences (not of third ones). */
function repeated(items: readonly unknown[]): number[] {
  const seen = new Map<string, number>();
  const found: number[] = [];
  for (const [i, item] of items.entries()) {
    const text = stringifyJson(withSortedKeys(item));
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    if (times === 2) found.push(i);
  }
  return found;
}
