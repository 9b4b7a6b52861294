import { readFileSync, statSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { noDemand } from '../../src/store/demand.ts';
import { checksumOf } from '../../src/store/sqlite/checksum.ts';
import { applicationId } from '../../src/store/sqlite/schema.ts';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import { EventLog } from '../contract/event-log.ts';
import { put, remove, storeContract } from '../contract/store-contract.ts';
import { temporaryFiles } from './temporary-file.ts';

const newFile = temporaryFiles();

storeContract('sqlite store, durability full', { open: (clock) => openSqliteStore({ file: newFile(), clock }) });
storeContract('sqlite store, durability normal, without a cache', {
  open: (clock) => openSqliteStore({ file: newFile(), durability: 'normal', cacheBytes: 0, clock }),
});
storeContract('sqlite store, durability memory, with a small cache', {
  open: (clock) => openSqliteStore({ file: newFile(), durability: 'memory', cacheBytes: 1000, clock }),
});
storeContract('sqlite store, keys merged at every third version, nobody else served', {
  open: (clock) => openSqliteStore({ file: newFile(), cacheBytes: 0, mergeAfter: 3, demand: noDemand, clock }),
});
storeContract('sqlite store in :memory:', { open: (clock) => openSqliteStore({ file: ':memory:', clock }) });

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

async function open(options: SqliteStoreOptions): Promise<Store> {
  const store = await openSqliteStore(options);
  opened.push(store);
  return store;
}

/** Commits one after the other, each at the revision before. */
async function rewrite(store: Store, key: string, times: number, value = 'x'): Promise<number> {
  let revision = (await store.get(key))?.modRevision ?? 0;
  for (let i = 0; i < times; i++) revision = await store.commit([put(key, revision, value)]);
  return revision;
}

describe('a file', () => {
  test('keeps state, history, compaction and times to live', async () => {
    const file = newFile();
    const clock = new ManualClock(5000);
    const first = await openSqliteStore({ file, clock });
    await first.commit([
      put('/a'),
      { type: 'put', key: '/lease', value: Buffer.from('l'), expected: 0, ttlSeconds: 60 },
    ]);
    await first.commit([put('/a', 1, 'new')]);
    await first.commit([put('/b')]);
    await first.compact(2);
    await first.close();

    const second = await open({ file, clock });
    expect(await second.currentRevision()).toBe(3);
    expect(await second.compactedRevision()).toBe(2);
    expect((await second.get('/a'))?.value.toString()).toBe('new');
    const log = await new EventLog(second, '/', 2).reach(3);
    clock.advance(60_000);
    await log.reach(4);
    expect(log.lines).toEqual(['put /b 3<-', 'delete /lease 4<1']);
  });

  test('keeps its revision when everything is deleted and forgotten', async () => {
    const file = newFile();
    const first = await openSqliteStore({ file });
    await first.commit([put('/a')]);
    await first.commit([remove('/a', 1)]);
    await first.compact(2);
    await first.close();
    const second = await open({ file });
    expect(await second.currentRevision()).toBe(2);
    expect(await second.commit([put('/a')])).toBe(3);
    expect((await second.integrityCheck()).faults).toEqual([]);
  });

  test('is readable by its owner only', async () => {
    const file = newFile();
    await open({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
  });

  test('is open once, and can be opened again when it was refused', async () => {
    const file = newFile();
    const first = await openSqliteStore({ file });
    for (let i = 0; i < 2; i++) await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'Failed' });
    await first.commit([put('/a')]);
    await first.close();
    expect(await (await open({ file })).count('/')).toBe(1);
  });

  test.each<[string, (file: string) => void, string]>([
    ['no database', (file) => writeFileSync(file, 'x'.repeat(5000)), 'Corrupt'],
    ["another program's", (file) => void new Sqlite(file).exec('CREATE TABLE t (x)').close(), 'Unsupported'],
    [
      'of a later format',
      (file) => void new Sqlite(file).exec(`PRAGMA application_id=${applicationId}; PRAGMA user_version=99`).close(),
      'Unsupported',
    ],
  ])('that is %s is refused', async (_, make, code) => {
    const file = newFile();
    make(file);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code });
  });

  test.each([1, 2])(
    'of format %i is brought up to date: state and times to live stay, history is forgotten',
    async (format) => {
      const file = newFile();
      const clock = new ManualClock(5000);
      new Sqlite(file).exec(undoLogFile(format)).close();
      const store = await open({ file, clock });
      expect([await store.currentRevision(), await store.compactedRevision()]).toEqual([9, 9]);
      const state = async () =>
        (await store.list({ prefix: '' })).entries.map(
          (e) => `${e.key} ${e.createRevision}/${e.modRevision} ${e.value}`,
        );
      expect(await state()).toEqual(['/a 3/7 new', '/b 3/3 b', '/lease 4/4 l']);
      await expect(store.get('/a', 8)).rejects.toMatchObject({ code: 'Compacted' });
      const log = new EventLog(store, '/', 9);
      expect(await store.commit([remove('/a', 7), put('/b', 3, 'newer')])).toBe(10);
      clock.advance(60_000);
      await log.reach(11);
      expect(log.lines).toEqual(['delete /a 10<7', 'put /b 10<3', 'delete /lease 11<4']);
      expect((await store.list({ prefix: '/', revision: 10 })).entries.map((e) => e.key)).toEqual(['/b', '/lease']);
      expect((await store.integrityCheck()).faults).toEqual([]);
    },
  );

  test('does not disturb the files of other stores in the process', async () => {
    const stores = await Promise.all(Array.from({ length: 20 }, () => open({ file: newFile() })));
    await Promise.all(stores.map((store, i) => rewrite(store, `/k/${i}`, 5)));
    for (const [i, store] of stores.entries()) {
      expect((await store.list({ prefix: '' })).entries.map((e) => [e.key, e.modRevision])).toEqual([[`/k/${i}`, 5]]);
    }
  });

  test('in a directory that does not exist is refused', async () => {
    await expect(openSqliteStore({ file: newFile('missing/a.db') })).rejects.toMatchObject({ code: 'Failed' });
  });

  test('and its log stay small when history is forgotten', async () => {
    const file = newFile();
    const store = await open({ file, durability: 'normal' });
    const value = 'x'.repeat(4000);
    for (let round = 0; round < 6; round++) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => rewrite(store, `/k/${i}`, 50, value)));
      await store.compact(await store.currentRevision());
    }
    expect(statSync(`${file}-wal`).size).toBeLessThan(10_000_000);
    expect(statSync(file).size).toBeLessThan(12_000_000);
    await store.close();
    expect(statSync(file).size).toBeLessThan(6_000_000);
    expect((await (await open({ file })).integrityCheck()).faults).toEqual([]);
  });
});

