/** Kubernetes' tests of resource quotas, replayed: resource_quota.go, the conformance tests and most of the others. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneJson, type JsonObject } from '../../src/api/object.ts';
import { compareQuantities } from '../../src/api/quantity.ts';
import { resourceQuotas } from '../../src/controllers/resource-quotas/resource-quotas.ts';
import { startControllers } from '../../src/controllers/start.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import {
  type ConformanceServer,
  field,
  nameOf,
  PATIENCE,
  refusal,
  revision,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import { collection, define, definition, undefine } from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

type Amounts = Readonly<Record<string, string>>;

const GOLD = 'gold.storageclass.storage.k8s.io';
const DONGLE = 'requests.example.com/dongle';
const HARD: Amounts = {
  pods: '5',
  services: '10',
  'services.nodeports': '1',
  'services.loadbalancers': '1',
  replicationcontrollers: '10',
  resourcequotas: '1',
  cpu: '1',
  memory: '500Mi',
  configmaps: '10',
  secrets: '10',
  persistentvolumeclaims: '10',
  'requests.storage': '10Gi',
  'ephemeral-storage': '50Gi',
  [`${GOLD}/persistentvolumeclaims`]: '10',
  [`${GOLD}/requests.storage`]: '10Gi',
  'count/replicasets.apps': '5',
  [DONGLE]: '3',
};

/** One namespace with quotas in it. */
class Quotas {
  readonly base: string;
  readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
    this.base = `/api/v1/namespaces/${namespace}`;
  }

  path(name = ''): string {
    return `${this.base}/resourcequotas${name === '' ? '' : `/${name}`}`;
  }

  create(name: string, spec: unknown, labels?: JsonObject): Promise<Thing> {
    return server.api.create(this.path(), { ...typed('v1', 'ResourceQuota', name), metadata: { name, labels }, spec });
  }

  /** Waits until the status shows these; other resources are not looked at. */
  async used(name: string, amounts: Amounts): Promise<void> {
    const shown = async () => {
      const found = (field(await server.api.get(this.path(name)), 'status.used') ?? {}) as Amounts;
      return Object.keys(amounts).filter((resource) => !equal(found[resource], amounts[resource]));
    };
    await expect.poll(shown, PATIENCE).toEqual([]);
  }

  pods(): string {
    return `${this.base}/pods`;
  }
}

const typed = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, metadata: { name } });

function equal(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return compareQuantities(a, b) === 0;
}

async function quotas(): Promise<Quotas> {
  return new Quotas(await server.namespace('resourcequota'));
}

/** A namespace with the quota of most tests; its status is there. */
async function withTestQuota(more: Amounts = {}): Promise<Quotas> {
  const where = await quotas();
  await where.create('test-quota', { hard: { ...HARD, ...more } });
  await where.used('test-quota', { resourcequotas: '1' });
  return where;
}

function pod(name: string, requests: Amounts = {}, limits: Amounts = {}, more: JsonObject = {}): JsonObject {
  return {
    ...typed('v1', 'Pod', name),
    spec: {
      nodeSelector: { 'x-test.k8s.io/unsatisfiable': 'not-schedulable' },
      containers: [{ name: 'pause', image: 'pause', resources: { requests, limits } }],
      ...more,
    },
  };
}

const now = { gracePeriodSeconds: 0 };

test('should create a ResourceQuota and ensure its status is promptly calculated', async () => {
  await withTestQuota();
});

test('should create a ResourceQuota and capture the life of a service', async () => {
  const where = await withTestQuota();
  const path = `${where.base}/services`;
  const service = (name: string, type: string, more: JsonObject = {}) => ({
    ...typed('v1', 'Service', name),
    spec: { type, ports: [{ port: 80, targetPort: 80 }], ...more },
  });
  await server.api.create(path, service('test-service', 'ClusterIP'));
  await server.api.create(path, service('test-service-np', 'NodePort'));
  const balancer = service('test-service-lb', 'LoadBalancer', { allocateLoadBalancerNodePorts: true });
  expect((await refusal(server.api.create(path, balancer))).message).toContain('exceeded quota: test-quota');
  await where.used('test-quota', { resourcequotas: '1', services: '2', 'services.nodeports': '1' });
  for (const name of ['test-service', 'test-service-np']) await server.api.remove(`${path}/${name}`);
  await where.used('test-quota', { resourcequotas: '1', services: '0', 'services.nodeports': '0' });
});

