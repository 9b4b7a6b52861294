/**
 * Whether a schema is structural: every field's type said once, outside of combinators.
 * Imitates ValidateStructural of apiextensions-apiserver pkg/apiserver/schema.
 */
import { type FieldError, FieldErrors, fieldErrorText, type Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import {
  additionalSchema,
  hasAdditional,
  itemsSchema,
  type JSONSchemaProps,
  propertySchema,
} from '../shared/json-schema-parts.ts';
import { patternTest } from '../shared/json-schema-pattern.ts';

type Level = 'root' | 'item' | 'field';

const MISSING_TYPE: Record<Level, string> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

/** Faults in the order of their texts. */
export function structuralErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors = new FieldErrors();
  validateNode(schema, 'root', path, errors);
  validateCompleteness(schema, schema, path, path, errors);
  const texts = new Map(errors.list.map((error) => [error, fieldErrorText(error)]));
  return errors.list.sort((a, b) => compareText(texts.get(a) ?? '', texts.get(b) ?? ''));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What keeps a schema from being read as a structural one at all; undefined when nothing does. */
export function unsupportedPart(schema: JSONSchemaProps): string | undefined {
  const unsupported: readonly (readonly [keyof JSONSchemaProps, string])[] = [
    ['id', 'id'],
    ['$schema', 'schema'],
    ['$ref', '$ref'],
    ['patternProperties', 'patternProperties'],
    ['dependencies', 'dependencies'],
    ['additionalItems', 'additionalItems'],
    ['definitions', 'definitions'],
  ];
  const found = unsupported.find(([field]) => schema[field] !== undefined && schema[field] !== '');
  if (found !== undefined) return `OpenAPIV3Schema '${found[1]}' is not supported`;
  if (Array.isArray(schema.items)) return `OpenAPIV3Schema 'items' must be a schema, but is an array`;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  for (const inner of partsOf(schema)) {
    const why = unsupportedPart(inner);
    if (why !== undefined) return why;
  }
  return undefined;
}

function partsOf(schema: JSONSchemaProps): JSONSchemaProps[] {
  const { not, allOf = [], anyOf = [], oneOf = [], properties = {} } = schema;
  const single = [not, itemsSchema(schema), additionalSchema(schema)].filter((part) => part !== undefined);
  return [...single, ...allOf, ...anyOf, ...oneOf, ...Object.values(properties)];
}

function validateNode(schema: JSONSchemaProps, level: Level, path: Path, errors: FieldErrors): void {
  const items = itemsSchema(schema);
  if (schema.type === 'array' && schema.items === undefined) errors.required(path.child('items'), 'must be specified');
  if (items !== undefined) validateNode(items, 'item', path.child('items'), errors);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    validateNode(property, 'field', path.child('properties').key(name), errors);
  validateAdditional(schema, level, path, errors);
  validateExtensions(schema, path, errors);
  validateValues(schema, skippedAnyOf(schema), path, errors);
  validateType(schema, level, path, errors);
  validateMetaFields(schema, level, path, errors);
}

function validateAdditional(schema: JSONSchemaProps, level: Level, path: Path, errors: FieldErrors): void {
  if (!hasAdditional(schema)) return;
  const additional = additionalSchema(schema);
  if (level === 'root') errors.forbidden(path.child('additionalProperties'), 'must not be used at the root');
  if (additional !== undefined) validateNode(additional, 'field', path.child('additionalProperties'), errors);
}

function validateExtensions(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  if (schema['x-kubernetes-int-or-string'] !== true) return;
  const detail = 'must be false if x-kubernetes-int-or-string is true';
  for (const field of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    if (schema[field] === true) errors.invalid(path.child(field), true, detail);
}

function validateType(schema: JSONSchemaProps, level: Level, path: Path, errors: FieldErrors): void {
  const { type = '' } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const typeless =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const mustBeObject = 'must be object if x-kubernetes-embedded-resource is true';
  if (embedded && type === '') errors.required(path.child('type'), mustBeObject);
  else if (embedded && type !== 'object') errors.invalid(path.child('type'), type, mustBeObject);
  else if (type === '' && !typeless) errors.required(path.child('type'), MISSING_TYPE[level]);
  if (embedded && hasAdditional(schema))
    errors.forbidden(path.child('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set');
  if (level === 'root' && type !== '' && type !== 'object')
    errors.invalid(path.child('type'), type, 'must be object at the root');
}

function validateMetaFields(schema: JSONSchemaProps, level: Level, path: Path, errors: FieldErrors): void {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const isResource = level === 'root' || embedded;
  const properties = path.child('properties');
  for (const name of ['kind', 'apiVersion']) {
    const field = propertySchema(schema, name);
    if (isResource && field !== undefined && field.type !== 'string')
      errors.invalid(properties.key(name).child('type'), field.type ?? '', 'must be string');
  }
  const metadata = propertySchema(schema, 'metadata');
  if (metadata !== undefined) validateMetadataSchema(metadata, isResource, level, properties.key('metadata'), errors);
  if (
    embedded &&
    schema['x-kubernetes-preserve-unknown-fields'] !== true &&
    Object.keys(schema.properties ?? {}).length === 0
  ) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.required(properties, detail);
  }
}

function validateMetadataSchema(
  metadata: JSONSchemaProps,
  isResource: boolean,
  level: Level,
  path: Path,
  errors: FieldErrors,
): void {
  if (isResource && metadata.type !== 'object')
    errors.invalid(path.child('type'), metadata.type ?? '', 'must be object');
  if (level !== 'root') return;
  const { type: _, default: __, externalDocs: ___, example: ____, properties = {}, ...rest } = metadata;
  const others = Object.keys(properties).filter((name) => name !== 'name' && name !== 'generateName');
  if (others.length === 0 && Object.keys(rest).length === 0) return;
  const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
  errors.forbidden(path, detail);
}

/** The one way in which combinators may name types: integer or string. */
function skippedAnyOf(schema: JSONSchemaProps): JSONSchemaProps | undefined {
  if (equalJson(schema.anyOf, INT_OR_STRING)) return schema;
  return equalJson(schema.allOf?.[0]?.anyOf, INT_OR_STRING) ? schema.allOf?.[0] : undefined;
}

/** `skipped` is the schema whose anyOf is let pass. */
function validateValues(
  schema: JSONSchemaProps,
  skipped: JSONSchemaProps | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern = '' } = schema;
  const inner: readonly (readonly [string, readonly JSONSchemaProps[]])[] = [
    ['anyOf', schema === skipped ? [] : anyOf],
    ['allOf', allOf],
    ['oneOf', oneOf],
  ];
  for (const [field, parts] of inner)
    for (const [i, part] of parts.entries()) validateNested(part, skipped, path.child(field).index(i), errors);
  if (not !== undefined) validateNested(not, undefined, path.child('not'), errors);
  if (pattern === '') return;
  const { error } = patternTest(pattern);
  if (error !== undefined)
    errors.invalid(path.child('pattern'), pattern, `must be a valid regular expression, but isn't: ${error}`);
}

const FORBIDDEN_NESTED: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function validateNested(
  schema: JSONSchemaProps,
  skipped: JSONSchemaProps | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  validateValues(schema, schema === skipped ? skipped : undefined, path, errors);
  const items = itemsSchema(schema);
  if (items !== undefined) validateNested(items, undefined, path.child('items'), errors);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    validateNested(property, undefined, path.child('properties').key(name), errors);
  for (const [field, detail] of FORBIDDEN_NESTED) if (isSet(schema[field])) errors.forbidden(path.child(field), detail);
  if (propertySchema(schema, 'metadata') !== undefined)
    errors.forbidden(path.child('properties').key('metadata'), 'must not be specified in a nested context');
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '' && value !== false;
}

/** Everything that combinators speak of must also be specified outside of them. */
function validateCompleteness(
  values: JSONSchemaProps,
  schema: JSONSchemaProps,
  schemaPath: Path,
  valuePath: Path,
  errors: FieldErrors,
): void {
  const { not, allOf = [], anyOf = [], oneOf = [] } = values;
  if (not !== undefined) validateNestedCompleteness(not, schema, schemaPath, valuePath.child('not'), errors);
  for (const [field, parts] of Object.entries({ allOf, anyOf, oneOf }))
    for (const [i, part] of parts.entries())
      validateNestedCompleteness(part, schema, schemaPath, valuePath.child(field).index(i), errors);
}

function validateNestedCompleteness(
  values: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  schemaPath: Path,
  valuePath: Path,
  errors: FieldErrors,
): void {
  if (schema === undefined) {
    errors.required(schemaPath, `because it is defined in ${valuePath}`);
    return;
  }
  validateCompleteness(values, schema, schemaPath, valuePath, errors);
  const items = itemsSchema(values);
  if (items !== undefined)
    validateNestedCompleteness(items, itemsSchema(schema), schemaPath.child('items'), valuePath.child('items'), errors);
  for (const [name, property] of Object.entries(values.properties ?? {})) {
    const at = schemaPath.child('properties').key(name);
    const from = valuePath.child('properties').key(name);
    validateNestedCompleteness(property, propertySchema(schema, name), at, from, errors);
  }
}
