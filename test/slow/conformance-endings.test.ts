/**
 * Kubernetes' conformance tests of what ends with something else, replayed: namespace.go and garbage_collector.go, with
 * dependents made by hand, as there is no controller of workloads, and pods that no node runs.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  type ConformanceServer,
  field,
  nameOf,
  PATIENCE,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import { collection, define, definition, undefine } from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

describe('Namespaces', () => {
  const NAMESPACES = '/api/v1/namespaces';
  const spec = { containers: [{ name: 'nginx', image: 'pause' }] };

  /** Made with this name, filled, deleted, and made again: nothing of before is there. */
  async function reborn(name: string, path: string, body: JsonObject): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const own = `${NAMESPACES}/${name}`;
    const accounts = () => server.api.reasonOf(server.api.get(`${own}/serviceaccounts/default`));
    await server.api.create(NAMESPACES, namespace);
    await expect.poll(accounts, PATIENCE).toBe('');
    const made = await server.api.create(`${own}/${path}`, body);
    await server.api.remove(own);
    await server.api.gone(own);
    await server.api.create(NAMESPACES, namespace);
    expect(await server.api.reasonOf(server.api.get(`${own}/${path}/${nameOf(made)}`))).toBe('NotFound');
  }

  test('should ensure that all pods are removed when a namespace is deleted', () =>
    reborn('nsdeletetest-pods', 'pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'test-pod' }, spec }));

  test('should ensure that all services are removed when a namespace is deleted', () =>
    reborn('nsdeletetest-services', 'services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'test-service' },
      spec: { selector: { foo: 'bar', baz: 'blah' }, ports: [{ port: 80, targetPort: 80 }] },
    }));

  test('should patch a Namespace', async () => {
    const path = `${NAMESPACES}/${await server.namespace('nspatchtest')}`;
    await server.api.patch(path, 'strategic', { metadata: { labels: { testLabel: 'testValue' } } });
    expect((await server.api.get(path)).metadata.labels).toMatchObject({ testLabel: 'testValue' });
  });

  test('should apply an update to a Namespace', async () => {
    const name = await server.namespace('namespaces');
    const updated = await server.api.change(`${NAMESPACES}/${name}`, (found) => {
      found.metadata.labels = { ...found.metadata.labels, [name]: 'updated' };
    });
    expect(updated.metadata.labels).toMatchObject({ [name]: 'updated' });
  });

  test('should apply changes to a namespace status', async () => {
    const name = await server.namespace('namespaces');
    const path = `${NAMESPACES}/${name}/status`;
    expect(field(await server.api.get(path), 'status.phase')).toBe('Active');
    const condition = (type: string, message: string) => ({
      type,
      status: 'True',
      reason: 'E2E',
      message,
      lastTransitionTime: null,
    });
    const patched = await server.api.patch(path, 'merge', {
      metadata: { annotations: { 'e2e-patched-ns-status': name } },
      status: { conditions: [condition('StatusPatch', 'Patched by an e2e test')] },
    });
    expect(patched.metadata.annotations).toMatchObject({ 'e2e-patched-ns-status': name });
    expect(patched['status']).toMatchObject({
      phase: 'Active',
      conditions: [{ type: 'StatusPatch', status: 'True', reason: 'E2E', message: 'Patched by an e2e test' }],
    });
    const updated = await server.api.change(
      path,
      (found) => {
        (field(found, 'status.conditions') as JsonObject[]).push(condition('StatusUpdate', 'Updated by an e2e test'));
      },
      path,
    );
    expect(updated['status']).toMatchObject({
      phase: 'Active',
      conditions: [
        { type: 'StatusPatch', message: 'Patched by an e2e test' },
        { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Updated by an e2e test' },
      ],
    });
  });

  test('should apply a finalizer to a Namespace', async () => {
    const name = await server.namespace('e2e-ns');
    const own = `${NAMESPACES}/${name}`;
    const fake = 'e2e.example.com/fakeFinalizer';
    const finalizers = (object: Thing) => field(object, 'spec.finalizers') as string[];
    const finalize = (change: (now: readonly string[]) => readonly string[]) =>
      server.api.change(
        own,
        (found) => {
          found['spec'] = { finalizers: change(finalizers(found)) };
        },
        `${own}/finalize`,
      );
    expect(finalizers(await finalize((now) => [...now, fake]))).toContain(fake);
    const left = await finalize((now) => now.filter((each) => each !== fake));
    expect(finalizers(left)).not.toContain(fake);
    expect(finalizers(await server.api.get(own))).toEqual(['kubernetes']);
  });

  test('should always delete fast: many namespaces', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `nslifetest-${i}`);
    const body = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await Promise.all(names.map((name) => server.api.create(NAMESPACES, body(name))));
    await Promise.all(names.map((name) => server.api.remove(`${NAMESPACES}/${name}`)));
    const left = async () =>
      (await server.api.list(NAMESPACES)).items.map(nameOf).filter((name) => name.startsWith('nslifetest'));
    await expect.poll(left, PATIENCE).toEqual([]);
  });

  // OrderedNamespaceDeletion: what pods may still need stays until they are gone.
  test('namespace deletion should delete pods first', async () => {
    const name = await server.namespace('nsdeleteorder');
    const own = `${NAMESPACES}/${name}`;
    const finalizers = ['e2e.example.com/finalizer'];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'test-pod', finalizers }, spec };
    await server.api.create(`${own}/pods`, pod);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'test-configmap' } };
    await server.api.create(`${own}/configmaps`, map);
    await server.api.remove(own);
    const conditions = async () => {
      const found = (field(await server.api.get(own), 'status.conditions') ?? []) as JsonObject[];
      return found.filter(({ status }) => status === 'True').map(({ type }) => type);
    };
    await expect.poll(conditions, PATIENCE).toContain('NamespaceContentRemaining');
    expect((await server.api.get(`${own}/configmaps/test-configmap`)).metadata.deletionTimestamp).toBeUndefined();
    expect((await server.api.get(`${own}/pods/test-pod`)).metadata.deletionTimestamp).toMatch(/./);
    await server.api.patch(`${own}/pods/test-pod`, 'json', [{ op: 'remove', path: '/metadata/finalizers' }]);
    await server.api.gone(own);
  });
});