/** What is created, what is counted while it is there, and what when it is gone. */
interface Life {
  readonly path: string;
  readonly body: JsonObject;
  readonly counted: Amounts;
  readonly released: Amounts;
  readonly deletion?: unknown;
}

const template = (name: string, more: JsonObject = {}) => ({
  metadata: { labels: { name } },
  spec: { containers: [{ name, image: 'nginx' }], ...more },
});
const claim = (more: JsonObject = {}) => ({
  ...typed('v1', 'PersistentVolumeClaim', 'test-claim'),
  spec: { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'], resources: { requests: { storage: '1Gi' } }, ...more },
});
const storage = (count: string, size: string) => ({ persistentvolumeclaims: count, 'requests.storage': size });
const gold = (count: string, size: string) => ({
  ...storage(count, size),
  [`${GOLD}/persistentvolumeclaims`]: count,
  [`${GOLD}/requests.storage`]: size,
});
const DEVICES = 'gold.deviceclass.resource.k8s.io/devices';
const CLAIMS = 'count/resourceclaims.resource.k8s.io';

const LIVES: Readonly<Record<string, Life>> = {
  'a replication controller': {
    path: '/api/v1/namespaces/NS/replicationcontrollers',
    body: {
      ...typed('v1', 'ReplicationController', 'test-rc'),
      spec: { replicas: 0, selector: { name: 'test-rc' }, template: template('test-rc') },
    },
    counted: { replicationcontrollers: '1' },
    released: { replicationcontrollers: '0' },
    deletion: { propagationPolicy: 'Background' },
  },
  'a replica set': {
    path: '/apis/apps/v1/namespaces/NS/replicasets',
    body: {
      ...typed('apps/v1', 'ReplicaSet', 'test-rs'),
      spec: {
        replicas: 0,
        selector: { matchLabels: { name: 'test-rs' } },
        template: template('test-rs', { terminationGracePeriodSeconds: 0 }),
      },
    },
    counted: { 'count/replicasets.apps': '1' },
    released: { 'count/replicasets.apps': '0' },
  },
  'a persistent volume claim': {
    path: '/api/v1/namespaces/NS/persistentvolumeclaims',
    body: claim(),
    counted: storage('1', '1Gi'),
    released: storage('0', '0'),
  },
  'a persistent volume claim with a storage class': {
    path: '/api/v1/namespaces/NS/persistentvolumeclaims',
    body: claim({ storageClassName: 'gold' }),
    counted: gold('1', '1Gi'),
    released: gold('0', '0'),
  },
  'a ResourceClaim': {
    path: '/apis/resource.k8s.io/v1/namespaces/NS/resourceclaims',
    body: {
      ...typed('resource.k8s.io/v1', 'ResourceClaim', 'test-claim'),
      spec: { devices: { requests: [{ name: 'req-0', exactly: { deviceClassName: 'gold' } }] } },
    },
    counted: { [CLAIMS]: '1', [DEVICES]: '1' },
    released: { [CLAIMS]: '0', [DEVICES]: '0' },
  },
};

test.each(Object.entries(LIVES))('should create a ResourceQuota and capture the life of %s', async (_, life) => {
  const where = await withTestQuota({ [CLAIMS]: '1', [DEVICES]: '1' });
  await where.used('test-quota', life.released);
  const path = life.path.replace('NS', where.namespace);
  const made = await server.api.create(path, life.body);
  await where.used('test-quota', life.counted);
  await server.api.remove(`${path}/${nameOf(made)}`, life.deletion);
  await where.used('test-quota', life.released);
});

test.each([
  [
    'secrets',
    { ...typed('v1', 'Secret', 'test-secret'), data: { 'data-1': 'dmFsdWUtMQo=', 'data-2': 'dmFsdWUtMgo=' } },
  ],
  ['configmaps', { ...typed('v1', 'ConfigMap', 'test-configmap'), data: { a: 'b' } }],
])('should create a ResourceQuota and capture the life of a secret or configMap: %s', async (resource, body) => {
  const where = await quotas();
  const path = `${where.base}/${resource}`;
  const found = (await server.api.list(path)).items.length;
  const amounts = (count: number) => ({ resourcequotas: '1', [resource]: String(count) });
  await where.create('test-quota', { hard: { ...HARD, [resource]: String(found + 1) } });
  await where.used('test-quota', amounts(found));
  await server.api.create(path, body);
  await where.used('test-quota', amounts(found + 1));
  await server.api.remove(`${path}/${body.metadata.name}`);
  await where.used('test-quota', amounts(found));
});

test('should create a ResourceQuota and capture the life of a pod', async () => {
  const where = await withTestQuota();
  const dongles = { 'example.com/dongle': '2' };
  const requests = { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', ...dongles };
  const made = await server.api.create(where.pods(), pod('test-pod', requests, dongles));
  const amounts = {
    resourcequotas: '1',
    pods: '1',
    cpu: '500m',
    memory: '252Mi',
    'ephemeral-storage': '30Gi',
    [DONGLE]: '2',
  };
  await where.used('test-quota', amounts);
  for (const tooMuch of [
    pod('fail-pod', { cpu: '600m', memory: '100Mi' }),
    pod('fail-pod-for-extended-resource', { ...requests, memory: '100Mi' }, dongles),
  ]) {
    expect(await refusal(server.api.create(where.pods(), tooMuch))).toMatchObject({ code: 403, reason: 'Forbidden' });
  }
  const changed = cloneJson(made);
  const container = field(changed, 'spec.containers.0') as JsonObject;
  container['resources'] = { requests: { cpu: '100m', memory: '100Mi', 'ephemeral-storage': '10Gi' }, limits: dongles };
  expect((await refusal(server.api.update(`${where.pods()}/test-pod`, changed))).code).toBe(422);
  await where.used('test-quota', amounts);
  await server.api.remove(`${where.pods()}/test-pod`, now);
  const nothing = Object.fromEntries(Object.keys(amounts).map((resource) => [resource, '0']));
  await where.used('test-quota', { ...nothing, resourcequotas: '1' });
});

test('should create a ResourceQuota and capture the life of a custom resource', async () => {
  const wanted = definition('resourcequota.example.com', [{ name: 'v1' }], { scope: 'Namespaced' });
  await define(server.api, wanted);
  const where = await quotas();
  const counted = `count/${wanted.spec.names.plural}.${wanted.spec.group}`;
  const known = `quota-for-${wanted.spec.names.plural}`;
  await where.create(known, { hard: { [counted]: '0' } });
  await where.used(known, { [counted]: '0' });
  await server.api.remove(where.path(known));
  await where.create('test-quota', { hard: { ...HARD, [counted]: '1' } });
  await where.used('test-quota', { resourcequotas: '1', [counted]: '0' });
  const path = collection(wanted, 'v1', where.namespace);
  const body = (name: string) => typed('resourcequota.example.com/v1', wanted.spec.names.kind, name);
  await server.api.create(path, body('test-cr-1'));
  await where.used('test-quota', { [counted]: '1' });
  expect((await refusal(server.api.create(path, body('test-cr-2')))).code).toBe(403);
  await server.api.remove(`${path}/test-cr-1`);
  await where.used('test-quota', { [counted]: '0' });
  await undefine(server.api, wanted);
});

describe('scopes', () => {
  const LIMITED = {
    'requests.cpu': '1',
    'requests.memory': '500Mi',
    'limits.cpu': '2',
    'limits.memory': '1Gi',
  };
  const requests = { cpu: '500m', memory: '200Mi' };
  const limits = { cpu: '1', memory: '400Mi' };
  const one = {
    pods: '1',
    'requests.cpu': '500m',
    'requests.memory': '200Mi',
    'limits.cpu': '1',
    'limits.memory': '400Mi',
  };
  const none = { pods: '0', 'requests.cpu': '0', 'requests.memory': '0', 'limits.cpu': '0', 'limits.memory': '0' };

  const selected = (scopeName: string, operator = 'Exists', values?: readonly string[]) => ({
    scopeSelector: { matchExpressions: [{ scopeName, operator, values }] },
  });

  /** By the scopes list as conformance has it, and by a selector. */
  const WAYS: readonly [string, (scope: string) => JsonObject][] = [
    ['scopes', (scope) => ({ scopes: [scope] })],
    ['scope-selectors', (scope) => selected(scope)],
  ];

  /** A pod counts in one quota, not in the other, and nowhere when it is gone. */
  async function counts(where: Quotas, body: JsonObject, inside: string, outside: string, shown: Amounts) {
    const nothing = Object.fromEntries(Object.keys(shown).map((resource) => [resource, '0']));
    const made = await server.api.create(where.pods(), body);
    await where.used(inside, shown);
    await where.used(outside, nothing);
    await server.api.remove(`${where.pods()}/${nameOf(made)}`, now);
    await where.used(inside, nothing);
    await where.used(outside, nothing);
  }

  test.each(WAYS)('should verify ResourceQuota with terminating scopes: %s', async (_, by) => {
    const where = await quotas();
    const hard = { pods: '5', ...LIMITED };
    await where.create('quota-terminating', { hard, ...by('Terminating') });
    await where.used('quota-terminating', { pods: '0' });
    await where.create('quota-not-terminating', { hard, ...by('NotTerminating') });
    await where.used('quota-not-terminating', none);
    const running = pod('test-pod', requests, limits);
    await counts(where, running, 'quota-not-terminating', 'quota-terminating', one);
    const ending = pod('terminating-pod', requests, limits, { activeDeadlineSeconds: 3600 });
    await counts(where, ending, 'quota-terminating', 'quota-not-terminating', one);
  });

  test.each(WAYS)('should verify ResourceQuota with best effort scope: %s', async (_, by) => {
    const where = await quotas();
    const hard = { pods: '5' };
    await where.create('quota-besteffort', { hard, ...by('BestEffort') });
    await where.used('quota-besteffort', { pods: '0' });
    await where.create('quota-not-besteffort', { hard, ...by('NotBestEffort') });
    await where.used('quota-not-besteffort', { pods: '0' });
    await counts(where, pod('pfpod'), 'quota-besteffort', 'quota-not-besteffort', { pods: '1' });
    const burstable = pod('burstable-pod', requests, limits);
    await counts(where, burstable, 'quota-not-besteffort', 'quota-besteffort', { pods: '1' });
  });

  const priorityClass = (name: string) => ({
    ...typed('scheduling.k8s.io/v1', 'PriorityClass', name),
    value: 1000,
  });
  const priorityClasses = '/apis/scheduling.k8s.io/v1/priorityclasses';

  test("should verify ResourceQuota's priority class scope: at most one pod of a class", async () => {
    await server.api.create(priorityClasses, priorityClass('pclass1'));
    const where = await quotas();
    await where.create('quota-priorityclass', { hard: { pods: '1' }, ...selected('PriorityClass', 'In', ['pclass1']) });
    await where.used('quota-priorityclass', { pods: '0' });
    const of = (name: string) => pod(name, {}, {}, { priorityClassName: 'pclass1' });
    await server.api.create(where.pods(), of('testpod-pclass1'));
    await where.used('quota-priorityclass', { pods: '1' });
    expect((await refusal(server.api.create(where.pods(), of('testpod-pclass1-2')))).code).toBe(403);
    await server.api.remove(`${where.pods()}/testpod-pclass1`, now);
    await where.used('quota-priorityclass', { pods: '0' });
  });

  test.each([
    ['In', ['pclass4'], 'other', '0'],
    ['NotIn', ['pclass4'], 'pclass4', '0'],
    ['NotIn', ['pclass4'], 'other', '1'],
    ['Exists', undefined, 'pclass4', '1'],
  ] as const)("should verify ResourceQuota's priority class scope: %s %s counts of %s: %s", async (...args) => {
    const [operator, values, name, count] = args;
    for (const each of ['pclass4', 'other']) {
      await server.api.reasonOf(server.api.create(priorityClasses, priorityClass(each)));
    }
    const where = await quotas();
    await where.create('quota-priorityclass', { hard: { pods: '1' }, ...selected('PriorityClass', operator, values) });
    await where.used('quota-priorityclass', { pods: '0' });
    await server.api.create(where.pods(), pod('testpod', {}, {}, { priorityClassName: name }));
    await where.used('quota-priorityclass', { pods: count });
    await server.api.remove(`${where.pods()}/testpod`, now);
    await where.used('quota-priorityclass', { pods: '0' });
  });

  test("should verify ResourceQuota's priority class scope (cpu, memory quota set)", async () => {
    await server.api.create(priorityClasses, priorityClass('pclass9'));
    const where = await quotas();
    const hard = {
      pods: '1',
      'requests.cpu': '1',
      'requests.memory': '1Gi',
      'limits.cpu': '3',
      'limits.memory': '3Gi',
    };
    await where.create('quota-priorityclass', { hard, ...selected('PriorityClass', 'In', ['pclass9']) });
    await where.used('quota-priorityclass', none);
    const body = pod(
      'testpod-pclass9',
      { cpu: '1', memory: '1Gi' },
      { cpu: '2', memory: '2Gi' },
      {
        priorityClassName: 'pclass9',
      },
    );
    await server.api.create(where.pods(), body);
    await where.used('quota-priorityclass', { ...hard, 'limits.cpu': '2', 'limits.memory': '2Gi' });
    await server.api.remove(`${where.pods()}/testpod-pclass9`, now);
    await where.used('quota-priorityclass', none);
  });

  test('should verify ResourceQuota with cross namespace pod affinity scope using scope-selectors', async () => {
    const where = await quotas();
    const quota = 'quota-cross-namespace-pod-affinity';
    await where.create(quota, { hard: { pods: '5' }, ...selected('CrossNamespacePodAffinity') });
    await where.used(quota, { pods: '0' });
    const apart = (name: string, term: JsonObject) =>
      pod(
        name,
        {},
        {},
        {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'region', ...term }],
            },
          },
        },
      );
    const matchExpressions = [{ key: 'team', operator: 'In', values: ['ads'] }];
    const bodies: readonly [JsonObject, string][] = [
      [apart('no-cross-namespace-affinity', {}), '0'],
      [apart('with-namespaces', { namespaces: ['ns1'] }), '1'],
      [apart('with-namespace-selector', { namespaceSelector: { matchExpressions } }), '2'],
    ];
    for (const [body, count] of bodies) {
      await server.api.create(where.pods(), body);
      await where.used(quota, { pods: count });
    }
    for (const [body] of bodies) await server.api.remove(`${where.pods()}/${field(body, 'metadata.name')}`, now);
    await where.used(quota, { pods: '0' });
  });

  test("should verify ResourceQuota's volume attributes class scope (quota set to pvc count: 1)", async () => {
    const where = await quotas();
    const hard = { 'requests.storage': '5Gi', persistentvolumeclaims: '1' };
    await where.create('quota-vac', { hard, ...selected('VolumeAttributesClass', 'In', ['gold']) });
    await where.used('quota-vac', storage('0', '0'));
    const path = `${where.base}/persistentvolumeclaims`;
    const first = { ...claim({ storageClassName: '', volumeAttributesClassName: 'gold' }) };
    const second = { ...first, metadata: { name: 'test-claim-2' } };
    await server.api.create(path, first);
    await where.used('quota-vac', storage('1', '1Gi'));
    expect(await refusal(server.api.create(path, second))).toMatchObject({ code: 403, reason: 'Forbidden' });
    await server.api.remove(`${path}/test-claim`);
    await where.used('quota-vac', storage('0', '0'));
  });
});

