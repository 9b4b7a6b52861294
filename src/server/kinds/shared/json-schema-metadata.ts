/**
 * apiVersion, kind and metadata of resources embedded in custom resources: brought into ObjectMeta's form, then
 * validated. Imitates apiextensions-apiserver pkg/apiserver/schema/objectmeta.
 */
import { type FieldError, type FieldErrors, fieldErrorText, type Path, ROOT } from '../../../api/field-errors.ts';
import { isDNS1035Label, isQualifiedName, pathSegmentNameErrors } from '../../../api/names.ts';
import { isObject, type JsonObject, type ObjectMeta, withSortedKeys } from '../../../api/object.ts';
import { DecodeError, decode } from '../../../api/schema/decoder.ts';
import { schemaOf } from '../../../api/schema/type-table.ts';
import { additionalSchema, itemsSchema, type JSONSchemaProps, propertySchema, traitsOf } from './json-schema-parts.ts';
import { validateLabels } from './label-selector.ts';
import { validateAnnotations } from './pod-metadata.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Metadata of an embedded resource that ObjectMeta cannot hold. */
export class MetadataError extends DecodeError {
  readonly fault: FieldError;

  constructor(fault: FieldError) {
    super(fieldErrorText(fault));
    this.fault = fault;
  }
}

/**
 * Reads an object's metadata as ObjectMeta, in place; unknown fields go and are reported by their paths in it.
 * @throws DecodeError
 */
export function coerceMetadata(object: JsonObject, onUnknown: (path: string) => void): void {
  const { metadata } = object;
  if (metadata === undefined) return;
  const meta = decode(schemaOf(OBJECT_META), metadata, { onUnknown, defaults: false }) as ObjectMeta;
  if (meta.creationTimestamp === null) delete meta.creationTimestamp;
  object.metadata = meta;
}

/**
 * Coerces all embedded resources below a value, in place; returns the sorted paths of unknown metadata fields.
 * @throws MetadataError whose message is that of its field error, `spec.box.metadata: Invalid value: …`
 */
export function coerceEmbedded(value: unknown, schema: JSONSchemaProps | undefined, path: Path = ROOT): string[] {
  const removed: string[] = [];
  if (schema === undefined || !traitsOf(schema).embedded) return removed;
  coerce(value, schema, path, removed);
  return removed.sort();
}

function coerce(value: unknown, schema: JSONSchemaProps | undefined, path: Path, removed: string[]): void {
  if (schema === undefined || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const inner = itemsSchema(schema);
    if (inner !== undefined) for (const [i, item] of value.entries()) coerce(item, inner, path.index(i), removed);
    return;
  }
  const object = value as JsonObject;
  if (schema['x-kubernetes-embedded-resource'] === true) coerceResource(object, path, removed);
  for (const key of Object.keys(object)) {
    const property = propertySchema(schema, key);
    if (property !== undefined) coerce(object[key], property, path.child(key), removed);
    else coerce(object[key], additionalSchema(schema), path.key(key), removed);
  }
}

function coerceResource(object: JsonObject, path: Path, removed: string[]): void {
  for (const field of ['apiVersion', 'kind']) {
    const given = object[field];
    if (given !== undefined && typeof given !== 'string') throw refusal(path.child(field), given, 'must be a string');
  }
  const given = withSortedKeys(object.metadata);
  try {
    coerceMetadata(object, (field) => removed.push(path.child('metadata').child(field).toString()));
  } catch (error) {
    if (error instanceof DecodeError) throw refusal(path.child('metadata'), given, error.message);
    throw error;
  }
}

function refusal(path: Path, value: unknown, detail: string): MetadataError {
  return new MetadataError({ type: 'FieldValueInvalid', field: path.toString(), value, detail });
}

/** Validates every embedded resource below a value. */
export function validateEmbedded(value: unknown, schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  if (traitsOf(schema).embedded) validateNode(value, schema, path, errors);
}

function validateNode(value: unknown, schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  if (Array.isArray(value)) {
    const inner = itemsSchema(schema);
    if (inner !== undefined) for (const [i, item] of value.entries()) validateNode(item, inner, path.index(i), errors);
    return;
  }
  if (!isObject(value)) return;
  if (schema['x-kubernetes-embedded-resource'] === true) validateResource(value, path, errors);
  for (const key of Object.keys(value)) {
    const property = propertySchema(schema, key);
    const additional = additionalSchema(schema);
    if (property !== undefined) validateNode(value[key], property, path.child(key), errors);
    else if (additional !== undefined) validateNode(value[key], additional, path.key(key), errors);
  }
}

function validateResource(object: JsonObject, path: Path, errors: FieldErrors): void {
  const { apiVersion, kind, metadata } = object;
  validateText(apiVersion, path.child('apiVersion'), errors, (text) =>
    text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : '',
  );
  validateText(kind, path.child('kind'), errors, (text) => {
    const wrong = isDNS1035Label(text.toLowerCase());
    return wrong.length === 0 ? '' : `may have mixed case, but should otherwise match: ${wrong.join(',')}`;
  });
  if (isObject(metadata)) validateEmbeddedMeta(metadata as ObjectMeta, path.child('metadata'), errors);
}

function validateText(value: unknown, path: Path, errors: FieldErrors, check: (text: string) => string): void {
  if (value === undefined || value === '') errors.required(path);
  else if (typeof value !== 'string') errors.invalid(path, value, 'must be a string');
  else {
    const wrong = check(value);
    if (wrong !== '') errors.invalid(path, value, wrong);
  }
}

/** A resource inside another may lack a name, but if it has one it must be fit for a path. */
function validateEmbeddedMeta(meta: ObjectMeta, path: Path, errors: FieldErrors): void {
  if (meta.name)
    for (const text of pathSegmentNameErrors(meta.name)) errors.invalid(path.child('name'), meta.name, text);
  validateLabels(meta.labels, path.child('labels'), errors);
  validateAnnotations(meta.annotations, path.child('annotations'), errors);
  for (const name of meta.finalizers ?? [])
    for (const text of isQualifiedName(name)) errors.invalid(path.child('finalizers'), name, text);
}
