/** Rules of claims: create, update (next to nothing may change) and status. */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isQualifiedName } from '../../../api/names.ts';
import { cloneJson, equalJson } from '../../../api/object.ts';
import { parseQuantity, Quantity } from '../../../api/quantity.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../api/types/core-v1.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { reportInvalid } from '../shared/name-rules.ts';
import { BETA_STORAGE_CLASS } from '../shared/persistent-volume-spec.ts';
import { isFractional, validateBasicResource } from '../shared/quantity-rules.ts';
import { goClaimSpec } from '../shared/storage-shapes.ts';
import { unifiedDiff } from '../shared/unified-diff.ts';
import { validateClaimSpec } from '../shared/volume-claim-spec.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const ANNOTATIONS = Path.root('metadata').child('annotations');

export function validateClaim(
  obj: PersistentVolumeClaim,
  old: PersistentVolumeClaim | undefined,
  errors: FieldErrors,
): void {
  validateClaimSpec(obj.spec ?? {}, SPEC, errors, {
    allowInvalidLabelValueInSelector: hasInvalidSelector(old),
    allowInvalidApiGroupInDataSource: Boolean(old?.spec?.dataSource?.apiGroup ?? old?.spec?.dataSourceRef?.apiGroup),
  });
}

function hasInvalidSelector(old: PersistentVolumeClaim | undefined): boolean {
  const errors = new FieldErrors();
  validateLabelSelector(old?.spec?.selector, SPEC, errors);
  return errors.length > 0;
}

/** Upstream checks the whole claim twice on the way, so faults stand twice among the causes. */
export function validateClaimUpdate(obj: PersistentVolumeClaim, old: PersistentVolumeClaim, errors: FieldErrors): void {
  validateClaim(obj, old, errors);
  validateClaim(obj, old, errors);
  validateSameSpec(obj, old, errors);
  validateSize(obj, old, errors);
  validateImmutable(obj.spec?.volumeMode, old.spec?.volumeMode, Path.root('volumeMode'), errors);
  validateAttributesClass(obj, old, errors);
}

function validateSameSpec(obj: PersistentVolumeClaim, old: PersistentVolumeClaim, errors: FieldErrors): void {
  const after = cloneJson(obj.spec ?? {});
  const before = cloneJson(old.spec ?? {});
  if (!before.volumeName && after.volumeName !== undefined) before.volumeName = after.volumeName;
  allowClassUpgrade(obj, old, after, before, errors);
  if (obj.status?.phase === 'Bound') allowBoundChanges(after, before);
  if (equalJson(after, before)) return;
  const diff = unifiedDiff(goClaimSpec(before), goClaimSpec(after));
  const detail =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  errors.forbidden(SPEC, `${detail}\n${diff}`);
}

/** From the annotation of old to the field, or from no class at all to one. */
function allowClassUpgrade(
  obj: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  after: PersistentVolumeClaimSpec,
  before: PersistentVolumeClaimSpec,
  errors: FieldErrors,
): void {
  const was = old.metadata?.annotations?.[BETA_STORAGE_CLASS];
  const is = obj.metadata?.annotations?.[BETA_STORAGE_CLASS];
  const unset = before.storageClassName === undefined;
  if (was !== undefined && unset && after.storageClassName === was && (is === undefined || is === was)) {
    delete after.storageClassName;
    return;
  }
  if ((is ?? '') !== (was ?? '')) errors.invalid(ANNOTATIONS.child(BETA_STORAGE_CLASS), is ?? '', 'field is immutable');
  if (unset && after.storageClassName !== undefined && (was === undefined || after.storageClassName === was))
    delete after.storageClassName;
}

function allowBoundChanges(after: PersistentVolumeClaimSpec, before: PersistentVolumeClaimSpec): void {
  const requests = after.resources?.requests;
  const size = before.resources?.requests?.['storage'];
  if (requests !== undefined && size !== undefined) requests['storage'] = size;
  if (before.volumeAttributesClassName === undefined) delete after.volumeAttributesClassName;
  else after.volumeAttributesClassName = before.volumeAttributesClassName;
}

