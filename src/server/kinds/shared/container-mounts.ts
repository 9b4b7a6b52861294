/** Volume mounts and block devices of containers; imitates ValidateVolumeMounts and ValidateVolumeDevices. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../../api/types/core-v1.ts';
import { hasBacksteps, validateLocalDescendingPath } from './volume-paths.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_MODES = ['Disabled', 'Enabled', 'IfPossible'];

/** Valid volumes of the pod by name. */
export type VolumesByName = ReadonlyMap<string, Volume>;

export function validateVolumeMounts(
  container: Container,
  volumes: VolumesByName,
  path: Path,
  errors: FieldErrors,
): void {
  const volumeDevices = container.volumeDevices ?? [];
  const mountPaths = new Set<string>();
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const at = path.index(i);
    const { name = '', mountPath = '' } = mount;
    if (name === '') errors.required(at.child('name'));
    if (!volumes.has(name)) errors.notFound(at.child('name'), name);
    if (mountPath === '') errors.required(at.child('mountPath'));
    if (mountPaths.has(mountPath)) errors.invalid(at.child('mountPath'), mountPath, 'must be unique');
    mountPaths.add(mountPath);
    if (volumeDevices.length > 0) reportDeviceClash(mount, volumeDevices, at, errors);
    validateSubPaths(mount, at, path, errors);
    if (mount.mountPropagation !== undefined)
      validatePropagation(mount.mountPropagation, container, path.child('mountPropagation'), errors);
    if (mount.recursiveReadOnly !== undefined)
      validateRecursiveReadOnly(mount, path.child('recursiveReadOnly'), errors);
  }
}

function reportDeviceClash(
  { name = '', mountPath = '' }: VolumeMount,
  devices: readonly VolumeDevice[],
  path: Path,
  errors: FieldErrors,
): void {
  if (devices.some((device) => (device.name ?? '') === name))
    errors.invalid(path.child('name'), name, 'must not already exist in volumeDevices');
  if (devicePaths(devices).includes(mountPath)) {
    errors.invalid(path.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices');
  }
}

/** Of devices with one name only the last counts, as in the map that upstream makes. */
function devicePaths(devices: readonly VolumeDevice[]): string[] {
  return [...new Map(devices.map((device) => [device.name ?? '', device.devicePath ?? ''])).values()];
}

/** Upstream names the list, not the item, for most of these. */
function validateSubPaths(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  at: Path,
  listPath: Path,
  errors: FieldErrors,
): void {
  if (subPath !== '') validateLocalDescendingPath(subPath, listPath.child('subPath'), errors);
  if (subPathExpr === '') return;
  if (subPath !== '')
    errors.invalid(at.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  validateLocalDescendingPath(subPathExpr, listPath.child('subPathExpr'), errors);
}

function validatePropagation(mode: string, container: Container, path: Path, errors: FieldErrors): void {
  if (!PROPAGATIONS.includes(mode)) errors.notSupported(path, mode, PROPAGATIONS);
  if (mode === 'Bidirectional' && container.securityContext?.privileged !== true) {
    errors.forbidden(path, 'Bidirectional mount propagation is available only to privileged containers');
  }
}

function validateRecursiveReadOnly(mount: VolumeMount, path: Path, errors: FieldErrors): void {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === 'Disabled') return;
  if (!RECURSIVE_MODES.includes(mode)) {
    errors.notSupported(path, mode, RECURSIVE_MODES);
    return;
  }
  if (mount.readOnly !== true) errors.forbidden(path, 'may only be specified when readOnly is true');
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    errors.forbidden(path, 'may only be specified when mountPropagation is None or not specified');
  }
}

export function validateVolumeDevices(
  container: Container,
  volumes: VolumesByName,
  path: Path,
  errors: FieldErrors,
): void {
  const mounts = new Map((container.volumeMounts ?? []).map((mount) => [mount.name ?? '', mount.mountPath ?? '']));
  const mountPaths = [...mounts.values()];
  const paths = new Set<string>();
  const names = new Set<string>();
  for (const [i, { name = '', devicePath = '' }] of (container.volumeDevices ?? []).entries()) {
    const at = path.index(i);
    const volume = volumes.get(name);
    if (name === '') errors.required(at.child('name'));
    if (names.has(name)) errors.invalid(at.child('name'), name, 'must be unique');
    if (volume === undefined) errors.notFound(at.child('name'), name);
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      errors.invalid(
        at.child('name'),
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      );
    }
    if (devicePath === '') errors.required(at.child('devicePath'));
    if (paths.has(devicePath)) errors.invalid(at.child('devicePath'), devicePath, 'must be unique');
    if (hasBacksteps(devicePath))
      errors.invalid(at.child('devicePath'), devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.has(name)) errors.invalid(at.child('name'), name, 'must not already exist in volumeMounts');
    if (mountPaths.includes(devicePath)) {
      errors.invalid(at.child('devicePath'), devicePath, 'must not already exist as a path in volumeMounts');
    }
    if (name !== '') names.add(name);
  }
}