const hardOf = (thing: Thing, part: 'spec' | 'status'): unknown => field(thing, `${part}.hard`);

test('should be able to update and delete ResourceQuota', async () => {
  const where = await quotas();
  const path = where.path('test-quota');
  const before = { cpu: '1', memory: '500Mi' };
  const after = { cpu: '2', memory: '1Gi' };
  await where.create('test-quota', { hard: before });
  expect(hardOf(await server.api.get(path), 'spec')).toEqual(before);
  const body = { ...typed('v1', 'ResourceQuota', 'test-quota'), spec: { hard: after } };
  expect(hardOf(await server.api.update(path, body), 'spec')).toEqual(after);
  expect(hardOf(await server.api.get(path), 'spec')).toEqual(after);
  await server.api.remove(path);
  expect(await server.api.reasonOf(server.api.get(path))).toBe('NotFound');
});

test('should manage the lifecycle of a ResourceQuota', async () => {
  const where = await quotas();
  const name = 'e2e-quota-abcde';
  const labelSelector = `e2e-rq-label=${name}`;
  const hard = { cpu: '1', memory: '500Mi' };
  await where.create(name, { hard }, { 'e2e-rq-label': name });
  const read = await server.api.get(where.path(name));
  expect(hardOf(read, 'spec')).toEqual(hard);
  expect(read.metadata.resourceVersion).toMatch(/^[1-9]\d*$/);
  const { items } = await server.api.list('/api/v1/resourcequotas', { labelSelector });
  expect(items).toHaveLength(1);
  const patch = { metadata: { labels: { [name]: 'patched' } }, spec: { hard: { memory: '750Mi' } } };
  const patched = await server.api.patch(where.path(name), 'strategic', patch);
  expect(patched.metadata.labels?.[name]).toBe('patched');
  expect(field(hardOf(patched, 'spec'), 'memory')).toBe('750Mi');
  expect(revision(items[0]!) < revision(patched)).toBe(true);
  await server.api.remove(where.path(), undefined, { labelSelector });
  expect(await server.api.reasonOf(server.api.get(where.path(name)))).toBe('NotFound');
});

