/** ConfigMaps, Secrets, ServiceAccounts, Namespaces, quotas, limits, claims. */
import type {
  ConfigMap,
  LimitRange,
  Namespace,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ageText } from '../print/table.ts';
import type { Describer } from './describer.ts';
import { type Description, goList, longTime, sortedKeys, type TextMap } from './description.ts';
import { describeEvents } from './events-text.ts';

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: TextMap;
  readonly annotations?: TextMap;
}

export function describeMeta({ name, namespace, labels, annotations }: Meta = {}, out: Description): void {
  out.line(0, `Name:\t${name}`);
  if (namespace !== undefined) out.line(0, `Namespace:\t${namespace}`);
  out.labels('Labels', labels);
  out.annotations('Annotations', annotations);
}

export const describeConfigMap: Describer = async (object, out, around) => {
  const { metadata, data = {}, binaryData = {} } = object as ConfigMap;
  describeMeta(metadata, out);
  out.raw('\nData\n====\n');
  for (const key of sortedKeys(data)) out.raw(`${key}:\n----\n${data[key]}\n\n`);
  out.raw('\nBinaryData\n====\n');
  for (const key of sortedKeys(binaryData)) out.raw(`${key}: ${bytesIn(binaryData[key])} bytes\n`);
  out.raw('\n');
  await describeEvents(object, out, around);
};

export const describeSecret: Describer = (object, out) => {
  const { metadata, data = {}, type = '' } = object as Secret;
  describeMeta(metadata, out);
  out.raw(`\nType:\t${type}\n\nData\n====\n`);
  for (const key of sortedKeys(data)) {
    const text = String(data[key] ?? '');
    const shown = type === 'kubernetes.io/service-account-token' && key === 'token';
    out.raw(`${key}:\t${shown ? Buffer.from(text, 'base64').toString('utf8') : `${bytesIn(text)} bytes`}\n`);
  }
};

function bytesIn(text: unknown): number {
  return Buffer.from(String(text ?? ''), 'base64').length;
}

export const describeServiceAccount: Describer = async (object, out, around) => {
  const { metadata, imagePullSecrets = [] } = object as ServiceAccount;
  describeMeta(metadata, out);
  const names = imagePullSecrets.map(({ name = '' }) => name).sort(compareUtf8);
  out.raw(`Image pull secrets:\t${names[0] ?? '<none>'}\n`);
  for (const name of names.slice(1)) out.raw(`                   \t${name}\n`);
  await describeEvents(object, out, around);
};

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};
const LIMIT_HEADER = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio';
const LIMIT_RULE = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------';

export const describeNamespace: Describer = async (object, out, { client }) => {
  const { metadata, status = {} } = object as Namespace;
  describeMeta(metadata, out);
  out.line(0, `Status:\t${status.phase ?? ''}`);
  if ((status.conditions ?? []).length > 0) {
    out.line(0, 'Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage');
    out.line(1, '----\t------\t------------------\t------\t-------');
    for (const { type, status: value, lastTransitionTime, reason = '', message = '' } of status.conditions ?? []) {
      out.line(1, `${type}\t${value}\t${longTime(lastTransitionTime)}\t${reason}\t${message}`);
    }
  }
  const [quotas, limits] = await Promise.all([
    listed<ResourceQuota>(client, 'resourcequotas', metadata?.name),
    listed<LimitRange>(client, 'limitranges', metadata?.name),
  ]);
  if (quotas !== undefined) quotaSection(quotas, out);
  if (limits !== undefined) limitSection(limits, out);
};

/** undefined when they may not be read. */
async function listed<T>(client: RestClient, resource: string, namespace = ''): Promise<readonly T[] | undefined> {
  const list = await client.list<T>({ group: '', version: 'v1', resource, namespace }).catch(() => undefined);
  return list?.items;
}

function quotaSection(quotas: readonly ResourceQuota[], out: Description): void {
  out.raw('\n');
  if (quotas.length === 0) {
    out.raw('No resource quota.\n');
    return;
  }
  out.raw('Resource Quotas');
  for (const { metadata, spec, status = {} } of quotas) {
    out.raw(`\n  Name:\t${metadata?.name}\n`);
    const scopes = [...(spec?.scopes ?? [])].sort(compareUtf8);
    if (scopes.length > 0) out.raw(`  Scopes:\t${scopes.join(', ')}\n`);
    for (const scope of scopes) if (Object.hasOwn(SCOPES, scope)) out.raw(`  * ${SCOPES[scope]}\n`);
    out.raw('  Resource\tUsed\tHard\n  --------\t---\t---\n');
    for (const name of sortedKeys(status.hard))
      out.raw(`  ${name}\t${status.used?.[name] ?? '0'}\t${status.hard?.[name]}\n`);
  }
}

