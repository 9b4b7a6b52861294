/** Nodes: what they are, and what the pods on them ask for. */
import type { Quantity } from '../../api/quantity.ts';
import { type Amounts, add, amountsOf } from '../../api/quota/amounts.ts';
import { podLimits, podRequests } from '../../api/quota/pod-resources.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { Lease } from '../../api/types/coordination-v1.ts';
import type { Node, Pod } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ageText } from '../print/table.ts';
import type { Describer } from './describer.ts';
import { type Description, longTime, sortedKeys, type TextMap } from './description.ts';
import { describeEvents, referenceTo } from './events-text.ts';

const ROLE = 'node-role.kubernetes.io/';
const OLD_ROLE = 'kubernetes.io/role';

export const describeNode: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as Node;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Roles:\t${rolesOf(metadata.labels).join(',') || '<none>'}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  taints(spec.taints ?? [], out);
  out.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  await lease(around.client, metadata.name ?? '', out);
  conditions(status.conditions ?? [], out);
  out.line(0, 'Addresses:');
  for (const { type, address } of status.addresses ?? []) out.line(1, `${type}:\t${address}`);
  amounts('Capacity', status.capacity, out);
  amounts('Allocatable', status.allocatable, out);
  systemInfo(status.nodeInfo ?? {}, out);
  if (spec.podCIDR) out.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if ((spec.podCIDRs ?? []).length > 0) out.line(0, `PodCIDRs:\t${spec.podCIDRs?.join(',')}`);
  if (spec.providerID) out.line(0, `ProviderID:\t${spec.providerID}`);
  await podsOn(object as Node, out, around.client, around.now);
  const reference = referenceTo(object);
  // Controllers name a node by its uid, kubelets by its name.
  await describeEvents(object, out, around, [reference, { ...reference, uid: metadata.name }]);
};

function rolesOf(labels: TextMap = {}): string[] {
  const roles = sortedKeys(labels).flatMap((key) => {
    if (key.startsWith(ROLE)) return [key.slice(ROLE.length)];
    return key === OLD_ROLE ? [labels[key] ?? ''] : [];
  });
  return [...new Set(roles.filter((role) => role !== ''))].sort(compareUtf8);
}

function taints(all: NonNullable<NonNullable<Node['spec']>['taints']>, out: Description): void {
  const sorted = [...all].sort((a, b) => compareUtf8(`${a.effect},${a.key}`, `${b.effect},${b.key}`));
  const texts = sorted.map(
    ({ key, value, effect }) => `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`,
  );
  out.list('Taints', texts);
}

async function lease(client: RestClient, name: string, out: Description): Promise<void> {
  const target = {
    group: 'coordination.k8s.io',
    version: 'v1',
    resource: 'leases',
    namespace: 'kube-node-lease',
    name,
  };
  try {
    const { spec = {} } = await client.get<Lease>(target);
    out.line(0, 'Lease:');
    out.line(1, `HolderIdentity:\t${spec.holderIdentity ?? '<unset>'}`);
    out.line(1, `AcquireTime:\t${spec.acquireTime === undefined ? '<unset>' : longTime(spec.acquireTime)}`);
    out.line(1, `RenewTime:\t${spec.renewTime === undefined ? '<unset>' : longTime(spec.renewTime)}`);
  } catch (error) {
    out.line(0, `Lease:\tFailed to get lease: ${(error as Error).message}`);
  }
}

