// What Kubernetes v1.36's conformance tests of apps ask of the API (test/e2e/apps), step by step. Where a test waits for
// a workload controller or a kubelet, this one says in the object's status what those would have said.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  at,
  condition,
  type E2e,
  type E2eObject,
  eventually,
  isGone,
  isNewer,
  type Plural,
  put,
  type Resource,
  refusal,
  startE2e,
} from '../helpers/e2e-client.ts';

let e2e: E2e;
beforeAll(async () => {
  e2e = await startE2e();
});
afterAll(() => e2e.close());

const HTTPD = 'registry.k8s.io/e2e-test-images/httpd:2.4.38-4';
const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.59';
const PAUSE = 'registry.k8s.io/pause:3.10.1';

function template(labels: Record<string, string>, container = { name: 'httpd', image: HTTPD }): JsonObject {
  return { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } };
}

interface Workload {
  readonly plural: Plural;
  body(name: string, labels: Record<string, string>): JsonObject;
}

const selected = (labels: Record<string, string>): JsonObject => ({
  selector: { matchLabels: labels },
  template: template(labels),
});

const deployments: Workload = {
  plural: 'deployments',
  body: (name, labels) => ({
    metadata: { name, labels },
    spec: { replicas: 1, strategy: { type: 'RollingUpdate' }, ...selected(labels) },
  }),
};
const replicaSets: Workload = {
  plural: 'replicasets',
  body: (name, labels) => ({ metadata: { name, labels }, spec: { replicas: 1, ...selected(labels) } }),
};
const statefulSets: Workload = {
  plural: 'statefulsets',
  body: (name, labels) => ({
    metadata: { name, labels },
    spec: {
      replicas: 1,
      serviceName: 'test',
      updateStrategy: { type: 'RollingUpdate' },
      ...selected(labels),
    },
  }),
};
const daemonSets: Workload = {
  plural: 'daemonsets',
  body: (name, labels) => ({ metadata: { name, labels }, spec: selected(labels) }),
};
const replicationControllers: Workload = {
  plural: 'replicationcontrollers',
  body: (name, labels) => ({ metadata: { name }, spec: { replicas: 1, template: template(labels) } }),
};

const LABELS = { name: 'sample-pod', e2e: 'testing' };
const SELECTOR = 'e2e=testing,name=sample-pod';

describe.each([deployments, replicaSets, statefulSets, daemonSets])('$plural', ({ plural, body }) => {
  it('should validate Status endpoints', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed(plural, ns);
    const { metadata } = await e2e.typed(plural).list(SELECTOR);
    await client.create(body('test', LABELS));
    const read = await e2e.dynamic(plural, ns).get('test', 'status');
    expect(read).toMatchObject({ kind: expect.any(String), metadata: { name: 'test' }, status: expect.any(Object) });
    const message = 'Set from e2e test';
    const updated = await client.change('test', (object) => addCondition(object, message), 'status');
    expect(condition(updated, 'StatusUpdate')).toMatchObject({ status: 'True', reason: 'E2E', message });
    await client.until(metadata.resourceVersion, SELECTOR, ({ object }) => {
      const found = condition(object, 'StatusUpdate');
      return isSample(object, ns) && found?.['reason'] === 'E2E' && found['message'] === message;
    });
    const patch = '{"status":{"conditions":[{"type":"StatusPatched","status":"True"}]}}';
    const patched = await client.patch('test', 'merge', patch, 'status');
    expect(condition(patched, 'StatusPatched')).toMatchObject({ status: 'True' });
    await client.until(
      metadata.resourceVersion,
      SELECTOR,
      ({ object }) => isSample(object, ns) && condition(object, 'StatusPatched') !== undefined,
    );
    expect(condition(await client.get('test'), 'StatusPatched')).toBeDefined();
  });

  it('should list and delete a collection', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed(plural, ns);
    const labels = { ...LABELS, e2e: ns };
    await client.create(body('test', labels));
    expect((await e2e.typed(plural).list(`e2e=${ns}`)).items).toHaveLength(1);
    await client.deleteCollection(`e2e=${ns}`, { gracePeriodSeconds: 1 });
    expect((await e2e.typed(plural).list(`e2e=${ns}`)).items).toEqual([]);
  });
});

