import { fstatSync, readSync, statSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFiles } from './temporary-file.ts';

/**
 * A disk that loses power: until a sync has finished, any sector written since the last one may be on it or not, in any
 * combination. Rebuilds such disks while a store is at work and opens a store on them.
 */
const sector = 512;
const newFile = temporaryFiles();

function content(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  for (let at = 0; at < bytes.length; ) at += readSync(fd, bytes, at, bytes.length - at, at);
  return bytes;
}

/** A reproducible stream of numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class LossyFile {
  fd = -1;
  #durable: Buffer = Buffer.alloc(0);
  readonly #isLog: boolean;

  constructor(isLog: boolean) {
    this.#isLog = isLog;
  }

  /** Takes what is written now; the returned function says that it has reached the disk. */
  beginSync(): () => void {
    const written = content(this.fd);
    return () => {
      this.#durable = written;
    };
  }

  /** What a power loss now might leave: each changed sector is kept with this probability. */
  afterLoss(random: () => number, kept: number): Buffer {
    const written = content(this.fd);
    const durable = this.#withSyncedHeader(written);
    const left = Buffer.alloc(Math.max(written.length, durable.length));
    durable.copy(left);
    let length = durable.length;
    for (let at = 0; at < written.length; at += sector) {
      const piece = written.subarray(at, at + sector);
      if (piece.equals(durable.subarray(at, at + sector)) || random() >= kept) continue;
      piece.copy(left, at);
      length = Math.max(length, at + piece.length);
    }
    return left.subarray(0, length);
  }

  /** SQLite itself syncs the log's header of 32 bytes when it begins the log anew, before it writes anything else. */
  #withSyncedHeader(written: Buffer): Buffer {
    const durable = Buffer.from(this.#durable);
    if (this.#isLog && durable.length > 0) written.copy(durable, 0, 0, 32);
    return durable;
  }
}

interface Acknowledged {
  readonly key: string;
  readonly revision: number;
}

async function checkSurvivor(file: string, acknowledged: readonly Acknowledged[]): Promise<void> {
  const store = await openSqliteStore({ file, durability: 'memory' });
  try {
    expect((await store.integrityCheck()).faults).toEqual([]);
    for (const { key, revision } of acknowledged) expect((await store.get(key, revision))?.modRevision).toBe(revision);
  } finally {
    await store.close();
  }
}

async function writeAll(store: Store, acknowledged: Acknowledged[], commits: number): Promise<void> {
  const writer = async (name: number) => {
    for (let i = 0, expected = 0; i < commits; i++) {
      const key = `/k/${name}/${i % 3}`;
      expected = (await store.get(key))?.modRevision ?? 0;
      const revision = await store.commit([{ type: 'put', key, value: Buffer.alloc(9000, `${name}-${i} `), expected }]);
      acknowledged.push({ key, revision });
      if (name > 0) await nextTurn();
    }
  };
  await Promise.all([0, 1, 2].map(writer));
}

test.each([
  ['full', 1],
  ['full', 2],
  ['normal', 3],
] as const)('durability %s: whatever a power loss leaves is a sound store (seed %i)', async (durability, seed) => {
  const file = newFile();
  const random = randomNumbers(seed);
  const disk = { database: new LossyFile(false), log: new LossyFile(true) };
  const acknowledged: Acknowledged[] = [];
  let losses = 0;

  async function losePower(): Promise<void> {
    losses++;
    const survivor = newFile();
    const kept = random();
    writeFileSync(survivor, disk.database.afterLoss(random, kept));
    writeFileSync(`${survivor}-wal`, disk.log.afterLoss(random, kept));
    await checkSurvivor(survivor, durability === 'full' ? [...acknowledged] : []);
  }

  let failure: unknown;
  const fileSync = async (fd: number) => {
    const isDatabase = fstatSync(fd).ino === statSync(file).ino;
    const synced = isDatabase ? disk.database : disk.log;
    synced.fd = fd;
    const finish = synced.beginSync();
    const ready = disk.database.fd >= 0 && disk.log.fd >= 0;
    const look = ready && acknowledged.length > 0 && (isDatabase || durability === 'normal' || random() < 0.05);
    // A failed sync would only make the store refuse writes; the expectation's own message is wanted.
    if (look) await losePower().catch((error: unknown) => (failure ??= error));
    finish();
    if (look) await losePower().catch((error: unknown) => (failure ??= error));
  };

  const store = await openSqliteStore({ file, durability, fileSync });
  await writeAll(store, acknowledged, 150);
  await store.close();
  if (failure !== undefined) throw failure;
  expect(losses).toBeGreaterThanOrEqual(8);
});
