/** Rules for CustomResourceDefinitions; imitates apiextensions-apiserver pkg/apis/apiextensions/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../../api/names.ts';
import { sentEmpty } from '../../../api/schema/sent-empty.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../../api/types/apiextensions-v1.ts';
import { hasDefaults } from '../shared/json-schema-default.ts';
import { semanticEqual } from '../shared/pod-equality.ts';
import { validateApproval } from './crd-approval.ts';
import { bundleFault } from './crd-ca-bundle.ts';
import { validateColumn, validateSelectableFields, validateSubresources } from './crd-columns.ts';
import { isConditionTrue } from './crd-conditions.ts';
import { validateConversion } from './crd-conversion.ts';
import { goVersions } from './crd-go-values.ts';
import { type HubSpec, hubSpec, partsOfVersion, type SharedParts } from './crd-hub.ts';
import { validateNames, validateRequiredNames } from './crd-names.ts';
import { validateSchema } from './crd-schema-validation.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const MAX_WARNING_BYTES = 256;

/** Everything but metadata's own rules. */
export function validateDefinition(crd: CustomResourceDefinition, errors: FieldErrors): void {
  validateName(crd, errors);
  validateSpec(crd.spec ?? {}, { anyBundle: true, unchanged: new Set() }, errors);
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
  validateSpec(spec, { anyBundle: mayHaveAnyBundle(old), unchanged: unchangedVersions(spec, before) }, errors);
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

/** What a stored definition may keep. */
interface Leniency {
  /** The CA bundle may be unreadable. */
  readonly anyBundle: boolean;
  /** Names of the versions whose schema is the stored one. */
  readonly unchanged: ReadonlySet<string>;
}

function unchangedVersions(spec: CustomResourceDefinitionSpec, old: CustomResourceDefinitionSpec): Set<string> {
  const before = new Map((old.versions ?? []).map(({ name = '', schema }) => [name, schema]));
  const same = (spec.versions ?? []).filter(
    ({ name = '', schema }) => before.has(name) && semanticEqual(schema, before.get(name)),
  );
  return new Set(same.map(({ name = '' }) => name));
}

function validateSpec(spec: CustomResourceDefinitionSpec, lenient: Leniency, errors: FieldErrors): void {
  const { anyBundle, unchanged } = lenient;
  const hub = hubSpec(spec);
  validateGroup(spec.group ?? '', errors);
  validateScope(spec.scope ?? '', errors);
  validateSchemasExist(hub, errors);
  validateDefaultsAllowed(spec, hub, errors);
  for (const [i, version] of hub.versions.entries())
    validateVersion(version, hub, unchanged, SPEC.child('versions').index(i), errors);
  validateVersionSet(spec, hub.versions, errors);
  validateRequiredNames(spec.names ?? {}, SPEC.child('names'), errors);
  validateNames(spec.names ?? {}, SPEC.child('names'), errors);
  const statusEnabled = hub.versions.some((version) => hasStatus(partsOfVersion(hub, version)));
  const place = { statusEnabled, unchanged: unchanged.has(hub.versions[0]?.name ?? '') };
  validateSchema(hub.top.schema, place, SPEC.child('validation'), errors);
  validateParts(hub.top, SPEC, errors);
  if (hub.top.selectableFields !== undefined) validateTopSelectable(hub, errors);
  validateConversionSpec(spec, anyBundle, errors);
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
  unchanged: ReadonlySet<string>,
  path: Path,
  errors: FieldErrors,
): void {
  const name = version.name ?? '';
  const wrong = isDNS1035Label(name);
  if (wrong.length > 0) errors.invalid(path.child('name'), name, wrong.join(','));
  for (const text of deprecationFaults(version))
    errors.invalid(path.child('deprecationWarning'), version.deprecationWarning, text);
  const statusEnabled = hasStatus(partsOfVersion(hub, version));
  validateSchema(version.schema, { statusEnabled, unchanged: unchanged.has(name) }, path.child('schema'), errors);
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

function validateVersionSet(
  spec: CustomResourceDefinitionSpec,
  versions: readonly CustomResourceDefinitionVersion[],
  errors: FieldErrors,
): void {
  const path = SPEC.child('versions');
  const names = versions.map((version) => version.name ?? '');
  const shown = () => sentEmpty(spec, 'versions') ?? goVersions(versions);
  if (new Set(names).size < names.length) errors.invalid(path, shown(), 'must contain unique version names');
  if (versions.filter((version) => version.storage === true).length !== 1)
    errors.invalid(path, shown(), 'must have exactly one version marked as storage version');
  const first = names[0] ?? '';
  const wrong = first === '' ? [] : isDNS1035Label(first);
  if (wrong.length > 0) errors.invalid(SPEC.child('version'), first, wrong.join(','));
}

/** What is served already must keep a CA bundle that can be read, if it has one. */
function mayHaveAnyBundle(old: CustomResourceDefinition): boolean {
  if (!isConditionTrue(old, 'Established')) return true;
  return bundleFault(old.spec?.conversion?.webhook?.clientConfig?.caBundle ?? '') !== undefined;
}

function validateConversionSpec(spec: CustomResourceDefinitionSpec, anyBundle: boolean, errors: FieldErrors): void {
  const { conversion } = spec;
  if (conversion === undefined) return;
  const path = SPEC.child('conversion');
  if (conversion.strategy !== 'None' && spec.preserveUnknownFields === true) {
    const detail = 'must be None if spec.preserveUnknownFields is true';
    errors.invalid(path.child('strategy'), conversion.strategy ?? '', detail);
  }
  validateConversion(conversion, anyBundle, path, errors);
}

function validateStatus(crd: CustomResourceDefinition, errors: FieldErrors): void {
  validateDefinitionStatus(crd, errors);
  const stored = crd.status?.storedVersions ?? [];
  const path = STATUS.child('storedVersions');
  if (stored.length === 0) {
    errors.invalid(path, null, 'must have at least one stored version');
    return;
  }
  // A version that is named twice counts as stored once.
  const left = new Set(stored);
  for (const { name = '', storage } of crd.spec?.versions ?? []) {
    if (storage === true && !left.has(name)) errors.invalid(path, stored, `must have the storage version ${name}`);
    left.delete(name);
  }
  for (const [i, name] of stored.entries()) {
    if (!left.has(name) || stored.lastIndexOf(name) > i) continue;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.invalid(path.index(i), name, detail);
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
