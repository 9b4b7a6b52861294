/** ConfigMaps, Secrets, ServiceAccounts, Namespaces, quotas, limits. */
import { parseQuantity, Quantity } from '../../api/quantity.ts';
import { isStatusError } from '../../api/status-error.ts';
import type {
  ConfigMap,
  LimitRange,
  Namespace,
  ResourceQuota,
  Secret,
  ServiceAccount,
} from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import type { Describer } from './describer.ts';
import { type Description, longTime, sortedKeys, type TextMap } from './description.ts';
import { describeEvents, eventsAbout, referenceTo, writeEvents } from './events-text.ts';

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
  // Alone among the kinds: whoever may not read events gets the error.
  if (around.showEvents) writeEvents(await eventsAbout(referenceTo(object), around), out, around.now);
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
  const names = imagePullSecrets.map(({ name = '' }) => name);
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

/** undefined when the server knows no such resource. */
async function listed<T>(client: RestClient, resource: string, namespace = ''): Promise<readonly T[] | undefined> {
  try {
    return (await client.list<T>({ group: '', version: 'v1', resource, namespace })).items;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

function quotaSection(quotas: readonly ResourceQuota[], out: Description): void {
  out.raw('\n');
  if (quotas.length === 0) {
    out.raw('No resource quota.\n');
    return;
  }
  out.raw('Resource Quotas\n');
  const sorted = [...quotas].sort((a, b) => compareUtf8(a.metadata?.name ?? '', b.metadata?.name ?? ''));
  for (const { metadata, spec, status = {} } of sorted) {
    out.raw(`  Name:\t${metadata?.name}\n`);
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
  for (const name of sortedKeys(status.hard)) {
    const hard = parseQuantity(String(status.hard?.[name]));
    out.line(0, `${name}\t${inFormatOf(hard, status.used?.[name])}\t${hard}`);
  }
};

/** What is used, written as the limit is: `1Gi` of `2Gi`, though it was counted in bytes. */
function inFormatOf(hard: Quantity, amount: unknown): Quantity {
  const used = amount === undefined ? Quantity.zero() : parseQuantity(String(amount));
  return used.format === hard.format ? used : Quantity.ofInteger(used.value(), hard.format);
}

export const describeLimits: Describer = (object, out) => {
  const { metadata, spec } = object as LimitRange;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Namespace:\t${metadata?.namespace}`);
  out.raw(`${LIMIT_HEADER}\n${LIMIT_RULE}\n`);
  limitRows(spec, '', out);
};