function addCondition(object: E2eObject, message: string): void {
  const before = (at(object, 'status.conditions') ?? []) as JsonObject[];
  const added = { type: 'StatusUpdate', status: 'True', lastTransitionTime: null, reason: 'E2E', message };
  put(object, 'status.conditions', [...before, added]);
}

function isSample({ metadata }: E2eObject, namespace: string): boolean {
  return metadata.name === 'test' && metadata.namespace === namespace && metadata.labels?.['name'] === 'sample-pod';
}

const scale = (replicas: number): JsonObject => ({ metadata: {}, spec: { replicas }, status: { replicas: 0 } });

it.each([deployments, replicaSets, statefulSets, replicationControllers])(
  '$plural should have a working scale subresource',
  async ({ plural, body }) => {
    const client = e2e.typed(plural, await e2e.namespace());
    await client.create(body('test', { name: 'sample-pod' }));
    await client.change('test', (object) => put(object, 'status.replicas', 1), 'status');
    const read = await client.get('test', 'scale');
    expect(read).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 } });
    const unconditional = { ...read, metadata: { ...read.metadata, resourceVersion: '' }, spec: { replicas: 2 } };
    const written = await client.send('PUT', 'test', 'scale', {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      ...unconditional,
    });
    expect(written).toMatchObject({ spec: { replicas: 2 } });
    expect(at(await client.get('test'), 'spec.replicas')).toBe(2);
    await client.patch('test', 'strategic', scale(4), 'scale');
    expect(at(await client.get('test'), 'spec.replicas')).toBe(4);
  },
);

it('Deployment should run the lifecycle', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('deployments', ns);
  const dynamic = e2e.dynamic('deployments', ns);
  const selector = 'test-deployment-static=true';
  let { metadata } = await e2e.typed('deployments').list(selector);
  const labels = { 'test-deployment-static': 'true' };
  const body = deployments.body('test-deployment', labels);
  put(body, 'spec.replicas', 2);
  put(body, 'spec.template.spec.containers', [{ name: 'test-deployment', image: AGNHOST }]);
  put(body, 'spec.template.spec.terminationGracePeriodSeconds', 1);
  await client.create(body);
  const seen = (type: string, holds: (object: E2eObject) => boolean = () => true) =>
    client.until(metadata.resourceVersion, selector, (event) => event.type === type && holds(event.object));
  await seen(
    'ADDED',
    ({ metadata: { name, labels: has } }) =>
      name === 'test-deployment' && has?.[selector.split('=')[0] as string] === 'true',
  );
  await settle(client, 'test-deployment', 2);
  await seen('MODIFIED', (object) => at(object, 'status.readyReplicas') === 2);

  const container = { name: 'test-deployment', image: HTTPD };
  await client.patch('test-deployment', 'strategic', {
    metadata: { labels: { 'test-deployment': 'patched' } },
    spec: { replicas: 1, template: { spec: { terminationGracePeriodSeconds: 2, containers: [container] } } },
  });
  await seen('MODIFIED');
  await settle(client, 'test-deployment', 1);
  await seen(
    'MODIFIED',
    (object) =>
      at(object, 'status.readyReplicas') === 1 &&
      at(object, 'status.updatedReplicas') === 1 &&
      at(object, 'spec.template.spec.containers.0.image') === HTTPD &&
      at(object, 'spec.template.spec.terminationGracePeriodSeconds') === 2,
  );
  const list = await e2e.typed('deployments').list(selector);
  expect(list.items.map((item) => `${item.metadata.namespace}/${item.metadata.name}`)).toContain(
    `${ns}/test-deployment`,
  );
  ({ metadata } = list);

  put(body, 'metadata.labels', { ...labels, 'test-deployment': 'updated' });
  put(body, 'spec.replicas', 2);
  put(body, 'spec.template.spec.containers', [{ name: 'test-deployment', image: PAUSE }]);
  await dynamic.update({ apiVersion: 'apps/v1', kind: 'Deployment', ...body } as unknown as E2eObject);
  await seen('MODIFIED');
  const isUpdated = {
    metadata: { labels: { 'test-deployment': 'updated' } },
    spec: { template: { spec: { containers: [{ image: PAUSE }] } } },
  };
  expect(await dynamic.get('test-deployment', 'status')).toMatchObject(isUpdated);
  await settle(client, 'test-deployment', 2);
  await dynamic.patch('test-deployment', 'strategic', { status: { readyReplicas: 0, availableReplicas: 0 } }, 'status');
  await seen('MODIFIED', (object) => !at(object, 'status.readyReplicas') && !at(object, 'status.availableReplicas'));
  expect(await dynamic.get('test-deployment', 'status')).toMatchObject(isUpdated);
  await client.deleteCollection(selector, { gracePeriodSeconds: 1 });
  await seen('DELETED', (object) => object.metadata.labels?.['test-deployment-static'] === 'true');
});

