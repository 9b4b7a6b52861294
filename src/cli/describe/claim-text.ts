/** PersistentVolumeClaims, and the templates of claims in pods. */
import type { PersistentVolumeClaim, Pod, TypedLocalObjectReference } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ageText } from '../print/table.ts';
import type { Describer } from './describer.ts';
import { type Description, goList, longTime } from './description.ts';
import { describeEvents } from './events-text.ts';

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';
const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

interface Classed {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly storageClassName?: string };
}

/** The annotation of old counts more than the field. */
export function storageClassOf({ metadata, spec }: Classed): string {
  return metadata?.annotations?.[OLD_CLASS] ?? spec?.storageClassName ?? '';
}

/** `RWO,ROX`, always in the same order. */
export function accessModesText(modes: readonly string[] | undefined): string {
  return Object.keys(ACCESS_MODES)
    .filter((mode) => (modes ?? []).includes(mode))
    .map((mode) => ACCESS_MODES[mode])
    .join(',');
}

/** `Terminating (lasts 5s)`, or the phase. */
export function lifeText(deletionTimestamp: string | undefined, phase: string | undefined, now: number): string {
  return deletionTimestamp === undefined ? (phase ?? '') : `Terminating (lasts ${ageText(deletionTimestamp, now)})`;
}

export const describeClaim: Describer = async (object, out, around) => {
  const claim = object as PersistentVolumeClaim;
  claimLines(claim, out, around.now);
  await usedBy(around.client, claim, out);
  conditionLines(claim.status?.conditions ?? [], out);
  await describeEvents(object, out, around);
};

/** @param now absent for a template, which has no name and no life of its own */
export function claimLines(claim: PersistentVolumeClaim, out: Description, now?: number): void {
  const { metadata = {}, spec = {}, status = {} } = claim;
  if (now !== undefined) {
    out.line(0, `Name:\t${metadata.name}`);
    out.line(0, `Namespace:\t${metadata.namespace}`);
  }
  out.line(0, `StorageClass:\t${storageClassOf(claim)}`);
  if (now !== undefined) out.line(0, `Status:\t${lifeText(metadata.deletionTimestamp, status.phase, now)}`);
  out.line(0, `Volume:\t${spec.volumeName ?? ''}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  if (now !== undefined) out.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
  const bound = Boolean(spec.volumeName);
  out.line(0, `Capacity:\t${bound ? (status.capacity?.['storage'] ?? '0') : ''}`);
  out.line(0, `Access Modes:\t${bound ? accessModesText(status.accessModes) : ''}`);
  if (spec.volumeMode !== undefined) out.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (spec.dataSource === undefined) return;
  out.line(0, 'DataSource:');
  objectLines(spec.dataSource, out);
}

/** An object in some API group, which may be the one without a name (null, then). */
export function objectLines({ apiGroup, kind, name }: TypedLocalObjectReference, out: Description): void {
  if ((apiGroup ?? undefined) !== undefined) out.line(1, `APIGroup:\t${apiGroup}`);
  out.line(1, `Kind:\t${kind}`);
  out.line(1, `Name:\t${name}`);
}

/** Pods with the claim among their volumes, once for each, and pods that own it. */
async function usedBy(client: RestClient, { metadata = {} }: PersistentVolumeClaim, out: Description): Promise<void> {
  const { name, namespace, ownerReferences = [] } = metadata;
  const { items } = await client.list<Pod>({ group: '', version: 'v1', resource: 'pods', namespace });
  const users = items.flatMap((pod) =>
    (pod.spec?.volumes ?? [])
      .filter(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name)
      .map(() => pod),
  );
  const owners = ownerReferences
    .filter(({ kind }) => kind === 'Pod')
    .map(({ uid }) => items.find((pod) => pod.metadata?.uid === uid))
    .filter((pod) => pod !== undefined && !users.includes(pod));
  const names = [...users, ...new Set(owners)].map((pod) => pod?.metadata?.name ?? '');
  out.list('Used By', names.sort(compareUtf8));
}

function conditionLines(
  conditions: NonNullable<NonNullable<PersistentVolumeClaim['status']>['conditions']>,
  out: Description,
): void {
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  out.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const times = `${longTime(lastProbeTime)} \t${longTime(lastTransitionTime)}`;
    out.line(1, `${type} \t${status} \t${times} \t${reason} \t${message}`);
  }
}