function limitSection(ranges: readonly LimitRange[], out: Description): void {
  out.raw('\n');
  if (ranges.length === 0) {
    out.raw('No LimitRange resource.\n');
    return;
  }
  out.raw(`Resource Limits\n ${LIMIT_HEADER}\n ${LIMIT_RULE}\n`);
  for (const { spec } of ranges) limitRows(spec, ' ', out);
}

function limitRows(spec: LimitRange['spec'], margin: string, out: Description): void {
  for (const {
    type,
    max = {},
    min = {},
    default: limit = {},
    defaultRequest = {},
    maxLimitRequestRatio: ratio = {},
  } of spec?.limits ?? []) {
    const names = new Set([max, min, limit, defaultRequest, ratio].flatMap((amounts) => Object.keys(amounts)));
    for (const name of [...names].sort(compareUtf8)) {
      const cells = [min, max, defaultRequest, limit, ratio].map((amounts) => amounts[name] ?? '-');
      out.raw(`${margin}${[type, name, ...cells].join('\t')}\n`);
    }
  }
}

export const describeQuota: Describer = (object, out) => {
  const { metadata, spec, status = {} } = object as ResourceQuota;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Namespace:\t${metadata?.namespace}`);
  const scopes = [...(spec?.scopes ?? [])].sort(compareUtf8);
  if (scopes.length > 0) out.line(0, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) if (Object.hasOwn(SCOPES, scope)) out.raw(` * ${SCOPES[scope]}\n`);
  out.line(0, 'Resource\tUsed\tHard');
  out.line(0, '--------\t----\t----');
  for (const name of sortedKeys(status.hard))
    out.line(0, `${name}\t${status.used?.[name] ?? '0'}\t${status.hard?.[name]}`);
};

export const describeLimits: Describer = (object, out) => {
  const { metadata, spec } = object as LimitRange;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Namespace:\t${metadata?.namespace}`);
  out.raw(`${LIMIT_HEADER}\n${LIMIT_RULE}\n`);
  limitRows(spec, '', out);
};

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

export const describeClaim: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as PersistentVolumeClaim;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.line(
    0,
    `StorageClass:\t${metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? ''}`,
  );
  out.line(
    0,
    metadata.deletionTimestamp === undefined
      ? `Status:\t${status.phase ?? ''}`
      : `Status:\tTerminating (lasts ${ageText(metadata.deletionTimestamp, around.now)})`,
  );
  out.line(0, `Volume:\t${spec.volumeName ?? ''}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Finalizers:\t${goList(metadata.finalizers)}`);
  const bound = Boolean(spec.volumeName);
  out.line(0, `Capacity:\t${bound ? (status.capacity?.['storage'] ?? '0') : ''}`);
  const modes = Object.keys(ACCESS_MODES).filter((mode) => (status.accessModes ?? []).includes(mode));
  out.line(0, `Access Modes:\t${bound ? modes.map((mode) => ACCESS_MODES[mode]).join(',') : ''}`);
  if (spec.volumeMode !== undefined) out.line(0, `VolumeMode:\t${spec.volumeMode}`);
  if (spec.dataSource !== undefined) {
    out.line(0, 'DataSource:');
    if (spec.dataSource.apiGroup) out.line(1, `APIGroup:\t${spec.dataSource.apiGroup}`);
    out.line(1, `Kind:\t${spec.dataSource.kind}`);
    out.line(1, `Name:\t${spec.dataSource.name}`);
  }
  await usedBy(around.client, metadata, out);
  claimConditions(status.conditions ?? [], out);
  await describeEvents(object, out, around);
};

async function usedBy(client: RestClient, { name, namespace }: Meta, out: Description): Promise<void> {
  const pods = await listed<Pod>(client, 'pods', namespace);
  if (pods === undefined) return;
  const users = pods.filter(({ metadata, spec }) =>
    (spec?.volumes ?? []).some(
      ({ persistentVolumeClaim, ephemeral, name: volume }) =>
        persistentVolumeClaim?.claimName === name ||
        (ephemeral !== undefined && `${metadata?.name}-${volume}` === name),
    ),
  );
  out.list(
    'Used By',
    users.map(({ metadata }) => metadata?.name ?? ''),
  );
}

function claimConditions(
  conditions: NonNullable<NonNullable<PersistentVolumeClaim['status']>['conditions']>,
  out: Description,
): void {
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  out.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    out.line(
      1,
      `${type} \t${status} \t${longTime(lastProbeTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`,
    );
  }
}
