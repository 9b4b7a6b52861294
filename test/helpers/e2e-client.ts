/**
 * Clients as Kubernetes' own end-to-end tests have them, for replaying those tests: `typed` speaks Protobuf as
 * client-go's clientset does there (bodies, answers, watches, DeleteOptions of the resource's own version), `dynamic`
 * JSON as its dynamic client. No kubelet, no scheduler: `run` says of a pod what those two would.
 *
 *   const e2e = await startE2e();
 *   const pods = e2e.typed('pods', await e2e.namespace());
 *   await pods.create({ metadata: { name: 'a' }, spec });
 *   await pods.until(from, 'app=a', ({ type }) => type === 'DELETED');
 */

import { parseJson, stringifyJson } from '../../src/api/json.ts';
import { isObject, type JsonObject, type KubeObject } from '../../src/api/object.ts';
import { decodeProtobuf, encodeProtobuf, PROTOBUF_MEDIA_TYPE } from '../../src/api/protobuf/protobuf.ts';
import { WireReader } from '../../src/api/protobuf/wire-reader.ts';
import { type Status, StatusError } from '../../src/api/status-error.ts';
import { clientConfig } from '../../src/client/client-config.ts';
import { createHttpsTransport } from '../../src/client/https-transport.ts';
import { parseKubeconfig } from '../../src/client/kubeconfig.ts';
import { parseApiVersion, resourcePath, withQuery } from '../../src/client/resource-path.ts';
import type { Transport, TransportResponse } from '../../src/client/transport.ts';
import type { WatchEvent } from '../../src/client/watch-stream.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { readWatch } from './read-watch.ts';

const KINDS = {
  controllerrevisions: ['apps/v1', 'ControllerRevision'],
  daemonsets: ['apps/v1', 'DaemonSet'],
  deployments: ['apps/v1', 'Deployment'],
  replicasets: ['apps/v1', 'ReplicaSet'],
  statefulsets: ['apps/v1', 'StatefulSet'],
  cronjobs: ['batch/v1', 'CronJob'],
  jobs: ['batch/v1', 'Job'],
  leases: ['coordination.k8s.io/v1', 'Lease'],
  endpointslices: ['discovery.k8s.io/v1', 'EndpointSlice'],
  events: ['v1', 'Event'],
  'events.events.k8s.io': ['events.k8s.io/v1', 'Event'],
  configmaps: ['v1', 'ConfigMap'],
  endpoints: ['v1', 'Endpoints'],
  limitranges: ['v1', 'LimitRange'],
  namespaces: ['v1', 'Namespace'],
  nodes: ['v1', 'Node'],
  persistentvolumeclaims: ['v1', 'PersistentVolumeClaim'],
  persistentvolumes: ['v1', 'PersistentVolume'],
  pods: ['v1', 'Pod'],
  podtemplates: ['v1', 'PodTemplate'],
  replicationcontrollers: ['v1', 'ReplicationController'],
  resourcequotas: ['v1', 'ResourceQuota'],
  secrets: ['v1', 'Secret'],
  serviceaccounts: ['v1', 'ServiceAccount'],
  services: ['v1', 'Service'],
  ingressclasses: ['networking.k8s.io/v1', 'IngressClass'],
  ingresses: ['networking.k8s.io/v1', 'Ingress'],
  ipaddresses: ['networking.k8s.io/v1', 'IPAddress'],
  networkpolicies: ['networking.k8s.io/v1', 'NetworkPolicy'],
  servicecidrs: ['networking.k8s.io/v1', 'ServiceCIDR'],
  runtimeclasses: ['node.k8s.io/v1', 'RuntimeClass'],
  poddisruptionbudgets: ['policy/v1', 'PodDisruptionBudget'],
  deviceclasses: ['resource.k8s.io/v1', 'DeviceClass'],
  resourceclaims: ['resource.k8s.io/v1', 'ResourceClaim'],
  resourceclaimtemplates: ['resource.k8s.io/v1', 'ResourceClaimTemplate'],
  resourceslices: ['resource.k8s.io/v1', 'ResourceSlice'],
  priorityclasses: ['scheduling.k8s.io/v1', 'PriorityClass'],
  csidrivers: ['storage.k8s.io/v1', 'CSIDriver'],
  csinodes: ['storage.k8s.io/v1', 'CSINode'],
  csistoragecapacities: ['storage.k8s.io/v1', 'CSIStorageCapacity'],
  storageclasses: ['storage.k8s.io/v1', 'StorageClass'],
  volumeattachments: ['storage.k8s.io/v1', 'VolumeAttachment'],
  volumeattributesclasses: ['storage.k8s.io/v1', 'VolumeAttributesClass'],
} as const satisfies Readonly<Record<string, readonly [apiVersion: string, kind: string]>>;