/** A file of an old format: the current state, and the log of what each change replaced. */
function undoLogFile(format: number): string {
  const row = (key: string, create: number, mod: number, expires: number | null, value: string) =>
    `INSERT INTO current VALUES ('${key}', ${create}, ${mod}, ${expires}, ${checksumOf(key, create, mod, Buffer.from(value))}, CAST('${value}' AS BLOB));`;
  return `
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE current (key TEXT NOT NULL UNIQUE, create_revision INTEGER NOT NULL, mod_revision INTEGER NOT NULL,
      expires INTEGER, checksum INTEGER NOT NULL, value BLOB NOT NULL) STRICT;
    CREATE INDEX current_expires ON current (expires) WHERE expires IS NOT NULL;
    CREATE TABLE log (id INTEGER PRIMARY KEY, key TEXT NOT NULL, deleted INTEGER NOT NULL, previous_create INTEGER,
      previous_mod INTEGER, previous_checksum INTEGER, previous BLOB) STRICT;
    CREATE INDEX log_key ON log (key) ${format === 1 ? '' : 'WHERE previous_mod IS NOT NULL'};
    INSERT INTO meta VALUES ('compacted', 6);
    ${row('/lease', 4, 4, 65_000, 'l')} ${row('/b', 3, 3, null, 'b')} ${row('/a', 3, 7, null, 'new')}
    INSERT INTO log VALUES (7 << 20, '/a', 0, 3, 3, 0, x'00'), (8 << 20, '/c', 0, NULL, NULL, NULL, NULL),
      (9 << 20, '/c', 1, 8, 8, 0, x'00');
    PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${format};`;
}

