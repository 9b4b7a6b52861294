/** Whether the defaults in a schema fit it; imitates apiextensions-apiserver pkg/apiserver/schema/defaulting. */
import {
  aggregateText,
  type FieldError,
  FieldErrors,
  fieldErrorText,
  type Path,
  ROOT,
} from '../../../api/field-errors.ts';
import { cloneJson, isObject } from '../../../api/object.ts';
import { coerceEmbedded, MetadataError, validateEmbedded } from '../shared/json-schema-metadata.ts';
import { itemsSchema, type JSONSchemaProps, META_FIELDS } from '../shared/json-schema-parts.ts';
import { pruneBySchema } from '../shared/json-schema-prune.ts';
import { reportFaults } from '../shared/json-schema-result.ts';
import { SchemaValidator } from '../shared/json-schema-validator.ts';

/** Puts a value where its schema stands in an object that has nothing else. */
type Surround = (value: unknown) => unknown;

interface Place {
  readonly root: JSONSchemaProps;
  /** In apiVersion, kind or metadata of a resource. */
  readonly insideMeta: boolean;
  readonly surround: Surround;
}

/** Faults of all defaults of a structural schema. */
export function defaultErrors(schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors = new FieldErrors();
  const root = { ...schema, 'x-kubernetes-embedded-resource': true };
  validateNode(root, { root, insideMeta: false, surround: (value) => value }, path, errors);
  return errors.list;
}

function validateNode(schema: JSONSchemaProps, place: Place, path: Path, errors: FieldErrors): void {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const here = embedded ? { ...place, insideMeta: false, surround: inResource(place.surround) } : place;
  if (schema.default !== undefined && schema.default !== null)
    errors.append(defaultFaults(schema, here, path.child('default')));
  const items = itemsSchema(schema);
  if (items !== undefined)
    validateNode(items, { ...here, surround: (value) => here.surround([value]) }, path.child('items'), errors);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const insideMeta = here.insideMeta || (embedded && META_FIELDS.has(name));
    const surround: Surround = (value) => here.surround({ [name]: value });
    validateNode(property, { ...here, insideMeta, surround }, path.child('properties').key(name), errors);
  }
}

/** A resource needs a type before anything can be said of its metadata. */
function inResource(surround: Surround): Surround {
  return (value) => surround(isObject(value) ? { apiVersion: 'validation/v1', kind: 'Validation', ...value } : value);
}

type Check = (schema: JSONSchemaProps, place: Place, path: Path, errors: FieldErrors) => void;

function defaultFaults(schema: JSONSchemaProps, place: Place, path: Path): readonly FieldError[] {
  const unpruned = new FieldErrors();
  const checks: Check[] = place.insideMeta ? [checkResult, checkValue] : [checkMetadataForm, checkMetadata, checkValue];
  if (!place.insideMeta) checkPruned(schema, path, unpruned);
  for (const check of checks) {
    const errors = new FieldErrors();
    check(schema, place, path, errors);
    if (errors.length > 0) return [...unpruned.list, ...errors.list];
  }
  return unpruned.list;
}

function checkPruned(schema: JSONSchemaProps, path: Path, errors: FieldErrors): void {
  const isResource = schema['x-kubernetes-embedded-resource'] === true;
  if (pruneBySchema(cloneJson(schema.default), schema, isResource).length > 0)
    errors.invalid(path, schema.default, 'must not have unknown fields');
}

/** A default in metadata is looked at with the resource around it. */
const checkResult: Check = (schema, { root, surround }, path, errors) => {
  const object = surround(cloneJson(schema.default));
  const found = new FieldErrors();
  const fault = metadataFault(object, root, ROOT);
  if (fault === undefined) validateEmbedded(object, root, ROOT, found);
  const texts = fault === undefined ? found.list.map(fieldErrorText) : [fieldErrorText(fault)];
  if (texts.length > 0) errors.invalid(path, schema.default, `must result in valid metadata: ${aggregateText(texts)}`);
};

const checkMetadataForm: Check = (schema, _, path, errors) => {
  const fault = metadataFault(cloneJson(schema.default), schema, path);
  if (fault !== undefined) errors.append([fault]);
};

function metadataFault(value: unknown, schema: JSONSchemaProps, path: Path): FieldError | undefined {
  try {
    coerceEmbedded(value, schema, path);
    return undefined;
  } catch (error) {
    if (error instanceof MetadataError) return error.fault;
    throw error;
  }
}

const checkMetadata: Check = (schema, _, path, errors) => validateEmbedded(schema.default, schema, path, errors);

const checkValue: Check = (schema, _, path, errors) =>
  reportFaults(new SchemaValidator(schema).validate(schema.default), path.toString(), errors);