describe('Garbage collector', () => {
  const container = { name: 'nginx', image: 'pause' };
  const podTemplate = (labels: JsonObject) => ({ metadata: { labels }, spec: { containers: [container] } });
  const reference = ({ apiVersion, kind, metadata }: Thing, more: JsonObject = {}) => ({
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    ...more,
  });
  const controlled = (owner: Thing) => reference(owner, { controller: true, blockOwnerDeletion: true });

  class Place {
    readonly core: string;
    readonly apps: string;

    constructor(namespace: string) {
      this.core = `/api/v1/namespaces/${namespace}`;
      this.apps = `/apis/apps/v1/namespaces/${namespace}`;
    }

    controller(name: string, replicas: number): Promise<Thing> {
      const selector = { gctest: name };
      return server.api.create(`${this.core}/replicationcontrollers`, {
        apiVersion: 'v1',
        kind: 'ReplicationController',
        metadata: { name },
        spec: { replicas, selector, template: podTemplate(selector) },
      });
    }

    pod(name: string, owners: readonly JsonObject[] = [], more: JsonObject = {}): Promise<Thing> {
      return server.api.create(`${this.core}/pods`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, ownerReferences: owners },
        spec: { terminationGracePeriodSeconds: 0, containers: [container], ...more },
      });
    }

    async pods(): Promise<Thing[]> {
      return (await server.api.list(`${this.core}/pods`)).items;
    }

    remove(path: string, owner: Thing, propagationPolicy: string): Promise<Thing> {
      return server.api.remove(path, { propagationPolicy, preconditions: { uid: owner.metadata.uid } });
    }
  }

  const place = async () => new Place(await server.namespace('gc'));

  /** What a replication controller would have made. */
  async function withPods(at: Place, count: number): Promise<Thing> {
    const owner = await at.controller('simpletest.rc', count);
    for (let i = 0; i < count; i++) await at.pod(`pod-${i}`, [controlled(owner)]);
    return owner;
  }

  const RC = 'replicationcontrollers/simpletest.rc';

  test('should delete pods created by rc when not orphaning', async () => {
    const at = await place();
    const owner = await withPods(at, 2);
    await at.remove(`${at.core}/${RC}`, owner, 'Background');
    await server.api.gone(`${at.core}/${RC}`);
    await expect.poll(() => at.pods(), PATIENCE).toEqual([]);
  });

  test.each([['Orphan'], [undefined]])(
    'should orphan pods created by rc if delete options say so: %s',
    async (policy) => {
      const at = await place();
      const owner = await withPods(at, 10);
      const path = `${at.core}/${RC}`;
      if (policy === undefined) await server.api.remove(path, { preconditions: { uid: owner.metadata.uid } });
      else await at.remove(path, owner, policy);
      await server.api.gone(path);
      const pods = await at.pods();
      expect(pods).toHaveLength(10);
      for (const { metadata } of pods) {
        expect(metadata.ownerReferences ?? []).toEqual([]);
        expect(metadata.deletionTimestamp).toBeUndefined();
      }
    },
  );

  test.each([
    ['should delete RS created by deployment when not orphaning', 'Background'],
    ['should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan', 'Orphan'],
  ])('%s', async (_, policy) => {
    const at = await place();
    const labels = { gctest: 'rs' };
    const spec = { replicas: 2, selector: { matchLabels: labels }, template: podTemplate(labels) };
    const deployment = await server.api.create(`${at.apps}/deployments`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'simpletest.deployment' },
      spec,
    });
    const set = await server.api.create(`${at.apps}/replicasets`, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'simpletest.rs', labels, ownerReferences: [controlled(deployment)] },
      spec,
    });
    for (const name of ['pod-0', 'pod-1']) await at.pod(name, [controlled(set)]);
    await at.remove(`${at.apps}/deployments/simpletest.deployment`, deployment, policy);
    await server.api.gone(`${at.apps}/deployments/simpletest.deployment`);
    if (policy === 'Background') {
      await server.api.gone(`${at.apps}/replicasets/simpletest.rs`);
      await expect.poll(() => at.pods(), PATIENCE).toEqual([]);
      return;
    }
    const kept = await server.api.get(`${at.apps}/replicasets/simpletest.rs`);
    expect((kept.metadata.ownerReferences ?? []).filter(({ controller }) => controller)).toEqual([]);
    expect(await at.pods()).toHaveLength(2);
  });

  test('should keep the rc around until all its pods are deleted if the deleteOptions says so', async () => {
    const at = await place();
    const owner = await withPods(at, 10);
    // One pod is held: while it is there, the controller is.
    const held = await at.pod('held', [controlled(owner)]);
    const finalizers = ['e2e.example.com/held'];
    await server.api.patch(`${at.core}/pods/held`, 'merge', { metadata: { finalizers } });
    await at.remove(`${at.core}/${RC}`, owner, 'Foreground');
    await expect.poll(async () => (await at.pods()).map(nameOf), PATIENCE).toEqual([nameOf(held)]);
    const waiting = await server.api.get(`${at.core}/${RC}`);
    expect(waiting.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['foregroundDeletion'],
    });
    await server.api.patch(`${at.core}/pods/held`, 'merge', { metadata: { finalizers: null } });
    await server.api.gone(`${at.core}/${RC}`);
    expect(await at.pods()).toEqual([]);
  });

  test("should not delete dependents that have both valid owner and owner that's waiting for dependents", async () => {
    const at = await place();
    const going = await at.controller('simpletest-rc-to-be-deleted', 10);
    const staying = await at.controller('simpletest-rc-to-stay', 0);
    for (let i = 0; i < 10; i++) await at.pod(`pod-${i}`, [controlled(going)]);
    const patch = { metadata: { ownerReferences: [reference(staying)] } };
    for (let i = 0; i < 5; i++) await server.api.patch(`${at.core}/pods/pod-${i}`, 'strategic', patch);
    const path = `${at.core}/replicationcontrollers/${nameOf(going)}`;
    await at.remove(path, going, 'Foreground');
    await server.api.gone(path);
    const pods = await at.pods();
    expect(pods.map(nameOf)).toEqual(['pod-0', 'pod-1', 'pod-2', 'pod-3', 'pod-4']);
    for (const { metadata } of pods) {
      expect(metadata.deletionTimestamp).toBeUndefined();
      expect(metadata.ownerReferences).toEqual([reference(staying)]);
    }
  });

  test('should not be blocked by dependency circle', async () => {
    const at = await place();
    const pods = [await at.pod('pod1'), await at.pod('pod2'), await at.pod('pod3')];
    for (const [i, pod] of pods.entries()) {
      const owner = pods[(i + 2) % 3]!;
      const patch = { metadata: { ownerReferences: [controlled(owner)] } };
      await server.api.patch(`${at.core}/pods/${nameOf(pod)}`, 'strategic', patch);
    }
    await at.remove(`${at.core}/pods/pod1`, pods[0]!, 'Foreground');
    await expect.poll(() => at.pods(), PATIENCE).toEqual([]);
  });

  test.each([
    ['should support cascading deletion of custom resources', 'Background'],
    ['should support orphan deletion of custom resources', 'Orphan'],
  ])('%s', async (_, propagationPolicy) => {
    const group = 'gc.example.com';
    const wanted = definition(group, [{ name: 'v1beta1' }]);
    await define(server.api, wanted);
    const path = collection(wanted, 'v1beta1');
    const body = (name: string, ownerReferences: readonly JsonObject[] = []) => ({
      apiVersion: `${group}/v1beta1`,
      kind: wanted.spec.names.kind,
      metadata: { name, ownerReferences },
    });
    const owner = await server.api.create(path, body('owner'));
    await server.api.create(path, body('dependent', [reference(owner)]));
    await server.api.remove(`${path}/owner`, { propagationPolicy });
    await server.api.gone(`${path}/owner`);
    if (propagationPolicy === 'Background') await server.api.gone(`${path}/dependent`);
    else {
      const { metadata } = await server.api.get(`${path}/dependent`);
      expect(metadata.ownerReferences ?? []).toEqual([]);
      expect(metadata.deletionTimestamp).toBeUndefined();
    }
    await undefine(server.api, wanted);
  });
});