export type Plural = keyof typeof KINDS;
export type E2eObject = KubeObject;
export type PatchType = keyof typeof PATCH_TYPES;

const PATCH_TYPES = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
/** As a kubelet of v1.36 tells of its node. */
const NODE_STATUS = {
  capacity: { cpu: '8', memory: '16Gi', pods: '110' },
  allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
  conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }],
  nodeInfo: { operatingSystem: 'linux', architecture: 'amd64', kubeletVersion: 'v1.36.3' },
  declaredFeatures: ['GuaranteedQoSPodCPUResize'],
};
/** client-go's retry.DefaultRetry tries five times; nothing here waits between. */
const TRIES = 10;
/** Far beyond what any step takes: it ends a test that would never end. */
const PATIENCE_MS = 15_000;

/** `apps/v1` */
export function apiVersionOf(plural: Plural): string {
  return KINDS[plural][0];
}

export interface E2eList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly E2eObject[];
}

export interface E2e {
  readonly plane: ControlPlane;
  /** A new namespace with its service account. */
  namespace(): Promise<string>;
  /** In all namespaces, or cluster-scoped, without a namespace. */
  typed(plural: Plural, namespace?: string): Resource;
  dynamic(plural: Plural, namespace?: string): Resource;
  /** A JSON document. */
  document(path: string, accept?: string): Promise<JsonObject>;
  /** What scheduler and kubelet would say of a pod: it is on a node, it runs and is ready. */
  run(namespace: string, name: string): Promise<E2eObject>;
  /** What a kubelet says last of a pod that is being deleted. */
  finish(namespace: string, name: string): Promise<void>;
  close(): Promise<void>;
}

/** A control plane with one node, `node-1`. */
export async function startE2e(): Promise<E2e> {
  return e2eOn(await startControlPlane({ inMemory: true, securePort: 0, serviceClusterIpRange: ['10.0.0.0/16'] }));
}

/** Clients of a control plane that is there; it gets the node. `close` ends it too. */
export async function e2eOn(plane: ControlPlane): Promise<E2e> {
  const transport = createHttpsTransport(await clientConfig(parseKubeconfig(plane.kubeconfig, 'admin')));
  const resource = (wire: Wire) => (plural: Plural, namespace?: string) =>
    new Resource(transport, plural, namespace, wire);
  const typed = resource('protobuf');
  const dynamic = resource('json');
  let count = 0;
  await typed('nodes').create({
    metadata: { name: 'node-1', labels: { 'kubernetes.io/os': 'linux' } },
    status: NODE_STATUS,
  });
  return {
    plane,
    typed,
    dynamic,
    async namespace() {
      const name = `e2e-tests-${++count}`;
      await typed('namespaces').create({ metadata: { name } });
      // Pods are refused before it is there.
      await typed('serviceaccounts', name).until('0', undefined, ({ object }) => object.metadata.name === 'default');
      return name;
    },
    async document(path, accept = 'application/json') {
      return (await read(await transport.send({ method: 'GET', path, headers: { accept } }))) as JsonObject;
    },
    run: (namespace, name) => runPod(typed('pods', namespace), name),
    async finish(namespace, name) {
      await typed('pods', namespace).delete(name, { gracePeriodSeconds: 0 });
    },
    async close() {
      await transport.close();
      await plane.close();
    },
  };
}

