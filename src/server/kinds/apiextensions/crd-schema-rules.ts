/** Rules for every node of a definition's schema; imitates ValidateCustomResourceDefinitionOpenAPISchema. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isObject } from '../../../api/object.ts';
import type { ValidationRule } from '../../../api/types/apiextensions-v1.ts';
import {
  additionalSchema,
  hasAdditional,
  isSchemaTuple,
  itemsSchema,
  type JSONSchemaProps,
  META_FIELDS,
} from '../shared/json-schema-parts.ts';
import { placeInside, ROOT_PLACE, type RulePlace, type SchemaRules } from './crd-cel.ts';
import { FieldPathError, fieldOfSchema } from './crd-field-path.ts';
import { unsupportedPart } from './crd-structural.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const RULE_REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

interface Place extends RulePlace {
  /** Absent inside of combinators, which have no rules. */
  readonly rules: SchemaRules | undefined;
  readonly root: boolean;
  /** Inside apiVersion, kind or metadata of an object, embedded ones too. */
  readonly insideMeta: boolean;
  /** Why defaults are forbidden here: ` in top-level metadata`. */
  readonly noDefaults: string | undefined;
}

/** `rules` looks into expressions; absent where the schema cannot be read well enough for that. */
export function validateSchemaRules(
  schema: JSONSchemaProps,
  path: Path,
  errors: FieldErrors,
  rules?: SchemaRules,
): void {
  const place: Place = { ...ROOT_PLACE, root: true, insideMeta: false, noDefaults: undefined, rules };
  validateNode(schema, path, place, errors);
  if (rules !== undefined) errors.append(rules.errors.list);
}

function validateNode(schema: JSONSchemaProps, path: Path, place: Place, errors: FieldErrors): void {
  const before = errors.length;
  validateBasics(schema, path, place, errors);
  validateAdditional(schema, path, place, errors);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    validateNode(property, path.child('properties').key(name), propertyPlace(schema, name, path, place), errors);
  const inner: Place = { ...place, root: false, rules: undefined };
  validateCombinators(schema, path, inner, errors);
  validateUnsupported(schema, path, inner, errors);
  const items = itemsSchema(schema);
  if (items !== undefined) validateNode(items, path.child('items'), itemsPlace(schema, path, place), errors);
  validateMapType(schema, path, errors);
  validateListType(schema, path, errors);
  validateListMap(schema, path, errors);
  validateListItems(schema, path, errors);
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries())
    validateRule(rule, schema, path.child('x-kubernetes-validations').index(i), errors);
  // Expressions in a schema with faults, its own or deeper ones, are not looked into.
  if (errors.length === before) place.rules?.check(schema, path, place);
}

/** Items are known again by their keys only. */
function itemsPlace(schema: JSONSchemaProps, path: Path, place: Place): Place {
  const uncorrelatable = schema['x-kubernetes-list-type'] === 'map' ? place.uncorrelatable : path;
  return {
    ...place,
    ...placeInside(schema, place),
    root: false,
    uncorrelatable: place.uncorrelatable ?? uncorrelatable,
  };
}

function propertyPlace(schema: JSONSchemaProps, name: string, path: Path, place: Place): Place {
  const isMeta = (place.root || schema['x-kubernetes-embedded-resource'] === true) && META_FIELDS.has(name);
  const atomic = (schema['x-kubernetes-map-type'] ?? 'granular') !== 'granular';
  return {
    ...placeInside(schema, place),
    rules: place.rules,
    uncorrelatable: place.uncorrelatable ?? (atomic ? path : undefined),
    root: false,
    insideMeta: place.insideMeta || isMeta,
    noDefaults: isMeta && place.root ? `in top-level ${name}` : place.noDefaults,
  };
}

