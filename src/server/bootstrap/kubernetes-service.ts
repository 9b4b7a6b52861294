/** The Service and EndpointSlice `kubernetes` in `default`: how pods find the API server. */
import { ipText, parseCidrLenient } from '../../api/ip.ts';
import type { JsonObject } from '../../api/object.ts';
import { serviceIPAddress } from '../kinds/core/service-cluster-ips.ts';
import type { ServerFlags } from '../options.ts';
import { timestamp } from '../registry/metadata.ts';
import type { BootstrapObject } from './objects.ts';

const SERVICE_LABELS = { component: 'apiserver', provider: 'kubernetes' };

/** `port` is the one the server listens on. */
export function kubernetesService(flags: ServerFlags, port: number, now: Date): BootstrapObject[] {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const address = firstAddress(flags.serviceClusterIpRange[0] ?? '');
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  const service = {
    metadata: { ...metadata, labels: SERVICE_LABELS },
    spec: {
      type: 'ClusterIP',
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: [family],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    },
    status: { loadBalancer: {} },
  };
  const ipAddress = serviceIPAddress({ metadata }, address, family);
  const range = {
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [...flags.serviceClusterIpRange] },
    status: { conditions: [readyRange(now)] },
  };
  const slice = {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: flags.advertiseAddress.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [flags.advertiseAddress], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  const endpoints = {
    metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: flags.advertiseAddress }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
  return [
    { group: '', resource: 'services', object: service, reconcile: true },
    { group: 'networking.k8s.io', resource: 'ipaddresses', object: ipAddress, reconcile: false },
    { group: 'networking.k8s.io', resource: 'servicecidrs', object: range, reconcile: false },
    { group: '', resource: 'endpoints', object: endpoints, reconcile: true },
    { group: 'discovery.k8s.io', resource: 'endpointslices', object: slice, reconcile: true },
  ];
}

/** As pkg/controlplane/controller/defaultservicecidr says it, which gives no reason. */
function readyRange(now: Date): JsonObject {
  const message = 'Kubernetes default Service CIDR is ready';
  return { type: 'Ready', status: 'True', lastTransitionTime: timestamp(now), reason: '', message };
}

/** The first usable address of a range: the cluster IP of the `kubernetes` Service. @throws Error for what is no CIDR */
export function firstAddress(cidr: string): string {
  const range = parseCidrLenient(cidr);
  if (range === undefined)
    throw new Error(`the service IP range ${JSON.stringify(cidr)} is no CIDR such as 10.0.0.0/16`);
  return ipText(range.ip.family, range.network + 1n);
}
