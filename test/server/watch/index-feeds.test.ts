import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import type { IndexFeed } from '../../../src/server/authorization/index-feed.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { objectKey } from '../../../src/server/registry/keys.ts';
import { feedIndexes } from '../../../src/server/watch/index-feeds.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';

const kinds = new KindTable(BUILTIN_KINDS);
const configMaps = kinds.preferred('', 'configmaps') as NonNullable<ReturnType<KindTable['preferred']>>;
const UID = '00000000-0000-4000-8000-000000000001';

function bytes(name: string, colour: string): Buffer {
  return Buffer.from(JSON.stringify({ metadata: { name, namespace: 'a', uid: UID }, data: { colour } }));
}

test('an index hears of what concerns it: first what is stored, however much, then each change', async () => {
  const store = openMemoryStore();
  const key = (name: string): string => objectKey(configMaps, 'a', name);
  for (let i = 0; i < 4100; i++) {
    const value = bytes(`c${i}`, i % 1000 === 0 ? 'blue' : 'red');
    await store.commit([{ type: 'put', key: key(`c${i}`), value, expected: 0 }]);
  }
  const blue = new Set<string>();
  const feed: IndexFeed = {
    group: '',
    resource: 'configmaps',
    concerns: (value) => value.includes('"blue"'),
    put: (object) => blue.add((object as KubeObject).metadata.name ?? ''),
    delete: (_, name) => blue.delete(name),
  };
  const feeding = await feedIndexes(store, kinds, [feed], pino({ level: 'silent' }));
  expect([...blue].sort()).toEqual(['c0', 'c1000', 'c2000', 'c3000', 'c4000']);
  const put = async (name: string, colour: string): Promise<void> => {
    const expected = (await store.get(key(name)))?.modRevision ?? 0;
    await store.commit([{ type: 'put', key: key(name), value: bytes(name, colour), expected }]);
  };
  await put('c0', 'red');
  await put('c1', 'blue');
  await put('new', 'red');
  const { modRevision } = (await store.get(key('c1000'))) as { modRevision: number };
  await store.commit([{ type: 'delete', key: key('c1000'), expected: modRevision }]);
  expect([...blue].sort()).toEqual(['c1', 'c2000', 'c3000', 'c4000']);
  feeding.stop();
  await put('c2', 'blue');
  expect(blue.has('c2')).toBe(false);
  await store.close();
});
