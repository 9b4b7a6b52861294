/**
 * Giving cluster IPs to services and taking them back. Each is an IPAddress object, stored and deleted in the commit
 * of its service. Imitates pkg/registry/core/service/storage/alloc.go and ipallocator.
 */
import { FieldErrors } from '../../../api/field-errors.ts';
import {
  type Cidr,
  canonicalCidr,
  canonicalIp,
  cidrContains,
  type Ip,
  ipText,
  parseIpLenient,
} from '../../../api/ip.ts';
import { parseJson } from '../../../api/json.ts';
import type { KubeObject } from '../../../api/object.ts';
import { internalError, invalid } from '../../../api/status-error.ts';
import type { Service, ServiceSpec } from '../../../api/types/core-v1.ts';
import type { IPAddress, ParentReference } from '../../../api/types/networking-v1.ts';
import { encodeForStore } from '../../registry/codec.ts';
import { ipaddresses } from '../networking/ipaddresses.ts';
import type { Allocation } from './allocation-pool.ts';
import { keepsPreferDualStack } from './service-ip-families.ts';
import { addresses, type IpFamily, mayGive, rangesOf } from './service-ip-ranges.ts';
import { CLUSTER_IPS } from './services-cluster-ips.ts';
import { clusterIPsOf, familiesOf, isExternalName, NO_CLUSTER_IP } from './services-rules.ts';

const { prefix: PREFIX } = ipaddresses.storage;
const MANAGER = 'ipallocator.k8s.io';

export interface ClusterIPOptions {
  readonly ranges: ReadonlyMap<IpFamily, Cidr>;
  readonly random: () => number;
  readonly now: () => Date;
  readonly uuid: () => string;
}

/** One service's addresses within one write. */
export class ClusterIPs {
  readonly #options: ClusterIPOptions;
  readonly #allocation: Allocation;
  readonly #dryRun: boolean;

  constructor(options: ClusterIPOptions, allocation: Allocation, dryRun: boolean) {
    this.#options = options;
    this.#allocation = allocation;
    this.#dryRun = dryRun;
  }

  /** An address for each family that lacks one; families are settled. @throws StatusError */
  async allocate(service: Service): Promise<void> {
    if (isExternalName(service) || clusterIPsOf(service)[0] === NO_CLUSTER_IP) return;
    const spec = service.spec as ServiceSpec;
    const ips = [...clusterIPsOf(service)];
    for (const [i, family] of familiesOf(service).entries()) ips[i] = await this.#take(service, family, ips[i]);
    spec.clusterIPs = ips;
    spec.clusterIP = ips[0] ?? '';
  }

  /** What a change of type or policy gives or takes. @throws StatusError */
  async update(service: Service, old: Service): Promise<void> {
    if (keepsPreferDualStack(service, old)) return;
    if (isExternalName(old)) return this.allocate(service);
    if (clusterIPsOf(old)[0] === NO_CLUSTER_IP) return;
    if (isExternalName(service)) return this.release(old);
    const [families, oldFamilies] = [familiesOf(service), familiesOf(old)];
    if (oldFamilies.length === 1 && families.length === 2) await this.#addSecond(service);
    else if (oldFamilies.length === 2 && families.length === 1) await this.#free(old, clusterIPsOf(old)[1]);
  }

  async #addSecond(service: Service): Promise<void> {
    const spec = service.spec as ServiceSpec;
    const [first = '', second] = clusterIPsOf(service);
    spec.clusterIPs = [first, await this.#take(service, familiesOf(service)[1] as string, second)];
  }

  async release(service: Service): Promise<void> {
    for (const ip of clusterIPsOf(service)) await this.#free(service, ip);
  }