type Wire = 'protobuf' | 'json';

/** The requests of one resource, in one namespace or in none. Failures are thrown as StatusError. */
export class Resource {
  readonly #transport: Transport;
  readonly #target: { group: string; version: string; resource: string; namespace?: string };
  readonly #apiVersion: string;
  readonly #kind: string;
  readonly #wire: Wire;

  constructor(transport: Transport, plural: Plural, namespace: string | undefined, wire: Wire) {
    const [apiVersion, kind] = KINDS[plural];
    this.#transport = transport;
    this.#apiVersion = apiVersion;
    this.#kind = kind;
    this.#wire = wire;
    this.#target = { ...parseApiVersion(apiVersion), resource: plural.split('.')[0] as string, namespace };
  }

  create(body: JsonObject, query: Query = {}): Promise<E2eObject> {
    return this.#object('POST', this.#path(), this.#typed(body), query);
  }

  get(name: string, subresource?: string): Promise<E2eObject> {
    return this.#object('GET', this.#path(name, subresource));
  }

  async list(labelSelector?: string, query: Query = {}): Promise<E2eList> {
    const list = await this.#object('GET', this.#path(), undefined, { labelSelector, ...query });
    return { metadata: list.metadata as E2eList['metadata'], items: (list['items'] ?? []) as E2eObject[] };
  }

  /** PUT of what is given. */
  update(body: E2eObject, subresource?: string): Promise<E2eObject> {
    return this.#object('PUT', this.#path(body.metadata.name, subresource), this.#typed(body));
  }

