/** What a kind stores together with its objects, when somebody else was quicker, and when nothing is to be stored. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { forbidden } from '../../../src/api/status-error.ts';
import { defineKind } from '../../../src/server/kinds/define.ts';
import type { Change, Companion } from '../../../src/server/kinds/kind.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { NAMESPACE, RegistryPlayer } from '../kinds/registry-player.ts';

let store: Store;
let player: RegistryPlayer;
let ends: boolean[];
/** The first seat that nobody has told of. */
let next: number;

beforeEach(() => {
  store = openMemoryStore();
  player = new RegistryPlayer(store);
  ends = [];
  next = 0;
});
afterEach(() => player.close());

const seatKey = (seat: number): string => `/seats/${String(seat).padStart(3, '0')}`;

/** Gives every ConfigMap a seat, named in an annotation; does not look whether it is taken. */
const seated = defineKind('', 'v1', 'configmaps', {
  async companion({ operation, object, dryRun }: Change<KubeObject>): Promise<Companion> {
    if (operation === 'delete' && object.metadata.name === 'kept')
      throw forbidden({ group: '', resource: 'configmaps' }, 'kept', 'it stays');
    const mutations = [];
    if (operation === 'create') {
      const seat = next++;
      if (object.metadata.annotations?.['seat'] !== undefined) throw new Error('seated twice');
      object.metadata.annotations = { seat: String(seat) };
      mutations.push({ type: 'put', key: seatKey(seat), value: Buffer.from('x'), expected: 0 } as const);
    }
    return { mutations: dryRun ? [] : mutations, settle: (committed) => void ends.push(committed) };
  },
});

const configMap = (name: string) => ({ metadata: { name } });

it('a creation looks for something else when its companion is taken', async () => {
  for (const seat of [0, 1]) {
    await store.commit([{ type: 'put', key: seatKey(seat), value: Buffer.from('theirs'), expected: 0 }]);
  }
  const { status, body } = await player.create(seated, configMap('a'));
  expect([status, (body as KubeObject).metadata.annotations]).toEqual([201, { seat: '2' }]);
  expect(ends).toEqual([false, false, true]);
  expect((await player.stored(seated, `${seated.storage.prefix}${NAMESPACE}/a`))?.metadata.annotations).toEqual({
    seat: '2',
  });
});

it('gives up when everything is taken', async () => {
  for (let seat = 0; seat < 30; seat++) {
    await store.commit([{ type: 'put', key: seatKey(seat), value: Buffer.from('theirs'), expected: 0 }]);
  }
  expect(await player.create(seated, configMap('a'))).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
  expect(await player.get(seated, 'a')).toMatchObject({ status: 404 });
});

it('an object of the same name is no reason to go on', async () => {
  await player.create(seated, configMap('a'));
  expect(await player.create(seated, configMap('a'))).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } });
  expect(ends).toEqual([true, false]);
});

it('a dry run of a deletion is refused like the deletion', async () => {
  for (const name of ['kept', 'free']) await player.create(seated, configMap(name));
  const remove = (name: string, dryRun: boolean) => player.delete(seated, name, {}, dryRun);
  expect((await remove('kept', true)).status).toBe(403);
  expect((await remove('kept', false)).status).toBe(403);
  expect((await remove('free', true)).status).toBe(200);
  expect((await player.get(seated, 'free')).status).toBe(200);
  expect((await remove('free', false)).status).toBe(200);
  expect((await player.get(seated, 'free')).status).toBe(404);
});
