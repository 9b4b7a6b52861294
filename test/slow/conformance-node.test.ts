// What Kubernetes v1.36's conformance tests of sig-node ask of the API (test/e2e/node, test/e2e/common/node), and those of
// immutable ConfigMaps and Secrets, step by step. Where a test waits for a kubelet, this one says what it would have said.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  at,
  condition,
  type E2e,
  type E2eObject,
  isGone,
  isNewer,
  type Plural,
  put,
  type Resource,
  refusal,
  startE2e,
} from '../helpers/e2e-client.ts';
import { apiOperations } from '../helpers/e2e-operations.ts';

let e2e: E2e;
beforeAll(async () => {
  e2e = await startE2e();
});
afterAll(() => e2e.close());

const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.59';
const BUSYBOX = 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1';
const HTTPD = 'registry.k8s.io/e2e-test-images/httpd:2.4.38-4';
const PAUSE = 'registry.k8s.io/pause:3.10.1';

/** As the tests' mixin makes pods that the restricted level of pod security lets through. */
const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const unprivileged = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };

function podOf(name: string, labels: Record<string, string> = {}, spec: JsonObject = {}): JsonObject {
  const container = { name: 'pause', image: PAUSE, securityContext: restricted };
  return { metadata: { name, labels }, spec: { securityContext: unprivileged, containers: [container], ...spec } };
}

async function podsIn(): Promise<{ ns: string; pods: Resource; dynamic: Resource }> {
  const ns = await e2e.namespace();
  return { ns, pods: e2e.typed('pods', ns), dynamic: e2e.dynamic('pods', ns) };
}

