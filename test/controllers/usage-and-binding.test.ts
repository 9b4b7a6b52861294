/** Quotas, disruption budgets, volume binding and tokens, on one server. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  Secret,
} from '../../src/api/types/core-v1.ts';
import type { PodDisruptionBudget } from '../../src/api/types/policy-v1.ts';
import { bootstrapToken, remainingMs } from '../../src/controllers/bootstrap-tokens/bootstrap-token.ts';
import { disruptionStatus } from '../../src/controllers/disruption/disruption-status.ts';
import {
  bestVolume,
  type Claim,
  mismatch,
  type Volume,
} from '../../src/controllers/persistent-volume-binder/matching.ts';
import { CONFIG_MAPS, gone, SECRETS, startPlane, type TestPlane, until } from './plane.ts';

const QUOTAS = { group: '', version: 'v1', resource: 'resourcequotas' };
const PODS = { group: '', version: 'v1', resource: 'pods' };
const ACCOUNTS = { group: '', version: 'v1', resource: 'serviceaccounts' };
const VOLUMES = { group: '', version: 'v1', resource: 'persistentvolumes' };
const CLAIMS = { group: '', version: 'v1', resource: 'persistentvolumeclaims' };
const BUDGETS = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };
const REPLICA_SETS = { group: 'apps', version: 'v1', resource: 'replicasets' };

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

const POD_SPEC = { containers: [{ name: 'c', image: 'i' }] };

test('a quota is counted, charged, and given back', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const target = { ...QUOTAS, namespace, name: 'q' };
  const used = (quota: ResourceQuota | undefined): unknown => quota?.status?.used;
  await client.create({ ...SECRETS, namespace }, { metadata: { name: 'before' } });
  const hard = { secrets: '2', pods: '1', 'requests.cpu': '1', 'count/ghosts.example.com': '3' };
  await client.create({ ...QUOTAS, namespace }, { metadata: { name: 'q' }, spec: { hard } });
  await until<ResourceQuota>(client, target, used, { secrets: '1', pods: '0', 'requests.cpu': '0' });
  await client.create({ ...SECRETS, namespace }, { metadata: { name: 'after' } });
  await expect(client.create({ ...SECRETS, namespace }, { metadata: { name: 'more' } })).rejects.toThrow(
    'exceeded quota: q, requested: secrets=1, used: secrets=2, limited: secrets=2',
  );
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '300m' } } }];
  await client.create({ ...PODS, namespace }, { metadata: { name: 'p' }, spec: { containers } });
  await until<ResourceQuota>(client, target, used, { secrets: '2', pods: '1', 'requests.cpu': '300m' });
  await client.patch({ ...PODS, namespace, name: 'p', subresource: 'status' }, 'merge', {
    status: { phase: 'Failed' },
  });
  await client.delete({ ...SECRETS, namespace, name: 'before' });
  await until<ResourceQuota>(client, target, used, { secrets: '1', pods: '0', 'requests.cpu': '0' });
  await client.patch(target, 'merge', { spec: { hard: { secrets: null } } });
  await until<ResourceQuota>(client, target, used, { pods: '0', 'requests.cpu': '0' });
});

test('a budget follows its pods and their controller', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const labels = { app: 'db' };
  const template = { metadata: { labels }, spec: POD_SPEC };
  const set = await client.create(
    { ...REPLICA_SETS, namespace },
    { metadata: { name: 'rs' }, spec: { replicas: 4, selector: { matchLabels: labels }, template } },
  );
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: set.metadata.uid, controller: true },
  ];
  const spec = { minAvailable: '50%', selector: { matchLabels: labels } };
  await client.create({ ...BUDGETS, namespace }, { metadata: { name: 'b' }, spec });
  const target = { ...BUDGETS, namespace, name: 'b' };
  const counts = (budget: PodDisruptionBudget | undefined): unknown => {
    const { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed, conditions } = budget?.status ?? {};
    return [expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed, conditions?.[0]?.reason];
  };
  await until<PodDisruptionBudget>(client, target, counts, [0, 0, 0, 0, 'InsufficientPods']);
  const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  for (const name of ['a', 'b', 'c']) {
    await client.create({ ...PODS, namespace }, { metadata: { name, labels, ownerReferences }, spec: POD_SPEC });
    await client.patch({ ...PODS, namespace, name, subresource: 'status' }, 'merge', { status });
  }
  await client.create({ ...PODS, namespace }, { metadata: { name: 'stray', labels }, spec: POD_SPEC });
  await until<PodDisruptionBudget>(client, target, counts, [4, 2, 3, 1, 'SufficientPods']);
  await client.create({ ...PODS, namespace, name: 'a', subresource: 'eviction' }, { metadata: { name: 'a' } });
  await until<PodDisruptionBudget>(client, target, counts, [4, 2, 2, 0, 'InsufficientPods']);
  await expect(
    client.create({ ...PODS, namespace, name: 'b', subresource: 'eviction' }, { metadata: { name: 'b' } }),
  ).rejects.toMatchObject({ status: { code: 429 } });
});

const NOW = Date.parse('2026-01-01T00:10:00Z');

function readyPod(name: string, ready: string, deletionTimestamp?: string): KubeObject & Pod {
  return { metadata: { name, deletionTimestamp }, status: { conditions: [{ type: 'Ready', status: ready }] } };
}

test.each([
  [
    'evicted and still there',
    { a: '2026-01-01T00:09:00Z' },
    1,
    { a: '2026-01-01T00:09:00Z' },
    Date.parse('2026-01-01T00:11:00Z'),
  ],
  ['evicted and overdue', { a: '2026-01-01T00:07:00Z' }, 2, undefined, undefined],
  ['evicted and gone', { z: '2026-01-01T00:09:00Z' }, 2, undefined, undefined],
  ['evicted and going', { d: '2026-01-01T00:09:00Z' }, 2, undefined, undefined],
])('%s', (_, disruptedPods, healthy, kept, recheckAt) => {
  const budget = { metadata: { name: 'b', generation: 3 }, status: { disruptedPods } };
  const pods = [
    readyPod('a', 'True'),
    readyPod('b', 'True'),
    readyPod('c', 'False'),
    readyPod('d', 'True', '2026-01-01T00:09:30Z'),
  ];
  const count = { expected: 4, desiredHealthy: 0 };
  const result = disruptionStatus({ budget, pods, count, now: NOW, time: '2026-01-01T00:10:00Z' });
  expect(result.status.currentHealthy).toBe(healthy);
  expect(result.status.disruptedPods).toEqual(kept);
  expect(result.status.observedGeneration).toBe(3);
  expect(result.recheckAt).toBe(recheckAt);
});

test('a claim gets the smallest volume that fits, and the volume is released after it', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const volume = (name: string, storage: string) =>
    client.create(VOLUMES, {
      metadata: { name },
      spec: {
        capacity: { storage },
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        storageClassName: 'hand',
        hostPath: { path: '/x' },
      },
    });
  const phase = (object: PersistentVolume | PersistentVolumeClaim | undefined): unknown => object?.status?.phase;
  const claim = (name: string) =>
    client.create(
      { ...CLAIMS, namespace },
      {
        metadata: { name },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'hand',
          resources: { requests: { storage: '2Gi' } },
        },
      },
    );
  await claim('early');
  await volume('bind-tiny', '1Gi');
  await volume('bind-big', '10Gi');
  await until<PersistentVolumeClaim>(client, { ...CLAIMS, namespace, name: 'early' }, phase, 'Bound');
  await volume('bind-small', '3Gi');
  await until<PersistentVolume>(client, { ...VOLUMES, name: 'bind-small' }, phase, 'Available');
  await claim('late');
  const target = { ...CLAIMS, namespace, name: 'late' };
  await until<PersistentVolumeClaim>(client, target, (found) => found?.status, {
    phase: 'Bound',
    accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
    capacity: { storage: '3Gi' },
  });
  await client.delete(target);
  await until<PersistentVolume>(client, { ...VOLUMES, name: 'bind-small' }, phase, 'Released');
  await until<PersistentVolume>(client, { ...VOLUMES, name: 'bind-tiny' }, phase, 'Available');
});

function pv(name: string, spec: Partial<Volume['spec']>, phase = 'Available'): Volume {
  const whole = { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 's', ...spec };
  return { metadata: { name, labels: { tier: name } }, spec: whole, status: { phase } } as Volume;
}

function pvc(spec: object = {}): Claim {
  const requests = { storage: '5Gi' };
  const whole = { accessModes: ['ReadWriteOnce'], storageClassName: 's', resources: { requests }, ...spec };
  return { metadata: { name: 'c', namespace: 'n', uid: 'u' }, spec: whole } as Claim;
}

test.each([
  [pv('fits', {}), {}, true, undefined],
  [pv('small', { capacity: { storage: '4Gi' } }), {}, false, 'requested PV is too small'],
  [pv('class', { storageClassName: 't' }), {}, false, 'storageClassName does not match'],
  [pv('block', { volumeMode: 'Block' }), {}, false, 'incompatible volumeMode'],
  [pv('modes', {}), { accessModes: ['ReadWriteMany'] }, false, 'incompatible accessMode'],
  [pv('labels', {}), { selector: { matchLabels: { tier: 'x' } } }, false, undefined],
  [pv('taken', { claimRef: { namespace: 'n', name: 'd' } }), {}, false, undefined],
  [
    pv('mine', { claimRef: { namespace: 'n', name: 'c' }, storageClassName: 't' }),
    {},
    true,
    'storageClassName does not match',
  ],
  [pv('other', { claimRef: { namespace: 'n', name: 'c', uid: 'v' } }), {}, false, undefined],
  [pv('released', {}, 'Released'), {}, false, undefined],
])('volume %# for a claim', (volume, spec, best, why) => {
  expect(bestVolume(pvc(spec), [volume]) !== undefined).toBe(best);
  const text = why === undefined ? undefined : `Cannot bind to requested volume "${volume.metadata.name}": ${why}`;
  expect(mismatch(volume, pvc(spec))).toBe(text);
});

test('a token secret is filled, and goes with its account', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const secret = (name: string, account: string) =>
    client.create(
      { ...SECRETS, namespace },
      {
        metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
        type: 'kubernetes.io/service-account-token',
      },
    );
  const account = await client.create({ ...ACCOUNTS, namespace }, { metadata: { name: 'robot' } });
  await secret('t', 'robot');
  await secret('orphan', 'nobody');
  const target = { ...SECRETS, namespace, name: 't' };
  await until<KubeObject & Secret>(client, target, (found) => Object.keys(found?.data ?? {}).sort(), [
    'ca.crt',
    'namespace',
    'token',
  ]);
  const filled = await client.get<KubeObject & Secret>(target);
  expect(filled.metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(account.metadata.uid);
  const token = Buffer.from(filled.data?.['token'] ?? '', 'base64').toString();
  const review = await client.create<{ status: { user: { username: string } } }>(
    { group: 'authentication.k8s.io', version: 'v1', resource: 'tokenreviews' },
    { spec: { token } },
  );
  expect(review.status.user.username).toBe(`system:serviceaccount:${namespace}:robot`);
  await gone(client, { ...SECRETS, namespace, name: 'orphan' });
  await client.delete({ ...ACCOUNTS, namespace, name: 'robot' });
  await gone(client, target);
});

function tokenSecret(id: string, data: Record<string, string>): Secret {
  const values = { 'token-id': id, 'token-secret': '0123456789abcdef', ...data };
  return {
    metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
    type: 'bootstrap.kubernetes.io/token',
    data: Object.fromEntries(Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  };
}

test('bootstrap tokens sign cluster-info and go when they expire', async () => {
  const { client } = plane;
  const namespace = 'kube-system';
  const content = 'the kubeconfig';
  await client.create(
    { ...CONFIG_MAPS, namespace: 'kube-public' },
    { metadata: { name: 'cluster-info' }, data: { kubeconfig: content, 'jws-kubeconfig-oldold': 'x' } },
  );
  await client.create({ ...SECRETS, namespace }, tokenSecret('abcdef', { 'usage-bootstrap-signing': 'true' }));
  await client.create({ ...SECRETS, namespace }, tokenSecret('nosign', {}));
  await client.create({ ...SECRETS, namespace }, tokenSecret('expire', { expiration: '2020-01-01T00:00:00Z' }));
  const header = Buffer.from('{"alg":"HS256","kid":"abcdef"}').toString('base64url');
  const signed = `${header}.${Buffer.from(content).toString('base64url')}`;
  const signature = createHmac('sha256', 'abcdef.0123456789abcdef').update(signed).digest('base64url');
  const info = { ...CONFIG_MAPS, namespace: 'kube-public', name: 'cluster-info' };
  const wanted = { kubeconfig: content, 'jws-kubeconfig-abcdef': `${header}..${signature}` };
  await until<KubeObject & ConfigMap>(client, info, (found) => found?.data, wanted);
  await gone(client, { ...SECRETS, namespace, name: 'bootstrap-token-expire' });
});

test.each([
  [{ expiration: '2026-01-01T00:11:00Z' }, 60_000],
  [{ expiration: '2026-01-01T01:11:00+01:00' }, 60_000],
  [{ expiration: '2026-01-01T00:10:00Z' }, 0],
  [{ expiration: 'soon' }, 0],
  [{}, undefined],
])('time left of a bootstrap token: %j', (data, ms) => {
  expect(remainingMs(tokenSecret('abcdef', data as Record<string, string>), NOW)).toBe(ms);
});

test.each([
  [tokenSecret('abcdef', {}), true],
  [tokenSecret('ABCDEF', {}), false],
  [tokenSecret('abcdef', { 'token-secret': '' }), false],
  [{ ...tokenSecret('abcdef', {}), type: 'Opaque' }, false],
  [{ ...tokenSecret('abcdef', {}), metadata: { name: 'x' } }, false],
])('what is a bootstrap token: %#', (secret, is) => {
  expect(bootstrapToken(secret) !== undefined).toBe(is);
});
