/** services/[SCHEME:]NAME[:PORT]/proxy; imitates ResourceLocation of kubernetes pkg/registry/core/service/storage. */
import { notFound, serviceUnavailable } from '../../../api/status-error.ts';
import type { Service } from '../../../api/types/core-v1.ts';
import type { EndpointSlice } from '../../../api/types/discovery-v1.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { proxyTarget, unreachable } from './proxy-target.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

export async function proxyService(request: SubresourceRequest): Promise<SubresourceResponse> {
  const { info, objects } = request;
  const { name, port } = proxyTarget(info.parts[1] ?? '', 'service');
  const service = (await objects.get('', 'services', info.namespace, name)) as Service | undefined;
  if (service === undefined) throw notFound({ group: '', resource: 'services' }, name);
  const host = await endpointOf(request, name, portName(service, name, port));
  if (host === undefined) throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  throw unreachable(host);
}

/** A number stands for the port that has it. @throws StatusError 503 */
function portName({ spec }: Service, name: string, port: string): string {
  if (!/^[+-]?\d+$/.test(port)) return port;
  const number = Number(port);
  const found = spec?.ports?.find((candidate) => candidate.port === number);
  if (found === undefined)
    throw serviceUnavailable(`no service port ${number} found for service ${JSON.stringify(name)}`);
  return found.name ?? '';
}

async function endpointOf(
  { info, objects }: SubresourceRequest,
  service: string,
  port: string,
): Promise<string | undefined> {
  const all = await objects.list('discovery.k8s.io', 'endpointslices', info.namespace);
  for (const slice of all as EndpointSlice[]) {
    if (slice.metadata?.labels?.[SERVICE_NAME] !== service) continue;
    const number = slice.ports?.find((candidate) => (candidate.name ?? '') === port)?.port;
    const address = slice.endpoints?.find(({ conditions }) => conditions?.ready !== false)?.addresses?.[0];
    if (number !== undefined && address !== undefined) return `${address}:${number}`;
  }
  return undefined;
}