describe('Pods', () => {
  it('should be submitted and removed', async () => {
    const { ns, pods } = await podsIn();
    const { metadata, items } = await pods.list('time=1');
    expect(items).toEqual([]);
    const watch = await pods.watch({ resourceVersion: metadata.resourceVersion, labelSelector: 'time=1' });
    await pods.create(podOf('submitted', { name: 'foo', time: '1' }));
    expect((await pods.list('time=1')).items).toHaveLength(1);
    expect((await watch.next()).type).toBe('ADDED');
    await e2e.run(ns, 'submitted');
    await pods.delete('submitted', { gracePeriodSeconds: 30 });
    expect((await pods.get('submitted')).metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    await e2e.finish(ns, 'submitted');
    const { object } = await watch.until(({ type }) => type === 'DELETED');
    expect(object.metadata.deletionTimestamp).toBeDefined();
    expect(at(object, 'spec.terminationGracePeriodSeconds')).toBe(30);
    expect((await pods.list('time=1')).items).toEqual([]);
    watch.stop();
  });

  it('should be updated, also their activeDeadlineSeconds', async () => {
    const { ns, pods } = await podsIn();
    await pods.create(podOf('updated', { name: 'foo', time: '1' }));
    await e2e.run(ns, 'updated');
    expect((await pods.list('time=1')).items).toHaveLength(1);
    await pods.change('updated', (pod) => put(pod, 'metadata.labels.time', '2'));
    expect((await pods.list('time=2')).items).toHaveLength(1);
    await pods.change('updated', (pod) => put(pod, 'spec.activeDeadlineSeconds', 5));
    expect(at(await pods.get('updated'), 'spec.activeDeadlineSeconds')).toBe(5);
  });

  it('should delete a collection of pods', async () => {
    const { ns, pods } = await podsIn();
    const names = ['test-pod-1', 'test-pod-2', 'test-pod-3'];
    const spec = { terminationGracePeriodSeconds: 1, restartPolicy: 'Never' };
    for (const name of names) {
      await pods.create(podOf(name, { type: 'Testing' }, spec));
      await e2e.run(ns, name);
    }
    await pods.deleteCollection('type=Testing', { gracePeriodSeconds: 1 });
    const { items } = await pods.list('type=Testing');
    expect(items.map(({ metadata }) => metadata.deletionGracePeriodSeconds)).toEqual([1, 1, 1]);
    for (const name of names) await e2e.finish(ns, name);
    expect((await pods.list('type=Testing')).items).toEqual([]);
  });

  it('should run through the lifecycle of Pods and PodStatus', async () => {
    const { ns, pods, dynamic } = await podsIn();
    const selector = 'test-pod-static=true';
    const { metadata } = await e2e.typed('pods').list(selector);
    const container = { name: 'pod-test', image: AGNHOST, securityContext: restricted };
    const spec = { terminationGracePeriodSeconds: 1, containers: [container] };
    await pods.create(podOf('pod-test', { 'test-pod-static': 'true' }, spec));
    await e2e.run(ns, 'pod-test');
    await pods.until(metadata.resourceVersion, selector, ({ object }) => at(object, 'status.phase') === 'Running');
    const before = await pods.get('pod-test');
    expect(at(before, 'status.phase')).toBe('Running');
    const changed = { name: 'pod-test', image: HTTPD, resources: {} };
    await pods.patch('pod-test', 'strategic', {
      metadata: { labels: { 'test-pod': 'patched' } },
      spec: { terminationGracePeriodSeconds: 1, containers: [changed] },
      status: {},
    });
    await pods.until(before.metadata.resourceVersion as string, selector, ({ type }) => type === 'MODIFIED');
    expect(await pods.get('pod-test')).toMatchObject({
      metadata: { labels: { 'test-pod': 'patched' } },
      spec: { containers: [{ image: HTTPD }] },
    });
    const read = await dynamic.get('pod-test', 'status');
    for (const type of ['Ready', 'ContainersReady'])
      Object.assign(condition(read, type) as object, { status: 'False' });
    const updated = await pods.update(read, 'status');
    for (const type of ['Ready', 'ContainersReady'])
      expect(condition(updated, type)).toMatchObject({ status: 'False' });
    await pods.deleteCollection(selector, { gracePeriodSeconds: 1 });
    await e2e.finish(ns, 'pod-test');
    await pods.until(updated.metadata.resourceVersion as string, selector, ({ type }) => type === 'DELETED');
    expect(await isGone(pods, 'pod-test')).toBe(true);
  });

  it('should patch a pod status', async () => {
    const { ns, pods } = await podsIn();
    await pods.create(podOf('patched', {}, { terminationGracePeriodSeconds: 1 }));
    await e2e.run(ns, 'patched');
    const patch = {
      metadata: { annotations: { patchedstatus: 'true' } },
      status: { message: 'Patched by e2e test', reason: 'E2E' },
    };
    expect(await pods.patch('patched', 'merge', patch, 'status')).toMatchObject(patch);
  });

  it('should set the QOS class by requests and limits', async () => {
    const { pods } = await podsIn();
    const resources = { requests: { cpu: '100m', memory: '100Mi' }, limits: { cpu: '100m', memory: '100Mi' } };
    await pods.create(podOf('qos', {}, { containers: [{ name: 'agnhost', image: AGNHOST, resources }] }));
    expect(at(await pods.get('qos'), 'status.qosClass')).toBe('Guaranteed');
  });

  it('should have a negative grace period made 1', async () => {
    const { pods } = await podsIn();
    await pods.create(podOf('negative', {}, { terminationGracePeriodSeconds: -1 }));
    expect(at(await pods.get('negative'), 'spec.terminationGracePeriodSeconds')).toBe(1);
    await pods.change('negative', (pod) => put(pod, 'spec.terminationGracePeriodSeconds', -1));
    expect(at(await pods.get('negative'), 'spec.terminationGracePeriodSeconds')).toBe(1);
  });
});

describe('Pod Generation', () => {
  it('should start at 1 and increment per update', async () => {
    const { ns, pods } = await podsIn();
    const init = { name: 'init-container', image: BUSYBOX };
    const created = await pods.create(podOf('generation', {}, { initContainers: [init] }));
    expect(created.metadata.generation).toBe(1);
    await e2e.run(ns, 'generation');
    const toleration = { key: `foo-${randomUUID()}`, operator: 'Equal', value: 'bar', effect: 'NoSchedule' };
    const steps: readonly [what: string, change: (pod: E2eObject) => void, generation: number][] = [
      ['empty update', () => {}, 1],
      ['tolerations', (pod) => put(pod, 'spec.tolerations', [toleration]), 2],
      ['activeDeadlineSeconds', (pod) => put(pod, 'spec.activeDeadlineSeconds', 5000), 3],
      ['container image', (pod) => put(pod, 'spec.containers.0.image', HTTPD), 4],
      ['init container image', (pod) => put(pod, 'spec.initContainers.0.image', PAUSE), 5],
      ['metadata', (pod) => put(pod, 'metadata.annotations', { key: 'value' }), 5],
      ['a generation by the client', (pod) => put(pod, 'metadata.generation', 1), 5],
    ];
    for (const [what, change, generation] of steps) {
      await pods.change('generation', change);
      expect((await pods.get('generation')).metadata.generation, what).toBe(generation);
      const observed = await e2e.run(ns, 'generation');
      expect([observed.metadata.generation, at(observed, 'status.observedGeneration')]).toEqual([
        generation,
        generation,
      ]);
    }
  });

  it('should not be what the client sets, and be 2 after a graceful delete', async () => {
    const { ns, pods } = await podsIn();
    const body = podOf('generation', { time: '1' });
    put(body, 'metadata.generation', 100);
    expect((await pods.create(body)).metadata.generation).toBe(1);
    await e2e.run(ns, 'generation');
    // The answer to a graceful delete is the pod.
    const deleted = await pods.delete('generation', { gracePeriodSeconds: 60 });
    expect(deleted).toMatchObject({ kind: 'Pod', metadata: { name: 'generation', generation: 2 } });
    expect((await pods.get('generation')).metadata.generation).toBe(2);
  });

  it('should converge after 500 updates', async () => {
    const { pods } = await podsIn();
    await pods.create(podOf('generation', { time: '1' }, { activeDeadlineSeconds: 5000 }));
    for (let left = 4999; left > 4500; left--) {
      await pods.change('generation', (pod) => put(pod, 'spec.activeDeadlineSeconds', left));
    }
    expect((await pods.get('generation')).metadata.generation).toBe(500);
  });
});

describe('Pod InPlace Resize', () => {
  const sized = (name: string, requests: JsonObject, limits?: JsonObject): JsonObject => ({
    name,
    image: BUSYBOX,
    resources: { requests, ...(limits && { limits }) },
    resizePolicy: ['cpu', 'memory'].map((resourceName) => ({ resourceName, restartPolicy: 'NotRequired' })),
    securityContext: restricted,
  });

  it('should resize via the replace endpoint', async () => {
    const { ns, pods, dynamic } = await podsIn();
    const small = { cpu: '20m', memory: '20Mi' };
    const big = { cpu: '30m', memory: '30Mi' };
    expect((await pods.create(podOf('resize', {}, { containers: [sized('c1', small)] }))).metadata.generation).toBe(1);
    await e2e.run(ns, 'resize');
    const pod = await pods.get('resize');
    put(pod, 'spec.containers.0.resources', { requests: big });
    await pods.update(pod, 'resize');
    const updated = await pods.get('resize');
    expect(updated).toMatchObject({
      metadata: { generation: 2 },
      spec: { containers: [{ name: 'c1', resources: { requests: big } }] },
    });
    expect(await dynamic.get('resize', 'resize')).toEqual(await dynamic.get('resize'));
    expect(await pods.get('resize', 'resize')).toEqual(updated);
  });

  const guaranteed = (cpu: string, memory: string): [JsonObject, JsonObject] => [
    { cpu, memory },
    { cpu, memory },
  ];
  type Sizes = Readonly<Record<string, readonly [requests: JsonObject, limits?: JsonObject]>>;
  const mid = guaranteed('20m', '20Mi');
  const RESIZES: readonly [what: string, before: Sizes, after: Sizes][] = [
    [
      'guaranteed, net increase',
      { c1: mid, c2: mid, c3: mid },
      { c1: guaranteed('25m', '25Mi'), c2: guaranteed('25m', '25Mi'), c3: guaranteed('15m', '15Mi') },
    ],
    [
      'guaranteed, net decrease',
      { c1: mid, c2: mid, c3: mid },
      { c1: guaranteed('25m', '25Mi'), c2: guaranteed('15m', '15Mi'), c3: guaranteed('15m', '15Mi') },
    ],
    [
      'burstable, adding limits and requests',
      { c1: [{ cpu: '20m' }], c2: [{ memory: '20Mi' }], c3: [{ cpu: '20m', memory: '20Mi' }] },
      {
        c1: [{ cpu: '20m' }, { cpu: '30m' }],
        c2: [{ cpu: '10m', memory: '20Mi' }],
        c3: [{ cpu: '20m', memory: '30Mi' }],
      },
    ],
    ['burstable, equivalents', { c1: [{ cpu: '2m' }, { cpu: '10m' }] }, { c1: [{ cpu: '1m' }, { cpu: '5m' }] }],
  ];

  it.each(RESIZES)('should resize by patch: %s, and back', async (_, before, after) => {
    const { ns, pods } = await podsIn();
    const containers = Object.entries(before).map(([name, sizes]) => sized(name, ...sizes));
    const created = await pods.create(podOf('resize', {}, { containers }));
    await e2e.run(ns, 'resize');
    const patch = {
      spec: {
        containers: Object.entries(after).map(([name, [requests, limits]]) => ({
          name,
          resources: { requests, limits },
        })),
      },
    };
    const patched = await pods.patch('resize', 'strategic', patch, 'resize');
    expect(patched).toMatchObject({
      metadata: { generation: 2 },
      spec: { containers: JSON.parse(JSON.stringify(patch.spec.containers)) },
      status: { qosClass: at(created, 'status.qosClass') },
    });
  });
});

it('Ephemeral Containers should be updated in an existing pod', async () => {
  const { ns, pods, dynamic } = await podsIn();
  await pods.create(podOf('ephemeral-containers-target-pod'));
  await e2e.run(ns, 'ephemeral-containers-target-pod');
  const command = ['/bin/sh', '-c', 'while true; do echo polo; sleep 2; done'];
  const debuggers = [{ name: 'debugger', image: BUSYBOX, command, stdin: true, tty: true, resources: {} }];
  const spec = { '$setElementOrder/ephemeralContainers': [{ name: 'debugger' }], ephemeralContainers: debuggers };
  await pods.patch('ephemeral-containers-target-pod', 'strategic', { spec }, 'ephemeralcontainers');
  const one = await dynamic.get('ephemeral-containers-target-pod', 'ephemeralcontainers');
  expect(at(one, 'spec.ephemeralContainers')).toMatchObject([{ name: 'debugger', terminationMessagePolicy: 'File' }]);
  const second = {
    name: 'debugger2',
    image: AGNHOST,
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePolicy: 'File',
  };
  await pods.change(
    'ephemeral-containers-target-pod',
    (pod) => (at(pod, 'spec.ephemeralContainers') as JsonObject[]).push(second),
    'ephemeralcontainers',
  );
  const two = await dynamic.get('ephemeral-containers-target-pod', 'ephemeralcontainers');
  expect(at(two, 'spec.ephemeralContainers')).toHaveLength(2);
});

it('Sysctls should be rejected when they are invalid', async () => {
  const { pods } = await podsIn();
  const sysctls = [
    { name: 'foo-', value: 'bar' },
    { name: 'kernel.shmmax', value: '100000000' },
    { name: 'safe-and-unsafe', value: '100000000' },
    { name: 'bar..', value: '42' },
  ];
  const { code, message } = await refusal(pods.create(podOf('sysctl', {}, { securityContext: { sysctls } })));
  expect(code).toBe(422);
  expect(message).toContain('Invalid value: "foo-"');
  expect(message).toContain('Invalid value: "bar.."');
  expect(message).not.toContain('safe-and-unsafe');
  expect(message).not.toContain('kernel.shmmax');
});

it('Variable Expansion is the kubelet’s: such subpaths are accepted', async () => {
  const { pods } = await podsIn();
  for (const [name, value] of [
    ['plain', 'pod'],
    ['backticks', '..'],
    ['absolute', '/tmp'],
  ] as const) {
    const volumeMounts = [{ name: 'workdir1', mountPath: '/logscontainer', subPathExpr: '$(POD_NAME)' }];
    const container = { name: 'dapi-container', image: BUSYBOX, env: [{ name: 'POD_NAME', value }], volumeMounts };
    await pods.create(podOf(name, {}, { containers: [container], volumes: [{ name: 'workdir1', emptyDir: {} }] }));
  }
});

describe('Lease', () => {
  it('API should be available', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('leases', ns);
    const lease = (holder: string, duration: number, times: readonly [string, string], transitions: number) => ({
      holderIdentity: holder,
      leaseDurationSeconds: duration,
      acquireTime: `0001-01-01T00:${times[0]}.000000Z`,
      renewTime: `0001-01-01T00:${times[1]}.000000Z`,
      leaseTransitions: transitions,
    });
    const first = lease('holder', 30, ['00:02', '00:05'], 0);
    const created = await client.create({ metadata: { name: 'lease' }, spec: first });
    expect((await client.get('lease'))['spec']).toEqual(first);
    const second = lease('holder2', 30, ['00:20', '00:50'], 1);
    await client.update({ ...created, spec: second });
    expect((await client.get('lease'))['spec']).toEqual(second);
    const third = lease('holder3', 60, ['00:50', '01:10'], 2);
    await client.patch('lease', 'strategic', { spec: third });
    const read = await client.get('lease');
    expect(read['spec']).toEqual(third);
    expect(isNewer(read, created)).toBe(true);
    await client.create({ metadata: { name: 'lease2', labels: { deletecollection: 'true' } }, spec: first });
    expect((await client.list()).items).toHaveLength(2);
    await client.deleteCollection('deletecollection=true');
    expect((await client.list()).items).toMatchObject([{ metadata: { name: 'lease' } }]);
    await client.delete('lease');
    expect(await isGone(client, 'lease')).toBe(true);
    await e2e.typed('leases').list();
  });
});

