/**
 * Where a webhook that is named by a Service is reached; imitates kube-apiserver's service resolvers. Cluster addresses
 * lead nowhere without a network of the cluster: in their place an endpoint is dialled.
 */
import type { Service, ServicePort } from '../../../api/types/core-v1.ts';
import type { EndpointSlice } from '../../../api/types/discovery-v1.ts';
import type { AdmissionContext } from '../admission.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ServiceTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** A Service that leads nowhere, in upstream's words. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

const SERVICE_NAME = 'kubernetes.io/service-name';
const ROUTED = new Set(['ClusterIP', 'LoadBalancer', 'NodePort']);

/** @throws ServiceError */
export async function addressOfService(
  { namespace, name, port }: ServiceTarget,
  { objects, random }: Pick<AdmissionContext, 'objects' | 'random'>,
): Promise<Address> {
  const service = (await objects.get('', 'services', namespace, name)) as Service | undefined;
  if (service === undefined) throw new ServiceError(`service ${JSON.stringify(name)} not found`);
  const { type = 'ClusterIP', clusterIP, externalName = '', ports = [] } = service.spec ?? {};
  if (type === 'ClusterIP' && clusterIP === 'None')
    throw new ServiceError('cannot route to service with ClusterIP "None"');
  if (type === 'ExternalName') return { host: externalName, port };
  if (!ROUTED.has(type)) throw new ServiceError(`unsupported service type ${JSON.stringify(type)}`);
  const servicePort = ports.find((candidate) => candidate.port === port);
  if (servicePort === undefined)
    throw new ServiceError(`no service port ${port} found for service ${JSON.stringify(name)}`);
  const slices = (await objects.list('discovery.k8s.io', 'endpointslices', namespace)) as EndpointSlice[];
  const found = slices
    .filter(({ metadata }) => metadata?.labels?.[SERVICE_NAME] === name)
    .flatMap((slice) => readyAddresses(slice, servicePort));
  const chosen = found[Math.floor(random() * found.length)];
  if (chosen === undefined) throw new ServiceError(`no endpoints available for service ${JSON.stringify(name)}`);
  return chosen;
}

function readyAddresses({ ports = [], endpoints = [] }: EndpointSlice, wanted: ServicePort): Address[] {
  const port = (ports ?? []).find(({ name = '' }) => name === (wanted.name ?? ''))?.port;
  if (port === undefined) return [];
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses = [] }) => addresses.slice(0, 1).map((host) => ({ host, port })));
}
