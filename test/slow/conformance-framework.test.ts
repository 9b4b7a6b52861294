// What the e2e framework of Kubernetes v1.36 asks a server before the first conformance test (setupSuite of
// test/e2e/e2e.go), and before and after each (test/e2e/framework/framework.go), as client-go's clientset asks it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  at,
  condition,
  type E2e,
  eventually,
  isGone,
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

/** What client-go's reflectors send since v1.35. */
const STREAM = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', timeoutSeconds: 300 };
const PAUSE = 'registry.k8s.io/pause:3.10.1';
/** What e2epod.GetRestrictedContainerSecurityContext gives. */
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

function testNamespace(name: string, level: string): JsonObject {
  const labels = {
    'e2e-framework': 'replay',
    'e2e-run': '0e7b6a52-0b5c-4a31-9fd6-5d1f1a4c9a11',
    'pod-security.kubernetes.io/enforce': level,
    'security.openshift.io/scc.podSecurityLabelSync': 'false',
  };
  return { metadata: { name, labels } };
}

/** As UntilWithSync does: a stream of all of that name, until it is there. */
async function appears(resource: Resource, name: string): Promise<unknown> {
  const watch = await resource.watch({ ...STREAM, fieldSelector: `metadata.name=${name}` });
  try {
    const [first] = await watch.initial();
    return first ?? (await watch.until(({ type }) => type === 'ADDED')).object;
  } finally {
    watch.stop();
  }
}

describe('before the suite', () => {
  it('should find all nodes schedulable, and after their taint is gone ready ones', async () => {
    const nodes = e2e.typed('nodes');
    const query = { fieldSelector: 'spec.unschedulable=false', resourceVersion: '0' };
    const { items } = await nodes.list(undefined, query);
    expect(items.map((node) => condition(node, 'Ready')?.['status'])).toEqual(['True']);
    // Admission adds it; upstream's node lifecycle controller, or an administrator, takes it away.
    expect(at(items[0], 'spec.taints.0.key')).toBe('node.kubernetes.io/not-ready');
    await nodes.change('node-1', (node) => put(node, 'spec.taints', []));
    expect(at((await nodes.list(undefined, query)).items[0], 'spec.taints') ?? []).toEqual([]);
    await nodes.change('node-1', (node) => put(node, 'spec.unschedulable', true));
    expect((await nodes.list(undefined, { fieldSelector: 'spec.unschedulable=false' })).items).toEqual([]);
    await nodes.change('node-1', (node) => put(node, 'spec.unschedulable', false));
    expect((await nodes.list(undefined, { fieldSelector: 'spec.unschedulable=false' })).items).toHaveLength(1);
  });

  it('should have at least two untainted nodes once they are registered', async () => {
    const nodes = e2e.typed('nodes');
    const { status } = await nodes.get('node-1');
    await nodes.create({ metadata: { name: 'node-2' }, status });
    for (const name of ['node-1', 'node-2']) await nodes.change(name, (node) => put(node, 'spec.taints', []));
    const { items } = await nodes.list(undefined, { fieldSelector: 'spec.unschedulable=false', resourceVersion: '0' });
    const usable = items.filter(
      (node) => condition(node, 'Ready')?.['status'] === 'True' && at(node, 'spec.taints.0') === undefined,
    );
    expect(usable).toHaveLength(2);
    await nodes.delete('node-2');
  });

  it.each<Plural>(['pods', 'replicationcontrollers', 'replicasets', 'daemonsets'])(
    'should find nothing to wait for among the %s of the system',
    async (plural) => {
      expect((await e2e.typed(plural, 'kube-system').list()).items).toEqual([]);
    },
  );

  it('should tell versions and the family of addresses', async () => {
    expect(await e2e.document('/version')).toMatchObject({ major: '1', minor: '36', gitVersion: /^v1\.36\./ });
    expect(at(await e2e.typed('services', 'default').get('kubernetes'), 'spec.clusterIP')).toBe('10.0.0.1');
  });

  it('should delete orphaned namespaces', async () => {
    const namespaces = e2e.typed('namespaces');
    await namespaces.create(testNamespace('orphan', 'privileged'));
    const system = ['kube-system', 'default', 'kube-public', 'kube-node-lease'];
    const { items } = await namespaces.list();
    const names = items.map(({ metadata }) => metadata.name as string);
    expect(names).toEqual(expect.arrayContaining([...system, 'orphan']));
    for (const name of names.filter((one) => !system.includes(one))) await namespaces.delete(name);
    await eventually(
      () => namespaces.list(),
      (list) => list.items.length === system.length,
    );
  });
});