/** What a Deployment's controller would say once so many pods run. */
async function settle(client: Resource, name: string, replicas: number): Promise<void> {
  await client.change(
    name,
    (object) => {
      const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: replicas };
      put(object, 'status', { observedGeneration: object.metadata.generation, ...counts });
    },
    'status',
  );
}

it('ReplicaSet Replace and Patch tests', async () => {
  const client = e2e.typed('replicasets', await e2e.namespace());
  const { metadata } = await e2e.typed('replicasets').list('test-rs=patched');
  const body = replicaSets.body('test-rs', { name: 'sample-pod', pod: 'agnhost' });
  put(body, 'spec.template.spec.containers', [{ name: 'agnhost', image: AGNHOST }]);
  const created = await client.create(body);
  expect(created.metadata.resourceVersion).toMatch(/^[1-9]\d*$/);
  await client.change('test-rs', (object) => put(object, 'spec.replicas', 2));
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'test-rs', image: PAUSE }] };
  const patched = await client.patch('test-rs', 'strategic', {
    metadata: { labels: { 'test-rs': 'patched' } },
    spec: { replicas: 3, template: { spec } },
  });
  expect(isNewer(patched, created)).toBe(true);
  const counts = { replicas: 3, readyReplicas: 3, availableReplicas: 3 };
  await client.change('test-rs', (object) => put(object, 'status', counts), 'status');
  const { object } = await client.until(
    metadata.resourceVersion,
    'test-rs=patched',
    (event) => at(event.object, 'status.readyReplicas') === 3 && at(event.object, 'status.availableReplicas') === 3,
  );
  // The container that the patch adds stands before the one that was there.
  expect(object).toMatchObject({
    metadata: { labels: { 'test-rs': 'patched' } },
    spec: {
      template: { spec: { terminationGracePeriodSeconds: 0, containers: [{ image: PAUSE }, { image: AGNHOST }] } },
    },
  });
});

it('StatefulSet should list, patch and delete a collection', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('statefulsets', ns);
  await client.create(statefulSets.body('test-ss', { name: 'sample-pod', pod: 'httpd' }));
  // The test spells terminationGracePeriodSeconds wrongly; an unknown field is only warned of.
  const spec = { TerminationGracePeriodSeconds: 1, containers: [{ name: 'test-ss', image: PAUSE }] };
  await client.patch('test-ss', 'strategic', {
    metadata: { labels: { 'test-ss': 'patched' } },
    spec: { replicas: 2, template: { spec } },
  });
  expect(await client.get('test-ss')).toMatchObject({
    spec: { replicas: 2, template: { spec: { terminationGracePeriodSeconds: 0, containers: [{ image: PAUSE }, {}] } } },
  });
  expect((await e2e.typed('statefulsets').list('test-ss=patched')).items).toHaveLength(1);
  await client.deleteCollection('test-ss=patched', { gracePeriodSeconds: 1 });
  expect((await e2e.typed('statefulsets').list('test-ss=patched')).items).toEqual([]);
});

