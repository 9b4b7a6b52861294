/** Rules for CustomResourceDefinitions; imitates apiextensions-apiserver pkg/apis/apiextensions/validation. */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../../api/names.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceValidation,
} from '../../../api/types/apiextensions-v1.ts';
import { hasDefaults } from '../shared/json-schema-default.ts';
import { validateColumn, validateSelectableFields, validateSubresources } from './crd-columns.ts';
import { isConditionTrue } from './crd-conditions.ts';
import { validateConversion } from './crd-conversion.ts';
import { goFieldsOf, goSchema, goVersions } from './crd-go-values.ts';
import { type HubSpec, hubSpec, partsOfVersion, type SharedParts } from './crd-hub.ts';
import { defaultErrors } from './crd-schema-defaults.ts';
import { validateSchemaRules } from './crd-schema-rules.ts';
import { structuralErrors, unsupportedPart } from './crd-structural.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const APPROVAL = 'api-approved.kubernetes.io';
const APPROVAL_HELP = 'see https://github.com/kubernetes/enhancements/pull/1111';
const MAX_WARNING_BYTES = 256;

/** Everything but metadata's own rules. */
export function validateDefinition(crd: CustomResourceDefinition, errors: FieldErrors): void {
  validateName(crd, errors);
  validateSpec(crd.spec ?? {}, errors);
  validateStatus(crd, errors);
  validateApproval(crd, undefined, errors);
  validatePreserveUnknown(crd, undefined, errors);
}

export function validateDefinitionUpdate(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition,
  errors: FieldErrors,
): void {
  const spec = crd.spec ?? {};
  const before = old.spec ?? {};
  validateSpec(spec, errors);
  if (isConditionTrue(old, 'Established')) {
    validateImmutable(spec.scope, before.scope, SPEC.child('scope'), errors);
    validateImmutable(spec.names?.kind, before.names?.kind, SPEC.child('names', 'kind'), errors);
  }
  validateImmutable(spec.group, before.group, SPEC.child('group'), errors);
  validateImmutable(spec.names?.plural, before.names?.plural, SPEC.child('names', 'plural'), errors);
  validateStatus(crd, errors);
  validateApproval(crd, old, errors);
  validatePreserveUnknown(crd, old, errors);
}

export function validateDefinitionStatus(crd: CustomResourceDefinition, errors: FieldErrors): void {
  validateNames(crd.status?.acceptedNames ?? {}, STATUS.child('acceptedNames'), errors);
}

function validateImmutable(value: string | undefined, old: string | undefined, path: Path, errors: FieldErrors): void {
  if (value !== old) errors.invalid(path, value ?? '', 'field is immutable');
}

function validateName(crd: CustomResourceDefinition, errors: FieldErrors): void {
  const required = `${crd.spec?.names?.plural ?? ''}.${crd.spec?.group ?? ''}`;
  for (const field of ['generateName', 'name'] as const) {
    const given = crd.metadata?.[field] ?? '';
    if (given === '' || given === required) continue;
    errors.invalid(Path.root('metadata').child(field), given, 'must be spec.names.plural+"."+spec.group');
  }
}

function validateSpec(spec: CustomResourceDefinitionSpec, errors: FieldErrors): void {
  const hub = hubSpec(spec);
  validateGroup(spec.group ?? '', errors);
  validateScope(spec.scope ?? '', errors);
  validateSchemasExist(hub, errors);
  validateDefaultsAllowed(spec, hub, errors);
  for (const [i, version] of hub.versions.entries())
    validateVersion(version, hub, SPEC.child('versions').index(i), errors);
  validateVersionSet(hub.versions, errors);
  validateRequiredNames(spec.names ?? {}, errors);
  validateNames(spec.names ?? {}, SPEC.child('names'), errors);
  const anyStatus = hub.versions.some((version) => hasStatus(partsOfVersion(hub, version)));
  validateSchema(hub.top.schema, anyStatus, SPEC.child('validation'), errors);
  validateParts(hub.top, SPEC, errors);
  if (hub.top.selectableFields !== undefined) validateTopSelectable(hub, errors);
  validateConversionSpec(spec, errors);
}

function validateGroup(group: string, errors: FieldErrors): void {
  const path = SPEC.child('group');
  const wrong = isDNS1123Subdomain(group);
  if (group === '') errors.required(path);
  else if (wrong.length > 0) errors.invalid(path, group, wrong.join(','));
  else if (!group.includes('.')) errors.invalid(path, group, 'should be a domain with at least one dot');
}