/** A claim may shrink again after a failed expansion, but not below what it has. */
function validateSize(obj: PersistentVolumeClaim, old: PersistentVolumeClaim, errors: FieldErrors): void {
  const wanted = quantityOf(obj.spec?.resources?.requests?.['storage']);
  const had = quantityOf(old.spec?.resources?.requests?.['storage']);
  if (wanted.compare(had) >= 0 || wanted.compare(quantityOf(old.status?.capacity?.['storage'])) > 0) return;
  errors.forbidden(SPEC.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity');
}

function quantityOf(text: string | undefined): Quantity {
  return text === undefined ? Quantity.zero() : parseQuantity(text);
}

/** A class that a volume has can be exchanged, not taken away. */
function validateAttributesClass(obj: PersistentVolumeClaim, old: PersistentVolumeClaim, errors: FieldErrors): void {
  if (old.status?.currentVolumeAttributesClassName === undefined) return;
  const name = obj.spec?.volumeAttributesClassName;
  if (name === old.spec?.volumeAttributesClassName) return;
  const detail = 'is forbidden when status.currentVolumeAttributesClassName is not nil';
  const path = SPEC.child('volumeAttributesClassName');
  if (name === undefined) errors.forbidden(path, `update to nil ${detail}`);
  else if (name === '') errors.forbidden(path, `update to empty string ${detail}`);
}

const RESIZE_STATUSES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

export function validateClaimStatus(
  obj: PersistentVolumeClaim,
  _old: PersistentVolumeClaim,
  errors: FieldErrors,
): void {
  if (!obj.metadata?.resourceVersion) errors.required(Path.root('resourceVersion'));
  if ((obj.spec?.accessModes ?? []).length === 0) errors.required(Path.root('Spec').child('accessModes'));
  const { capacity = {}, allocatedResourceStatuses: resizing = {}, allocatedResources = {} } = obj.status ?? {};
  for (const name of Object.keys(capacity).sort())
    validateBasicResource(capacity[name] ?? '0', STATUS.child('capacity').key(name), errors);
  const resizePath = STATUS.child('allocatedResourceStatuses');
  for (const name of Object.keys(resizing).sort()) {
    validateResourceKey(name, resizePath, errors);
    if (!RESIZE_STATUSES.includes(resizing[name] ?? '')) errors.notSupported(resizePath, name, RESIZE_STATUSES);
  }
  const allocated = STATUS.child('allocatedResources');
  for (const name of Object.keys(allocatedResources).sort()) {
    if (!validateResourceKey(name, allocated, errors)) continue;
    validateBasicResource(allocatedResources[name] ?? '0', allocated.key(name), errors);
  }
}

/** Of the names that are Kubernetes' own only `storage` will do. False when the name is wrong. */
function validateResourceKey(name: string, path: Path, errors: FieldErrors): boolean {
  const before = errors.length;
  const messages = isQualifiedName(name);
  reportInvalid(messages, name, path, errors);
  const native = !name.includes('/') || name.includes('kubernetes.io/');
  if (messages.length === 0 && native && name !== 'storage') errors.notSupported(path, name, ['storage']);
  return errors.length === before;
}

export function claimWarnings(obj: PersistentVolumeClaim): string[] {
  const found: string[] = [];
  if (obj.metadata?.annotations?.[BETA_STORAGE_CLASS] !== undefined)
    found.push(
      `${ANNOTATIONS.key(BETA_STORAGE_CLASS)}: deprecated since v1.8; use "storageClassName" attribute instead`,
    );
  return [...found, ...claimSpecWarnings(obj.spec ?? {}, SPEC)];
}

/** Amounts of bytes that are no whole number. */
export function claimSpecWarnings(spec: PersistentVolumeClaimSpec, path: Path): string[] {
  return (['requests', 'limits'] as const).flatMap((list) => {
    const text = spec.resources?.[list]?.['storage'];
    if (text === undefined || !isFractional(parseQuantity(text))) return [];
    const at = path.child('resources', list).key('storage');
    return [`${at}: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`];
  });
}
