import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import type { OwnerReference } from '../../src/api/types/meta-v1.ts';
import type { ResourceTarget } from '../../src/client/resource-path.ts';
import { garbageCollector } from '../../src/controllers/garbage-collector/garbage-collector.ts';
import {
  CONFIG_MAPS,
  EVENTS,
  find,
  gone,
  NAMESPACES,
  POLL,
  SECRETS,
  startPlane,
  type TestPlane,
  there,
  until,
} from './plane.ts';

const PRIORITY_CLASSES = { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' };

let plane: TestPlane;
let ns: string;

beforeAll(async () => {
  plane = await startPlane([garbageCollector]);
  ns = await plane.namespace();
});
afterAll(() => plane.close());

interface Made {
  readonly target: ResourceTarget;
  readonly ref: OwnerReference;
}

async function make(
  name: string,
  {
    owners = [],
    finalizers = [],
    namespace = ns,
  }: { owners?: readonly OwnerReference[]; finalizers?: string[]; namespace?: string } = {},
): Promise<Made> {
  const body = { metadata: { name, finalizers, ownerReferences: owners } };
  const object = await plane.client.create({ ...CONFIG_MAPS, namespace }, body);
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name, uid: object.metadata.uid };
  return { target: { ...CONFIG_MAPS, namespace, name }, ref };
}

function blocking(ref: OwnerReference): OwnerReference {
  return { ...ref, blockOwnerDeletion: true };
}

const owners = (object: KubeObject | undefined): unknown => object?.metadata.ownerReferences?.map(({ name }) => name);
const finalizers = (object: KubeObject | undefined): unknown => object?.metadata.finalizers;
const GHOST = { apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: '00000000-0000-4000-8000-0000000000f1' };

test('dependents of dependents go after their owner', async () => {
  const top = await make('background-top');
  const middle = await make('background-middle', { owners: [top.ref] });
  const leaves = await Promise.all(['a', 'b', 'c'].map((name) => make(`background-${name}`, { owners: [middle.ref] })));
  await plane.client.delete(top.target, { propagationPolicy: 'Background' });
  await Promise.all([middle, ...leaves].map(({ target }) => gone(plane.client, target)));
});

test('an owner that never was: the dependent goes, or loses the reference when it has another owner', async () => {
  const owner = await make('half-owner');
  const lost = await make('ghost-only', { owners: [GHOST] });
  const both = await make('ghost-and-owner', { owners: [owner.ref, GHOST] });
  const wrongUid = await make('wrong-uid', { owners: [{ ...owner.ref, uid: GHOST.uid }] });
  const wrongKind = await make('wrong-kind', { owners: [{ ...owner.ref, kind: 'Secret' }] });
  await gone(plane.client, lost.target);
  await gone(plane.client, wrongUid.target);
  await gone(plane.client, wrongKind.target);
  await until(plane.client, both.target, owners, ['half-owner']);
  await plane.client.delete(owner.target);
  await gone(plane.client, both.target);
});

test('foreground: the owner waits for blocking dependents, which go the same way', async () => {
  const owner = await make('front-owner');
  const child = await make('front-child', { owners: [blocking(owner.ref)] });
  const grandchild = await make('front-grandchild', {
    owners: [blocking(child.ref)],
    finalizers: ['example.com/hold'],
  });
  const answer = await plane.client.delete(owner.target, { propagationPolicy: 'Foreground' });
  expect(finalizers(answer)).toEqual(['foregroundDeletion']);
  await until(plane.client, grandchild.target, (object) => object?.metadata.deletionTimestamp !== undefined, true);
  expect(finalizers(await find(plane.client, child.target))).toEqual(['foregroundDeletion']);
  expect(finalizers(await find(plane.client, owner.target))).toEqual(['foregroundDeletion']);
  await plane.client.patch(grandchild.target, 'merge', { metadata: { finalizers: null } });
  for (const { target } of [grandchild, child, owner]) await gone(plane.client, target);
});

test('foreground: dependents that do not block go after the owner', async () => {
  const owner = await make('loose-owner');
  const child = await make('loose-child', { owners: [owner.ref], finalizers: ['example.com/hold'] });
  await plane.client.delete(owner.target, { propagationPolicy: 'Foreground' });
  await gone(plane.client, owner.target);
  await until(plane.client, child.target, (object) => object?.metadata.deletionTimestamp !== undefined, true);
  await plane.client.patch(child.target, 'merge', { metadata: { finalizers: null } });
  await gone(plane.client, child.target);
});

