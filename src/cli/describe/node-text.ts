/** Nodes: what they are, and what the pods on them ask for. */
import { parseQuantity, type Quantity } from '../../api/quantity.ts';
import type { Lease } from '../../api/types/coordination-v1.ts';
import type { Node, Pod, ResourceRequirements } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { ageText } from '../print/table.ts';
import type { Describer } from './describer.ts';
import { type Description, longTime, sortedKeys, type TextMap } from './description.ts';
import { describeEvents } from './events-text.ts';

type Amounts = Map<string, Quantity>;

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
  if ((status.addresses ?? []).length > 0) out.line(0, 'Addresses:');
  for (const { type, address } of status.addresses ?? []) out.line(1, `${type}:\t${address}`);
  amounts('Capacity', status.capacity, out);
  amounts('Allocatable', status.allocatable, out);
  systemInfo(status.nodeInfo ?? {}, out);
  if (spec.podCIDR) out.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if ((spec.podCIDRs ?? []).length > 0) out.line(0, `PodCIDRs:\t${spec.podCIDRs?.join(',')}`);
  if (spec.providerID) out.line(0, `ProviderID:\t${spec.providerID}`);
  await podsOn(object as Node, out, around.client, around.now);
  await describeEvents(object, out, around, metadata.name);
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
  const fieldSelector = `spec.nodeName=${metadata?.name},status.phase!=Failed,status.phase!=Succeeded`;
  const list = await client
    .list<Pod>({ group: '', version: 'v1', resource: 'pods' }, { fieldSelector })
    .catch(() => undefined);
  if (list === undefined) {
    out.line(0, 'Pods:\tnot authorized');
    return;
  }
  const room = (status.allocatable ?? status.capacity ?? {}) as Readonly<Record<string, unknown>>;
  out.line(0, `Non-terminated Pods:\t(${list.items.length} in total)`);
  out.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  out.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  const totals = { requests: new Map() as Amounts, limits: new Map() as Amounts };
  for (const pod of list.items) {
    const own = podAmounts(pod);
    for (const part of ['requests', 'limits'] as const) {
      for (const [name, amount] of own[part]) totals[part].set(name, sum(totals[part].get(name), amount));
    }
    const cells = [own.requests.get('cpu'), own.limits.get('cpu')].map((amount) => shareText(amount, 'cpu', room));
    const memory = [own.requests.get('memory'), own.limits.get('memory')].map((amount) =>
      shareText(amount, 'memory', room),
    );
    const { namespace, name, creationTimestamp } = pod.metadata ?? {};
    out.line(1, `${namespace}\t${name}\t\t${[...cells, ...memory].join('\t')}\t${ageText(creationTimestamp, now)}`);
  }
  allocated(totals, room, out);
}

function allocated(
  { requests, limits }: { requests: Amounts; limits: Amounts },
  room: Readonly<Record<string, unknown>>,
  out: Description,
): void {
  out.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  out.line(1, 'Resource\tRequests\tLimits');
  out.line(1, '--------\t--------\t------');
  const standard = ['cpu', 'memory', 'ephemeral-storage'];
  for (const name of standard) {
    out.line(1, `${name}\t${shareText(requests.get(name), name, room)}\t${shareText(limits.get(name), name, room)}`);
  }
  const huge = sortedKeys(room).filter((name) => name.startsWith('hugepages-'));
  for (const name of huge) {
    out.line(1, `${name}\t${shareText(requests.get(name), name, room)}\t${shareText(limits.get(name), name, room)}`);
  }
  const extended = sortedKeys(room).filter((name) => name.includes('/') && !name.startsWith('kubernetes.io/'));
  for (const name of extended) {
    out.line(1, `${name}\t${requests.get(name)?.toString() ?? '0'}\t${limits.get(name)?.toString() ?? '0'}`);
  }
}

/** `200m (5%)` */
function shareText(amount: Quantity | undefined, name: string, room: Readonly<Record<string, unknown>>): string {
  const text = room[name];
  const all = text === undefined ? 0 : Number(parseQuantity(String(text)).scaled(-3));
  const percent = amount === undefined || all === 0 ? 0 : Math.trunc((Number(amount.scaled(-3)) / all) * 100);
  return `${amount?.toString() ?? '0'} (${percent}%)`;
}

/** Containers together; the largest init container, if that is more; overhead on top. */
function podAmounts({ spec = {} }: Pod): { requests: Amounts; limits: Amounts } {
  const part = (kind: 'requests' | 'limits'): Amounts => {
    const total: Amounts = new Map();
    for (const { resources } of spec.containers ?? []) add(total, resources, kind);
    const resident: Amounts = new Map();
    const peak: Amounts = new Map();
    for (const { resources, restartPolicy } of spec.initContainers ?? []) {
      // Sidecars stay; others run one at a time beside the sidecars before them.
      if (restartPolicy === 'Always') add(total, resources, kind);
      if (restartPolicy === 'Always') add(resident, resources, kind);
      const now: Amounts = new Map(resident);
      if (restartPolicy !== 'Always') add(now, resources, kind);
      raise(peak, now);
    }
    raise(total, peak);
    for (const [name, text] of Object.entries(spec.overhead ?? {})) {
      if (kind === 'requests' || total.has(name)) total.set(name, sum(total.get(name), parseQuantity(String(text))));
    }
    return total;
  };
  return { requests: part('requests'), limits: part('limits') };
}

function add(total: Amounts, resources: ResourceRequirements | undefined, kind: 'requests' | 'limits'): void {
  for (const [name, text] of Object.entries(resources?.[kind] ?? {})) {
    total.set(name, sum(total.get(name), parseQuantity(String(text))));
  }
}

function raise(total: Amounts, atLeast: Amounts): void {
  for (const [name, amount] of atLeast) {
    const known = total.get(name);
    if (known === undefined || known.compare(amount) < 0) total.set(name, amount);
  }
}

function sum(a: Quantity | undefined, b: Quantity): Quantity {
  return a === undefined ? b : a.isZero() ? b : a.add(b);
}
