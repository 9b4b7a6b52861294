/** Printer columns, selectable fields and the scale sub-resource of a definition. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceSubresources,
  SelectableField,
} from '../../../api/types/apiextensions-v1.ts';
import type { JSONSchemaProps } from '../shared/json-schema-parts.ts';
import { FieldPathError, fieldOfSchema, type SchemaField } from './crd-field-path.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SELECTABLE_TYPES = new Set(['string', 'boolean', 'integer']);
const MAX_SELECTABLE_FIELDS = 8;

/** ValidateCustomResourceColumnDefinition; `JSONPath` is spelled as upstream does. */
export function validateColumn(column: CustomResourceColumnDefinition, path: Path, errors: FieldErrors): void {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  if (name === '') errors.required(path.child('name'));
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (type === '') errors.required(path.child('type'), types);
  else if (!COLUMN_TYPES.includes(type)) errors.invalid(path.child('type'), type, types);
  if (format !== '' && !COLUMN_FORMATS.includes(format))
    errors.invalid(path.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`);
  if (jsonPath === '') errors.required(path.child('JSONPath'));
  else isSimplePath(jsonPath, path.child('JSONPath'), errors);
}

function isSimplePath(text: string, path: Path, errors: FieldErrors): boolean {
  if (text.startsWith('.')) return true;
  errors.invalid(path, text, 'must be a simple json path starting with .');
  return false;
}

export function validateSubresources(
  subresources: CustomResourceSubresources | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const scale = subresources?.scale;
  if (scale === undefined || scale === null) return;
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  validatePathUnder(specReplicasPath, ['.spec.'], path.child('scale.specReplicasPath'), errors);
  validatePathUnder(statusReplicasPath, ['.status.'], path.child('scale.statusReplicasPath'), errors);
  if (labelSelectorPath !== '')
    validatePathUnder(labelSelectorPath, ['.spec.', '.status.'], path.child('scale.labelSelectorPath'), errors);
}

function validatePathUnder(text: string, prefixes: readonly string[], path: Path, errors: FieldErrors): void {
  if (text === '') {
    errors.required(path);
    return;
  }
  if (!isSimplePath(text, path, errors) || prefixes.some((prefix) => text.startsWith(prefix))) return;
  const names = prefixes.map((prefix) => prefix.slice(0, -1)).join(' or ');
  errors.invalid(path, text, `should be a json path under ${prefixes.length > 1 ? 'either ' : ''}${names}`);
}

export function validateSelectableFields(
  fields: readonly SelectableField[],
  schema: JSONSchemaProps,
  path: Path,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  for (const [i, { jsonPath = '' }] of fields.entries()) {
    validateSelectableField(jsonPath, schema, path.index(i).child('jsonPath'), seen, errors);
  }
  if (seen.size > MAX_SELECTABLE_FIELDS) errors.tooMany(path, seen.size, MAX_SELECTABLE_FIELDS);
}

function validateSelectableField(
  jsonPath: string,
  schema: JSONSchemaProps,
  path: Path,
  seen: Set<string>,
  errors: FieldErrors,
): void {
  if (jsonPath === '') {
    errors.required(path);
    return;
  }
  const field = resolve(jsonPath, schema, path, errors);
  if (field === undefined) return;
  if (field.steps[0] === 'metadata') errors.invalid(path, jsonPath, 'must not point to fields in metadata');
  if (!SELECTABLE_TYPES.has(field.schema?.type ?? '')) {
    const detail =
      'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
    errors.invalid(path, jsonPath, detail);
  }
  const canonical = field.steps.join('.');
  if (seen.has(canonical)) errors.duplicate(path, jsonPath);
  seen.add(canonical);
}

function resolve(jsonPath: string, schema: JSONSchemaProps, path: Path, errors: FieldErrors): SchemaField | undefined {
  try {
    return fieldOfSchema(jsonPath, schema, { brackets: false });
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    errors.invalid(path, jsonPath, `is an invalid path: ${error.message}`);
    return undefined;
  }
}
