/** The spec of a PersistentVolume, also inline in a VolumeAttachment; imitates core validation ValidatePersistentVolumeSpec. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain } from '../../../api/names.ts';
import type { PersistentVolumeSpec, VolumeNodeAffinity } from '../../../api/types/core-v1.ts';
import { reportInvalid } from './name-rules.ts';
import { applyVolumeSourceDefaults, validatePersistentVolumeSource } from './persistent-volume-source.ts';
import { validateBasicResource, validatePositiveQuantity } from './quantity-rules.ts';
import { roundResourceList } from './resources.ts';
import { validateNodeSelector } from './scheduling-node-selector.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const NOT_INLINE = 'may not be specified in the context of inline volumes';

export interface PersistentVolumeSpecOptions {
  readonly pvName: string;
  /** Inside a VolumeAttachment: CSI only, and none of what binds a volume. */
  readonly inline: boolean;
  readonly allowInvalidLabelValue?: boolean;
}

/** SetDefaults_PersistentVolume; inline specs get the defaults of their source alone. */
export function applyPersistentVolumeSpecDefaults(spec: PersistentVolumeSpec, options: { inline: boolean }): void {
  applyVolumeSourceDefaults(spec);
  roundResourceList(spec.capacity);
  if (options.inline) return;
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
}

export function validatePersistentVolumeSpec(
  spec: PersistentVolumeSpec,
  path: Path,
  errors: FieldErrors,
  options: PersistentVolumeSpecOptions,
): void {
  if (options.inline) refuseBinding(spec, path, errors);
  if ((spec.accessModes ?? []).length === 0) errors.required(path.child('accessModes'));
  validateAccessModes(spec.accessModes ?? [], path.child('accessModes'), errors);
  if (!options.inline) validateCapacity(spec.capacity, path.child('capacity'), errors);
  validateReclaimPolicy(spec, path.child('persistentVolumeReclaimPolicy'), errors, options.inline);
  const hasNodeAffinity = validateAffinity(spec.nodeAffinity, path.child('nodeAffinity'), errors, options);
  validatePersistentVolumeSource(spec, path, errors, { pvName: options.pvName, hasNodeAffinity });
  refuseRecycledRoot(spec, path, errors);
  validateStorageClass(spec, path.child('storageClassName'), errors, options.inline);
  validateVolumeMode(spec.volumeMode, path.child('volumeMode'), errors, options.inline);
  if (!options.inline) validateAttributesClass(spec, path, errors);
}

/** Known modes, and ReadWriteOncePod alone. */
export function validateAccessModes(modes: readonly string[], path: Path, errors: FieldErrors): void {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) errors.notSupported(path, mode, ACCESS_MODES);
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others)
    errors.forbidden(path, 'may not use ReadWriteOncePod with other access modes');
}

function refuseBinding(spec: PersistentVolumeSpec, path: Path, errors: FieldErrors): void {
  if (spec.claimRef !== undefined) errors.forbidden(path.child('claimRef'), NOT_INLINE);
  if (Object.keys(spec.capacity ?? {}).length > 0) errors.forbidden(path.child('capacity'), NOT_INLINE);
  if (spec.csi === undefined)
    errors.required(path.child('csi'), 'has to be specified in the context of inline volumes');
}

function validateCapacity(capacity: Record<string, string> | undefined, path: Path, errors: FieldErrors): void {
  const names = Object.keys(capacity ?? {}).sort();
  if (names.length === 0) errors.required(path);
  const shown = capacity === undefined ? null : Object.fromEntries(names.map((name) => [name, capacity[name]]));
  if (!names.includes('storage') || names.length > 1) errors.notSupported(path, shown, ['storage']);
  for (const name of names) {
    const text = capacity?.[name] ?? '0';
    validateBasicResource(text, path.key(name), errors);
    validatePositiveQuantity(text, path.key(name), errors);
  }
}

