import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import { unionOfRules } from '../../src/api/rbac/aggregation.ts';
import type { Job } from '../../src/api/types/batch-v1.ts';
import type { PersistentVolume } from '../../src/api/types/core-v1.ts';
import type { FlowSchema } from '../../src/api/types/flowcontrol-v1.ts';
import type { ClusterRole, PolicyRule } from '../../src/api/types/rbac-v1.ts';
import { podUsesClaim } from '../../src/controllers/persistent-volume-claim-protection.ts';
import { remainingMs } from '../../src/controllers/ttl-after-finished.ts';
import { classesOfClaim } from '../../src/controllers/volume-attributes-class-protection.ts';
import { find, gone, startPlane, type TestPlane, there, until } from './plane.ts';

const ROLES = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' };
const CLAIMS = { group: '', version: 'v1', resource: 'persistentvolumeclaims' };
const VOLUMES = { group: '', version: 'v1', resource: 'persistentvolumes' };
const ACCOUNTS = { group: '', version: 'v1', resource: 'serviceaccounts' };
const PODS = { group: '', version: 'v1', resource: 'pods' };
const JOBS = { group: 'batch', version: 'v1', resource: 'jobs' };

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

function rule(resource: string): PolicyRule {
  return { apiGroups: [''], resources: [resource], verbs: ['get'] };
}

const resources = (role: ClusterRole | undefined): unknown => role?.rules?.map((entry) => entry.resources?.[0]);

test('aggregated roles follow the roles that they select', async () => {
  const { client } = plane;
  const part = (name: string, ...rules: PolicyRule[]) =>
    client.create(ROLES, { metadata: { name, labels: { 'agg.example.com/to': 'x' } }, rules });
  const target = { ...ROLES, name: 'agg' };
  await part('agg-b', rule('b'), rule('shared'));
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { 'agg.example.com/to': 'x' } }] };
  await client.create(ROLES, { metadata: { name: 'agg' }, aggregationRule, rules: [rule('mine')] });
  await until<ClusterRole>(client, target, resources, ['b', 'shared']);
  await part('agg-a', rule('shared'), rule('a'));
  await until<ClusterRole>(client, target, resources, ['shared', 'a', 'b']);
  await client.delete({ ...ROLES, name: 'agg-b' });
  await until<ClusterRole>(client, target, resources, ['shared', 'a']);
  await client.patch({ ...ROLES, name: 'agg-a' }, 'merge', { metadata: { labels: null } });
  await until<ClusterRole>(client, target, (role) => role?.rules ?? [], []);
  const { metadata } = await client.get(target);
  expect(
    metadata.managedFields?.some(
      ({ manager, operation }) => manager === 'clusterrole-aggregation-controller' && operation === 'Apply',
    ),
  ).toBe(true);
});

test('the roles of a new server are filled', async () => {
  await until<ClusterRole>(plane.client, { ...ROLES, name: 'view' }, (role) => (role?.rules ?? []).length > 5, true);
});

test('rules of several selectors come each once, without the role itself', () => {
  const role = (name: string, labels: Record<string, string>, ...rules: PolicyRule[]) => ({
    metadata: { name, labels },
    rules,
  });
  const target = {
    metadata: { name: 'm', labels: { a: '1' } },
    aggregationRule: {
      clusterRoleSelectors: [{ matchLabels: { b: '1' } }, { matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
    },
  };
  const all = [
    role('z', { a: '1' }, rule('z')),
    role('c', { a: '2', b: '1' }, rule('c')),
    role('m', { a: '1' }, rule('m')),
    role('d', {}, rule('d')),
  ];
  expect(unionOfRules(target, all).map((entry) => entry.resources?.[0])).toEqual(['c', 'z']);
});

test('a flow schema says whether its priority level exists', async () => {
  const { client } = plane;
  const group = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1' };
  const target = { ...group, resource: 'flowschemas', name: 'mine' };
  const level = { ...group, resource: 'prioritylevelconfigurations', name: 'mine' };
  const dangling = (schema: FlowSchema | undefined): unknown =>
    schema?.status?.conditions?.map(({ type, status, reason }) => [type, status, reason]);
  await client.create(target, { metadata: { name: 'mine' }, spec: { priorityLevelConfiguration: { name: 'mine' } } });
  await until<FlowSchema>(client, target, dangling, [['Dangling', 'True', 'NotFound']]);
  const spec = { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } };
  await client.create(level, { metadata: { name: 'mine' }, spec });
  await until<FlowSchema>(client, target, dangling, [['Dangling', 'False', 'Found']]);
  await client.delete(level);
  await until<FlowSchema>(client, target, dangling, [['Dangling', 'True', 'NotFound']]);
});

const NOW = Date.parse('2026-01-01T00:01:00Z');
const FINISHED_AT = '2026-01-01T00:00:00Z';

function job(
  ttlSecondsAfterFinished: number | undefined,
  type = 'Complete',
  status = 'True',
  deletionTimestamp?: string,
): Job {
  return {
    metadata: { deletionTimestamp },
    spec: { ttlSecondsAfterFinished },
    status: { conditions: [{ type, status, lastTransitionTime: FINISHED_AT }] },
  };
}

test.each([
  [job(100), 40_000],
  [job(60), 0],
  [job(0), 0],
  [job(100, 'Failed'), 40_000],
  [job(undefined), undefined],
  [job(1, 'Suspended'), undefined],
  [job(1, 'Complete', 'False'), undefined],
  [job(1, 'Complete', 'True', FINISHED_AT), undefined],
  [{ spec: { ttlSecondsAfterFinished: 1 } }, undefined],
])('time left of a job: %j', (finished, ms) => {
  expect(remainingMs(finished, NOW)).toBe(ms);
});

test('a finished job goes when its time is over', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const target = { ...JOBS, namespace, name: 'j' };
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  await client.create(
    { ...JOBS, namespace },
    { metadata: { name: 'j' }, spec: { ttlSecondsAfterFinished: 0, template } },
  );
  const time = new Date(Date.now() - 5000).toISOString().replace(/\.\d+/, '');
  const done = { status: 'True', lastTransitionTime: time, lastProbeTime: time };
  const conditions = [
    { type: 'SuccessCriteriaMet', ...done },
    { type: 'Complete', ...done },
  ];
  expect(await find(client, target)).toBeDefined();
  const status = { startTime: time, completionTime: time, succeeded: 1, conditions };
  await client.patch({ ...target, subresource: 'status' }, 'merge', { status });
  await gone(client, target);
});