it('ReplicationController lifecycle', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('replicationcontrollers', ns);
  const selector = 'test-rc-static=true';
  const labels = { 'test-rc-static': 'true' };
  const { metadata } = await client.list(selector);
  const watch = await e2e.dynamic('replicationcontrollers', ns).watch({
    resourceVersion: metadata.resourceVersion,
    labelSelector: selector,
  });
  const pod = { metadata: { name: 'rc-test', labels }, spec: { containers: [{ name: 'rc-test', image: HTTPD }] } };
  await client.create({
    metadata: { name: 'rc-test', labels },
    spec: { replicas: 1, selector: labels, template: pod },
  });
  expect((await watch.next()).type).toBe('ADDED');
  const play = (replicas: number) =>
    client.change('rc-test', (rc) => put(rc, 'status', { replicas, readyReplicas: replicas }), 'status');
  await play(1);
  await watch.until(({ object }) => at(object, 'status.readyReplicas') === 1);

  const emptied = { metadata: { labels: { 'test-rc': 'patched' } }, spec: {}, status: { replicas: 0 } };
  const patched = await client.patch('rc-test', 'strategic', emptied);
  expect(patched.metadata.labels).toMatchObject({ 'test-rc': 'patched' });
  expect((await watch.next()).type).toBe('MODIFIED');
  const noneReady = { status: { readyReplicas: 0, availableReplicas: 0 } };
  const patchedStatus = await client.patch('rc-test', 'strategic', noneReady, 'status');
  expect(at(patchedStatus, 'status.readyReplicas') ?? 0).toBe(0);
  const { type, object } = await watch.next();
  expect([type, at(object, 'status.replicas')]).toEqual(['MODIFIED', 1]);
  expect(at(await e2e.dynamic('replicationcontrollers', ns).get('rc-test', 'status'), 'status.replicas')).toBe(1);
  await client.patch('rc-test', 'strategic', scale(2), 'scale');
  expect((await watch.next()).type).toBe('MODIFIED');
  await play(2);
  await watch.until(
    (event) => at(event.object, 'status.replicas') === 2 && at(event.object, 'status.readyReplicas') === 2,
  );
  const read = await client.get('rc-test');
  expect(read).toMatchObject({ metadata: { labels: { 'test-rc': 'patched' } }, spec: { replicas: 2 } });
  Object.assign(read['status'] as object, { availableReplicas: 1, readyReplicas: 1 });
  await client.update(read, 'status');
  expect((await watch.next()).type).toBe('MODIFIED');
  expect((await e2e.typed('replicationcontrollers').list(selector)).items).toMatchObject([
    { metadata: { name: 'rc-test', namespace: ns, labels: { ...labels, 'test-rc': 'patched' } } },
  ]);
  await client.deleteCollection(selector);
  // Its pods are orphaned, for which it is marked first.
  await watch.until(({ type }) => type === 'DELETED');
  watch.stop();
});

it('ControllerRevision should manage the lifecycle', async () => {
  const ns = await e2e.namespace();
  const labels = { 'daemonset-name': `e2e-${ns}` };
  const selector = `daemonset-name=e2e-${ns}`;
  const sets = e2e.typed('daemonsets', ns);
  await e2e.typed('namespaces').patch(ns, 'strategic', {
    metadata: { annotations: { 'scheduler.alpha.kubernetes.io/node-selector': '' } },
  });
  const set = await sets.create(daemonSets.body('daemon-set', labels));
  expect((await e2e.typed('daemonsets').list(selector)).items).toHaveLength(1);
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'daemon-set', uid: set.metadata.uid };
  const client = e2e.typed('controllerrevisions', ns);
  const make = (name: string, revision: number) =>
    client.create({
      metadata: { name, labels, ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] },
      data: { spec: { template: { $patch: 'replace', ...template(labels) } } },
      revision,
    });
  await make('daemon-set-1', 1);
  const [first] = (await e2e.typed('controllerrevisions').list(selector)).items;
  expect(first).toMatchObject({ metadata: { ownerReferences: [{ kind: 'DaemonSet', uid: set.metadata.uid }] } });
  const patched = await client.patch('daemon-set-1', 'strategic', {
    metadata: { labels: { 'daemon-set-1': 'patched' } },
  });
  expect(patched.metadata.labels).toMatchObject({ 'daemon-set-1': 'patched' });
  expect(at(patched, 'data.spec.template.$patch')).toBe('replace');
  await make('daemon-set-2', 2);
  expect((await client.list(selector)).items).toHaveLength(2);
  await client.delete('daemon-set-1');
  expect((await client.list(selector)).items).toHaveLength(1);
  const updated = await client.change('daemon-set-2', ({ metadata }) => {
    Object.assign(metadata.labels as object, { 'daemon-set-2': 'updated' });
  });
  expect(updated.metadata.labels).toMatchObject({ 'daemon-set-2': 'updated' });
  // As in the test: updateStrategy stands where no field of that name is.
  const patch =
    '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds": 1}}},"updateStrategy":{"type":"RollingUpdate"}}';
  await sets.patch('daemon-set', 'strategic', patch);
  await make('daemon-set-3', 3);
  expect((await client.list(selector)).items).toHaveLength(2);
  await client.deleteCollection('daemon-set-2=updated');
  expect((await client.list()).items).toMatchObject([{ revision: 3 }]);
});

