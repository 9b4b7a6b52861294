/** Whether the defaults in a schema fit it; imitates apiextensions-apiserver pkg/apiserver/schema/defaulting. */
import { type FieldError, FieldErrors, type Path } from '../../../api/field-errors.ts';
import { cloneJson } from '../../../api/object.ts';
import { DecodeError } from '../../../api/schema/decoder.ts';
import { coerceEmbedded, validateEmbedded } from '../shared/json-schema-metadata.ts';
import { itemsSchema, type JSONSchemaProps, META_FIELDS } from '../shared/json-schema-parts.ts';
import { pruneBySchema } from '../shared/json-schema-prune.ts';
import { reportFaults } from '../shared/json-schema-result.ts';
import { SchemaValidator } from '../shared/json-schema-validator.ts';

/** Faults of all defaults below the root of a structural schema. */
export function defaultErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors = new FieldErrors();
  validateNode({ ...schema, 'x-kubernetes-embedded-resource': true }, false, path, errors);
  return errors.list;
}

function validateNode(schema: JSONSchemaProps, insideMeta: boolean, path: Path, errors: FieldErrors): void {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const inside = insideMeta && !embedded;
  if (schema.default !== undefined && schema.default !== null)
    errors.append(defaultFaults(schema, inside, path.child('default')));
  const items = itemsSchema(schema);
  if (items !== undefined) validateNode(items, inside, path.child('items'), errors);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isMeta = embedded && META_FIELDS.has(name);
    validateNode(property, inside || isMeta, path.child('properties').key(name), errors);
  }
}

function defaultFaults(schema: JSONSchemaProps, insideMeta: boolean, path: Path): readonly FieldError[] {
  const unpruned = new FieldErrors();
  const checks = insideMeta ? [checkValue] : [checkMetadataForm, checkMetadata, checkValue];
  if (!insideMeta) checkPruned(schema, path, unpruned);
  for (const check of checks) {
    const errors = new FieldErrors();
    check(schema, path, errors);
    if (errors.length > 0) return [...unpruned.list, ...errors.list];
  }
  return unpruned.list;
}

function checkPruned(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  const isResource = schema['x-kubernetes-embedded-resource'] === true;
  if (pruneBySchema(cloneJson(schema.default), schema, isResource).length > 0)
    errors.invalid(path, schema.default, 'must not have unknown fields');
}

function checkMetadataForm(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  try {
    coerceEmbedded(cloneJson(schema.default), schema);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    errors.invalid(path, schema.default, error.message);
  }
}

function checkMetadata(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  validateEmbedded(schema.default, schema, path, errors);
}

function checkValue(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  reportFaults(new SchemaValidator(schema).validate(schema.default), path.toString(), errors);
}
