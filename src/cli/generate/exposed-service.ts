/** The service that `expose` makes of an object with pods; imitates polymorphichelpers and kubectl's expose. */
import { isObject, type JsonObject } from '../../api/object.ts';
import type { Container } from '../../api/types/core-v1.ts';
import { CliError } from '../errors.ts';
import { labelPairs } from './label-pairs.ts';

export interface ServiceWishes {
  readonly name: string;
  readonly labels: string;
  readonly selector: string;
  /** `80` or `80,443`; '' is what the object has. */
  readonly port: string;
  readonly protocol: string;
  readonly 'target-port': string;
  readonly 'external-ip': string;
  readonly type: string;
  readonly 'load-balancer-ip': string;
  readonly 'session-affinity': string;
  readonly 'cluster-ip': string;
}

const MAX_NAME = 63;
const EXPOSABLE = ['v1/ReplicationController', 'v1/Service', 'v1/Pod', 'apps/v1/Deployment', 'apps/v1/ReplicaSet'];

/** @throws CliError for kinds without pods, and for what the flags would have to tell */
export function exposedService(object: JsonObject, wishes: ServiceWishes): JsonObject {
  const { apiVersion, kind } = object;
  if (!EXPOSABLE.includes(`${String(apiVersion)}/${String(kind)}`))
    throw new CliError(`cannot expose a ${String(kind)}`);
  const metadata = object['metadata'] as { name?: string; labels?: JsonObject };
  const name = wishes.name || (metadata.name ?? '').slice(0, MAX_NAME);
  const selector = wishes.selector === '' ? selectorOf(object) : labelPairs(wishes.selector);
  const ports = servicePorts(object, wishes);
  const labels = wishes.labels === '' ? metadata.labels : labelPairs(wishes.labels);
  const hasLabels = labels !== undefined && Object.keys(labels).length > 0;
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, ...(hasLabels ? { labels } : {}) },
    spec: { ...(ports.length === 0 ? {} : { ports }), selector, ...specOf(wishes) },
    status: { loadBalancer: {} },
  };
}

function specOf(wishes: ServiceWishes): JsonObject {
  const affinity = wishes['session-affinity'];
  if (!['', 'None', 'ClientIP'].includes(affinity)) throw new CliError(`unknown session affinity: ${affinity}`);
  const address = wishes['load-balancer-ip'];
  return {
    ...(wishes['cluster-ip'] === '' ? {} : { clusterIP: wishes['cluster-ip'] }),
    ...(wishes.type === '' ? {} : { type: wishes.type }),
    ...(wishes['external-ip'] === '' ? {} : { externalIPs: [wishes['external-ip']] }),
    ...(affinity === '' ? {} : { sessionAffinity: affinity }),
    ...(wishes.type === 'LoadBalancer' && address !== '' ? { loadBalancerIP: address } : {}),
  };
}

/** The labels of the pods that the object means. @throws CliError */
function selectorOf(object: JsonObject): JsonObject {
  const kind = String(object['kind']);
  const { labels = {} } = object['metadata'] as { labels?: JsonObject };
  const selector = (object['spec'] as JsonObject)['selector'];
  const plain =
    kind === 'Pod' ? labels : kind === 'Deployment' || kind === 'ReplicaSet' ? matchLabels(kind, selector) : selector;
  if (isObject(plain) && Object.keys(plain).length > 0) return plain;
  throw noSelector(WITHOUT_SELECTOR[kind] ?? '');
}

const WITHOUT_SELECTOR: Readonly<Record<string, string>> = {
  Pod: 'the pod has no labels and cannot be exposed',
  Service: 'the service has no pod selector set',
  Deployment: 'invalid deployment: no selectors, therefore cannot be exposed',
  ReplicaSet: 'invalid replicaset: no selectors, therefore cannot be exposed',
};

function noSelector(why: string): CliError {
  return new CliError(`couldn't retrieve selectors via --selector flag or introspection: ${why}`);
}

interface Expression {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

function matchLabels(kind: string, selector: unknown): unknown {
  const { matchLabels: labels = {}, matchExpressions: expressions = [] } = (selector ?? {}) as {
    matchLabels?: JsonObject;
    matchExpressions?: readonly Expression[];
  };
  if (Object.keys(labels).length === 0) throw noSelector(WITHOUT_SELECTOR[kind] ?? '');
  if (expressions.length === 0) return labels;
  const shown = expressions.map(
    ({ key, operator, values = [] }) => `{Key:${key} Operator:${operator} Values:[${values.join(' ')}]}`,
  );
  throw noSelector(`couldn't convert expressions - "[${shown.join(' ')}]" to map-based selector format`);
}

interface Port {
  readonly port: string;
  readonly protocol: string;
}

function servicePorts(object: JsonObject, wishes: ServiceWishes): JsonObject[] {
  const open = openPorts(object);
  const numbers = wishes.port === '' ? [...new Set(open.map(({ port }) => port))] : wishes.port.split(',');
  if (numbers.length === 0 && wishes['cluster-ip'] !== 'None') {
    throw new CliError("couldn't find port via --port flag or introspection");
  }
  return numbers.flatMap((text, i) => {
    const port = portNumber(text);
    const known = [...new Set(open.filter((each) => each.port === text).map(({ protocol }) => protocol))];
    const protocols = wishes.protocol === '' ? (known.length === 0 ? ['TCP'] : known) : [wishes.protocol];
    return protocols.map((protocol) => ({
      ...portName(i, protocol, numbers.length, protocols.length),
      protocol,
      port,
      targetPort: targetPort(wishes['target-port'], port),
    }));
  });
}

function portName(index: number, protocol: string, ports: number, protocols: number): { name?: string } {
  if (protocols > 1) return { name: `port-${index + 1}-${protocol.toLowerCase()}` };
  return ports > 1 ? { name: `port-${index + 1}` } : {};
}

/** Go's Atoi. @throws CliError */
export function portNumber(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new CliError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** The port itself, another number, or the name of a container's port. */
function targetPort(text: string, port: number): number | string {
  if (text === '') return port;
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

/** Of a service, of the containers of a pod, or of those of a template. */
function openPorts(object: JsonObject): Port[] {
  const spec = object['spec'] as JsonObject;
  if (object['kind'] === 'Service') {
    const ports = (spec['ports'] ?? []) as readonly { port?: number; protocol?: string }[];
    return ports.map(({ port, protocol = 'TCP' }) => ({ port: String(port), protocol }));
  }
  const template = isObject(spec['template']) ? spec['template'] : undefined;
  const podSpec = object['kind'] === 'Pod' ? spec : template?.['spec'];
  const { containers = [] } = (podSpec ?? {}) as { containers?: readonly Container[] };
  return containers.flatMap(({ ports = [] }) =>
    ports.map(({ containerPort, protocol = 'TCP' }) => ({ port: String(containerPort), protocol })),
  );
}
