/** What kind of service it is: questions that defaults, validation and allocation ask (pkg/api/service). */
import type { Service } from '../../../api/types/core-v1.ts';

export const NO_CLUSTER_IP = 'None';

export const clusterIPsOf = (service: Service): string[] => service.spec?.clusterIPs ?? [];
export const familiesOf = (service: Service): string[] => service.spec?.ipFamilies ?? [];

/** '' when unset. */
export function typeOf(service: Service): string {
  return service.spec?.type ?? '';
}

export function isLoadBalancer(service: Service): boolean {
  return typeOf(service) === 'LoadBalancer';
}

export function isExternalName(service: Service): boolean {
  return typeOf(service) === 'ExternalName';
}

/** Its only cluster IP is `None`. */
export function isHeadless(service: Service): boolean {
  const ips = clusterIPsOf(service);
  return ips.length === 1 && ips[0] === NO_CLUSTER_IP;
}

/** Reached from outside: external traffic policy applies. */
export function isExternallyAccessible(service: Service): boolean {
  const type = typeOf(service);
  if (type === 'LoadBalancer' || type === 'NodePort') return true;
  return type === 'ClusterIP' && (service.spec?.externalIPs ?? []).length > 0;
}

/** Load balancers of nodes ask this port whether the node has a pod. */
export function needsHealthCheckPort(service: Service): boolean {
  return isLoadBalancer(service) && service.spec?.externalTrafficPolicy === 'Local';
}

export function needsClusterIP(service: Service): boolean {
  return !isExternalName(service);
}

/** Node ports are given to ports that name none. */
export function needsNodePorts(service: Service): boolean {
  if (typeOf(service) === 'NodePort') return true;
  return isLoadBalancer(service) && service.spec?.allocateLoadBalancerNodePorts !== false;
}

/** The node ports of its ports, each once; unset ones left out. */
export function nodePortsOf(service: Service): number[] {
  const ports = (service.spec?.ports ?? []).map((port) => port.nodePort ?? 0);
  return [...new Set(ports.filter((port) => port !== 0))];
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