const jobSpec = {
  parallelism: 2,
  completions: 4,
  backoffLimit: 6,
  template: {
    spec: {
      restartPolicy: 'Never',
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: [
        { name: 'c', image: AGNHOST, command: ['sleep', '1'], volumeMounts: [{ mountPath: '/data', name: 'data' }] },
      ],
    },
  },
};

/** Times on the wire have no fractions. */
const seconds = (offset: number): string => `${new Date(Date.now() + offset).toISOString().slice(0, 19)}Z`;

it('Job should apply changes to a job status', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('jobs', ns);
  const created = await client.create({ metadata: { name: 'suspend-false-to-true' }, spec: jobSpec });
  const [now1, now2] = [seconds(0), seconds(-5000)];
  const added = { type: 'CustomConditionType', status: 'True', lastProbeTime: null, lastTransitionTime: now1 };
  const patch = { metadata: { annotations: { patchedstatus: 'true' } }, status: { conditions: [added] } };
  const patched = await client.patch('suspend-false-to-true', 'merge', patch, 'status');
  expect(condition(patched, 'CustomConditionType')?.['lastTransitionTime']).toBe(now1);
  expect(patched.metadata.annotations).toMatchObject({ patchedstatus: 'true' });
  const updated = await client.change(
    'suspend-false-to-true',
    (job) => Object.assign(condition(job, 'CustomConditionType') as object, { lastTransitionTime: now2 }),
    'status',
  );
  expect(condition(updated, 'CustomConditionType')?.['lastTransitionTime']).toBe(now2);
  const read = await e2e.dynamic('jobs', ns).get('suspend-false-to-true', 'status');
  expect(read.metadata.uid).toBe(created.metadata.uid);
});

it('Job should manage the lifecycle', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('jobs', ns);
  const selector = `e2e-job-label=${ns}`;
  const { metadata } = await client.list(selector);
  const labels = { 'e2e-job-label': ns };
  const created = await client.create({ metadata: { name: ns, labels }, spec: { ...jobSpec, suspend: true } });
  const patched = await client.patch(ns, 'strategic', { metadata: { labels: { [ns]: 'patched' } } });
  expect(isNewer(patched, created)).toBe(true);
  await client.until(
    metadata.resourceVersion,
    selector,
    ({ type, object }) => type === 'MODIFIED' && object.metadata.labels?.[ns] === 'patched',
  );
  const before = await client.get(ns);
  const updated = await client.change(ns, (job) => {
    put(job, 'spec.suspend', false);
    put(job, 'metadata.annotations', { ...job.metadata.annotations, updated: 'true' });
  });
  expect(updated).toMatchObject({ metadata: { annotations: { updated: 'true' } }, spec: { suspend: false } });
  await client.until(
    before.metadata.resourceVersion as string,
    selector,
    ({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.['updated'] === 'true',
  );
  expect((await e2e.typed('jobs').list(selector)).items).toHaveLength(1);
  await client.change(ns, completeJob, 'status');
  await client.deleteCollection(selector, { propagationPolicy: 'Background' });
  await client.until(updated.metadata.resourceVersion as string, selector, ({ type }) => type === 'DELETED');
  expect((await e2e.typed('jobs').list(selector)).items).toEqual([]);
});

/** What the job's controller says in two steps, in one: four pods have succeeded. */
function completeJob(job: E2eObject): void {
  const reached = {
    status: 'True',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
  };
  const times = { startTime: seconds(-2000), completionTime: seconds(0) };
  const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, ...reached }));
  put(job, 'status', { ...times, succeeded: 4, ready: 0, terminating: 0, uncountedTerminatedPods: {}, conditions });
}

