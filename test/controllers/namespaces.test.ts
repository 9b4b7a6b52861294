import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import type { ConfigMap, Namespace } from '../../src/api/types/core-v1.ts';
import { CONFIG_MAPS, find, gone, NAMESPACES, SECRETS, startPlane, type TestPlane, there, until } from './plane.ts';

const SERVICE_ACCOUNTS = { group: '', version: 'v1', resource: 'serviceaccounts' };

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.close());

test('a new namespace gets its service account and the authority, and gets them back', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const account = { ...SERVICE_ACCOUNTS, namespace, name: 'default' };
  const authority = { ...CONFIG_MAPS, namespace, name: 'kube-root-ca.crt' };
  await there(client, account);
  await there(client, authority);
  const config = await client.get<ConfigMap>(authority);
  expect(config.data).toEqual({ 'ca.crt': plane.caCertificate });
  expect(config.metadata?.annotations?.['kubernetes.io/description']).toMatch(
    /^Contains a CA bundle .* Kubernetes clusters\.$/,
  );
  await client.patch(authority, 'merge', { data: { 'ca.crt': 'x', more: 'y' } });
  await until<ConfigMap>(client, authority, (object) => object?.data, { 'ca.crt': plane.caCertificate });
  await client.patch(authority, 'merge', { metadata: { annotations: null } });
  await until(client, authority, (object) => Object.keys(object?.metadata.annotations ?? {}), [
    'kubernetes.io/description',
  ]);
  const { metadata } = await client.get(account);
  await client.delete(authority);
  await client.delete(account);
  await there(client, authority);
  await until(client, account, (object) => object !== undefined && object.metadata.uid !== metadata.uid, true);
});

test('the namespaces of a new server have theirs', async () => {
  for (const namespace of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    await there(plane.client, { ...SERVICE_ACCOUNTS, namespace, name: 'default' });
    await there(plane.client, { ...CONFIG_MAPS, namespace, name: 'kube-root-ca.crt' });
  }
});

test('a deleted namespace is emptied and goes', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  await client.create({ ...CONFIG_MAPS, namespace }, { metadata: { name: 'one' } });
  await client.create({ ...SECRETS, namespace }, { metadata: { name: 'two' } });
  await client.delete({ ...NAMESPACES, name: namespace });
  await gone(client, { ...NAMESPACES, name: namespace });
  expect(await find(client, { ...CONFIG_MAPS, namespace, name: 'one' })).toBeUndefined();
  await client.create(NAMESPACES, { metadata: { name: namespace } });
  expect((await client.list({ ...SECRETS, namespace })).items).toEqual([]);
  await there(client, { ...SERVICE_ACCOUNTS, namespace, name: 'default' });
});

test('finalizers hold a namespace, and its conditions say so until the last is gone', async () => {
  const { client } = plane;
  const namespace = await plane.namespace();
  const target = { ...NAMESPACES, name: namespace };
  const held = { finalizers: ['example.com/hold'] };
  await client.create({ ...CONFIG_MAPS, namespace }, { metadata: { name: 'a', ...held } });
  await client.create({ ...CONFIG_MAPS, namespace }, { metadata: { name: 'b', ...held } });
  await client.create({ ...SECRETS, namespace }, { metadata: { name: 'free' } });
  const answer = await client.delete<Namespace & KubeObject>(target);
  expect(answer.status?.phase).toBe('Terminating');
  const conditions = (object: Namespace | undefined): unknown =>
    object?.status?.conditions?.map(({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`);
  await until<Namespace>(client, target, conditions, [
    'NamespaceDeletionDiscoveryFailure False ResourcesDiscovered: All resources successfully discovered',
    'NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions: All legacy kube types successfully parsed',
    'NamespaceDeletionContentFailure False ContentDeleted: All content successfully deleted, may be waiting on finalization',
    'NamespaceContentRemaining True SomeResourcesRemain: Some resources are remaining: configmaps. has 2 resource instances',
    'NamespaceFinalizersRemaining True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 2 resource instances',
  ]);
  expect(await find(client, { ...SECRETS, namespace, name: 'free' })).toBeUndefined();
  await client.patch({ ...CONFIG_MAPS, namespace, name: 'a' }, 'merge', { metadata: { finalizers: null } });
  await until<Namespace>(
    client,
    target,
    (object) => object?.status?.conditions?.[3]?.message,
    'Some resources are remaining: configmaps. has 1 resource instances',
  );
  await client.patch({ ...CONFIG_MAPS, namespace, name: 'b' }, 'merge', { metadata: { finalizers: null } });
  await gone(client, target);
});

test('finalizers of the namespace itself hold it after it is empty', async () => {
  const { client } = plane;
  const name = 'own-finalizer';
  const target = { ...NAMESPACES, name };
  await client.create(NAMESPACES, { metadata: { name, finalizers: ['example.com/hold'] } });
  await there(client, { ...SERVICE_ACCOUNTS, namespace: name, name: 'default' });
  await client.delete(target);
  await until<Namespace>(client, target, (object) => object?.spec?.finalizers ?? [], []);
  expect((await client.list({ ...SERVICE_ACCOUNTS, namespace: name })).items).toEqual([]);
  await client.patch(target, 'merge', { metadata: { finalizers: null } });
  await gone(client, target);
});

test('many namespaces at once', async () => {
  const { client } = plane;
  const names = await Promise.all(Array.from({ length: 20 }, () => plane.namespace()));
  await Promise.all(names.map((name) => there(client, { ...SERVICE_ACCOUNTS, namespace: name, name: 'default' })));
  await Promise.all(names.map((name) => client.delete({ ...NAMESPACES, name })));
  await Promise.all(names.map((name) => gone(client, { ...NAMESPACES, name })));
});
