/** Services and Ingresses, with the endpoints behind them. */
import { isStatusError } from '../../api/status-error.ts';
import type { Service, ServicePort } from '../../api/types/core-v1.ts';
import type { EndpointSlice } from '../../api/types/discovery-v1.ts';
import type { Ingress, IngressBackend, IngressClass, IngressRule } from '../../api/types/networking-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { objectLines } from './claim-text.ts';
import type { Describer } from './describer.ts';
import { type Description, flatLabels } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeMeta } from './settings-text.ts';

const MAX_ENDPOINTS = 3;

export const describeService: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as Service;
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Namespace:\t${metadata.namespace}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Selector:\t${flatLabels(spec.selector)}`);
  out.line(0, `Type:\t${spec.type ?? ''}`);
  addresses(spec, out);
  const ingress = (status.loadBalancer?.ingress ?? []).map(({ ip, hostname, ipMode }) =>
    ip ? `${ip} (${ipMode ?? 'VIP'})` : hostname,
  );
  if (ingress.length > 0) out.line(0, `LoadBalancer Ingress:\t${ingress.join(', ')}`);
  // Without the right to see them, the service is described all the same.
  const slices = await endpointSlices(around.client, metadata.namespace, metadata.name).catch(() => []);
  for (const port of spec.ports ?? []) portLines(port, slices, out);
  out.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
  if (spec.externalTrafficPolicy) out.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy) out.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.trafficDistribution) out.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
  if (spec.healthCheckNodePort) out.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) out.line(0, `LoadBalancer Source Ranges:\t${ranges.join(',')}`);
  await describeEvents(object, out, around);
};

function addresses(spec: NonNullable<Service['spec']>, out: Description): void {
  const joined = (values: readonly string[] | undefined): string => (values ?? []).join(',') || '<none>';
  if (spec.ipFamilyPolicy) out.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  out.line(0, `IP Families:\t${joined(spec.ipFamilies)}`);
  out.line(0, `IP:\t${spec.clusterIP ?? ''}`);
  out.line(0, `IPs:\t${joined(spec.clusterIPs)}`);
  if ((spec.externalIPs ?? []).length > 0) out.line(0, `External IPs:\t${joined(spec.externalIPs)}`);
  if (spec.loadBalancerIP) out.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) out.line(0, `External Name:\t${spec.externalName}`);
}

function portLines(
  { name, port, protocol, targetPort, nodePort }: ServicePort,
  slices: readonly EndpointSlice[],
  out: Description,
): void {
  const shown = name || '<unset>';
  out.line(0, `Port:\t${shown}\t${port}/${protocol}`);
  out.line(0, `TargetPort:\t${targetPort}/${protocol}`);
  if (nodePort) out.line(0, `NodePort:\t${shown}\t${nodePort}/${protocol}`);
  out.line(0, `Endpoints:\t${endpointsText(slices, name ?? '')}`);
}

async function endpointSlices(client: RestClient, namespace = '', service = ''): Promise<readonly EndpointSlice[]> {
  const target = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices', namespace };
  const labelSelector = `kubernetes.io/service-name=${service}`;
  return (await client.list<EndpointSlice>(target, { labelSelector })).items;
}

/** Those that are ready, at one port of the service. Any endpoint past the third counts as more, ready or not. */
function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const shown: string[] = [];
  let ready = 0;
  let more = false;
  for (const { address, conditions } of slices.flatMap((slice) => atPort(slice, portName))) {
    more ||= shown.length === MAX_ENDPOINTS;
    if (conditions?.ready === false) continue;
    ready++;
    if (!more) shown.push(address);
  }
  return `${shown.join(',')}${more ? ` + ${ready - MAX_ENDPOINTS} more...` : ''}`;
}

/** `10.0.0.1:80`, or addresses alone where the slice has no ports. */
function atPort({ ports, endpoints }: EndpointSlice, portName: string) {
  const first = (endpoints ?? []).map(({ addresses: [address = ''] = [], conditions }) => ({ address, conditions }));
  if ((ports ?? []).length === 0) return first;
  return (ports ?? [])
    .filter(({ name }) => (name ?? '') === portName)
    .flatMap(({ port }) =>
      first.map(({ address, conditions }) => ({
        address: `${address.includes(':') ? `[${address}]` : address}:${port}`,
        conditions,
      })),
    );
}

export const describeIngress: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as Ingress;
  const namespace = metadata.namespace ?? '';
  const ingress = (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  out.line(0, `Name:\t${metadata.name}`);
  out.labels('Labels', metadata.labels);
  out.line(0, `Namespace:\t${namespace}`);
  out.line(0, `Address:\t${[...new Set(ingress)].sort(compareUtf8).join(',')}`);
  out.line(0, `Ingress Class:\t${spec.ingressClassName ?? '<none>'}`);
  const backend = spec.defaultBackend;
  out.line(
    0,
    `Default backend:\t${backend === undefined ? '<default>' : await backendText(around.client, namespace, backend)}`,
  );
  if ((spec.tls ?? []).length > 0) out.line(0, 'TLS:');
  for (const { hosts = [], secretName } of spec.tls ?? []) {
    out.line(1, secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`);
  }
  out.line(0, 'Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------');
  await ruleLines(around.client, namespace, spec.rules ?? [], backend, out);
  out.annotations('Annotations', metadata.annotations);
  await describeEvents(object, out, around);
};

async function ruleLines(
  client: RestClient,
  namespace: string,
  rules: readonly IngressRule[],
  fallback: IngressBackend | undefined,
  out: Description,
): Promise<void> {
  const withPaths = rules.filter(({ http }) => http !== undefined);
  for (const { host, http } of withPaths) {
    out.line(1, `${host || '*'}\t`);
    for (const { path, backend } of http?.paths ?? []) {
      out.line(2, `\t${path ?? ''} \t${await backendText(client, namespace, backend ?? {})}`);
    }
  }
  if (withPaths.length > 0) return;
  out.line(1, `*\t* \t${fallback === undefined ? '<default>' : await backendText(client, namespace, fallback)}`);
}

async function backendText(
  client: RestClient,
  namespace: string,
  { service, resource }: IngressBackend,
): Promise<string> {
  if (service === undefined) {
    if (resource === undefined) return '';
    return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`;
  }
  const { name = '', port = {} } = service;
  return `${name}:${port.number || port.name || ''} (${await serviceEndpoints(client, namespace, service)})`;
}

async function serviceEndpoints(
  client: RestClient,
  namespace: string,
  { name = '', port = {} }: NonNullable<IngressBackend['service']>,
): Promise<string> {
  try {
    const slices = await endpointSlices(client, namespace, name);
    const target = { group: '', version: 'v1', resource: 'services', namespace, name };
    const { spec = {} } = await client.get<Service>(target);
    const named = (one: ServicePort): boolean => (port.number ? one.port === port.number : one.name === port.name);
    return endpointsText(slices, (spec.ports ?? []).findLast(named)?.name ?? '');
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return `<error: ${error.message}>`;
  }
}

export const describeIngressClass: Describer = async (object, out, around) => {
  const { metadata, spec = {} } = object as IngressClass;
  describeMeta({ ...metadata, namespace: undefined }, out);
  out.line(0, `Controller:\t${spec.controller ?? ''}`);
  if (spec.parameters !== undefined) {
    out.line(0, 'Parameters:');
    objectLines(spec.parameters, out);
  }
  await describeEvents(object, out, around);
};
