/**
 * Logs, exec, attach, port-forward and proxy of pods: who would be asked, and why nobody can be. Imitates
 * kubernetes pkg/registry/core/pod/strategy.go (LogLocation, streamLocation, ResourceLocation).
 */
import { FieldErrors, Path, quote } from '../../../api/field-errors.ts';
import { parseIpLenient } from '../../../api/ip.ts';
import { badRequest, forbidden, invalid, notFound, plainError } from '../../../api/status-error.ts';
import type { Node, Pod } from '../../../api/types/core-v1.ts';
import { identityOf } from '../identity-services.ts';
import { allContainers } from '../shared/pod-visit.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { checkProxyable, kubeletAddress, kubeletPort, NO_ADDRESS, proxyTarget, unreachable } from './proxy-target.ts';

const PODS = { group: '', resource: 'pods' };

async function getPod({ info, objects }: SubresourceRequest, name: string): Promise<Pod> {
  const pod = (await objects.get('', 'pods', info.namespace, name)) as Pod | undefined;
  if (pod === undefined) throw notFound(PODS, name);
  return pod;
}

/** GET pods/NAME/log: empty for a pod without a node. */
export async function readLog(request: SubresourceRequest): Promise<SubresourceResponse> {
  checkLogOptions(request.query, request.info.name);
  const pod = await getPod(request, request.info.name);
  const container = chooseContainer(pod, request.query.get('container') ?? '');
  if (!pod.spec?.nodeName) return { status: 204, body: undefined };
  const path = `containerLogs/${request.info.namespace}/${request.info.name}/${container}`;
  throw await unreachableKubelet(request, pod, path);
}

function checkLogOptions(query: URLSearchParams, name: string): void {
  const errors = new FieldErrors();
  const number = (field: string, least: number, message: string): void => {
    const text = query.get(field);
    if (!text) return;
    if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
    if (Number(text) < least) errors.invalid(Path.root(field), Number(text), message);
  };
  number('tailLines', 0, 'must be greater than or equal to 0');
  number('limitBytes', 1, 'must be greater than 0');
  if (query.get('sinceSeconds') && query.get('sinceTime')) {
    errors.add('FieldValueForbidden', '[]', undefined, 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  } else number('sinceSeconds', 1, 'must be greater than 0');
  if (query.get('stream')) errors.forbidden(Path.root('stream'), 'may not be specified');
  if (errors.length > 0) throw invalid({ group: '', resource: 'PodLogOptions' }, name, errors.list);
}

/** exec and attach talk to one container. */
export async function streamToContainer(request: SubresourceRequest): Promise<SubresourceResponse> {
  await requireCreate(request);
  const pod = await getPod(request, request.info.name);
  const container = chooseContainer(pod, request.query.get('container') ?? '');
  checkHost(pod);
  throw await unreachableKubelet(
    request,
    pod,
    `${request.info.subresource}/${request.info.namespace}/${request.info.name}/${container}`,
  );
}

export async function forwardPorts(request: SubresourceRequest): Promise<SubresourceResponse> {
  await requireCreate(request);
  const pod = await getPod(request, request.info.name);
  checkHost(pod);
  throw await unreachableKubelet(request, pod, `portForward/${request.info.namespace}/${request.info.name}`);
}

/** WebSockets begin with a GET, but whoever may only get a pod must not run commands in it. @throws StatusError 403 */
async function requireCreate(request: SubresourceRequest): Promise<void> {
  const { info, user } = request;
  if (info.verb === 'create') return;
  const { group, version, resource, subresource, namespace, name, path } = info;
  const attributes = { user, isResource: true, path, group, version, resource, subresource, namespace, name };
  const { verdict, reason } = await identityOf(request).authorize({ ...attributes, verb: 'create' });
  if (verdict !== 'allow') throw forbidden(PODS, name, reason);
}

function checkHost(pod: Pod): void {
  if (!pod.spec?.nodeName) throw badRequest(`pod ${pod.metadata?.name} does not have a host assigned`);
}

/** The one that was asked for, or the only one. */
function chooseContainer(pod: Pod, wanted: string): string {
  const name = pod.metadata?.name;
  const known = allContainers(pod.spec ?? {}).map((container) => container.name ?? '');
  if (wanted !== '') {
    if (!known.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${name}`);
    return wanted;
  }
  const [only, ...more] = pod.spec?.containers ?? [];
  if (only === undefined) throw badRequest(`a container name must be specified for pod ${name}`);
  if (more.length > 0)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${known.join(' ')}]`);
  return only.name ?? '';
}

/** No kubelet is ever dialled from here: the node is unknown, or nobody answers at its address. */
async function unreachableKubelet({ objects }: SubresourceRequest, pod: Pod, path: string): Promise<Error> {
  const nodeName = pod.spec?.nodeName ?? '';
  const node = (await objects.get('', 'nodes', '', nodeName)) as Node | undefined;
  if (node === undefined) return notFound(PODS, nodeName);
  const address = kubeletAddress(node);
  if (address === undefined) return plainError(NO_ADDRESS);
  const host = `${address}:${kubeletPort(node)}`;
  return plainError(`Get "https://${host}/${path}": dial tcp ${host}: connect: connection refused`);
}

/** pods/[SCHEME:]NAME[:PORT]/proxy */
export async function proxyPod(request: SubresourceRequest): Promise<SubresourceResponse> {
  const id = request.info.parts[1] ?? '';
  const target = proxyTarget(id, 'pod');
  const pod = await getPod(request, target.name);
  const ip = pod.status?.podIPs?.[0]?.ip ?? '';
  checkProxyable(parseIpLenient(ip));
  const port = target.port || String(pod.spec?.containers?.find((c) => c.ports?.[0])?.ports?.[0]?.containerPort ?? '');
  const host = port === '' ? ip : `${ip}:${port}`;
  throw unreachable(host);
}