describe('around each test', () => {
  it('should make a namespace with its service account and root authority', async () => {
    await e2e.typed('namespaces').create(testNamespace('replay-1', 'privileged'));
    await appears(e2e.typed('serviceaccounts', 'replay-1'), 'default');
    const map = await appears(e2e.typed('configmaps', 'replay-1'), 'kube-root-ca.crt');
    expect(at(map, 'data') as JsonObject).toHaveProperty(['ca.crt'], expect.stringMatching(/^-----BEGIN CERTIFICATE/));
  });

  it('should give streams what is there, then what comes, over Protobuf and JSON', async () => {
    const ns = await e2e.namespace();
    const selector = { labelSelector: 'app=replay' };
    const pod = (name: string): JsonObject => ({
      metadata: { name, labels: { app: 'replay' } },
      spec: { containers: [{ name: 'main', image: PAUSE }] },
    });
    await e2e.typed('pods', ns).create(pod('first'));
    for (const pods of [e2e.typed('pods', ns), e2e.dynamic('pods', ns)]) {
      const watch = await pods.watch({ ...STREAM, ...selector });
      expect((await watch.initial()).map(({ metadata }) => metadata.name)).toEqual(['first']);
      await pods.create(pod('second'));
      expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'second' } } });
      await pods.delete('second', { gracePeriodSeconds: 0 });
      // Deleted gracefully, with no grace: its deletionTimestamp is an event of its own.
      expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'second' } } });
      expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'second' } } });
      watch.stop();
    }
  });

  it.each([
    ['privileged', {}, true],
    ['baseline', {}, true],
    ['baseline', { privileged: true }, false],
    ['restricted', RESTRICTED, true],
    ['restricted', {}, false],
  ])('should enforce the pod security level %s on %o', async (level, securityContext, allowed) => {
    const ns = await e2e.namespace();
    await e2e.typed('namespaces').patch(ns, 'merge', {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': level } },
    });
    const containers = [{ name: 'main', image: PAUSE, securityContext }];
    const created = e2e.typed('pods', ns).create({ metadata: { name: 'test' }, spec: { containers } });
    if (allowed) return void (await created);
    const { code, reason, message } = await refusal(created);
    expect([code, reason]).toEqual([403, 'Forbidden']);
    expect(message).toContain(`violates PodSecurity "${level}:latest"`);
  });

  it('should delete the namespace with all that is in it, and find all nodes ready', async () => {
    const ns = await e2e.namespace();
    await e2e.typed('configmaps', ns).create({ metadata: { name: 'left' }, data: { a: 'b' } });
    const involvedObject = { kind: 'Pod', namespace: ns, name: 'x' };
    await e2e.typed('events', ns).create({ metadata: { name: 'left' }, involvedObject, type: 'Normal', reason: 'Ran' });
    expect((await e2e.typed('events', ns).list()).items).toHaveLength(1);
    await e2e.typed('namespaces').delete(ns);
    await eventually(() => isGone(e2e.typed('namespaces'), ns), Boolean);
    expect(await isGone(e2e.typed('configmaps', ns), 'left')).toBe(true);
    const { items } = await e2e.typed('nodes').list(undefined, { resourceVersion: '0' });
    expect(items.map((node) => condition(node, 'Ready')?.['status'])).toEqual(['True']);
  });

  it('should map kinds and their scales by discovery, aggregated or not', async () => {
    const apps = await e2e.document('/apis/apps/v1');
    const scales = (apps['resources'] as JsonObject[]).filter(({ name }) => String(name).endsWith('/scale'));
    expect(scales.map(({ name, group, version, kind }) => [name, group, version, kind])).toEqual([
      ['deployments/scale', 'autoscaling', 'v1', 'Scale'],
      ['replicasets/scale', 'autoscaling', 'v1', 'Scale'],
      ['statefulsets/scale', 'autoscaling', 'v1', 'Scale'],
    ]);
    const accept =
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
      'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';
    for (const path of ['/api', '/apis'])
      expect(await e2e.document(path, accept)).toMatchObject({
        apiVersion: 'apidiscovery.k8s.io/v2',
        kind: 'APIGroupDiscoveryList',
      });
  });
});