function validateBasics(schema: JSONSchemaProps, path: Path, place: Place, errors: FieldErrors): void {
  const { type = '' } = schema;
  if (type !== '' && !TYPES.includes(type)) errors.notSupported(path.child('type'), type, TYPES);
  if (schema.default !== undefined && place.noDefaults !== undefined)
    errors.forbidden(path.child('default'), `must not be set ${place.noDefaults}`);
  for (const field of ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const)
    if (schema[field] !== undefined) errors.forbidden(path.child(field), `${field} is not supported`);
  if (type === 'null')
    errors.forbidden(path.child('type'), 'type cannot be set to null, use nullable as an alternative');
  if (isSchemaTuple(schema)) errors.forbidden(path.child('items'), 'items must be a schema object and not an array');
  if (place.insideMeta && schema['x-kubernetes-embedded-resource'] === true)
    errors.forbidden(path.child('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta');
  if (schema.uniqueItems === true) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.forbidden(path.child('uniqueItems'), detail);
  }
}

function validateAdditional(schema: JSONSchemaProps, path: Path, place: Place, errors: FieldErrors): void {
  if (!hasAdditional(schema)) return;
  const at = path.child('additionalProperties');
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  if (hasProperties && schema.additionalProperties !== true)
    errors.forbidden(at, 'additionalProperties and properties are mutual exclusive');
  const additional = additionalSchema(schema);
  const noDefaults = place.insideMeta ? 'inside additionalProperties applying to object metadata' : place.noDefaults;
  const inside: Place = { ...place, ...placeInside(schema, place), root: false, noDefaults };
  if (additional !== undefined) validateNode(additional, at, inside, errors);
}

function validateCombinators(schema: JSONSchemaProps, path: Path, place: Place, errors: FieldErrors): void {
  const { not, allOf = [], oneOf = [], anyOf = [] } = schema;
  if (not !== undefined) validateNode(not, path.child('not'), place, errors);
  for (const [field, parts] of Object.entries({ allOf, oneOf, anyOf }))
    for (const [i, part] of parts.entries()) validateNode(part, path.child(field).index(i), place, errors);
}

/** What stands in parts that are refused as a whole has faults of its own. */
function validateUnsupported(schema: JSONSchemaProps, path: Path, place: Place, errors: FieldErrors): void {
  for (const [name, part] of Object.entries(schema.definitions ?? {}))
    validateNode(part, path.child('definitions').key(name), place, errors);
  for (const [i, part] of (isSchemaTuple(schema) ? (schema.items as unknown as JSONSchemaProps[]) : []).entries())
    validateNode(part, path.child('items').index(i), place, errors);
  for (const [name, part] of Object.entries(schema.dependencies ?? {}))
    if (isObject(part)) validateNode(part, path.child('dependencies').key(name), place, errors);
}

function validateMapType(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.invalid(path.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined');
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return;
  requireType('object', 'x-kubernetes-map-type', schema, path, errors);
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.notSupported(path.child('x-kubernetes-map-type'), mapType, ['atomic', 'granular']);
}

function requireType(type: string, because: string, schema: JSONSchemaProps, path: Path, errors: FieldErrors): boolean {
  if (schema.type === type) return true;
  const detail = `must be ${type} if ${because} is specified`;
  if (schema.type === undefined || schema.type === '') errors.required(path.child('type'), detail);
  else errors.invalid(path.child('type'), schema.type, detail);
  return false;
}

function validateListType(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === undefined) return;
  const isArray = requireType('array', 'x-kubernetes-list-type', schema, path, errors);
  if (isArray && listType === 'set') validateSetItems(itemsSchema(schema), path.child('items'), errors);
  if (!['atomic', 'set', 'map'].includes(listType))
    errors.notSupported(path.child('x-kubernetes-list-type'), listType, ['atomic', 'set', 'map']);
}

/** Items of a set are compared whole. Upstream shows the items' list type in both faults. */
function validateSetItems(items: JSONSchemaProps | undefined, path: Path, errors: FieldErrors): void {
  if (items === undefined) return;
  const listType = items['x-kubernetes-list-type'];
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic')
    errors.invalid(path.child('x-kubernetes-list-type'), listType, detail);
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    errors.invalid(path.child('x-kubernetes-map-type'), listType ?? null, detail);
}

function validateListMap(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const mustBeMap = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length > 0 && listType === undefined) errors.required(path.child('x-kubernetes-list-type'), mustBeMap);
  else if (keys.length > 0 && listType !== 'map')
    errors.invalid(path.child('x-kubernetes-list-type'), listType, mustBeMap);
  if (listType !== 'map') return;
  if (keys.length === 0)
    errors.required(path.child('x-kubernetes-list-map-keys'), 'must not be empty if x-kubernetes-list-type is map');
  validateMapItems(schema, keys, path, errors);
}