describe('RuntimeClass', () => {
  const podWith = (runtimeClassName: string): JsonObject => ({
    metadata: { generateName: `test-runtimeclass-${runtimeClassName}-` },
    spec: {
      runtimeClassName,
      containers: [{ name: 'test', image: BUSYBOX, command: ['true'] }],
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
    },
  });

  it('should support API operations', () =>
    apiOperations(e2e, {
      plural: 'runtimeclasses',
      namespaced: false,
      body: (nth) => ({ metadata: { name: `e2e-handler${nth}` }, handler: `e2e-conformance-runtime-class${nth}` }),
    }));

  it('should reject a Pod requesting a non-existent or deleted RuntimeClass', async () => {
    const { pods } = await podsIn();
    expect(await refusal(pods.create(podWith('nonexistent')))).toMatchObject({ code: 403, reason: 'Forbidden' });
    const classes = e2e.typed('runtimeclasses');
    await classes.create({ metadata: { name: 'delete-me' }, handler: 'runc' });
    await classes.delete('delete-me');
    expect(await isGone(classes, 'delete-me')).toBe(true);
    expect(await refusal(pods.create(podWith('delete-me')))).toMatchObject({ code: 403, reason: 'Forbidden' });
  });

  it.each([
    ['without overhead', undefined],
    ['with overhead', { cpu: '10m', memory: '1Mi' }],
  ])('should admit a Pod %s', async (what, podFixed) => {
    const { pods } = await podsIn();
    const name = what.replace(' ', '-');
    const overhead = podFixed && { podFixed };
    await e2e.typed('runtimeclasses').create({ metadata: { name }, handler: 'test-handler', overhead });
    await pods.create(podWith(name));
    const { items } = await pods.list();
    expect(items).toHaveLength(1);
    expect(at(items[0], 'spec.overhead')).toEqual(podFixed);
  });
});