  /** Reads, changes and writes, from the top again after a conflict. */
  async change(name: string, change: (object: E2eObject) => void, subresource?: string): Promise<E2eObject> {
    for (let attempt = 1; ; attempt++) {
      const object = await this.get(name);
      change(object);
      try {
        return await this.update(object, subresource);
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.reason !== 'Conflict' || attempt === TRIES) throw error;
      }
    }
  }

  patch(name: string, type: PatchType, patch: unknown, subresource?: string, query: Query = {}): Promise<E2eObject> {
    const body = Buffer.from(typeof patch === 'string' ? patch : stringifyJson(patch));
    return this.#object('PATCH', this.#path(name, subresource), { body, type: PATCH_TYPES[type] }, query);
  }

  /** `subresource`: a kind of its own, such as an Eviction or a Scale. */
  send(method: 'POST' | 'PUT', name: string, subresource: string, body: E2eObject | JsonObject): Promise<E2eObject> {
    return this.#object(method, this.#path(name, subresource), this.#body(body as JsonObject));
  }

  async delete(name: string, options: JsonObject = {}): Promise<JsonObject> {
    return this.#request('DELETE', this.#path(name), this.#deleteOptions(options));
  }

  async deleteCollection(labelSelector?: string, options: JsonObject = {}): Promise<JsonObject> {
    return this.#request('DELETE', this.#path(), this.#deleteOptions(options), { labelSelector });
  }

  /** The first event after `from` that is wanted. @throws Error with all that came when it does not come in time */
  async until(from: string, labelSelector: string | undefined, wanted: (event: WatchEvent) => boolean) {
    const watch = await this.watch({ resourceVersion: from, labelSelector });
    try {
      return await watch.until(wanted);
    } finally {
      watch.stop();
    }
  }

  /** Starts once the server has answered. */
  async watch(query: Query = {}): Promise<Watching> {
    const stopped = new AbortController();
    const path = withQuery(this.#path(), { ...query, watch: true, allowWatchBookmarks: true });
    const headers = { accept: this.#accept() };
    const response = await this.#transport.send({ method: 'GET', path, headers, signal: stopped.signal });
    if (response.status !== 200) throw await failure(response);
    const type = String(response.headers['content-type']);
    const wanted = this.#wire === 'json' ? 'application/json' : `${PROTOBUF_MEDIA_TYPE};stream=watch`;
    if (type !== wanted) throw new Error(`the watch is ${type}, not ${wanted}`);
    return new Watching(this.#wire === 'json' ? readWatch(response.body) : readFrames(response.body), stopped);
  }

  #path(name?: string, subresource?: string): string {
    return resourcePath({ ...this.#target, name, subresource });
  }

  #accept(): string {
    return this.#wire === 'json' ? 'application/json' : `${PROTOBUF_MEDIA_TYPE}, */*`;
  }

  #typed(body: JsonObject): Payload {
    return this.#body({ apiVersion: this.#apiVersion, kind: this.#kind, ...body });
  }

  /** client-go names DeleteOptions by the version of the clientset; the dynamic client always by v1. */
  #deleteOptions(options: JsonObject): Payload {
    const apiVersion = this.#wire === 'json' ? 'v1' : this.#apiVersion;
    return this.#body({ kind: 'DeleteOptions', apiVersion, ...options });
  }

  #body(value: JsonObject): Payload {
    if (this.#wire === 'json') return { body: Buffer.from(stringifyJson(value)), type: 'application/json' };
    const bytes = encodeProtobuf(value);
    if (bytes === undefined) throw new Error(`${String(value['kind'])} has no Protobuf`);
    return { body: Buffer.from(bytes), type: PROTOBUF_MEDIA_TYPE };
  }

  async #object(method: string, path: string, payload?: Payload, query: Query = {}): Promise<E2eObject> {
    return (await this.#request(method, path, payload, query)) as unknown as E2eObject;
  }

  async #request(method: string, path: string, payload?: Payload, query: Query = {}): Promise<JsonObject> {
    const response = await this.#transport.send({
      method,
      path: withQuery(path, query),
      headers: {
        accept: this.#accept(),
        'user-agent': 'e2e.test/v1.36.0 (linux/amd64) kubernetes/0000000',
        ...(payload === undefined ? {} : { 'content-type': payload.type }),
      },
      ...(payload === undefined ? {} : { body: payload.body }),
    });
    if (response.status >= 300) throw await failure(response);
    const type = String(response.headers['content-type']);
    const wanted = this.#wire === 'json' ? 'application/json' : PROTOBUF_MEDIA_TYPE;
    if (type !== wanted) throw new Error(`the answer is ${type}, not ${wanted}`);
    return (await read(response)) as JsonObject;
  }
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Payload {
  readonly body: Buffer;
  readonly type: string;
}

/** A watch under way. */
export class Watching {
  readonly #events: AsyncGenerator<WatchEvent>;
  readonly #stopped: AbortController;
  readonly #seen: string[] = [];

  constructor(events: AsyncGenerator<WatchEvent>, stopped: AbortController) {
    this.#events = events;
    this.#stopped = stopped;
  }

  /** The next event that is no bookmark. @throws Error when none comes in time or the watch ends */
  async next(): Promise<WatchEvent> {
    for (;;) {
      const { value, done } = await this.#inTime(this.#events.next());
      if (done) throw new Error(`the watch has ended; seen: ${this.#seen.join(', ')}`);
      if (value.type === 'BOOKMARK') continue;
      this.#seen.push(`${value.type} ${value.object.metadata.name}`);
      return value;
    }
  }