function validateScope(scope: string, errors: FieldErrors): void {
  const path = SPEC.child('scope');
  if (scope === '') errors.required(path);
  else if (scope !== 'Cluster' && scope !== 'Namespaced') errors.notSupported(path, scope, ['Cluster', 'Namespaced']);
}

function validateSchemasExist(hub: HubSpec, errors: FieldErrors): void {
  for (const [i, version] of hub.versions.entries()) {
    if (partsOfVersion(hub, version).schema?.openAPIV3Schema !== undefined) continue;
    errors.required(SPEC.child('versions').index(i).child('schema', 'openAPIV3Schema'));
  }
}

function validateDefaultsAllowed(spec: CustomResourceDefinitionSpec, hub: HubSpec, errors: FieldErrors): void {
  if (spec.preserveUnknownFields !== true) return;
  const schemas = hub.versions.map((version) => partsOfVersion(hub, version).schema?.openAPIV3Schema);
  if (!schemas.some(hasDefaults)) return;
  errors.invalid(SPEC.child('preserveUnknownFields'), true, 'must be false in order to use defaults in the schema');
}

function validateVersion(
  version: CustomResourceDefinitionVersion,
  hub: HubSpec,
  path: Path,
  errors: FieldErrors,
): void {
  const name = version.name ?? '';
  const wrong = isDNS1035Label(name);
  if (wrong.length > 0) errors.invalid(path.child('name'), name, wrong.join(','));
  for (const text of deprecationFaults(version))
    errors.invalid(path.child('deprecationWarning'), version.deprecationWarning, text);
  validateSchema(version.schema, hasStatus(partsOfVersion(hub, version)), path.child('schema'), errors);
  validateParts(version, path, errors);
  const { selectableFields = [], schema } = version;
  if (selectableFields.length > 0) {
    const at = path.child('selectableFields');
    const root = schema?.openAPIV3Schema ?? hub.top.schema?.openAPIV3Schema;
    if (root !== undefined && schema?.openAPIV3Schema !== undefined)
      validateSelectableFields(selectableFields, root, at, errors);
    else errors.invalid(at, '', 'may only be set when version.schema.openAPIV3Schema is not included');
  }
}

function hasStatus(parts: SharedParts): boolean {
  return parts.subresources?.status !== undefined && parts.subresources.status !== null;
}

function validateParts(parts: SharedParts, path: Path, errors: FieldErrors): void {
  validateSubresources(parts.subresources, path.child('subresources'), errors);
  for (const [i, column] of (parts.additionalPrinterColumns ?? []).entries())
    validateColumn(column, path.child('additionalPrinterColumns').index(i), errors);
}

function validateTopSelectable(hub: HubSpec, errors: FieldErrors): void {
  const { selectableFields = [], schema } = hub.top;
  const path = SPEC.child('selectableFields');
  if (selectableFields.length === 0) return;
  if (schema?.openAPIV3Schema === undefined)
    errors.invalid(path, '', 'may only be set when validations.schema is included');
  else validateSelectableFields(selectableFields, schema.openAPIV3Schema, path, errors);
}

function deprecationFaults({ deprecated, deprecationWarning }: CustomResourceDefinitionVersion): string[] {
  if (deprecationWarning === undefined || deprecationWarning === null) return [];
  if (deprecated !== true) return ['can only be set for deprecated versions'];
  const faults: string[] = [];
  if (new TextEncoder().encode(deprecationWarning).length > MAX_WARNING_BYTES)
    faults.push('must be <= 256 characters long');
  if (deprecationWarning === '') faults.push('must not be an empty string');
  const at = deprecationWarning.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
  if (at >= 0) {
    const index = new TextEncoder().encode(deprecationWarning.slice(0, at)).length;
    faults.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
  return faults;
}

function validateVersionSet(versions: readonly CustomResourceDefinitionVersion[], errors: FieldErrors): void {
  const path = SPEC.child('versions');
  const names = versions.map((version) => version.name ?? '');
  if (new Set(names).size < names.length)
    errors.invalid(path, goVersions(versions), 'must contain unique version names');
  if (versions.filter((version) => version.storage === true).length !== 1)
    errors.invalid(path, goVersions(versions), 'must have exactly one version marked as storage version');
  const first = names[0] ?? '';
  const wrong = first === '' ? [] : isDNS1035Label(first);
  if (wrong.length > 0) errors.invalid(SPEC.child('version'), first, wrong.join(','));
}

function validateRequiredNames(names: CustomResourceDefinitionNames, errors: FieldErrors): void {
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names[field]) errors.required(SPEC.child('names', field));
}

