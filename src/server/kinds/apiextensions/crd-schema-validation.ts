/** The schema of a version: structural, with defaults that fit; imitates validateCustomResourceDefinitionValidation. */
import { FieldErrors, type Path } from '../../../api/field-errors.ts';
import type { CustomResourceValidation } from '../../../api/types/apiextensions-v1.ts';
import { goFieldsOf, goSchema } from './crd-go-values.ts';
import { defaultErrors } from './crd-schema-defaults.ts';
import { validateSchemaRules } from './crd-schema-rules.ts';
import { structuralErrors, unsupportedPart } from './crd-structural.ts';

/** One schema with everything in it; `path` is that of the `schema` or `validation` around it. */
export function validateSchema(
  validation: CustomResourceValidation | undefined,
  statusEnabled: boolean,
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
  if (unsupported === undefined) {
    const structural = structuralErrors(schema, at);
    found.append(structural.length > 0 ? structural : defaultErrors(schema, at));
  }
  validateSchemaRules(schema, at, found);
  if (unsupported !== undefined && found.length === 0) found.invalid(at, '', unsupported);
  errors.append(found.list);
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