/** A disk whose syncs wait until they are let go. */
function heldSync() {
  const waiting: ((error?: Error) => void)[] = [];
  const fileSync = () =>
    new Promise<void>((resolve, reject) => {
      waiting.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  const next = async (error?: Error) => {
    const release = await vi.waitUntil(() => waiting.shift(), { interval: 1 });
    release(error);
  };
  const all = async (work: Promise<unknown>) => {
    let done = false;
    const finish = () => {
      done = true;
    };
    work.then(finish, finish);
    while (!done) {
      for (const release of waiting.splice(0)) release();
      await new Promise(setImmediate);
    }
  };
  return { fileSync, next, all, waiting };
}

describe('durability', () => {
  test('full: nothing is acknowledged, readable or told before it is on the disk', async () => {
    const disk = heldSync();
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync });
    const first = store.commit([put('/a'), put('/b')]);
    await disk.all(first);
    const log = new EventLog(store, '/', 1);
    let acknowledged = false;
    const second = store.commit([put('/a', 1, 'new'), remove('/b', 1), put('/c')]).then(() => {
      acknowledged = true;
    });
    await vi.waitUntil(() => disk.waiting.length === 1, { interval: 1 });
    expect(acknowledged).toBe(false);
    expect(await store.currentRevision()).toBe(1);
    expect((await store.get('/a'))?.value.toString()).toBe('/a@0');
    expect((await store.get('/b'))?.modRevision).toBe(1);
    expect(await store.get('/c')).toBeUndefined();
    const keys = async (limit?: number) => (await store.list({ prefix: '/', limit })).entries.map((e) => e.key);
    expect(await keys()).toEqual(['/a', '/b']);
    expect(await keys(1)).toEqual(['/a']);
    expect(await store.count('/')).toBe(2);
    expect((await store.list({ prefix: '/', revision: 0 })).entries).toEqual([]);
    await expect(store.get('/a', 2)).rejects.toMatchObject({ code: 'FutureRevision' });
    expect(log.events).toEqual([]);
    // A guard sees what is not durable yet, but the answer waits for it.
    const guarded = store.commit([put('/a', 1)]);
    const late = new EventLog(store, '/', 0);
    await late.reach(1);
    expect(late.lines).toEqual(['put /a 1<-', 'put /b 1<-']);
    await disk.next();
    await second;
    expect(await keys()).toEqual(['/a', '/c']);
    expect(log.lines).toEqual(['put /a 2<1', 'delete /b 2<1', 'put /c 2<-']);
    await expect(guarded).rejects.toMatchObject({ code: 'Conflict', current: { modRevision: 2 } });
    await late.reach(2);
    expect(late.lines).toHaveLength(5);
    await disk.all(store.close());
  });

  test('full: commits that arrive during a sync share the next one', async () => {
    const disk = heldSync();
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync });
    await disk.all(store.commit([put('/warm')]));
    const first = store.commit([put('/first')]);
    await vi.waitUntil(() => disk.waiting.length === 1, { interval: 1 });
    const rest = Promise.all(Array.from({ length: 100 }, (_, i) => store.commit([put(`/k/${i}`)])));
    await disk.next();
    await first;
    await disk.next();
    expect(await rest).toHaveLength(100);
    expect(disk.waiting).toHaveLength(0);
    await disk.all(store.close());
  });

  test('full: where nobody but its writers is served, a commit needs no thread for its sync', async () => {
    const disk = heldSync();
    let requestsUnderWay = 2;
    const demand = { requestsUnderWay: () => requestsUnderWay, requestsArriving: () => 0 };
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync, demand });
    await disk.all(store.commit([put('/warm')]));
    const first = store.commit([put('/a')]);
    await vi.waitUntil(() => disk.waiting.length === 1, { interval: 1 });
    requestsUnderWay = 1;
    const second = store.commit([put('/b')]);
    // Refused as the key is held: the group before it, the second, was applied and its sync is done.
    let refused = false;
    const third = store.commit([put('/b')]).catch(() => {
      refused = true;
    });
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect([disk.waiting.length, refused]).toEqual([1, false]);
    expect(await store.currentRevision()).toBe(1);
    await disk.next();
    expect(await Promise.all([first, second])).toEqual([2, 3]);
    await third;
    expect(refused).toBe(true);
    expect(await store.commit([put('/c')])).toBe(4);
    expect(disk.waiting).toHaveLength(0);
    await disk.all(store.close());
  });

  test('full: a commit waits for a turn in which requests arrive, and for those that write', async () => {
    const disk = heldSync();
    let requestsArriving = 0;
    const demand = { requestsUnderWay: () => 9, requestsArriving: () => requestsArriving };
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync, demand });
    await disk.all(store.commit([put('/warm')]));
    const late = async (key: string) => {
      await new Promise(setImmediate);
      return store.commit([put(key)]);
    };
    requestsArriving = 1;
    const together = Promise.all([store.commit([put('/a')]), late('/b')]);
    await disk.next();
    expect(await together).toEqual([2, 3]);
    requestsArriving = 0;
    const apart = Promise.all([store.commit([put('/c')]), late('/d')]);
    await disk.next();
    await disk.next();
    expect(await apart).toEqual([4, 5]);
    await disk.all(store.close());
  });

  test('full: groups that are on their way together are shown in their order', async () => {
    const disk = heldSync();
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync });
    await disk.all(store.commit([put('/warm')]));
    const log = new EventLog(store, '/', 1);
    const underWay = (count: number) => vi.waitUntil(() => disk.waiting.length === count, { interval: 1 });
    const first = store.commit([put('/a')]);
    await underWay(1);
    const second = store.commit([put('/a', 2, 'new'), put('/b')]);
    await underWay(2);
    const third = store.commit([remove('/a', 3)]);
    // The second is on the disk, the first is not.
    disk.waiting.splice(1, 1)[0]?.();
    await new Promise(setImmediate);
    expect(await store.currentRevision()).toBe(1);
    expect(await store.get('/a')).toBeUndefined();
    expect(await store.count('/')).toBe(1);
    expect(disk.waiting).toHaveLength(1);
    disk.waiting.shift()?.();
    expect(await Promise.all([first, second])).toEqual([2, 3]);
    expect((await store.get('/a'))?.value.toString()).toBe('new');
    expect((await store.list({ prefix: '/' })).entries.map((e) => e.key)).toEqual(['/a', '/b', '/warm']);
    expect(await store.count('/')).toBe(3);
    await disk.all(Promise.all([third, store.commit([put('/c')])]));
    expect(await store.get('/a')).toBeUndefined();
    expect(log.lines).toEqual(['put /a 2<-', 'put /a 3<2', 'put /b 3<-', 'delete /a 4<3', 'put /c 5<-']);
    await disk.all(store.close());
  });

  test('full: what follows a write that failed fails too', async () => {
    const disk = heldSync();
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync });
    await disk.all(store.commit([put('/a')]));
    const first = store.commit([put('/a', 1, 'new')]);
    await vi.waitUntil(() => disk.waiting.length === 1, { interval: 1 });
    const second = store.commit([put('/a', 2, 'newer')]);
    await vi.waitUntil(() => disk.waiting.length === 2, { interval: 1 });
    disk.waiting.splice(1, 1)[0]?.();
    disk.waiting.shift()?.(new Error('EIO'));
    const codes = (await Promise.allSettled([first, second])).map((r) =>
      r.status === 'rejected' ? r.reason.code : '',
    );
    expect(codes).toEqual(['Failed', 'Failed']);
    expect((await store.get('/a'))?.value.toString()).toBe('/a@0');
    await disk.all(store.close());
  });

  test('full: when a sync fails the write is refused, and so are later ones; reads go on', async () => {
    const disk = heldSync();
    const store = await openSqliteStore({ file: newFile(), fileSync: disk.fileSync });
    await disk.all(store.commit([put('/a')]));
    const log = new EventLog(store, '/', 1);
    const failed = store.commit([put('/b'), remove('/a', 1)]);
    const queued = failed.catch(() => store.commit([put('/c')]));
    await disk.next(new Error('EIO'));
    await expect(failed).rejects.toMatchObject({ code: 'Failed' });
    await expect(queued).rejects.toMatchObject({ code: 'Failed' });
    expect((await store.list({ prefix: '/' })).entries.map((e) => e.key)).toEqual(['/a']);
    expect((await store.integrityCheck()).ok).toBe(false);
    expect(log.events).toEqual([]);
    await disk.all(store.close());
  });

  test.each<['normal' | 'memory']>([['normal'], ['memory']])(
    '%s: a commit does not wait for the disk',
    async (durability) => {
      const disk = heldSync();
      const store = await openSqliteStore({ file: newFile(), durability, fileSync: disk.fileSync });
      expect(await store.commit([put('/a')])).toBe(1);
      expect(disk.waiting).toHaveLength(0);
      await disk.all(store.close());
    },
  );
});