function validateNames(names: CustomResourceDefinitionNames, path: Path, errors: FieldErrors): void {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames, categories } = names;
  validateLabel(plural, path.child('plural'), errors);
  validateLabel(singular, path.child('singular'), errors);
  validateMixedCase(kind, path.child('kind'), errors);
  validateMixedCase(listKind, path.child('listKind'), errors);
  for (const [i, name] of (shortNames ?? []).entries()) validateEntry(name, path.child('shortNames').index(i), errors);
  if (kind !== '' && kind === listKind)
    errors.invalid(path.child('listKind'), listKind, 'kind and listKind may not be the same');
  for (const [i, name] of (categories ?? []).entries()) validateEntry(name, path.child('categories').index(i), errors);
}

function validateLabel(name: string, path: Path, errors: FieldErrors): void {
  if (name !== '') validateEntry(name, path, errors);
}

function validateEntry(name: string, path: Path, errors: FieldErrors): void {
  const wrong = isDNS1035Label(name);
  if (wrong.length > 0) errors.invalid(path, name, wrong.join(','));
}

function validateMixedCase(name: string, path: Path, errors: FieldErrors): void {
  const wrong = isDNS1035Label(name.toLowerCase());
  if (name !== '' && wrong.length > 0)
    errors.invalid(path, name, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
}

function validateSchema(
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

function validateConversionSpec(spec: CustomResourceDefinitionSpec, errors: FieldErrors): void {
  const { conversion } = spec;
  if (conversion === undefined) return;
  const path = SPEC.child('conversion');
  if (conversion.strategy !== 'None' && spec.preserveUnknownFields === true) {
    const detail = 'must be None if spec.preserveUnknownFields is true';
    errors.invalid(path.child('strategy'), conversion.strategy ?? '', detail);
  }
  validateConversion(conversion, path, errors);
}

function validateStatus(crd: CustomResourceDefinition, errors: FieldErrors): void {
  validateDefinitionStatus(crd, errors);
  const stored = crd.status?.storedVersions ?? [];
  const path = STATUS.child('storedVersions');
  if (stored.length === 0) {
    errors.invalid(path, null, 'must have at least one stored version');
    return;
  }
  const versions = crd.spec?.versions ?? [];
  for (const { name = '', storage } of versions)
    if (storage === true && !stored.includes(name))
      errors.invalid(path, stored, `must have the storage version ${name}`);
  for (const [i, name] of stored.entries()) {
    if (stored.indexOf(name) < i || versions.some((version) => version.name === name)) continue;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.invalid(path.index(i), name, detail);
  }
}

/** Groups of the project itself must say who approved them; what an update leaves alone is not asked again. */
function validateApproval(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  errors: FieldErrors,
): void {
  const { state, reason } = approvalOf(crd);
  if (state === 'unprotected' || state === 'approved' || state === 'bypassed') return;
  if (old !== undefined && approvalState(old) === state) return;
  const path = Path.root('metadata').child('annotations').key(APPROVAL);
  if (state === 'missing') errors.required(path, reason);
  else errors.invalid(path, crd.metadata?.annotations?.[APPROVAL], reason);
}

type ApprovalState = 'unprotected' | 'approved' | 'bypassed' | 'missing' | 'invalid';

/** How a definition's group stands to the approval rule, and the words of its condition. */
export function approvalOf(crd: CustomResourceDefinition): { state: ApprovalState; reason: string } {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(crd.spec?.group ?? '')
    ? { state: approvalState(crd), reason: approvalReason(crd) }
    : { state: 'unprotected', reason: '' };
}

function approvalState(crd: CustomResourceDefinition): ApprovalState {
  const annotation = crd.metadata?.annotations?.[APPROVAL] ?? '';
  if (annotation === '') return 'missing';
  if (annotation.startsWith('unapproved')) return 'bypassed';
  return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]+/.test(annotation) ? 'approved' : 'invalid';
}

function approvalReason(crd: CustomResourceDefinition): string {
  const annotation = crd.metadata?.annotations?.[APPROVAL] ?? '';
  switch (approvalState(crd)) {
    case 'approved':
      return `approved in ${annotation}`;
    case 'bypassed':
      return `not approved: ${JSON.stringify(annotation)}`;
    case 'missing':
      return `protected groups must have approval annotation "${APPROVAL}", ${APPROVAL_HELP}`;
    default:
      return `protected groups must have approval annotation "${APPROVAL}" with either a URL or a reason starting with "unapproved", ${APPROVAL_HELP}`;
  }
}

function validatePreserveUnknown(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  errors: FieldErrors,
): void {
  if (old?.spec?.preserveUnknownFields === true || crd.spec?.preserveUnknownFields !== true) return;
  const detail =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  errors.invalid(SPEC.child('preserveUnknownFields'), true, detail);
}
