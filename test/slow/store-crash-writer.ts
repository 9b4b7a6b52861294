import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Mutation } from '../../src/store/store.ts';

/**
 * Writes to the store named by the first argument until it is killed, and prints `revision key …` for every commit
 * that was acknowledged.
 */
const store = await openSqliteStore({ file: process.argv[2]! });
const pick = (below: number) => Math.floor(Math.random() * below);

function print(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

async function mutation(key: string): Promise<Mutation> {
  const expected = (await store.get(key))?.modRevision ?? 0;
  if (expected > 0 && pick(4) === 0) return { type: 'delete', key, expected };
  const lease = pick(10) === 0 ? { ttlSeconds: 0.01 } : {};
  return { type: 'put', key, value: Buffer.alloc(pick(5000), `${key} `), expected, ...lease };
}

async function write(): Promise<void> {
  const keys = [...new Set(Array.from({ length: 1 + pick(3) }, () => `/k/${pick(300)}`))];
  try {
    const revision = await store.commit(await Promise.all(keys.map(mutation)));
    print(`${revision} ${keys.join(' ')}\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'Conflict')) throw error;
  }
}

async function writer(): Promise<never> {
  for (;;) await write();
}

const atStart = await store.currentRevision();
if (pick(3) === 0) void store.compact(Math.max(atStart - pick(50), 0));
await Promise.all(Array.from({ length: 20 }, writer));