function validateMapItems(schema: JSONSchemaProps, keys: readonly string[], path: Path, errors: FieldErrors): void {
  const items = itemsSchema(schema);
  if (schema.items === undefined)
    errors.required(path.child('items'), 'must have a schema if x-kubernetes-list-type is map');
  else if (items === undefined)
    errors.invalid(
      path.child('items'),
      schema.items,
      'must only have a single schema if x-kubernetes-list-type is map',
    );
  else if (items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.invalid(path.child('items', 'type'), items.type ?? '', detail);
  } else validateMapKeys(items, keys, path, errors);
}

function validateMapKeys(items: JSONSchemaProps, keys: readonly string[], path: Path, errors: FieldErrors): void {
  const at = path.child('x-kubernetes-list-map-keys');
  for (const [i, key] of keys.entries()) {
    const property = Object.hasOwn(items.properties ?? {}, key) ? items.properties?.[key] : undefined;
    if (property === undefined) errors.invalid(at, keys, 'entries must all be names of item properties');
    else if (property.type === 'array' || property.type === 'object') {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.invalid(path.child('items', 'properties').key(key).child('type'), items.type, detail);
    }
    if (keys.indexOf(key) < i) errors.invalid(at, keys, 'must not contain duplicate entries');
  }
}

/** Items and keys of sets and maps must always be there. */
function validateListItems(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  const items = itemsSchema(schema);
  const listType = schema['x-kubernetes-list-type'];
  if (items === undefined || (listType !== 'set' && listType !== 'map')) return;
  if (items.nullable === true)
    errors.forbidden(path.child('items', 'nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`);
  if (listType === 'set') return;
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = Object.hasOwn(items.properties ?? {}, key) ? items.properties?.[key] : undefined;
    if (property !== undefined) validateKeyProperty(property, key, items, path, errors);
  }
}

function validateKeyProperty(
  property: JSONSchemaProps,
  key: string,
  items: JSONSchemaProps,
  path: Path,
  errors: FieldErrors,
): void {
  const at = path.child('items', 'properties').key(key);
  const isKey = 'this property is in x-kubernetes-list-map-keys, so it';
  if (!(items.required ?? []).includes(key) && property.default === undefined)
    errors.required(at.child('default'), `${isKey} must have a default or be a required property`);
  if (property.nullable === true) errors.forbidden(at.child('nullable'), `${isKey} cannot be nullable`);
}

/** What a validation rule must be besides an expression that compiles. */
function validateRule(rule: ValidationRule, schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  const { rule: text = '', message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  validateMessage(text, message, path, errors);
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.required(path.child('messageExpression'), 'must be non-empty if specified');
  if (reason !== undefined && !RULE_REASONS.includes(reason))
    errors.notSupported(path.child('reason'), reason, RULE_REASONS);
  const at = path.child('fieldPath');
  if (fieldPath !== '' && fieldPath.trim() === '') errors.invalid(at, fieldPath, 'must be non-empty if specified');
  if (/[\n\r]/.test(fieldPath)) errors.invalid(at, fieldPath, 'must not contain line breaks');
  if (fieldPath !== '' && !isValidPath(fieldPath, schema)) errors.invalid(at, fieldPath, 'must be a valid path');
}

function validateMessage(rule: string, message: string, path: Path, errors: FieldErrors): void {
  const at = path.child('message');
  if (rule.trim() === '') errors.required(path.child('rule'), 'rule is not specified');
  else if (message !== '' && message.trim() === '') errors.invalid(at, message, 'must be non-empty if specified');
  else if (/[\n\r]/.test(message.trim())) errors.invalid(at, message, 'must not contain line breaks');
  else if (/[\n\r]/.test(rule.trim()) && message.trim() === '')
    errors.required(at, 'must be specified if rule contains line breaks');
}

function isValidPath(fieldPath: string, schema: JSONSchemaProps): boolean {
  if (unsupportedPart(schema) !== undefined) return true;
  try {
    fieldOfSchema(fieldPath, schema, { brackets: true });
    return true;
  } catch (error) {
    if (error instanceof FieldPathError) return false;
    throw error;
  }
}
