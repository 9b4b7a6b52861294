/** The volumes of a pod; imitates ValidateVolumes of pkg/apis/core/validation. */
import { type FieldErrors, type Path, quote } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import type { Volume } from '../../../api/types/core-v1.ts';
import type { VolumesByName } from './container-mounts.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateProjected } from './volume-projected.ts';
import { FIRST_VOLUME_RULES, LATER_VOLUME_RULES, type VolumeRule } from './volume-sources.ts';

const ISCSI_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
const TOO_MANY = 'may not specify more than 1 volume type';
const PROJECTED_RULE: VolumeRule = { field: 'projected', validate: validateProjected as VolumeRule['validate'] };
/** By field, in the order in which upstream looks for them. */
const RULES: ReadonlyMap<string, VolumeRule> = new Map(
  [...FIRST_VOLUME_RULES, PROJECTED_RULE, ...LATER_VOLUME_RULES].map((rule) => [rule.field, rule]),
);

/** Returns the volumes without faults, by name. `podName` is '' in templates. */
export function validateVolumes(
  volumes: readonly Volume[],
  podName: string,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): VolumesByName {
  const valid = new Map<string, Volume>();
  const created = podName === '' ? [] : volumes.filter((v) => v.ephemeral).map((v) => `${podName}-${v.name ?? ''}`);
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
    if (volume.persistentVolumeClaim !== undefined && created.includes(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.invalid(at.child('persistentVolumeClaim', 'claimName'), claim, detail);
    }
  }
  return valid;
}

/** One source each; the first one, in upstream's order, is checked. */
function validateSource(
  volume: Volume,
  podName: string,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const rules = rulesFor(volume);
  if (rules.length === 0) errors.required(path, 'must specify a volume type');
  for (const [i, { field, shownAs = [field, field], validate }] of rules.entries()) {
    if (i > 0) errors.forbidden(path.child(shownAs[1]), TOO_MANY);
    else {
      validate(volume[field] as never, path.child(shownAs[0]), errors, options);
      if (field === 'ephemeral') validateCreatedClaimName(volume, podName, path, errors);
    }
    if (field === 'iscsi') validatePortalLength(volume, path, errors);
  }
}

/** The rules of the sources that the volume has: nearly always one, so its own fields are asked and not all that there are. */
function rulesFor(volume: Volume): readonly VolumeRule[] {
  const given: VolumeRule[] = [];
  for (const field of Object.keys(volume)) {
    const rule = RULES.get(field);
    if (rule !== undefined && volume[rule.field] !== undefined) given.push(rule);
  }
  return given.length < 2 ? given : [...RULES.values()].filter((rule) => given.includes(rule));
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
