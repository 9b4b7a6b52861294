/** The spec of a PersistentVolumeClaim, also inside templates; imitates ValidatePersistentVolumeClaimSpec of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import { getOwn } from '../../../api/object.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedLocalObjectReference,
  TypedObjectReference,
} from '../../../api/types/core-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import { validateLabelSelector, validateLabels } from './label-selector.ts';
import { validateAnnotations } from './pod-metadata.ts';
import { validateResourceQuantity } from './resources.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

export interface ClaimSpecOptions {
  readonly allowInvalidLabelValueInSelector?: boolean;
  /** Stored claims keep API groups that today's rules refuse. */
  readonly allowInvalidApiGroupInDataSource?: boolean;
}

export function validateClaimSpec(
  spec: PersistentVolumeClaimSpec,
  path: Path,
  errors: FieldErrors,
  options: ClaimSpecOptions = {},
): void {
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.required(path.child('accessModes'), 'at least 1 access mode is required');
  const selectorOptions = { allowInvalidLabelValue: options.allowInvalidLabelValueInSelector === true };
  validateLabelSelector(spec.selector, path.child('selector'), errors, selectorOptions);
  validateAccessModes(modes, path.child('accessModes'), errors);
  validateStorage(
    getOwn(spec.resources?.requests ?? {}, 'storage') as string | undefined,
    path.child('resources').key('storage'),
    errors,
  );
  validateClassName(spec.storageClassName ?? '', path.child('storageClassName'), errors);
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)) {
    errors.notSupported(path.child('volumeMode'), spec.volumeMode, VOLUME_MODES);
  }
  validateDataSources(spec, path, errors, options);
  validateClassName(spec.volumeAttributesClassName ?? '', path.child('volumeAttributesClassName'), errors);
}

function validateClassName(name: string, path: Path, errors: FieldErrors): void {
  for (const message of name === '' ? [] : isDNS1123Subdomain(name)) errors.invalid(path, name, message);
}

function validateAccessModes(modes: readonly string[], path: Path, errors: FieldErrors): void {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.notSupported(path, mode, ACCESS_MODES);
  const shared = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (shared && modes.includes('ReadWriteOncePod'))
    errors.forbidden(path, 'may not use ReadWriteOncePod with other access modes');
}

function validateStorage(storage: string | undefined, path: Path, errors: FieldErrors): void {
  if (storage === undefined) errors.required(path);
  else if (parseQuantity(storage).sign <= 0) errors.invalid(path, storage, 'must be greater than zero');
  else validateResourceQuantity('storage', storage, path, errors);
}

function validateDataSources(
  spec: PersistentVolumeClaimSpec,
  path: Path,
  errors: FieldErrors,
  options: ClaimSpecOptions,
): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined) validateDataSource(dataSource, path.child('dataSource'), errors, options);
  if (dataSourceRef !== undefined) validateDataSourceRef(dataSourceRef, path.child('dataSourceRef'), errors, options);
  if (dataSource === undefined || dataSourceRef === undefined) return;
  if (dataSourceRef.namespace)
    errors.invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified');
  else if (!sameSource(dataSource, dataSourceRef)) errors.invalid(path, {}, 'must match dataSourceRef');
}

/** Upstream compares pointers to groups: none is not the empty one. */
function sameSource(a: TypedLocalObjectReference, b: TypedObjectReference): boolean {
  const same = (field: 'kind' | 'name'): boolean => (a[field] ?? '') === (b[field] ?? '');
  return (a.apiGroup ?? null) === (b.apiGroup ?? null) && same('kind') && same('name');
}

function validateDataSource(
  source: TypedLocalObjectReference,
  path: Path,
  errors: FieldErrors,
  options: ClaimSpecOptions,
): void {
  if (!source.name) errors.required(path.child('name'));
  if (!source.kind) errors.required(path.child('kind'));
  const group = source.apiGroup ?? '';
  if (group === '' && source.kind !== 'PersistentVolumeClaim') {
    errors.invalid(path, source.kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  }
  if (group === '' || options.allowInvalidApiGroupInDataSource === true) return;
  for (const message of isDNS1123Subdomain(group)) errors.invalid(path.child('apiGroup'), group, message);
}

function validateDataSourceRef(
  source: TypedObjectReference,
  path: Path,
  errors: FieldErrors,
  options: ClaimSpecOptions,
): void {
  validateDataSource(source, path, errors, options);
  const namespace = source.namespace ?? '';
  for (const message of namespace === '' ? [] : isDNS1123Label(namespace))
    errors.invalid(path.child('namespace'), namespace, message);
}

/** Metadata that a template may not set, under the odd names that upstream gives them, in the order of Go's struct. */
const TEMPLATE_META: readonly [keyof ObjectMeta, string][] = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
];

/** A template of a claim: labels, annotations and a spec. */
export function validateClaimTemplate(template: PersistentVolumeClaimTemplate, path: Path, errors: FieldErrors): void {
  validateTemplateMetadata(template.metadata ?? {}, path.child('metadata'), errors);
  validateClaimSpec(template.spec ?? {}, path.child('spec'), errors);
}

export function validateTemplateMetadata(meta: ObjectMeta, path: Path, errors: FieldErrors): void {
  validateAnnotations(meta.annotations, path.child('annotations'), errors);
  validateLabels(meta.labels, path.child('labels'), errors);
  for (const [field, shown] of TEMPLATE_META) {
    const value = meta[field];
    if (value !== undefined && value !== null) errors.forbidden(path.child(shown), 'cannot be set');
  }
}