test('should apply changes to a resourcequota status', async () => {
  const where = await quotas();
  const name = 'e2e-rq-status-abcde';
  const path = where.path(name);
  const labelSelector = `e2e-rq-label=${name}`;
  /** Since this list, an event must have come with this status. */
  const watched = async (resourceVersion: string, hard: Amounts) => {
    const watch = await server.api.watch(where.path(), { labelSelector, resourceVersion });
    const same = (found: unknown) => Object.keys(hard).every((key) => equal(field(found, key) as string, hard[key]));
    await watch.until(({ object }) => nameOf(object) === name && same(hardOf(object, 'status')));
    watch.stop();
  };
  const listed = async () =>
    (await server.api.list('/api/v1/resourcequotas', { labelSelector })).metadata.resourceVersion;

  let since = await listed();
  const first = { cpu: '500m', memory: '500Mi' };
  await where.create(name, { hard: first }, { 'e2e-rq-label': name });
  expect(hardOf(await server.api.get(path), 'spec')).toEqual(first);
  await server.api.change(
    path,
    (found) => {
      found['status'] = { hard: first };
    },
    `${path}/status`,
  );
  await watched(since, first);

  since = await listed();
  const second = { cpu: '1', memory: '1Gi' };
  const grown = await server.api.patch(path, 'strategic', { spec: { hard: second } });
  expect(hardOf(grown, 'spec')).toEqual(second);
  await server.api.patch(`${path}/status`, 'strategic', { status: { hard: second } });
  await watched(since, second);
  expect(hardOf(await server.api.get(`${path}/status`), 'status')).toEqual(second);

  since = await listed();
  const third = { cpu: '2', memory: '2Gi' };
  const repatched = await server.api.patch(`${path}/status`, 'strategic', { status: { hard: third } });
  expect(hardOf(repatched, 'status')).toEqual(third);
  await watched(since, third);
  // The controller sets it back when it counts all quotas again, and the spec was not touched.
  const clock = new ManualClock();
  const controller = startControllers({
    transport: ({ name: user, uid, groups, extra }) => server.plane.local({ name: user, uid, groups, extra }),
    log: pino({ level: 'silent' }),
    caCertificate: server.plane.caCertificate,
    clock,
    controllers: [resourceQuotas],
  });
  const later = async () => {
    clock.advance(5 * 60_000);
    return hardOf(await server.api.get(path), 'status');
  };
  await expect.poll(later, PATIENCE).toEqual(second);
  await server.api.patch(`${path}/status`, 'strategic', { status: { hard: third } });
  await expect.poll(later, PATIENCE).toEqual(second);
  await controller.stop();
  expect(hardOf(await server.api.get(path), 'spec')).toEqual(second);
});