describe('PodTemplates', () => {
  const templateOf = (name: string, labels: Record<string, string> = {}): JsonObject => ({
    metadata: { name, labels },
    template: { spec: { containers: [{ name: 'nginx', image: HTTPD }] } },
  });

  it('should run the lifecycle', async () => {
    const client = e2e.typed('podtemplates', await e2e.namespace());
    const listed = async () => (await e2e.typed('podtemplates').list('podtemplate-static=true')).items;
    expect(await listed()).toEqual([]);
    await client.create(templateOf('nginx-pod-template', { 'podtemplate-static': 'true' }));
    const read = await client.get('nginx-pod-template');
    const patch = { metadata: { labels: { podtemplate: 'patched' } } };
    expect(isNewer(await client.patch('nginx-pod-template', 'strategic', patch), read)).toBe(true);
    expect(await client.get('nginx-pod-template')).toMatchObject(patch);
    await client.delete('nginx-pod-template');
    expect(await listed()).toEqual([]);
  });

  it('should delete a collection, and replace', async () => {
    const client = e2e.typed('podtemplates', await e2e.namespace());
    for (const n of [1, 2, 3]) await client.create(templateOf(`test-podtemplate-${n}`, { 'podtemplate-set': 'true' }));
    expect((await client.list('podtemplate-set=true')).items).toHaveLength(3);
    await client.deleteCollection('podtemplate-set=true');
    expect((await client.list('podtemplate-set=true')).items).toEqual([]);
    await client.create(templateOf('replaced'));
    const annotations = { updated: 'true' };
    const updated = await client.change('replaced', (object) => put(object, 'metadata.annotations', annotations));
    expect(updated.metadata.annotations).toEqual(annotations);
  });
});