test('foreground: a dependent that others own too stays and loses the reference', async () => {
  const owner = await make('shared-owner');
  const other = await make('shared-other');
  const child = await make('shared-child', { owners: [blocking(owner.ref), other.ref] });
  await plane.client.delete(owner.target, { propagationPolicy: 'Foreground' });
  await gone(plane.client, owner.target);
  await until(plane.client, child.target, owners, ['shared-other']);
});

test('foreground: a reference that stops blocking lets the owner go', async () => {
  const owner = await make('unblock-owner');
  const child = await make('unblock-child', { owners: [blocking(owner.ref)], finalizers: ['example.com/hold'] });
  await plane.client.delete(owner.target, { propagationPolicy: 'Foreground' });
  await until(plane.client, child.target, (object) => object?.metadata.deletionTimestamp !== undefined, true);
  await plane.client.patch(child.target, 'merge', { metadata: { ownerReferences: [owner.ref] } });
  await gone(plane.client, owner.target);
  await plane.client.patch(child.target, 'merge', { metadata: { finalizers: null } });
});

test('foreground: two objects that own each other both go', async () => {
  const one = await make('circle-one');
  const two = await make('circle-two', { owners: [blocking(one.ref)] });
  await plane.client.patch(one.target, 'merge', { metadata: { ownerReferences: [blocking(two.ref)] } });
  await plane.client.delete(one.target, { propagationPolicy: 'Foreground' });
  await gone(plane.client, one.target);
  await gone(plane.client, two.target);
});

test('orphan: dependents stay without the reference', async () => {
  const owner = await make('orphan-owner');
  const other = await make('orphan-other');
  const child = await make('orphan-child', { owners: [owner.ref] });
  const shared = await make('orphan-shared', { owners: [owner.ref, other.ref] });
  const answer = await plane.client.delete(owner.target, { propagationPolicy: 'Orphan' });
  expect(finalizers(answer)).toEqual(['orphan']);
  await gone(plane.client, owner.target);
  await until(plane.client, child.target, owners, undefined);
  await until(plane.client, shared.target, owners, ['orphan-other']);
});

test('an owner added later counts', async () => {
  const owner = await make('later-owner');
  const child = await make('later-child');
  await plane.client.patch(child.target, 'merge', { metadata: { ownerReferences: [owner.ref] } });
  await plane.client.delete(owner.target);
  await gone(plane.client, child.target);
});

test('a cluster-scoped owner counts in every namespace', async () => {
  const owner = await plane.client.create(PRIORITY_CLASSES, { metadata: { name: 'gc-owner' }, value: 1 });
  const { uid } = owner.metadata;
  const ref = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', name: 'gc-owner', uid };
  const elsewhere = await plane.namespace();
  const children = [
    await make('of-class', { owners: [ref] }),
    await make('of-class', { owners: [ref], namespace: elsewhere }),
  ];
  const probe = await make('probe', { owners: [GHOST] });
  await gone(plane.client, probe.target);
  for (const { target } of children) expect(await find(plane.client, target)).toBeDefined();
  await plane.client.delete({ ...PRIORITY_CLASSES, name: 'gc-owner' });
  for (const { target } of children) await gone(plane.client, target);
});

async function warning(namespace: string, about: string): Promise<string | undefined> {
  const events = await plane.client.list<KubeObject & { message: string; reason: string }>({ ...EVENTS, namespace });
  return events.items.find(
    ({ metadata, reason }) => reason === 'OwnerRefInvalidNamespace' && metadata.name?.startsWith(`${about}.`),
  )?.message;
}

test('an owner in another namespace does not count: the dependent goes, with a warning', async () => {
  const elsewhere = await plane.namespace();
  const owner = await make('far-owner', { namespace: elsewhere });
  const child = await make('far-child', { owners: [owner.ref] });
  await gone(plane.client, child.target);
  await expect
    .poll(() => warning(ns, 'far-child'), POLL)
    .toBe(
      `ownerRef [v1/ConfigMap, namespace: ${ns}, name: far-owner, uid: ${owner.ref.uid}] does not exist in namespace "${ns}"`,
    );
  expect(await find(plane.client, owner.target)).toBeDefined();
});

