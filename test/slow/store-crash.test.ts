import { spawn } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store, StoreEvent } from '../../src/store/store.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import { EventLog } from '../contract/event-log.ts';
import { temporaryFiles } from '../store/temporary-file.ts';

const rounds = 220;
const newFile = temporaryFiles();
const writer = join(import.meta.dirname, 'store-crash-writer.ts');

interface Acknowledged {
  readonly revision: number;
  readonly keys: string[];
}

/** Lets a process write, kills it at a moment nobody chose, and says what it had been promised. */
async function writeAndKill(file: string): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  const exited = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), exited]);
  await wait(Math.random() * 40);
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');
  const lines = (await output).split('\n').slice(0, -1);
  return lines.map((line) => {
    const [revision, ...keys] = line.split(' ');
    return { revision: Number(revision), keys };
  });
}

/** What a reader of the log believes; compared with the current state after every crash. */
class Replica {
  readonly #values = new Map<string, StoreEvent>();
  revision = 0;

  /** Follows the store to its current revision and gives the keys of each revision on the way. */
  async follow(store: Store): Promise<Map<number, string[]>> {
    const seen = new Map<number, string[]>();
    const current = await store.currentRevision();
    if (current === this.revision) return seen;
    const log = await new EventLog(store, '', this.revision).reach(current);
    log.close();
    expect(log.error).toBeUndefined();
    for (const event of log.events) {
      expect(event.previous?.modRevision).toBe(this.#values.get(event.key)?.revision);
      if (event.type === 'put') this.#values.set(event.key, event);
      else this.#values.delete(event.key);
      seen.set(event.revision, [...(seen.get(event.revision) ?? []), event.key]);
    }
    expect([...seen.keys()]).toEqual(Array.from({ length: current - this.revision }, (_, i) => this.revision + 1 + i));
    this.revision = current;
    return seen;
  }

  async compare(store: Store): Promise<void> {
    const { entries } = await store.list({ prefix: '' });
    expect(entries.map((e) => e.key)).toEqual([...this.#values.keys()].sort());
    for (const { key, modRevision, createRevision, value } of entries) {
      const event = this.#values.get(key)!;
      expect([modRevision, createRevision]).toEqual([event.revision, event.createRevision]);
      expect(value.equals(event.value)).toBe(true);
    }
  }
}

/** In every other round a copy is opened, so that the next process finds the log as the killed one left it. */
function fileToCheck(file: string, round: number): string {
  if (round % 2 === 0) return file;
  const copy = `${file}.copy`;
  rmSync(`${copy}-wal`, { force: true });
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

test(`no acknowledged write is lost and nothing disagrees in ${rounds} crashes`, async () => {
  const file = newFile();
  const replica = new Replica();
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const promised = await writeAndKill(file);
    // Time stands still here: what expires meanwhile must not change the state that is being compared.
    const store = await openSqliteStore({ file: fileToCheck(file, round), clock: new ManualClock() });
    const seen = await replica.follow(store);
    for (const { revision, keys } of promised) expect(seen.get(revision)).toEqual(keys);
    await replica.compare(store);
    expect((await store.integrityCheck()).faults).toEqual([]);
    await store.close();
    acknowledged += promised.length;
  }
  expect(acknowledged).toBeGreaterThan(rounds * 10);
});
