import { expect, test } from 'vitest';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { put, storeContract } from '../contract/store-contract.ts';

storeContract('memory store', { open: async (clock) => openMemoryStore({ clock }) });

test('cannot be backed up', async () => {
  const store = openMemoryStore();
  await expect(store.backup('/nowhere')).rejects.toMatchObject({ code: 'Unsupported' });
  await store.close();
});

test('compaction gives memory back', async () => {
  const store = openMemoryStore();
  for (let i = 0; i < 10; i++) await store.commit([put('/a', i, 'x'.repeat(1000))]);
  const before = await store.size();
  await store.compact(10);
  expect(await store.size()).toBeLessThan(before / 5);
  await store.close();
});