const finalizers = (object: KubeObject | undefined): unknown => object?.metadata.finalizers ?? [];

test('a claim goes when the last scheduled pod that uses it has gone', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const target = { ...CLAIMS, namespace, name: 'c' };
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await client.create({ ...CLAIMS, namespace }, { metadata: { name: 'c' }, spec });
  await until(client, target, finalizers, ['kubernetes.io/pvc-protection']);
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }];
  const containers = [{ name: 'c', image: 'i' }];
  const pod = (name: string, nodeName?: string) =>
    client.create(
      { ...PODS, namespace },
      { metadata: { name, finalizers: ['example.com/hold'] }, spec: { containers, volumes, nodeName } },
    );
  await there(client, { ...ACCOUNTS, namespace, name: 'default' });
  await pod('scheduled', 'some-node');
  await pod('waiting');
  await client.delete(target);
  const other = { ...target, name: 'unused' };
  await client.create({ ...CLAIMS, namespace }, { metadata: { name: 'unused' }, spec });
  await client.delete(other);
  await gone(client, other);
  expect(finalizers(await find(client, target))).toEqual(['kubernetes.io/pvc-protection']);
  await client.patch({ ...PODS, namespace, name: 'scheduled' }, 'merge', { metadata: { finalizers: null } });
  await client.delete({ ...PODS, namespace, name: 'scheduled' }, { gracePeriodSeconds: 0 });
  await gone(client, target);
});

test('a volume goes unless it is bound', async () => {
  const { client } = plane;
  const make = (name: string) =>
    client.create(VOLUMES, {
      metadata: { name },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
    });
  await make('bound');
  await make('free');
  const bound = { ...VOLUMES, name: 'bound' };
  await until(client, bound, finalizers, ['kubernetes.io/pv-protection']);
  const namespace = await plane.namespace();
  const claim = { ...CLAIMS, namespace, name: 'holder' };
  const resources = { requests: { storage: '1Gi' } };
  const spec = { accessModes: ['ReadWriteOnce'], volumeName: 'bound', storageClassName: '', resources };
  await client.create({ ...CLAIMS, namespace }, { metadata: { name: 'holder' }, spec });
  await until<PersistentVolume>(client, bound, (volume) => volume?.status?.phase, 'Bound');
  await client.delete(bound);
  await until(client, { ...VOLUMES, name: 'free' }, finalizers, ['kubernetes.io/pv-protection']);
  await client.delete({ ...VOLUMES, name: 'free' });
  await gone(client, { ...VOLUMES, name: 'free' });
  expect(finalizers(await find(client, bound))).toEqual(['kubernetes.io/pv-protection']);
  await client.delete(claim);
  await gone(client, bound);
});

test.each([
  [{}, {}, []],
  [{ volumeAttributesClassName: 'a' }, {}, ['a']],
  [{ volumeAttributesClassName: '' }, { currentVolumeAttributesClassName: 'a' }, ['a']],
  [
    { volumeAttributesClassName: 'b' },
    { currentVolumeAttributesClassName: 'a', modifyVolumeStatus: { targetVolumeAttributesClassName: 'b' } },
    ['b', 'a'],
  ],
])('the classes that a claim %j %j names', (spec, status, names) => {
  expect(classesOfClaim({ spec, status })).toEqual(names);
});

const CLAIM = { metadata: { name: 'p-v' } };
const EPHEMERAL = { name: 'v', ephemeral: {} };

test.each([
  [{ nodeName: 'n', volumes: [{ name: 'a' }, { name: 'b', persistentVolumeClaim: { claimName: 'p-v' } }] }, {}, true],
  [{ volumes: [{ name: 'b', persistentVolumeClaim: { claimName: 'p-v' } }] }, {}, false],
  [{ nodeName: 'n', volumes: [{ name: 'b', persistentVolumeClaim: { claimName: 'other' } }] }, {}, false],
  [{ nodeName: 'n', volumes: [EPHEMERAL] }, {}, true],
  [{ nodeName: 'n', volumes: [EPHEMERAL] }, { deletionTimestamp: 'x', deletionGracePeriodSeconds: 0 }, false],
  [{ nodeName: 'n', volumes: [EPHEMERAL] }, { deletionTimestamp: 'x', deletionGracePeriodSeconds: 30 }, true],
  [{ nodeName: 'n' }, {}, false],
])('whether a pod %j %j uses a claim', (spec, metadata, uses) => {
  expect(podUsesClaim({ metadata: { name: 'p', ...metadata }, spec }, CLAIM)).toBe(uses);
});