it('Node should run through the lifecycle', async () => {
  const client = e2e.typed('nodes');
  const name = 'e2e-fake-node';
  const ready = { type: 'Ready', status: 'True', reason: 'E2E', message: 'Set from e2e test' };
  const status = { phase: 'Running', conditions: [ready] };
  const created = await client.create({ metadata: { name }, spec: { unschedulable: true }, status });
  expect(created.metadata.name).toBe(name);
  expect((await client.get(name)).metadata.name).toBe(name);
  const patched = await client.patch(name, 'strategic', { metadata: { labels: { [name]: 'patched' } } });
  expect(patched.metadata.labels).toMatchObject({ [name]: 'patched' });
  expect((await client.list(`${name}=patched`)).items).toHaveLength(1);
  const updated = await client.change(name, ({ metadata }) =>
    Object.assign(metadata.labels as object, { [name]: 'updated' }),
  );
  expect(updated.metadata.labels).toMatchObject({ [name]: 'updated' });
  await client.delete(name);
  expect(await isGone(client, name)).toBe(true);
});

describe('ConfigMap', () => {
  it('should run through a lifecycle', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('configmaps', ns);
    const labels = { 'test-configmap-static': 'true' };
    await client.create({ metadata: { name: 'test-configmap', labels }, data: { valueName: 'value' } });
    expect(await client.get('test-configmap')).toMatchObject({ metadata: { labels }, data: { valueName: 'value' } });
    const patch = { metadata: { labels: { 'test-configmap': 'patched' } }, data: { valueName: 'value1' } };
    await client.patch('test-configmap', 'strategic', patch);
    expect((await e2e.typed('configmaps').list('test-configmap=patched')).items).toMatchObject([
      { metadata: { name: 'test-configmap', namespace: ns, labels }, data: { valueName: 'value1' } },
    ]);
    await client.deleteCollection('test-configmap-static=true');
    expect((await client.list('test-configmap-static=true')).items).toEqual([]);
  });

  it('should be updated without a resourceVersion', async () => {
    const client = e2e.typed('configmaps', await e2e.namespace());
    const body = { metadata: { name: 'configmap-test' }, data: { 'data-1': 'value-1' } };
    await client.create(body);
    await client.update({ ...body, data: { data: 'value' } });
    expect((await client.get('configmap-test'))['data']).toEqual({ data: 'value' });
  });
});