  #take(service: Service, family: string, ip: string | undefined): Promise<string> {
    const range = this.#options.ranges.get(family as IpFamily);
    if (range === undefined) throw internalError(`failed to allocate a serviceIP: ${family} is not configured`);
    return ip ? this.#takeGiven(service, range, ip) : this.#takeAny(service, range);
  }

  async #takeAny(service: Service, configured: Cidr): Promise<string> {
    const { family } = configured.ip;
    if (this.#dryRun) return ipText(family, configured.network);
    for (const range of await rangesOf(family, configured, this.#allocation.pool)) {
      const candidates = addresses(range, this.#options.random);
      const value = (ip: string) => this.#encode(service, ip, family);
      const found = await this.#allocation.takeFirst(candidates, keyOf, PREFIX, value);
      if (found !== undefined) return found;
    }
    throw internalError('failed to allocate a serviceIP: range is full');
  }

  async #takeGiven(service: Service, configured: Cidr, text: string): Promise<string> {
    const ip = parseIpLenient(text);
    if (ip === undefined) throw internalError(`failed to parse service IP ${JSON.stringify(text)}`);
    const problem = this.#dryRun ? dryRunProblem(ip, configured) : await this.#problem(service, ip, configured);
    if (problem === undefined) return text;
    const errors = new FieldErrors();
    errors.invalid(CLUSTER_IPS, clusterIPsOf(service), `failed to allocate IP ${text}: ${problem}`);
    throw invalid({ group: '', resource: 'Service' }, service.metadata?.name ?? '', errors.list);
  }

  async #problem(service: Service, ip: Ip, configured: Cidr): Promise<string | undefined> {
    const name = canonicalIp(ip);
    const ranges = await rangesOf(ip.family, configured, this.#allocation.pool);
    if (!ranges.some((range) => mayGive(range, name))) return 'the provided network does not match the current range';
    const taken = await this.#allocation.take(keyOf(name), this.#encode(service, name, ip.family));
    return taken ? undefined : 'provided IP is already allocated';
  }

  async #free(service: Service, text: string | undefined): Promise<void> {
    const ip = parseIpLenient(text ?? '');
    if (ip === undefined) return;
    const owner = parentOf(service);
    await this.#allocation.free(keyOf(canonicalIp(ip)), (value) => {
      const { resource, namespace, name } = (parseJson(value) as IPAddress).spec?.parentRef ?? {};
      return resource === owner.resource && namespace === owner.namespace && name === owner.name;
    });
  }

  #encode(service: Service, name: string, family: IpFamily): Buffer {
    const { now, uuid } = this.#options;
    return encodeForStore(ipaddresses, writtenByServer(serviceIPAddress(service, name, family), now(), uuid()));
  }
}

function keyOf(name: string): string {
  return PREFIX + name;
}

/** Dry runs ask neither the other ranges nor who holds the address. */
function dryRunProblem(ip: Ip, configured: Cidr): string | undefined {
  if (cidrContains(configured, ip)) return undefined;
  const range = canonicalCidr(configured);
  return `the provided IP (${canonicalIp(ip)}) is not in the valid range. The range of valid IPs is ${range}`;
}

function parentOf({ metadata }: Pick<Service, 'metadata'>): Required<Omit<ParentReference, 'group'>> {
  return { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', resource: 'services' };
}

/** The object that holds a service's address, without system fields. */
export function serviceIPAddress(service: Pick<Service, 'metadata'>, ip: string, family: IpFamily): KubeObject {
  return {
    apiVersion: ipaddresses.apiVersion,
    kind: ipaddresses.kind,
    metadata: {
      name: ip,
      labels: { 'ipaddress.kubernetes.io/ip-family': family, 'ipaddress.kubernetes.io/managed-by': MANAGER },
    },
    spec: { parentRef: parentOf(service) },
  };
}

/** As the server itself writes it. */
function writtenByServer(object: KubeObject, now: Date, uid: string): KubeObject {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const manager = { manager: 'kube-apiserver', operation: 'Update', apiVersion: ipaddresses.apiVersion };
  const managedFields = [{ ...manager, time, fieldsType: 'FieldsV1', fieldsV1: MANAGED_FIELDS }];
  return { ...object, metadata: { ...object.metadata, uid, creationTimestamp: time, managedFields } };
}

const MANAGED_FIELDS = {
  'f:metadata': {
    'f:labels': { '.': {}, 'f:ipaddress.kubernetes.io/ip-family': {}, 'f:ipaddress.kubernetes.io/managed-by': {} },
  },
  'f:spec': { 'f:parentRef': { '.': {}, 'f:name': {}, 'f:namespace': {}, 'f:resource': {} } },
};
