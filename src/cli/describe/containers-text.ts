/** Containers of pods and pod templates. */
import { parseQuantity } from '../../api/quantity.ts';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvFromSource,
  EnvVar,
  Pod,
  Probe,
  ResourceRequirements,
  SeccompProfile,
} from '../../api/types/core-v1.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { boolText, type Description, goList, longTime, sortedKeys } from './description.ts';

export interface ContainersOptions {
  readonly statuses?: readonly ContainerStatus[];
  /** Within a template. */
  readonly space: string;
  /** Resolves references of variables. */
  readonly pod?: Pod;
}

export function describeContainers(
  label: string,
  containers: readonly Container[] | undefined,
  out: Description,
  { statuses = [], space, pod }: ContainersOptions,
): void {
  if (containers === undefined || containers.length === 0) {
    out.line(0, `${space}${label}: <none>`);
    return;
  }
  out.line(0, `${space}${label}:`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    out.line(1, `${space === '' ? '' : ' '}${container.name}:`);
    basics(container, status, out);
    words('Command', container.command, out);
    words('Args', container.args, out);
    if (status !== undefined) state(status, out);
    describeResources(container.resources, out);
    probes(container, out);
    envFrom(container.envFrom ?? [], out);
    environment(container, pod, out);
    mounts(container, out);
  }
}

function basics(
  { image = '', ports = [], securityContext }: Container,
  status: ContainerStatus | undefined,
  out: Description,
): void {
  if (status !== undefined) out.line(2, `Container ID:\t${status.containerID ?? ''}`);
  out.line(2, `Image:\t${image}`);
  if (status !== undefined) out.line(2, `Image ID:\t${status.imageID ?? ''}`);
  const named = (number: number | undefined, { protocol = 'TCP', name }: (typeof ports)[number]): string =>
    `${number ?? 0}/${protocol}${name ? ` (${name})` : ''}`;
  const own = ports.map((port) => named(port.containerPort, port)).join(', ');
  const host = ports.map((port) => named(port.hostPort, port)).join(', ');
  out.line(2, `${ports.length > 1 ? 'Ports' : 'Port'}:\t${own || '<none>'}`);
  out.line(2, `${ports.length > 1 ? 'Host Ports' : 'Host Port'}:\t${host || '<none>'}`);
  seccomp(securityContext?.seccompProfile, 2, out);
}

/** The profile's file is one level deeper within a container. */
export function seccomp(profile: SeccompProfile | undefined, level: 0 | 2, out: Description): void {
  if (profile === undefined) return;
  out.line(level, `SeccompProfile:\t${profile.type ?? ''}`);
  if (profile.type !== 'Localhost') return;
  out.line(level === 0 ? 0 : level + 1, `LocalhostProfile:\t${profile.localhostProfile ?? ''}`);
}

function words(title: string, values: readonly string[] | undefined, out: Description): void {
  if (values === undefined || values.length === 0) return;
  out.line(2, `${title}:`);
  for (const line of values.flatMap((value) => value.split('\n'))) out.line(3, line);
}

function state({ state: current, lastState, ready, restartCount = 0 }: ContainerStatus, out: Description): void {
  stateLines('State', current, out);
  if (lastState?.terminated !== undefined) stateLines('Last State', lastState, out);
  out.line(2, `Ready:\t${boolText(ready ?? false)}`);
  out.line(2, `Restart Count:\t${restartCount}`);
}

function stateLines(title: string, { running, waiting, terminated }: ContainerState = {}, out: Description): void {
  if (running !== undefined) {
    out.line(2, `${title}:\tRunning`);
    out.line(3, `Started:\t${longTime(running.startedAt)}`);
  } else if (waiting !== undefined || terminated === undefined) {
    out.line(2, `${title}:\tWaiting`);
    if (waiting?.reason) out.line(3, `Reason:\t${waiting.reason}`);
  } else {
    out.line(2, `${title}:\tTerminated`);
    if (terminated.reason) out.line(3, `Reason:\t${terminated.reason}`);
    if (terminated.message) out.line(3, `Message:\t${terminated.message}`);
    out.line(3, `Exit Code:\t${terminated.exitCode ?? 0}`);
    if ((terminated.signal ?? 0) > 0) out.line(3, `Signal:\t${terminated.signal}`);
    out.line(3, `Started:\t${longTime(terminated.startedAt)}`);
    out.line(3, `Finished:\t${longTime(terminated.finishedAt)}`);
  }
}

export function describeResources({ limits, requests }: ResourceRequirements = {}, out: Description, level = 2): void {
  for (const [title, amounts] of [['Limits', limits] as const, ['Requests', requests] as const]) {
    const names = sortedKeys(amounts);
    if (names.length === 0) continue;
    out.line(level, `${title}:`);
    for (const name of names) out.line(level + 1, `${name}:\t${amounts?.[name]}`);
  }
}