describe('a full disk', () => {
  test('refuses what has no room, as a whole, and goes on', async () => {
    const store = await open({ file: newFile(), maxBytes: 400_000 });
    const big = (key: string) => put(key, 0, 'x'.repeat(150_000));
    const small = await store.commit([put('/small')]);
    const results = await Promise.allSettled([
      store.commit([big('/1')]),
      store.commit([big('/2'), big('/3'), big('/4')]),
      store.commit([put('/small', small, 'new')]),
      store.commit([put('/small', 99)]),
    ]);
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value : r.reason.code))).toEqual([
      2,
      'Full',
      3,
      'Conflict',
    ]);
    expect((await store.list({ prefix: '/' })).entries.map((e) => e.key)).toEqual(['/1', '/small']);
    await store.commit([remove('/1', 2)]);
    await store.compact(4);
    expect(await store.commit([big('/5')])).toBe(5);
    expect((await store.integrityCheck()).faults).toEqual([]);
  });

  test.each([10, 300])(
    'of values of %i bytes can be checked, and written again once some are deleted and forgotten',
    async (size) => {
      const store = await open({ file: newFile(), maxBytes: 400_000, durability: 'normal' });
      const fill = async (name: string) => {
        for (let n = 0; ; n++) await store.commit([put(`/${name}/${n}`, 0, 'x'.repeat(size))]);
      };
      const half = Math.floor(100_000 / (size + 100));
      await Promise.all(
        Array.from({ length: half }, (_, n) => store.commit([put(`/first/${n}`, 0, 'x'.repeat(size))])),
      );
      const first = (await store.list({ prefix: '/first/' })).entries;
      await Promise.all(first.map(({ key, modRevision }) => store.commit([remove(key, modRevision)])));
      await expect(fill('second')).rejects.toMatchObject({ code: 'Full' });
      expect((await store.integrityCheck()).faults).toEqual([]);
      await store.compact(await store.currentRevision());
      await store.commit([put('/third', 0, 'x'.repeat(size))]);
      await expect(fill('third')).rejects.toMatchObject({ code: 'Full' });
      expect((await store.integrityCheck()).faults).toEqual([]);
      expect(await store.count('/third/')).toBeGreaterThan(half / 2);
    },
  );
});