it('CronJob should support API operations', async () => {
  const ns = await e2e.namespace();
  const client = e2e.typed('cronjobs', ns);
  const selector = `special-label=${ns}`;
  const body = (name: string): JsonObject => ({
    metadata: { name, labels: { 'special-label': ns } },
    spec: {
      schedule: '* */1 * * ?',
      concurrencyPolicy: 'Allow',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 0,
      jobTemplate: {
        spec: { ...jobSpec, template: { spec: { ...jobSpec.template.spec, restartPolicy: 'OnFailure' } } },
      },
    },
  });
  const created = await client.create(body('test-api'));
  expect((await client.get('test-api')).metadata.uid).toBe(created.metadata.uid);
  const list = await client.list(selector);
  expect(list.items).toHaveLength(1);
  const query = { resourceVersion: list.metadata.resourceVersion, labelSelector: selector };
  const watch = await client.watch(query);
  expect((await e2e.typed('cronjobs').list(selector)).items).toHaveLength(1);
  const everywhere = await e2e.typed('cronjobs').watch(query);
  const patched = await client.patch('test-api', 'merge', '{"metadata":{"annotations":{"patched":"true"}}}');
  expect(patched.metadata.annotations).toMatchObject({ patched: 'true' });
  const updated = await client.change('test-api', (job) => put(job, 'metadata.annotations.updated', 'true'));
  expect(updated.metadata.annotations).toMatchObject({ updated: 'true' });
  for (const heard of [watch, everywhere]) {
    expect(await heard.next()).toMatchObject({
      type: 'MODIFIED',
      object: { metadata: { annotations: { patched: 'true' } } },
    });
    heard.stop();
  }
  const [now1, now2] = [seconds(-60_000), seconds(0)];
  const status = { metadata: { annotations: { patchedstatus: 'true' } }, status: { lastScheduleTime: now1 } };
  const patchedStatus = await client.patch('test-api', 'merge', status, 'status');
  expect(patchedStatus).toMatchObject(status);
  const updatedStatus = await client.change('test-api', (job) => put(job, 'status.lastScheduleTime', now2), 'status');
  expect(at(updatedStatus, 'status.lastScheduleTime')).toBe(now2);
  expect((await e2e.dynamic('cronjobs', ns).get('test-api', 'status')).metadata.uid).toBe(created.metadata.uid);
  await client.create(body('for-removal'));
  await client.delete('for-removal');
  expect(await isGone(client, 'for-removal')).toBe(true);
  await client.deleteCollection(selector);
  expect((await client.list(selector)).items).toEqual([]);
});

