import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { bootstrapFacts } from '../../../src/server/bootstrap/bootstrap.ts';
import type { BootstrapObject } from '../../../src/server/bootstrap/objects.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { objectKey } from '../../../src/server/registry/keys.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';

const kinds = new KindTable(BUILTIN_KINDS);
const key = (group: string, resource: string, name: string): string =>
  objectKey(kinds.preferred(group, resource) as Kind, '', name);
const KEY = key('rbac.authorization.k8s.io', 'clusterroles', 'reader');
let store: Store;

beforeEach(() => {
  store = openMemoryStore();
});

function role(...verbs: string[]): BootstrapObject {
  const object = { metadata: { name: 'reader' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs }] };
  return { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', object, reconcile: true };
}

const namespace: BootstrapObject = {
  group: '',
  resource: 'namespaces',
  object: { metadata: { name: 'default' } },
  reconcile: false,
};

const start = (...objects: BootstrapObject[]) =>
  bootstrapFacts({ store, kinds, now: () => new Date(0), uuid: randomUUID }, objects);

async function rules(): Promise<unknown> {
  const entry = await store.get(KEY);
  return entry === undefined ? undefined : JSON.parse(entry.value.toString()).rules;
}

/** A write of somebody else. */
async function change(edit: (object: { rules: unknown[]; metadata: { annotations?: object } }) => void): Promise<void> {
  const entry = await store.get(KEY);
  const object = JSON.parse(String(entry?.value));
  edit(object);
  const value = Buffer.from(JSON.stringify(object));
  await store.commit([{ type: 'put', key: KEY, value, expected: entry?.modRevision ?? 0 }]);
}

const READS = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
const WRITES = { apiGroups: [''], resources: ['pods'], verbs: ['update'] };

it('writes once, and nothing at the next start', async () => {
  await start(role('get'), namespace);
  expect(await rules()).toEqual([READS]);
  const revision = await store.currentRevision();
  await start(role('get'), namespace);
  expect(await store.currentRevision()).toBe(revision);
});
it('puts back what is gone or was taken away, and keeps what was added', async () => {
  await start(role('get'), namespace);
  await change((object) => {
    object.rules = [WRITES];
  });
  await start(role('get'), namespace);
  expect(await rules()).toEqual([WRITES, READS]);
  const revision = await store.currentRevision();
  await start(role('get'), namespace);
  expect(await store.currentRevision()).toBe(revision);
  await store.commit([{ type: 'delete', key: KEY, expected: revision }]);
  await start(role('get'), namespace);
  expect(await rules()).toEqual([READS]);
});
it('leaves alone who asks for that', async () => {
  await start(role('get'));
  await change((object) => {
    object.rules = [WRITES];
    object.metadata.annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  });
  await start(role('get'));
  expect(await rules()).toEqual([WRITES]);
});
it('compares everything when the facts are new', async () => {
  await start(role('get'));
  await start(role('list'), namespace);
  expect(await rules()).toEqual([READS, { ...READS, verbs: ['list'] }]);
  expect(await store.get(key('', 'namespaces', 'default'))).toBeDefined();
});
