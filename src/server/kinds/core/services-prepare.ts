/** Defaults of services and what updates fill in or drop; imitates core/v1 defaults and pkg/registry/core/service. */
import type { Service, ServicePort, ServiceSpec } from '../../../api/types/core-v1.ts';
import {
  clusterIPsOf,
  familiesOf,
  isExternallyAccessible,
  isExternalName,
  isLoadBalancer,
  needsClusterIP,
  needsHealthCheckPort,
  needsNodePorts,
  nodePortsOf,
  sameList,
} from './services-rules.ts';

/** Three hours. */
const AFFINITY_SECONDS = 10_800;

export function applyServiceDefaults(obj: Service): void {
  obj.spec ??= {};
  const { spec } = obj;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) applyPortDefaults(port);
  if (isExternallyAccessible(obj)) spec.externalTrafficPolicy ||= 'Cluster';
  if (!isExternalName(obj)) spec.internalTrafficPolicy ??= 'Cluster';
  if (!isLoadBalancer(obj)) return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const address of obj.status?.loadBalancer?.ingress ?? []) if (address.ip) address.ipMode ??= 'VIP';
}

function applyPortDefaults(port: ServicePort): void {
  port.protocol ||= 'TCP';
  if (port.port) port.targetPort ||= port.port;
}

/** A client that sets the singular field only means both. */
export function fillClusterIPs(spec: ServiceSpec): void {
  if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
}

/**
 * Brings an update in line with what the server had allocated: values that the client left out come back, values that
 * the new type has no use for go unless the client changed them. Idempotent.
 */
export function settleServiceUpdate(obj: Service, old: Service): void {
  obj.spec ??= {};
  keepAllocations(obj, old);
  settleClusterIPs(obj.spec, old.spec ?? {});
  dropUnused(obj, old);
}

function keepAllocations(obj: Service, old: Service): void {
  const spec = obj.spec as ServiceSpec;
  if (needsClusterIP(old) && needsClusterIP(obj)) {
    if (!spec.clusterIP && old.spec?.clusterIP) spec.clusterIP = old.spec.clusterIP;
    if (clusterIPsOf(obj).length === 0 && spec.clusterIP === old.spec?.clusterIP) copyClusterIPs(spec, old.spec ?? {});
  }
  if (needsNodePorts(old) && needsNodePorts(obj)) keepNodePorts(obj, old);
  if (needsHealthCheckPort(old) && needsHealthCheckPort(obj) && old.spec?.healthCheckNodePort)
    spec.healthCheckNodePort ||= old.spec.healthCheckNodePort;
}

function copyClusterIPs(spec: ServiceSpec, from: ServiceSpec): void {
  if (from.clusterIPs !== undefined) spec.clusterIPs = [...from.clusterIPs];
}

/** A port without a node port gets back the one that its namesake had, unless another port has taken it. */
function keepNodePorts(obj: Service, old: Service): void {
  const before = nodePortsOf(old);
  const used = new Set(nodePortsOf(obj).filter((port) => before.includes(port)));
  const byName = new Map((old.spec?.ports ?? []).map((port) => [port.name ?? '', port.nodePort ?? 0]));
  for (const port of obj.spec?.ports ?? []) {
    const known = byName.get(port.name ?? '') ?? 0;
    if (port.nodePort || known === 0 || used.has(known)) continue;
    port.nodePort = known;
    used.add(known);
  }
}

/** Old clients write `clusterIP` only: the list follows it when they left the list alone. */
function settleClusterIPs(spec: ServiceSpec, old: ServiceSpec): void {
  const ips = spec.clusterIPs ?? [];
  const oldIPs = old.clusterIPs ?? [];
  const [ip, oldIP] = [spec.clusterIP ?? '', old.clusterIP ?? ''];
  if (ip === oldIP) {
    if (ips.length === 0) copyClusterIPs(spec, old);
  } else if (sameList(ips, oldIPs)) {
    if (ip === '') delete spec.clusterIPs;
    else spec.clusterIPs = [ip];
  }
}

function dropUnused(obj: Service, old: Service): void {
  const spec = obj.spec as ServiceSpec;
  const before = old.spec ?? {};
  const unused = (needs: (service: Service) => boolean) => needs(old) && !needs(obj);
  const dropIfSame = (...fields: (keyof ServiceSpec)[]) => {
    for (const field of fields) if (spec[field] === before[field]) delete spec[field];
  };
  if (unused(needsClusterIP)) {
    if (sameList(clusterIPsOf(obj), clusterIPsOf(old))) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameList(familiesOf(obj), familiesOf(old))) delete spec.ipFamilies;
    dropIfSame('ipFamilyPolicy', 'internalTrafficPolicy');
  }
  if (unused(needsNodePorts) && nodePortsOf(obj).every((port) => nodePortsOf(old).includes(port)))
    for (const port of spec.ports ?? []) delete port.nodePort;
  if (unused(needsHealthCheckPort)) dropIfSame('healthCheckNodePort');
  if (unused(isLoadBalancer)) dropIfSame('allocateLoadBalancerNodePorts', 'loadBalancerClass');
  if (unused(isExternallyAccessible)) dropIfSame('externalTrafficPolicy');
}
