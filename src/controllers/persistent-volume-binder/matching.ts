/** Which volume a claim could have; imitates FindMatchingVolume and CheckVolumeModeMismatches of component-helpers/storage/volume. */
import { getOwn, type KubeObject } from '../../api/object.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { selectorOfObject } from '../../api/selectors.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types/core-v1.ts';

export type Volume = KubeObject & PersistentVolume;
export type Claim = KubeObject & PersistentVolumeClaim;

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

export function classOf({ metadata, spec }: Volume | Claim): string {
  return metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? '';
}

/** Whether a volume names this claim: by name, and by uid where it says one. */
export function isReservedFor({ spec }: Volume, { metadata }: Claim): boolean {
  const ref = spec?.claimRef;
  if (ref === undefined || ref.name !== metadata.name || ref.namespace !== metadata.namespace) return false;
  return !ref.uid || ref.uid === metadata.uid;
}

/** The volume reserved for the claim, or else the smallest that is free and fits. */
export function bestVolume(claim: Claim, volumes: Iterable<Volume>): Volume | undefined {
  const selector = claim.spec?.selector === undefined ? undefined : selectorOfObject(claim.spec.selector);
  let best: Volume | undefined;
  for (const volume of volumes) {
    if (volume.metadata.deletionTimestamp !== undefined) continue;
    if (!hasModes(volume, claim) || modeOf(volume) !== modeOf(claim)) continue;
    if (attributesOf(volume) !== attributesOf(claim)) continue;
    if (isReservedFor(volume, claim)) {
      if (capacityOf(volume).compare(requestOf(claim)) >= 0) return volume;
      continue;
    }
    if (volume.spec?.claimRef !== undefined || volume.status?.phase !== 'Available') continue;
    if (classOf(volume) !== classOf(claim)) continue;
    if (selector !== undefined && !selector.matches(volume.metadata.labels)) continue;
    if (capacityOf(volume).compare(requestOf(claim)) < 0) continue;
    if (best === undefined || capacityOf(volume).compare(capacityOf(best)) < 0) best = volume;
  }
  return best;
}

/** Why a volume that the claim asks for by name will not do; undefined when it will. */
export function mismatch(volume: Volume, claim: Claim): string | undefined {
  const fault = faultOf(volume, claim);
  return fault === undefined
    ? undefined
    : `Cannot bind to requested volume ${JSON.stringify(volume.metadata.name)}: ${fault}`;
}

function faultOf(volume: Volume, claim: Claim): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined) return 'the volume is marked for deletion';
  if (capacityOf(volume).compare(requestOf(claim)) < 0) return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (attributesOf(volume) !== attributesOf(claim)) return 'volumeAttributesClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  return hasModes(volume, claim) ? undefined : 'incompatible accessMode';
}

function hasModes({ spec }: Volume, claim: Claim): boolean {
  const offered = spec?.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode));
}

function modeOf({ spec }: Volume | Claim): string {
  return spec?.volumeMode ?? 'Filesystem';
}

function attributesOf({ spec }: Volume | Claim): string {
  return spec?.volumeAttributesClassName ?? '';
}

function capacityOf({ spec }: Volume) {
  return parseQuantity(String(getOwn(spec?.capacity ?? {}, 'storage') ?? '0'));
}

function requestOf({ spec }: Claim) {
  return parseQuantity(String(getOwn(spec?.resources?.requests ?? {}, 'storage') ?? '0'));
}
