/** The volumes of a pod; imitates ValidateVolumes of pkg/apis/core/validation. */
import { type FieldErrors, type Path, quote } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import type { Volume } from '../../../api/types/core-v1.ts';
import type { VolumesByName } from './container-mounts.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateProjected } from './volume-projected.ts';
import { LATER_VOLUME_RULES, VOLUME_RULES, type VolumeRule, validateEmptyDir } from './volume-sources.ts';

const ISCSI_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
const TOO_MANY = 'may not specify more than 1 volume type';
const PROJECTED_RULE: VolumeRule = { field: 'projected', validate: validateProjected as VolumeRule['validate'] };
const ALL_RULES: readonly VolumeRule[] = [...VOLUME_RULES, PROJECTED_RULE, ...LATER_VOLUME_RULES];

/** Returns the volumes without faults, by name. `podName` is '' in templates. */
export function validateVolumes(
  volumes: readonly Volume[],
  podName: string,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): VolumesByName {
  const valid = new Map<string, Volume>();
  const created = new Set(
    podName === '' ? [] : volumes.filter((v) => v.ephemeral).map((v) => `${podName}-${v.name ?? ''}`),
  );
  for (const [i, volume] of volumes.entries()) {
    const at = path.index(i);
    const name = volume.name ?? '';
    const before = errors.length;
    validateSource(volume, podName, at, errors, options);
    if (name === '') errors.required(at.child('name'));
    else for (const message of isDNS1123Label(name)) errors.invalid(at.child('name'), name, message);
    if (valid.has(name)) errors.duplicate(at.child('name'), name);
    if (errors.length === before) valid.set(name, volume);
    const claim = volume.persistentVolumeClaim?.claimName ?? '';
    if (volume.persistentVolumeClaim !== undefined && created.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.invalid(at.child('persistentVolumeClaim', 'claimName'), claim, detail);
    }
  }
  return valid;
}

/** One source each; the first one found is checked. */
function validateSource(
  volume: Volume,
  podName: string,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  let found = volume.emptyDir !== undefined;
  if (volume.emptyDir !== undefined) validateEmptyDir(volume.emptyDir, path.child('emptyDir'), errors);
  for (const { field, shownAs = [field, field], validate } of ALL_RULES) {
    const source = volume[field];
    if (source === undefined) continue;
    if (found) errors.forbidden(path.child(shownAs[1]), TOO_MANY);
    else {
      validate(source as never, path.child(shownAs[0]), errors, options);
      if (field === 'ephemeral') validateCreatedClaimName(volume, podName, path, errors);
    }
    if (field === 'iscsi') validatePortalLength(volume, path, errors);
    found = true;
  }
  if (!found) errors.required(path, 'must specify a volume type');
}

function validatePortalLength({ name = '', iscsi }: Volume, path: Path, errors: FieldErrors): void {
  if (iscsi?.initiatorName === undefined || byteLength(`${name}:${iscsi.targetPortal ?? ''}`) <= 64) return;
  errors.invalid(path.child('name'), name, ISCSI_TOO_LONG);
}

function validateCreatedClaimName({ name = '' }: Volume, podName: string, path: Path, errors: FieldErrors): void {
  if (podName === '' || name === '') return;
  const claim = `${podName}-${name}`;
  for (const message of isDNS1123Subdomain(claim))
    errors.invalid(path.child('name'), name, `PVC name ${quote(claim)}: ${message}`);
}
