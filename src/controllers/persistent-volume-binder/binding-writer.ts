/** What the binder writes to volumes and claims, each guarded by the version it has seen; imitates bind and updateClaimStatus. */
import { equalJson, type KubeObject } from '../../api/object.ts';
import type { PersistentVolumeClaimStatus, PersistentVolumeStatus } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { type Claim, isReservedFor, type Volume } from './matching.ts';

export const VOLUMES = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  namespaced: false,
};
export const CLAIMS = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
};
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
const PROVISIONERS = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner'];

export function isSet({ metadata }: KubeObject, annotation: string): boolean {
  return metadata.annotations?.[annotation] !== undefined;
}

export class BindingWriter {
  readonly #client: RestClient;

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** Volume to claim, then claim to volume: whoever comes between finishes the same work. */
  async bind(volume: Volume, claim: Claim, signal: AbortSignal): Promise<void> {
    const bound = await this.#bindVolume(volume, claim, signal);
    await this.volumePhase(bound, 'Bound', '', signal);
    const holder = await this.#bindClaim(claim, volume, signal);
    await this.claimStatus(holder, 'Bound', bound, signal);
  }

  async #bindVolume(volume: Volume, claim: Claim, signal: AbortSignal): Promise<Volume> {
    const { uid, namespace, name, resourceVersion } = claim.metadata;
    if (volume.spec?.claimRef?.uid === uid) return volume;
    const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion };
    const chosenByUser = volume.spec?.claimRef !== undefined && isReservedFor(volume, claim);
    const changed = chosenByUser ? volume : annotated(volume, { [BOUND_BY_CONTROLLER]: 'yes' });
    const next = { ...changed, spec: { ...volume.spec, claimRef } };
    return this.#client.update<Volume>({ ...VOLUMES, name: volume.metadata.name }, next, { signal });
  }

  async #bindClaim(claim: Claim, volume: Volume, signal: AbortSignal): Promise<Claim> {
    const { namespace, name } = claim.metadata;
    const volumeName = volume.metadata.name;
    const chosen = claim.spec?.volumeName === volumeName;
    if (chosen && isSet(claim, BIND_COMPLETED)) return claim;
    const marks = { [BIND_COMPLETED]: 'yes', ...(chosen ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }) };
    const next = { ...annotated(claim, marks), spec: { ...claim.spec, volumeName } };
    return this.#client.update<Claim>({ ...CLAIMS, namespace, name }, next, { signal });
  }

  /** Takes the claim out of a volume that this controller had given it. */
  async unbind(volume: Volume, signal: AbortSignal): Promise<void> {
    const { claimRef: _, ...spec } = volume.spec ?? {};
    const { [BOUND_BY_CONTROLLER]: _mark, ...annotations } = volume.metadata.annotations ?? {};
    const next = { ...volume, metadata: { ...volume.metadata, annotations }, spec };
    const free = await this.#client.update<Volume>({ ...VOLUMES, name: volume.metadata.name }, next, { signal });
    await this.volumePhase(free, 'Available', '', signal);
  }

  async volumePhase(volume: Volume, phase: string, message: string, signal: AbortSignal): Promise<Volume> {
    if (volume.status?.phase === phase) return volume;
    const { message: _, ...rest } = volume.status ?? {};
    const status: PersistentVolumeStatus = { ...rest, phase, ...(message === '' ? {} : { message }) };
    const target = { ...VOLUMES, name: volume.metadata.name, subresource: 'status' };
    return this.#client.update<Volume>(target, { ...volume, status }, { signal });
  }

  async claimStatus(claim: Claim, phase: string, volume: Volume | undefined, signal: AbortSignal): Promise<void> {
    const status = statusOf(claim, phase, volume);
    if (equalJson(status, claim.status ?? {})) return;
    const { namespace, name } = claim.metadata;
    const target = { ...CLAIMS, namespace, name, subresource: 'status' };
    await this.#client.update(target, { ...claim, status }, { signal });
  }

  /** Tells somebody outside that a volume is wanted. */
  async askProvisioner(claim: Claim, provisioner: string, signal: AbortSignal): Promise<void> {
    if (PROVISIONERS.every((key) => claim.metadata.annotations?.[key] === provisioner)) return;
    const { namespace, name } = claim.metadata;
    const annotations = Object.fromEntries(PROVISIONERS.map((key) => [key, provisioner]));
    await this.#client.patch({ ...CLAIMS, namespace, name }, 'merge', { metadata: { annotations } }, { signal });
  }
}

function annotated<T extends KubeObject>(object: T, annotations: Record<string, string>): T {
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
  };
}

/** Only a claim that becomes bound learns its capacity: later it grows by resizing. */
function statusOf(claim: Claim, phase: string, volume: Volume | undefined): PersistentVolumeClaimStatus {
  const { accessModes: _, capacity, ...rest } = claim.status ?? {};
  if (volume === undefined) return { ...rest, phase };
  const { accessModes = [], volumeAttributesClassName } = volume.spec ?? {};
  const size = volume.spec?.capacity?.['storage'];
  const known = claim.status?.phase === phase ? capacity : size === undefined ? capacity : { storage: size };
  return {
    ...rest,
    phase,
    accessModes,
    ...(known === undefined ? {} : { capacity: known }),
    ...(volumeAttributesClassName ? { currentVolumeAttributesClassName: volumeAttributesClassName } : {}),
  };
}
