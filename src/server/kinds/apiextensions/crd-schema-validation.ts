/** The schema of a version: structural, with defaults that fit; imitates validateCustomResourceDefinitionValidation. */
import { FieldErrors, type Path } from '../../../api/field-errors.ts';
import type { CustomResourceValidation, JSONSchemaProps } from '../../../api/types/apiextensions-v1.ts';
import { SchemaRules } from './crd-cel.ts';
import { goFieldsOf, goSchema } from './crd-go-values.ts';
import { defaultErrors } from './crd-schema-defaults.ts';
import { validateSchemaRules } from './crd-schema-rules.ts';
import { structuralErrors, unsupportedPart } from './crd-structural.ts';

export interface SchemaPlace {
  readonly statusEnabled: boolean;
  /** The stored definition has the very same schema: its rules may cost as much as they do. */
  readonly unchanged: boolean;
}

/** One schema with everything in it; `path` is that of the `schema` or `validation` around it. */
export function validateSchema(
  validation: CustomResourceValidation | undefined,
  { statusEnabled, unchanged }: SchemaPlace,
  path: Path,
  errors: FieldErrors,
): void {
  const schema = validation?.openAPIV3Schema;
  if (schema === undefined) return;
  const at = path.child('openAPIV3Schema');
  const found = new FieldErrors();
  if (statusEnabled) validateRootFields(schema, path, found);
  if (schema.nullable === true)
    found.forbidden(path.child('openAPIV3Schema.nullable'), 'nullable cannot be true at the root');
  const unsupported = unsupportedPart(schema);
  const readable = unsupported === undefined && appendStructural(schema, at, found);
  const rules = readable ? new SchemaRules(schema, { anyCost: unchanged }) : undefined;
  validateSchemaRules(schema, at, found, rules);
  if (unsupported !== undefined && found.length === 0) found.invalid(at, '', unsupported);
  rules?.reportTotal(at, found);
  errors.append(found.list);
}

/** Whether the schema is structural and its defaults fit it. */
function appendStructural(schema: JSONSchemaProps, path: Path, errors: FieldErrors): boolean {
  const structural = structuralErrors(schema, path);
  const faults = structural.length > 0 ? structural : defaultErrors(schema, path);
  errors.append(faults);
  return faults.length === 0;
}

const ROOT_FIELDS =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations'.split(
    ' ',
  );

/** With a status sub-resource the status part is validated alone, so the root may say nothing about the whole. */
function validateRootFields(
  schema: CustomResourceValidation['openAPIV3Schema'] & object,
  path: Path,
  errors: FieldErrors,
): void {
  for (const field of goFieldsOf(schema)) {
    if (field === 'Type' && schema.type !== 'object') {
      const detail =
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      errors.invalid(path.child('openAPIV3Schema.type'), schema.type, detail);
      return;
    }
    if (ROOT_FIELDS.includes(field)) continue;
    const detail = `only [${ROOT_FIELDS.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.invalid(path.child('openAPIV3Schema'), goSchema(schema), detail);
    return;
  }
}