describe('the integrity check finds', () => {
  async function damagedStore(damage: (file: string) => void): Promise<string[]> {
    const file = newFile();
    const store = await openSqliteStore({ file });
    await store.commit([put('/old')]);
    await rewrite(store, '/a', 3, 'some text to be damaged');
    await store.commit([put('/gone'), put('/other')]);
    await store.commit([remove('/gone', 5)]);
    await store.compact(1);
    await store.close();
    damage(file);
    return (await (await open({ file })).integrityCheck()).faults;
  }
  const run = (sql: string) => (file: string) => void new Sqlite(file).exec(sql).close();

  test('nothing in a sound store', async () => {
    expect(await damagedStore(() => {})).toEqual([]);
  });

  test.each<[string, (file: string) => void, RegExp]>([
    [
      'a changed value',
      run(`UPDATE versions SET value = x'00' WHERE id = 4 << 20`),
      /key \/a: .* revision 4 is damaged/,
    ],
    ['a changed past value', run(`UPDATE versions SET value = x'00' WHERE id = 3 << 20`), /revision 3 is damaged/],
    ['a changed creation', run(`UPDATE versions SET create_revision = 1 WHERE key = '/a'`), /is damaged/],
    ['a lost version', run('DELETE FROM versions WHERE id = 3 << 20'), /no change is recorded for revision 3/],
    [
      'a lost end',
      run('DELETE FROM versions WHERE id >= 6 << 20'),
      /\/gone: the index of keys disagrees .* revision 5/,
    ],
    [
      'a lost key with its only version',
      run(`DELETE FROM versions WHERE key = '/other'`),
      /\/other is in the index of keys, but/,
    ],
    [
      'a version that nobody wrote',
      run(`INSERT INTO versions VALUES ((5 << 20) + 2, '/x', 0, 5, NULL, NULL, 0, x'')`),
      /\/x: the index of keys disagrees .* revision 5/,
    ],
    [
      'a version at another revision',
      run(`UPDATE versions SET id = (6 << 20) + 1 WHERE key = '/other'`),
      /\/other: .* revision 6 is damaged/,
    ],
    ['a broken chain', run('UPDATE versions SET previous = 2 << 20 WHERE id = 4 << 20'), /does not follow/],
    ['a deletion of nothing', run('UPDATE versions SET previous = NULL WHERE deleted'), /does not follow/],
    ['a lost key', run(`DELETE FROM keys WHERE key = '/other'`), /\/other: the index of keys disagrees .* revision 5/],
    ['a key without versions', run(`INSERT INTO keys VALUES ('/x', 6 << 20, 0)`), /\/x is in the index of keys, but/],
    [
      'a deleted key that came back',
      run(`UPDATE keys SET deleted = 0 WHERE key = '/gone'`),
      /\/gone: the index of keys/,
    ],
    ['a key at an old version', run(`UPDATE keys SET id = 3 << 20 WHERE key = '/a'`), /\/a: the index .* revision 4/],
    [
      'a lost entry of changes',
      run('DELETE FROM changes WHERE id = 3 << 20'),
      /revision 3 is not in the index of changes/,
    ],
    [
      'an entry of changes too many',
      run(`INSERT INTO changes VALUES ('/a', 2 << 20)`),
      /revision 2, which is not stored/,
    ],
    ['a flipped bit in the file', flipText, /damaged/],
  ])('%s', async (_, damage, expected) => {
    expect((await damagedStore(damage)).join('\n')).toMatch(expected);
  });

  test('a value that was changed before it was replaced', async () => {
    const file = newFile();
    const first = await openSqliteStore({ file });
    const revision = await first.commit([put('/a')]);
    await first.close();
    run(`UPDATE versions SET value = x'00' WHERE key = '/a'`)(file);
    const second = await open({ file });
    await second.commit([put('/a', revision, 'new')]);
    expect((await second.integrityCheck()).faults.join('\n')).toMatch(/key \/a: .* revision 1 is damaged/);
  });

  function flipText(file: string): void {
    const content = readFileSync(file);
    const at = content.lastIndexOf('some text to be damaged');
    content.writeUInt8(content.readUInt8(at) ^ 1, at);
    writeFileSync(file, content);
  }
});