function conditions(all: NonNullable<NonNullable<Node['status']>['conditions']>, out: Description): void {
  if (all.length === 0) return;
  out.line(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
  out.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const { type, status, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' } of all) {
    out.line(
      1,
      `${type} \t${status} \t${longTime(lastHeartbeatTime)} \t${longTime(lastTransitionTime)} \t${reason} \t${message}`,
    );
  }
}

function amounts(title: string, values: Readonly<Record<string, unknown>> | undefined, out: Description): void {
  const names = sortedKeys(values);
  if (names.length === 0) return;
  out.line(0, `${title}:`);
  for (const name of names) out.line(1, `${name}:\t${values?.[name]}`);
}

function systemInfo(info: NonNullable<NonNullable<Node['status']>['nodeInfo']>, out: Description): void {
  out.line(0, 'System Info:');
  out.line(1, `Machine ID:\t${info.machineID ?? ''}`);
  out.line(1, `System UUID:\t${info.systemUUID ?? ''}`);
  out.line(1, `Boot ID:\t${info.bootID ?? ''}`);
  out.line(1, `Kernel Version:\t${info.kernelVersion ?? ''}`);
  out.line(1, `OS Image:\t${info.osImage ?? ''}`);
  out.line(1, `Operating System:\t${info.operatingSystem ?? ''}`);
  out.line(1, `Architecture:\t${info.architecture ?? ''}`);
  out.line(1, `Container Runtime Version:\t${info.containerRuntimeVersion ?? ''}`);
  out.line(1, `Kubelet Version:\t${info.kubeletVersion ?? ''}`);
  out.line(1, `Kube-Proxy Version:\t${info.kubeProxyVersion ?? ''}`);
}

async function podsOn(
  { metadata, status = {} }: Node,
  out: Description,
  client: RestClient,
  now: number,
): Promise<void> {
  const pods = await podsOf(metadata?.name ?? '', client);
  if (pods === undefined) {
    out.line(0, 'Pods:\tnot authorized');
    return;
  }
  const allocatable = Object.keys(status.allocatable ?? {}).length > 0 ? status.allocatable : status.capacity;
  const room = amountsOf(allocatable);
  out.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  out.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  out.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  let requests: Amounts = new Map();
  let limits: Amounts = new Map();
  for (const pod of pods) {
    const { wanted, most } = ofContainers(pod);
    requests = add(requests, wanted);
    limits = add(limits, most);
    const { namespace, name, creationTimestamp } = pod.metadata ?? {};
    const cells = ['cpu', 'memory'].flatMap((resource) => [
      shareText(wanted, resource, room),
      shareText(most, resource, room),
    ]);
    out.line(1, `${namespace}\t${name}\t\t${cells.join('\t')}\t${ageText(creationTimestamp, now)}`);
  }
  allocated({ requests, limits }, room, out);
}

/** What the containers ask for; kubectl 1.35 knows nothing of resources of a whole pod. */
function ofContainers(pod: Pod): { wanted: Amounts; most: Amounts } {
  const plain = { ...pod, spec: { ...pod.spec, resources: undefined } };
  return { wanted: podRequests(plain, { overhead: true }), most: podLimits(plain, { overhead: true }) };
}

/** undefined when they may not be read. */
async function podsOf(node: string, client: RestClient): Promise<readonly Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;
  try {
    return (await client.list<Pod>({ group: '', version: 'v1', resource: 'pods' }, { fieldSelector })).items;
  } catch (error) {
    if (isStatusError(error, 'Forbidden')) return undefined;
    throw error;
  }
}

const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

function allocated(
  { requests, limits }: { requests: Amounts; limits: Amounts },
  room: Amounts,
  out: Description,
): void {
  out.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  out.line(1, 'Resource\tRequests\tLimits');
  out.line(1, '--------\t--------\t------');
  const names = [...room.keys()].sort(compareUtf8);
  const huge = names.filter((name) => name.startsWith('hugepages-'));
  for (const name of [...STANDARD, ...huge]) {
    out.line(1, `${name}\t${shareText(requests, name, room)}\t${shareText(limits, name, room)}`);
  }
  const others = names.filter((name) => ![...STANDARD, ...huge, 'pods'].includes(name));
  for (const name of others) out.line(1, `${name}\t${requests.get(name) ?? 0}\t${limits.get(name) ?? 0}`);
}

/** `200m (5%)`; nothing of nothing is 0%. */
function shareText(amounts: Amounts, name: string, room: Amounts): string {
  const units = (quantity: Quantity | undefined): number =>
    Number((name === 'cpu' ? quantity?.milliValue() : quantity?.value()) ?? 0n);
  const all = units(room.get(name));
  const amount = amounts.get(name);
  const percent = all === 0 ? 0 : Math.trunc((units(amount) / all) * 100);
  return `${amount ?? 0} (${percent}%)`;
}
