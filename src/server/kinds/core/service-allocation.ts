/**
 * Cluster IPs and node ports of services: what is given to a service is stored in the service's own commit, so that
 * no crash leaves an address without its service or two services with one address.
 *
 *   const allocation = serviceAllocation({ clusterIPRanges: ['10.0.0.0/24'], nodePortRange: '30000-32767', get, list });
 *   const services = servicesKind(allocation);
 *
 * Imitates pkg/registry/core/service/storage.
 */
import { randomUUID } from 'node:crypto';
import { parseJson } from '../../../api/json.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { Service } from '../../../api/types/core-v1.ts';
import type { Change, Companion } from '../kind.ts';
import { Allocation, AllocationPool, type StoreReader } from './allocation-pool.ts';
import { endpoints } from './endpoints.ts';
import { ClusterIPs } from './service-cluster-ips.ts';
import { type Families, settleFamilies } from './service-ip-families.ts';
import { parseRanges } from './service-ip-ranges.ts';
import { NodePorts, parsePortRange } from './service-node-ports.ts';
import { fillClusterIPs, settleServiceUpdate } from './services-prepare.ts';

export interface ServiceAllocationOptions extends StoreReader {
  /** One CIDR, or an IPv4 and an IPv6 one; the first is the default family. */
  readonly clusterIPRanges: readonly string[];
  /** `30000-32767` */
  readonly nodePortRange: string;
  readonly random?: () => number;
  readonly now?: () => Date;
  readonly uuid?: () => string;
}

export type ServiceCompanion = (change: Change<Service>) => Promise<Companion>;

/** For one control plane. @throws Error when a range cannot be read; the companion throws StatusError. */
export function serviceAllocation(options: ServiceAllocationOptions): ServiceCompanion {
  const { random = Math.random, now = () => new Date(), uuid = randomUUID } = options;
  const ranges = parseRanges(options.clusterIPRanges);
  const families = [...ranges.keys()] as unknown as Families;
  const portRange = parsePortRange(options.nodePortRange);
  const pool = new AllocationPool(options);
  return async (change) => {
    const allocation = new Allocation(pool);
    const ips = new ClusterIPs({ ranges, random, now, uuid }, allocation, change.dryRun);
    const ports = new NodePorts(portRange, allocation, change.dryRun, random);
    try {
      await apply(change, families, ips, ports, allocation);
    } catch (error) {
      allocation.end();
      throw error;
    }
    return { mutations: change.dryRun ? [] : allocation.mutations, settle: () => allocation.end() };
  };
}

async function apply(
  { operation, object, old, dryRun }: Change<Service>,
  families: Families,
  ips: ClusterIPs,
  ports: NodePorts,
  allocation: Allocation,
): Promise<void> {
  if (operation === 'delete') {
    if (dryRun) return;
    await ips.release(old ?? object);
    await ports.release(old ?? object);
    await removeEndpoints(object, allocation);
  } else if (old === undefined) {
    object.spec ??= {};
    fillClusterIPs(object.spec);
    settleFamilies(object, undefined, families);
    await ips.allocate(object);
    await ports.allocate(object);
  } else {
    settleServiceUpdate(object, old);
    settleFamilies(object, old, families);
    await ips.update(object, old);
    await ports.update(object, old);
  }
}

/** The Endpoints object of a service's name goes with it, unless a finalizer holds it. */
async function removeEndpoints({ metadata }: Service, allocation: Allocation): Promise<void> {
  const key = `${endpoints.storage.prefix}${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  await allocation.free(key, (value) => ((parseJson(value) as KubeObject).metadata.finalizers ?? []).length === 0);
}