  /** What was there when a watch with `sendInitialEvents` began: all before the bookmark that says so. */
  async initial(): Promise<readonly E2eObject[]> {
    const objects: E2eObject[] = [];
    for (;;) {
      const { value, done } = await this.#inTime(this.#events.next());
      if (done) throw new Error('the watch has ended before it told what was there');
      if (value.object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') return objects;
      if (value.type !== 'ADDED') throw new Error(`${value.type} among what was there`);
      objects.push(value.object as E2eObject);
    }
  }

  /** Passes over events until one is wanted. */
  async until(wanted: (event: WatchEvent) => boolean): Promise<WatchEvent> {
    for (;;) {
      const event = await this.next();
      if (wanted(event)) return event;
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`no event within ${PATIENCE_MS} ms; seen: ${this.#seen.join(', ')}`);
      timer = setTimeout(() => reject(error), PATIENCE_MS);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }
}

/** Asks again until it holds, as the tests that poll do. @throws Error with the last answer when it never does */
export async function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > end) throw new Error(`never came to hold: ${JSON.stringify(answer)}`);
    await new Promise((again) => setTimeout(again, 10));
  }
}

/** Whether it is gone; other failures are thrown. */
export async function isGone(resource: Resource, name: string): Promise<boolean> {
  try {
    await resource.get(name);
    return false;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 404) return true;
    throw error;
  }
}

/** The Status of a failure. @throws Error when nothing failed */
export async function refusal(work: Promise<unknown>): Promise<Status> {
  try {
    await work;
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error('this should have been refused');
}

/** A field by its path: `at(pod, 'status.conditions.0.type')`. */
export function at(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split('.'))
    value = isObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  return value;
}

/** Makes maps on the way. */
export function put(object: E2eObject | JsonObject, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let owner: object = object;
  for (const key of keys) {
    if (Reflect.get(owner, key) === undefined) Reflect.set(owner, key, {});
    owner = Reflect.get(owner, key) as object;
  }
  Reflect.set(owner, last, value);
}

/** By type. */
export function condition(object: unknown, type: string): JsonObject | undefined {
  return ((at(object, 'status.conditions') ?? []) as JsonObject[]).find((one) => one['type'] === type);
}

/** resourceVersions of a real server and of this one are numbers that grow. */
export function isNewer(object: E2eObject, than: E2eObject): boolean {
  const [newer, older] = [object, than].map(({ metadata }) => BigInt(metadata.resourceVersion as string));
  return (newer as bigint) > (older as bigint);
}

async function runPod(pods: Resource, name: string): Promise<E2eObject> {
  const before = await pods.get(name);
  if (at(before, 'spec.nodeName') === undefined || at(before, 'spec.nodeName') === '') {
    const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
    await pods.send('POST', name, 'binding', { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target });
  }
  const types = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  return pods.change(
    name,
    (pod) => {
      put(pod, 'status.phase', 'Running');
      put(pod, 'status.observedGeneration', pod.metadata.generation);
      const conditions = types.map((type) => ({ type, status: 'True' }));
      put(pod, 'status.conditions', conditions);
    },
    'status',
  );
}

async function* readFrames(body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent> {
  let left = Buffer.alloc(0);
  for await (const chunk of body) {
    left = Buffer.concat([left, chunk]);
    while (left.length >= 4 && left.length >= 4 + left.readUInt32BE(0)) {
      const end = 4 + left.readUInt32BE(0);
      yield readFrame(left.subarray(4, end));
      left = left.subarray(end);
    }
  }
}

/** A WatchEvent: its type, and the object in an envelope of its own. */
function readFrame(bytes: Buffer): WatchEvent {
  const reader = new WireReader(bytes);
  reader.tag();
  const type = reader.string();
  reader.tag();
  reader.enter();
  reader.tag();
  const object = decodeProtobuf(reader.bytes()).value;
  if (type === 'ERROR') throw StatusError.fromStatus(object as unknown as Status);
  return { type: type as WatchEvent['type'], object: object as unknown as E2eObject };
}

async function failure(response: TransportResponse): Promise<StatusError> {
  return StatusError.fromStatus((await read(response)) as unknown as Status);
}

async function read(response: TransportResponse): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const protobuf = response.headers['content-type'] === PROTOBUF_MEDIA_TYPE;
  return protobuf ? decodeProtobuf(bytes).value : parseJson(bytes);
}