function probes({ livenessProbe, readinessProbe, startupProbe }: Container, out: Description): void {
  if (livenessProbe !== undefined) out.line(2, `Liveness:\t${probeText(livenessProbe)}`);
  if (readinessProbe !== undefined) out.line(2, `Readiness:\t${probeText(readinessProbe)}`);
  if (startupProbe !== undefined) out.line(2, `Startup:\t${probeText(startupProbe)}`);
}

function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe;
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec !== undefined) return `exec ${goList(exec.command)} ${times}`;
  if (httpGet !== undefined) {
    const { scheme = '', host = '', port = '', path = '' } = httpGet;
    const address = escaped(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`, IN_HOST);
    const slash = path === '' || path.startsWith('/') ? '' : '/';
    return `http-get ${String(scheme).toLowerCase()}://${address}${slash}${path === '*' ? path : escaped(path, IN_PATH)} ${times}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${times}`;
  if (grpc !== undefined) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

/** What Go's net/url escapes in the parts of a URL. */
const IN_PATH = /[^\w\-.~$&+,/:;=@]/gu;
const IN_HOST = /[^\w\-.~!"$&'()*+,:;<=>[\]]/gu;

function escaped(text: string, unsafe: RegExp): string {
  return text.replace(unsafe, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function envFrom(sources: readonly EnvFromSource[], out: Description): void {
  if (sources.length === 0) return;
  out.line(2, 'Environment Variables from:');
  for (const { prefix, configMapRef, secretRef } of sources) {
    const reference = configMapRef ?? secretRef;
    const kind = `${configMapRef === undefined ? 'Secret' : 'ConfigMap'}${prefix ? ` with prefix '${prefix}'` : ''}`;
    out.line(3, `${reference?.name ?? ''}\t${kind}\tOptional: ${reference?.optional ?? false}`);
  }
}

function environment(container: Container, pod: Pod | undefined, out: Description): void {
  const variables = container.env ?? [];
  out.line(2, `Environment:${variables.length === 0 ? '\t<none>' : ''}`);
  for (const variable of variables) out.line(3, variableText(variable, container, pod).replaceAll('\n', '\n      '));
}

function variableText({ name, value = '', valueFrom }: EnvVar, container: Container, pod: Pod | undefined): string {
  if (valueFrom === undefined) return `${name}:\t${value.split('\n').join('\n\t')}`;
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined) {
    const { fieldPath = '', apiVersion = 'v1' } = fieldRef;
    return `${name}:\t${pod === undefined ? '' : fieldValue(pod, fieldPath)} (${apiVersion}:${fieldPath})`;
  }
  if (resourceFieldRef !== undefined) {
    const { resource = '' } = resourceFieldRef;
    const amount = resourceValue(container, resource, String(resourceFieldRef.divisor ?? '0'));
    const open = amount === '0' && resource.startsWith('limits.');
    return `${name}:\t${open ? 'node allocatable' : amount} (${resource})`;
  }
  if (secretKeyRef !== undefined) {
    const { key, name: secret, optional = false } = secretKeyRef;
    return `${name}:\t<set to the key '${key}' in secret '${secret}'>\tOptional: ${optional}`;
  }
  const { key, name: map, optional = false } = configMapKeyRef ?? {};
  return `${name}:\t<set to the key '${key}' of config map '${map}'>\tOptional: ${optional}`;
}

/** kubectl resolves no others. */
function fieldValue({ metadata = {} }: Pod, path: string): string {
  if (path === 'metadata.name') return metadata.name ?? '';
  return path === 'metadata.namespace' ? (metadata.namespace ?? '') : '';
}

/** In whole units of the divisor, rounded up; one core or one byte without a divisor. */
function resourceValue({ resources = {} }: Container, path: string, divisor: string): string {
  const [kind = '', ...rest] = path.split('.');
  const amount = resources[kind as 'limits' | 'requests']?.[rest.join('.')];
  if (amount === undefined) return '0';
  const unit = parseQuantity(divisor).isZero() ? parseQuantity('1') : parseQuantity(divisor);
  const milli = (quantity: ReturnType<typeof parseQuantity>): number => Number(quantity.scaled(-3));
  return String(Math.ceil(milli(parseQuantity(String(amount))) / milli(unit)));
}

function mounts({ volumeMounts = [], volumeDevices = [] }: Container, out: Description): void {
  out.line(2, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}`);
  for (const mount of [...volumeMounts].sort((a, b) => compareUtf8(a.mountPath ?? '', b.mountPath ?? ''))) {
    const flags = [mount.readOnly ? 'ro' : 'rw', ...(mount.subPath ? [`path=${JSON.stringify(mount.subPath)}`] : [])];
    out.line(3, `${mount.mountPath} from ${mount.name} (${flags.join(',')})`);
  }
  if (volumeDevices.length === 0) return;
  out.line(2, `Devices:${volumeMounts.length === 0 ? '\t<none>' : ''}`);
  for (const device of [...volumeDevices].sort((a, b) => compareUtf8(a.devicePath ?? '', b.devicePath ?? ''))) {
    out.line(3, `${device.devicePath} from ${device.name}`);
  }
}
