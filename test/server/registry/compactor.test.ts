import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Compactor, startCompactor } from '../../../src/server/registry/compactor.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';

const INTERVAL_MS = 5 * 60_000;
let store: Store;
let compactor: Compactor;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  store = openMemoryStore();
  compactor = startCompactor(store, false);
});

afterEach(async () => {
  compactor.stop();
  vi.useRealTimers();
  await store.close();
});

/** One interval, and what is done after it. */
async function interval(): Promise<number> {
  vi.advanceTimersByTime(INTERVAL_MS);
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
  return store.currentRevision();
}

const put = (value: string, expected: number) =>
  store.commit([{ type: 'put', key: '/registry/a', value: Buffer.from(value), expected }]);

it('forgets each state within two intervals, though nobody writes any more', async () => {
  const first = await put('1', 0);
  const last = await put('2', first);
  await interval();
  await expect(store.get('/registry/a', first)).resolves.toBeDefined();
  await interval();
  for (const revision of [first, last]) {
    await expect(store.get('/registry/a', revision)).rejects.toMatchObject({ code: 'Compacted' });
  }
  expect((await store.get('/registry/a'))?.value.toString()).toBe('2');
});

it('writes once after a time of changes, then nothing', async () => {
  const revision = await put('1', 0);
  const after = await interval();
  expect(after).toBe(revision + 1);
  for (let i = 0; i < 4; i++) expect(await interval()).toBe(after);
  await put('2', revision);
  expect(await interval()).toBe(after + 2);
});