describe('DisruptionController', () => {
  const budgetOf = (name: string, minAvailable: number | string, labels?: Record<string, string>): JsonObject => ({
    metadata: { name, labels },
    spec: { selector: { matchLabels: { foo: 'bar' } }, minAvailable },
  });

  async function processed(client: Resource, name: string): Promise<E2eObject> {
    return eventually(
      () => client.get(name),
      (pdb) => ((at(pdb, 'status.observedGeneration') ?? 0) as number) >= (pdb.metadata.generation as number),
    );
  }

  async function createBudget(client: Resource, name: string, minAvailable: number | string, labels = {}) {
    await client.create(budgetOf(name, minAvailable, labels));
    await processed(client, name);
  }

  async function createPods(ns: string, names: readonly string[], owner?: E2eObject): Promise<void> {
    const { name, uid } = owner?.metadata ?? {};
    const ownerReferences = owner && [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }];
    for (const podName of names) {
      await e2e.typed('pods', ns).create({
        metadata: { name: podName, labels: { foo: 'bar' }, ownerReferences },
        spec: { containers: [{ name: 'donothing', image: PAUSE }], restartPolicy: 'Always' },
      });
      await e2e.run(ns, podName);
    }
  }

  const evict = (ns: string, name: string) =>
    e2e.typed('pods', ns).send('POST', name, 'eviction', {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace: ns },
    });

  const isBlocked = {
    code: 429,
    reason: 'TooManyRequests',
    details: { causes: [{ reason: 'DisruptionBudget' }] },
  };

  it('should list and delete a collection of PodDisruptionBudgets', async () => {
    const [ns, other] = [await e2e.namespace(), await e2e.namespace()];
    const client = e2e.typed('poddisruptionbudgets', ns);
    const labels = { 'foo-pdb': 'bar-pdb' };
    await createBudget(client, 'foo', 2, labels);
    await createBudget(client, 'foo2', '1%', labels);
    await createBudget(e2e.typed('poddisruptionbudgets', other), 'foo3', 2, labels);
    const names = async (of: Resource) => (await of.list('foo-pdb=bar-pdb')).items.map(({ metadata }) => metadata.name);
    expect((await names(e2e.typed('poddisruptionbudgets'))).sort()).toEqual(['foo', 'foo2', 'foo3']);
    expect((await names(client)).sort()).toEqual(['foo', 'foo2']);
    await client.deleteCollection();
    expect((await client.list()).items).toEqual([]);
  });

  it('should create a PodDisruptionBudget', async () => {
    const client = e2e.typed('poddisruptionbudgets', await e2e.namespace());
    await createBudget(client, 'foo', '1%');
    const updated = await client.change('foo', (pdb) => put(pdb, 'spec.minAvailable', '2%'));
    expect(at(updated, 'spec.minAvailable')).toBe('2%');
    await processed(client, 'foo');
    const patched = await client.patch('foo', 'merge', { spec: { minAvailable: '3%' } });
    expect(at(patched, 'spec.minAvailable')).toBe('3%');
    await processed(client, 'foo');
    await client.delete('foo');
    expect(await isGone(client, 'foo')).toBe(true);
  });

  it('should observe PodDisruptionBudget status updated', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('poddisruptionbudgets', ns);
    await createBudget(client, 'foo', 1);
    await createPods(ns, ['pod-0', 'pod-1', 'pod-2']);
    await eventually(
      () => client.get('foo'),
      (pdb) => ((at(pdb, 'status.disruptionsAllowed') ?? 0) as number) > 0,
    );
  });

  it('should update/patch PodDisruptionBudget status', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('poddisruptionbudgets', ns);
    await createBudget(client, 'foo', 1);
    await createPods(ns, ['pod-0']);
    await eventually(
      () => client.get('foo'),
      (pdb) => at(pdb, 'status.currentHealthy') === 1,
    );
    const disrupted = { 'pod-0': seconds(0) };
    await client.change('foo', (pdb) => put(pdb, 'status.disruptedPods', disrupted), 'status');
    const read = await e2e.dynamic('poddisruptionbudgets', ns).get('foo', 'status');
    expect(Object.keys(at(read, 'status.disruptedPods') as object)).toEqual(['pod-0']);
    const patched = await client.patch('foo', 'merge', { status: { disruptedPods: null } }, 'status');
    expect(at(patched, 'status.disruptedPods') ?? {}).toEqual({});
  });

  it('should block an eviction until the PDB is updated to allow it', async () => {
    const ns = await e2e.namespace();
    const client = e2e.typed('poddisruptionbudgets', ns);
    await createBudget(client, 'foo', 3);
    const body = replicaSets.body('rs', { foo: 'bar' });
    put(body, 'spec.replicas', 3);
    const owner = await e2e.typed('replicasets', ns).create(body);
    await createPods(ns, ['rs-a', 'rs-b', 'rs-c'], owner);
    expect(await refusal(evict(ns, 'rs-a'))).toMatchObject(isBlocked);
    await client.change('foo', (pdb) => put(pdb, 'spec.minAvailable', 2));
    await healthy(client, 3, 2);
    await evict(ns, 'rs-a');
    expect((await e2e.typed('pods', ns).get('rs-a')).metadata.deletionTimestamp).toBeDefined();
    await e2e.finish(ns, 'rs-a');
    await createPods(ns, ['rs-d'], owner);
    const patch = { spec: { minAvailable: null, maxUnavailable: 0 } };
    const patched = await client.patch('foo', 'merge', patch);
    expect(patched).toMatchObject({ spec: { maxUnavailable: 0 } });
    await processed(client, 'foo');
    expect(await refusal(evict(ns, 'rs-b'))).toMatchObject(isBlocked);
    await client.delete('foo');
    await evict(ns, 'rs-b');
  });

  async function healthy(client: Resource, current: number, desired: number): Promise<void> {
    await eventually(
      () => client.get('foo'),
      (pdb) => at(pdb, 'status.currentHealthy') === current && at(pdb, 'status.desiredHealthy') === desired,
    );
  }
});