it('Secret should be patched', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('secrets', ns);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const labels = { 'testsecret-constant': 'true' };
  const created = await client.create({
    metadata: { name: 'test-secret', labels },
    data: { key: base64('value') },
    type: 'Opaque',
  });
  const names = async () =>
    (await e2e.typed('secrets').list('testsecret-constant=true')).items.map(({ metadata }) => metadata.name);
  expect(await names()).toEqual(['test-secret']);
  const data = { key: base64(base64('value1')) };
  await client.patch('test-secret', 'strategic', { metadata: { labels: { testsecret: 'true' } }, data });
  const read = await client.get('test-secret');
  expect(isNewer(read, created)).toBe(true);
  expect(read['data']).toEqual(data);
  await client.deleteCollection('testsecret=true');
  expect(await names()).toEqual([]);
});

describe.each<[Plural, string]>([
  ['configmaps', 'value'],
  ['secrets', 'dmFsdWU='],
])('%s', (plural, value) => {
  it('should not be created with an empty key', async () => {
    const client = e2e.typed(plural, await e2e.namespace());
    const { code } = await refusal(client.create({ metadata: { name: 'emptykey' }, data: { '': value } }));
    expect(code).toBe(422);
  });

  it('should be immutable if `immutable` field is set', async () => {
    const client = e2e.typed(plural, await e2e.namespace());
    await client.create({ metadata: { name: 'immutable' }, data: { 'data-1': value } });
    await client.change('immutable', (object) => put(object, 'data.data-4', value));
    await client.change('immutable', (object) => put(object, 'immutable', true));
    const isInvalid = { code: 422, reason: 'Invalid' };
    const changeData = client.change('immutable', (object) => put(object, 'data.data-5', value));
    expect(await refusal(changeData)).toMatchObject(isInvalid);
    const makeMutable = client.change('immutable', (object) => put(object, 'immutable', false));
    expect(await refusal(makeMutable)).toMatchObject(isInvalid);
    await client.change('immutable', (object) => put(object, 'metadata.labels', { label1: 'value1' }));
    await client.delete('immutable');
    expect(await isGone(client, 'immutable')).toBe(true);
  });

  it('should be consumable as environment variable names with various prefixes', async () => {
    const { pods } = await podsIn();
    const source = plural === 'secrets' ? 'secretRef' : 'configMapRef';
    const prefixes = ['', '1-', '$_-', 'ABC_', '#@!'];
    const envFrom = prefixes.map((prefix) => ({ prefix, [source]: { name: 'source' } }));
    const container = { name: 'env-test', image: BUSYBOX, command: ['sh', '-c', 'env'], envFrom };
    const created = await pods.create(podOf('env', {}, { containers: [container], restartPolicy: 'Never' }));
    const found = at(created, 'spec.containers.0.envFrom') as { prefix?: string }[];
    expect(found.map(({ prefix }) => prefix ?? '')).toEqual(prefixes);
  });
});