test('a cluster-scoped object stays whatever namespaced owner it names, with a warning', async () => {
  const owner = await make('low-owner');
  const ownerReferences = [owner.ref];
  await plane.client.create(PRIORITY_CLASSES, { metadata: { name: 'low-child', ownerReferences }, value: 1 });
  await expect
    .poll(() => warning('default', 'low-child'), POLL)
    .toBe(
      `ownerRef [v1/ConfigMap, namespace: , name: low-owner, uid: ${owner.ref.uid}] does not exist in namespace ""`,
    );
  await plane.client.delete(owner.target);
  const probe = await make('probe', { owners: [GHOST] });
  await gone(plane.client, probe.target);
  expect(await find(plane.client, { ...PRIORITY_CLASSES, name: 'low-child' })).toBeDefined();
});

test('dependents of different kinds, and the owner of a kind that nobody serves', async () => {
  const owner = await make('kinds-owner');
  const secret = { ...SECRETS, namespace: ns, name: 'kinds-secret' };
  await plane.client.create(
    { ...SECRETS, namespace: ns },
    { metadata: { name: 'kinds-secret', ownerReferences: [owner.ref] } },
  );
  const unserved = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: GHOST.uid };
  const waiting = await make('kinds-waiting', { owners: [unserved] });
  await plane.client.delete(owner.target);
  await gone(plane.client, secret);
  expect(await find(plane.client, waiting.target)).toBeDefined();
});

test('a namespace owns too', async () => {
  const { metadata } = await plane.client.get({ ...NAMESPACES, name: ns });
  const child = await make('of-namespace', {
    owners: [{ apiVersion: 'v1', kind: 'Namespace', name: ns, uid: metadata.uid }],
  });
  const probe = await make('probe', { owners: [GHOST] });
  await gone(plane.client, probe.target);
  expect(await find(plane.client, child.target)).toBeDefined();
});

test('what was left undone when it stopped is done when it starts again', async () => {
  const own = await startPlane([]);
  const { client } = own;
  const target = { ...CONFIG_MAPS, namespace: 'default' };
  const owner = await client.create(target, { metadata: { name: 'owner' } });
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid };
  await client.create(target, { metadata: { name: 'child', ownerReferences: [blocking(ref)] } });
  await client.create(target, { metadata: { name: 'lost', ownerReferences: [GHOST] } });
  await client.create(target, { metadata: { name: 'kept', finalizers: ['orphan'] } });
  await client.delete({ ...target, name: 'owner' }, { propagationPolicy: 'Foreground' });
  await client.delete({ ...target, name: 'kept' }, { propagationPolicy: 'Orphan' });
  await there(client, { ...target, name: 'owner' });
  own.start([garbageCollector]);
  for (const name of ['owner', 'child', 'lost', 'kept']) await gone(client, { ...target, name });
  await own.close();
});

test('custom resources own and are owned as soon as they are served, and go with their definition', async () => {
  const { client } = plane;
  const group = 'gc.example.com';
  const definitions = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' };
  const boats = { group, version: 'v1', resource: 'boats', namespace: ns };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await client.create(definitions, {
    metadata: { name: `boats.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'boats', kind: 'Boat' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  const boat = async (name: string, ownerReferences: OwnerReference[] = []): Promise<OwnerReference> => {
    const body = { apiVersion: `${group}/v1`, kind: 'Boat', metadata: { name, ownerReferences } };
    const { metadata } = await client.create(boats, body);
    return { apiVersion: `${group}/v1`, kind: 'Boat', name, uid: metadata.uid };
  };
  await expect
    .poll(
      () =>
        client.list(boats).then(
          () => true,
          () => false,
        ),
      POLL,
    )
    .toBe(true);
  const config = await make('boat-owner');
  const first = await boat('first', [config.ref]);
  const oar = await make('oar', { owners: [first] });
  const lasting = await boat('lasting');
  const sail = await make('sail', { owners: [lasting] });
  await client.delete(config.target);
  await gone(client, { ...boats, name: 'first' });
  await gone(client, oar.target);
  expect(await find(client, sail.target)).toBeDefined();
  await client.delete({ ...definitions, name: `boats.${group}` });
  await gone(client, { ...definitions, name: `boats.${group}` });
  await gone(client, sail.target);
});