function validateReclaimPolicy(spec: PersistentVolumeSpec, path: Path, errors: FieldErrors, inline: boolean): void {
  const policy = spec.persistentVolumeReclaimPolicy ?? '';
  if (policy === '') return;
  if (inline) {
    if (policy !== 'Retain') errors.forbidden(path, 'may only be Retain in the context of inline volumes');
  } else if (!RECLAIM_POLICIES.includes(policy)) errors.notSupported(path, policy, RECLAIM_POLICIES);
}

/** Whether node affinity is given (well-formed or not). */
function validateAffinity(
  affinity: VolumeNodeAffinity | undefined,
  path: Path,
  errors: FieldErrors,
  { inline, allowInvalidLabelValue = false }: PersistentVolumeSpecOptions,
): boolean {
  if (affinity === undefined) return false;
  if (inline) {
    errors.forbidden(path, NOT_INLINE);
    return false;
  }
  if (affinity.required === undefined)
    errors.required(path.child('required'), 'must specify required node constraints');
  else validateNodeSelector(affinity.required, path.child('required'), errors, { allowInvalidLabelValue });
  return true;
}

function refuseRecycledRoot(spec: PersistentVolumeSpec, path: Path, errors: FieldErrors): void {
  if (spec.persistentVolumeReclaimPolicy !== 'Recycle' || !isRoot(spec.hostPath?.path)) return;
  errors.forbidden(path.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'");
}

/** Go's path.Clean gives '/'. */
function isRoot(where: string | undefined): boolean {
  if (where?.startsWith('/') !== true) return false;
  const stack: string[] = [];
  for (const part of where.split('/')) {
    if (part === '..') stack.pop();
    else if (part !== '' && part !== '.') stack.push(part);
  }
  return stack.length === 0;
}

function validateStorageClass(spec: PersistentVolumeSpec, path: Path, errors: FieldErrors, inline: boolean): void {
  const name = spec.storageClassName ?? '';
  if (name === '') return;
  if (inline) errors.forbidden(path, NOT_INLINE);
  else reportInvalid(isDNS1123Subdomain(name), name, path, errors);
}

function validateVolumeMode(mode: string | undefined, path: Path, errors: FieldErrors, inline: boolean): void {
  if (mode === undefined) return;
  if (inline) {
    if (mode !== 'Filesystem')
      errors.forbidden(path, 'may not specify volumeMode other than Filesystem in the context of inline volumes');
  } else if (!VOLUME_MODES.includes(mode)) errors.notSupported(path, mode, VOLUME_MODES);
}

function validateAttributesClass(spec: PersistentVolumeSpec, path: Path, errors: FieldErrors): void {
  const name = spec.volumeAttributesClassName;
  if (name === undefined) return;
  const at = path.child('volumeAttributesClassName');
  if (name === '') errors.required(at, 'an empty string is disallowed');
  else reportInvalid(isDNS1123Subdomain(name), name, at, errors);
  if (spec.csi === undefined)
    errors.required(path.child('csi'), 'has to be specified when using volumeAttributesClassName');
}

/** `RWO,ROX,RWX,RWOP`: the modes' short names, each once, in that order. */
export function accessModesText(modes: readonly string[] | undefined): string {
  const short: [string, string][] = [
    ['ReadWriteOnce', 'RWO'],
    ['ReadOnlyMany', 'ROX'],
    ['ReadWriteMany', 'RWX'],
    ['ReadWriteOncePod', 'RWOP'],
  ];
  return short
    .filter(([mode]) => modes?.includes(mode))
    .map(([, text]) => text)
    .join(',');
}

export const BETA_STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The class in the old annotation, else in the spec, else ''. */
export function storageClassOf(obj: {
  metadata?: { annotations?: Record<string, string> };
  spec?: { storageClassName?: string };
}): string {
  return obj.metadata?.annotations?.[BETA_STORAGE_CLASS] ?? obj.spec?.storageClassName ?? '';
}