describe('a backup', () => {
  test('is a consistent store, taken while writers write', async () => {
    const store = await open({ file: newFile() });
    const target = newFile();
    await rewrite(store, '/before', 5);
    let stop = false;
    const writers = Array.from({ length: 5 }, async (_, i) => {
      for (let n = 0; !stop; n++) await store.commit([put(`/k/${i}/${n}`, 0, 'x'.repeat(3000))]);
    });
    const from = await store.currentRevision();
    await store.backup(target);
    stop = true;
    await Promise.all(writers);
    const copy = await open({ file: target });
    const revision = await copy.currentRevision();
    expect(revision).toBeGreaterThanOrEqual(from);
    expect(revision).toBeLessThanOrEqual(await store.currentRevision());
    expect((await copy.list({ prefix: '' })).entries).toEqual((await store.list({ prefix: '', revision })).entries);
    expect((await copy.integrityCheck()).faults).toEqual([]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect((await store.integrityCheck()).faults).toEqual([]);
  });

  test('of a store in memory can be opened', async () => {
    const store = await open({ file: ':memory:' });
    await rewrite(store, '/a', 3, 'kept');
    const target = newFile();
    await store.backup(target);
    expect((await (await open({ file: target })).get('/a'))?.value.toString()).toBe('kept');
  });

  test("replaces an older one, and refuses the store's own file and impossible places", async () => {
    const file = newFile();
    const store = await open({ file });
    const target = newFile();
    await rewrite(store, '/a', 1);
    await store.backup(target);
    await rewrite(store, '/a', 1);
    await store.backup(target);
    await expect(store.backup(file)).rejects.toMatchObject({ code: 'Failed' });
    await expect(store.backup(newFile('missing/x.db'))).rejects.toMatchObject({ code: 'Failed' });
    expect(await store.commit([put('/b')])).toBe(3);
    expect(await (await open({ file: target })).currentRevision()).toBe(2);
  });
});
