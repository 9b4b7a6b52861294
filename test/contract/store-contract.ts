import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConflictError, Mutation, Store } from '../../src/store/store.ts';
import type { Clock } from '../../src/util/clock.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import { compareUtf8 } from '../../src/util/utf8-order.ts';
import { EventLog } from './event-log.ts';
import { checkAgainstModel, steps } from './store-model.ts';

export interface StoreHarness {
  /** A new, empty store; the suite closes it. */
  open(clock: Clock): Promise<Store>;
}

const bytes = (text: string) => Buffer.from(text);

export function put(key: string, expected = 0, value = `${key}@${expected}`): Mutation {
  return { type: 'put', key, value: bytes(value), expected };
}

export function remove(key: string, expected: number): Mutation {
  return { type: 'delete', key, expected };
}

const keysOf = (entries: readonly { key: string }[]) => entries.map(({ key }) => key);

/** The promises of src/store/store.ts, for any implementation. */
export function storeContract(name: string, harness: StoreHarness): void {
  describe(name, () => {
    let store: Store;
    let clock: ManualClock;

    beforeEach(async () => {
      clock = new ManualClock(1_000_000);
      store = await harness.open(clock);
    });
    afterEach(() => store.close());

    /** Creates keys one after the other and gives the last revision. */
    async function create(...keys: string[]): Promise<number> {
      let revision = await store.currentRevision();
      for (const key of keys) revision = await store.commit([put(key)]);
      return revision;
    }

    describe('reads', () => {
      test('an empty store holds nothing', async () => {
        expect(await store.get('/a')).toBeUndefined();
        expect(await store.list({ prefix: '' })).toEqual({ entries: [], revision: 0, more: false });
        expect(await store.count('')).toBe(0);
        expect(await store.currentRevision()).toBe(0);
        expect(await store.compactedRevision()).toBe(0);
      });

      test('an entry says when it was created and changed', async () => {
        const created = await store.commit([put('/a', 0, 'one')]);
        const changed = await store.commit([put('/a', created, 'two')]);
        expect(await store.get('/a')).toEqual({
          key: '/a',
          value: bytes('two'),
          createRevision: created,
          modRevision: changed,
        });
        expect(changed).toBe(created + 1);
      });

      test('a value may be empty or hold any bytes', async () => {
        const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
        await store.commit([
          { type: 'put', key: '/empty', value: Buffer.alloc(0), expected: 0 },
          { type: 'put', key: '/all', value: all, expected: 0 },
        ]);
        expect((await store.get('/empty'))?.value).toEqual(Buffer.alloc(0));
        expect((await store.get('/all'))?.value).toEqual(all);
      });

      test('keys are listed in the order of their bytes, whatever they are called', async () => {
        const keys = ['/b', '/a', '/a/', '/a0', '/a-', '/__proto__', '/constructor', '/\u{1F600}', '/\uFFFD', '/é'];
        await create(...keys);
        expect(keysOf((await store.list({ prefix: '' })).entries)).toEqual(keys.toSorted(compareUtf8));
        expect(keysOf((await store.list({ prefix: '/a' })).entries)).toEqual(['/a', '/a-', '/a/', '/a0']);
        expect(keysOf((await store.list({ prefix: '/a/' })).entries)).toEqual(['/a/']);
        expect(await store.count('/a')).toBe(4);
        expect(await store.count('/\u{1F600}')).toBe(1);
        expect(await store.count('/nothing')).toBe(0);
      });

      test('a list is cut at the limit and says whether more follows', async () => {
        const revision = await create('/p/1', '/p/2', '/p/3', '/q/1');
        const page = async (limit: number, after?: string) => {
          const { entries, more } = await store.list({ prefix: '/p/', limit, after });
          return [...keysOf(entries), more];
        };
        expect(await page(2)).toEqual(['/p/1', '/p/2', true]);
        expect(await page(3)).toEqual(['/p/1', '/p/2', '/p/3', false]);
        expect(await page(2, '/p/2')).toEqual(['/p/3', false]);
        expect(await page(2, '/p/2x')).toEqual(['/p/3', false]);
        expect(await page(0, '/p/3')).toEqual([false]);
        expect(await page(1, '/a')).toEqual(['/p/1', true]);
        expect(await page(1, '/z')).toEqual([false]);
        expect((await store.list({ prefix: '/p/' })).revision).toBe(revision);
      });

      test('a past revision is read as it was', async () => {
        const one = await create('/a', '/b');
        const two = await store.commit([put('/a', 1, 'new'), remove('/b', 2), put('/c')]);
        await store.commit([remove('/a', two), put('/b')]);
        const at = async (revision: number) => {
          const { entries } = await store.list({ prefix: '/', revision });
          return entries.map((e) => `${e.key} ${e.createRevision}/${e.modRevision} ${e.value}`);
        };
        expect(await at(0)).toEqual([]);
        expect(await at(1)).toEqual(['/a 1/1 /a@0']);
        expect(await at(one)).toEqual(['/a 1/1 /a@0', '/b 2/2 /b@0']);
        expect(await at(two)).toEqual(['/a 1/3 new', '/c 3/3 /c@0']);
        expect(await at(4)).toEqual(['/b 4/4 /b@0', '/c 3/3 /c@0']);
        expect((await store.get('/b', one))?.createRevision).toBe(2);
        expect(await store.get('/b', two)).toBeUndefined();
        expect((await store.get('/a', two))?.value).toEqual(bytes('new'));
        expect(await store.get('/a', 4)).toBeUndefined();
      });

      test('pages of one revision fit together while the keys change', async () => {
        const keys = Array.from({ length: 30 }, (_, i) => `/p/${String(i).padStart(2, '0')}`);
        const revision = await create(...keys);
        const seen: string[] = [];
        for (let after: string | undefined, more = true; more; after = seen.at(-1)) {
          const page = await store.list({ prefix: '/p/', limit: 7, after, revision });
          seen.push(...keysOf(page.entries));
          more = page.more;
          const held = (await store.list({ prefix: '/p/' })).entries;
          await store.commit(held.filter((_, i) => i % 2 === 0).map((e) => remove(e.key, e.modRevision)));
          await store.commit([put(`/p/new-${seen.length}`), put(`/p/0-${seen.length}`)]);
        }
        expect(seen).toEqual(keys);
      });

      test('a revision that does not exist yet cannot be read', async () => {
        const revision = await create('/a');
        for (const read of [store.get('/a', revision + 1), store.list({ prefix: '', revision: revision + 1 })]) {
          await expect(read).rejects.toMatchObject({ code: 'FutureRevision', currentRevision: revision });
        }
      });
    });

    describe('commits', () => {
      test.each<[string, Mutation, number | undefined]>([
        ['creating what exists', put('/a', 0), 1],
        ['changing at an old revision', put('/b', 1), 3],
        ['changing at a future revision', put('/a', 9), 1],
        ['changing what does not exist', put('/c', 1), undefined],
        ['deleting at an old revision', remove('/b', 1), 3],
        ['deleting what does not exist', remove('/c', 1), undefined],
        ['deleting what must not exist', remove('/c', 0), undefined],
      ])('%s is a conflict', async (_, mutation, modRevision) => {
        await create('/a', '/b');
        await store.commit([put('/b', 2)]);
        const error = await store.commit([mutation]).catch((thrown: unknown) => thrown as ConflictError);
        expect(error).toMatchObject({ code: 'Conflict', key: mutation.key });
        expect((error as ConflictError).current?.modRevision).toBe(modRevision);
        expect(await store.currentRevision()).toBe(3);
      });

      test('a batch is applied as a whole or not at all', async () => {
        await create('/a');
        await expect(store.commit([put('/b'), put('/a', 7), put('/c')])).rejects.toMatchObject({ code: 'Conflict' });
        expect(keysOf((await store.list({ prefix: '' })).entries)).toEqual(['/a']);
        const revision = await store.commit([put('/b'), remove('/a', 1), put('/c')]);
        const { entries } = await store.list({ prefix: '' });
        expect(entries.map((e) => [e.key, e.modRevision])).toEqual([
          ['/b', revision],
          ['/c', revision],
        ]);
      });

      test('a key may not be named twice, and an empty batch changes nothing', async () => {
        await expect(store.commit([put('/a'), put('/a')])).rejects.toMatchObject({ code: 'Failed' });
        expect(await store.commit([])).toBe(0);
        expect(await store.currentRevision()).toBe(0);
      });

      test('concurrent commits have revisions of their own, without gaps, and only the refused ones fail', async () => {
        const attempts = Array.from({ length: 200 }, (_, i) => store.commit([put(`/k/${i % 150}`)]));
        const results = await Promise.allSettled(attempts);
        const revisions = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
        expect(revisions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
        expect(results.filter((r) => r.status === 'rejected')).toHaveLength(50);
        expect(await store.count('/k/')).toBe(150);
      });

      test('of many keys that are created together those are refused that exist, not those that did once', async () => {
        await create(...Array.from({ length: 12 }, (_, i) => `/k/${i}`));
        for (let i = 6; i < 12; i++) await store.commit([remove(`/k/${i}`, i + 1)]);
        const results = await Promise.allSettled(
          Array.from({ length: 25 }, (_, i) => store.commit([put(`/k/${i}`, 0, 'new')])),
        );
        expect(results.map(({ status }) => status === 'fulfilled')).toEqual(results.map((_, i) => i >= 6));
        const { entries } = await store.list({ prefix: '/k/' });
        expect(entries).toHaveLength(25);
        expect(entries.filter(({ value }) => value.toString() === 'new')).toHaveLength(19);
        expect((await store.get('/k/7'))?.createRevision).toBe(20);
      });

      test('a list that was read before is not given again once a key in it has changed, however far below', async () => {
        await create('/a/1', '/b/1');
        const keys = async (prefix: string) => keysOf((await store.list({ prefix })).entries);
        for (const prefix of ['/a/', '/a/sub', '/']) await keys(prefix);
        await create('/b/2', '/b/3');
        expect([await keys('/a/'), await keys('/a/sub'), await keys('/b/')]).toEqual([
          ['/a/1'],
          [],
          ['/b/1', '/b/2', '/b/3'],
        ]);
        await create('/a/2', '/a/suburb');
        expect(await keys('/a/sub')).toEqual(['/a/suburb']);
        await create('/a/sub/1', '/b/4', '/a/sub/2', '/b/5');
        expect(await keys('/a/')).toEqual(['/a/1', '/a/2', '/a/sub/1', '/a/sub/2', '/a/suburb']);
        expect(await keys('/a/sub')).toEqual(['/a/sub/1', '/a/sub/2', '/a/suburb']);
        expect(await keys('/b/')).toHaveLength(5);
      });

      test('a commit sees the one before it, durable or not', async () => {
        const [first, second, third] = [
          store.commit([put('/a')]),
          store.commit([put('/a', 1)]),
          store.commit([put('/a', 2)]),
        ];
        expect(await Promise.all([first, second, third])).toEqual([1, 2, 3]);
      });

      test('no update is lost between writers that compete for a key', async () => {
        await store.commit([put('/n', 0, '0')]);
        const increment = async () => {
          for (;;) {
            const held = (await store.get('/n'))!;
            try {
              return await store.commit([put('/n', held.modRevision, String(Number(held.value) + 1))]);
            } catch (error) {
              expect(error).toMatchObject({ code: 'Conflict' });
            }
          }
        };
        await Promise.all(
          Array.from({ length: 8 }, async () => {
            for (let i = 0; i < 10; i++) await increment();
          }),
        );
        expect((await store.get('/n'))?.value.toString()).toBe('80');
      });

      test('what was committed can be read at once, at its revision', async () => {
        await Promise.all(
          Array.from({ length: 50 }, async (_, i) => {
            const revision = await store.commit([put(`/k/${i}`)]);
            expect((await store.get(`/k/${i}`))?.modRevision).toBe(revision);
            expect(await store.currentRevision()).toBeGreaterThanOrEqual(revision);
          }),
        );
      });
    });

    describe('watches', () => {
      test('events come in order, with what was there before', async () => {
        const log = new EventLog(store, '/a', 0);
        await create('/a', '/b', '/a2');
        await store.commit([put('/a', 1, 'new'), remove('/a2', 3), remove('/b', 2)]);
        await store.commit([put('/a2', 0, 'again')]);
        await log.reach(5);
        expect(log.lines).toEqual(['put /a 1<-', 'put /a2 3<-', 'put /a 4<1', 'delete /a2 4<3', 'put /a2 5<-']);
        const [, , changed, deleted, again] = log.events;
        expect(changed).toMatchObject({ value: bytes('new'), createRevision: 1 });
        expect(changed?.previous).toEqual({ key: '/a', value: bytes('/a@0'), createRevision: 1, modRevision: 1 });
        expect(deleted).toMatchObject({ value: bytes('/a2@0'), createRevision: 3 });
        expect(deleted?.previous?.value).toEqual(bytes('/a2@0'));
        expect(again).toMatchObject({ value: bytes('again'), createRevision: 5 });
      });

      test('each watch is told of its own prefix, wherever the change before was', async () => {
        const logs = ['/a/', '/a/b/', '/c/'].map((prefix) => new EventLog(store, prefix, 0));
        await Promise.all([create('/a/1'), create('/a/2'), create('/a/b/1'), create('/a/3'), create('/a/b/2')]);
        const late = new EventLog(store, '/a/b/', 5);
        await create('/a/b/3', '/c/1', '/a/b/4');
        await Promise.all([logs[0]!.reach(8), late.reach(8), logs[2]!.reach(7)]);
        const told = (log: EventLog) => log.events.map(({ key }) => key);
        expect(told(logs[0]!)).toEqual(['/a/1', '/a/2', '/a/b/1', '/a/3', '/a/b/2', '/a/b/3', '/a/b/4']);
        expect(told(logs[1]!)).toEqual(['/a/b/1', '/a/b/2', '/a/b/3', '/a/b/4']);
        expect(told(logs[2]!)).toEqual(['/c/1']);
        expect(told(late)).toEqual(['/a/b/3', '/a/b/4']);
      });

      test('a watch that begins in the past is told the same as one that was there', async () => {
        const live = new EventLog(store, '/k/', 0);
        for (let i = 0; i < 40; i++) {
          const held = await store.get(`/k/${i % 7}`);
          const key = `/k/${i % 7}`;
          const gone = held !== undefined && i % 5 === 0;
          await store.commit([
            gone ? remove(key, held.modRevision) : put(key, held?.modRevision ?? 0, `v${i}`),
            put(`/o/${i}`),
          ]);
        }
        await live.reach(40);
        for (const after of [0, 1, 17, 39]) {
          const late = await new EventLog(store, '/k/', after).reach(40);
          expect(late.events).toEqual(live.events.filter((event) => event.revision > after));
        }
      });

      test('many watches from many revisions miss nothing and see nothing twice while writers write', async () => {
        const writers = Array.from({ length: 10 }, async (_, writer) => {
          for (let i = 0; i < 60; i++) await store.commit([put(`/k/${writer}/${i}`), put(`/l/${writer}/${i}`)]);
        });
        const logs: EventLog[] = [];
        const watcher = (async () => {
          for (let i = 0; i < 40; i++) {
            const current = await store.currentRevision();
            logs.push(new EventLog(store, '/k/', Math.floor((current * (i % 5)) / 4)));
            await store.commit([put(`/k/watcher/${i}`), put(`/l/watcher/${i}`)]);
          }
        })();
        const starts = () => logs.map((log) => log.events[0]!.revision);
        await Promise.all([...writers, watcher]);
        const last = await store.currentRevision();
        for (const log of logs) {
          await log.reach(last);
          const first = log.events[0]!.revision;
          expect(log.events.map((e) => e.revision)).toEqual(
            Array.from({ length: last - first + 1 }, (_, i) => first + i),
          );
          expect(log.error).toBeUndefined();
        }
        expect(Math.min(...starts())).toBe(1);
      });

      test('a long history is delivered in order, in pieces of whole transactions', async () => {
        await Promise.all(Array.from({ length: 700 }, (_, i) => store.commit([put(`/k/${i}/a`), put(`/k/${i}/b`)])));
        const log = await new EventLog(store, '/k/', 3).reach(700);
        expect(log.events.map((e) => e.revision)).toEqual(Array.from({ length: 697 * 2 }, (_, i) => 4 + (i >> 1)));
        expect(log.calls.length).toBeGreaterThan(1);
        for (const [i, call] of log.calls.entries()) expect(call[0]).not.toBe(log.calls[i - 1]?.at(-1));
      });

      test('nothing is told before it can be read', async () => {
        const seen: Promise<boolean>[] = [];
        const watch = store.watch({
          prefix: '/',
          afterRevision: 0,
          onEvents: (events) => {
            const { key, revision } = events.at(-1)!;
            seen.push(store.get(key, revision).then((entry) => entry?.modRevision === revision));
          },
          onEnd: () => {},
        });
        await Promise.all(Array.from({ length: 50 }, (_, i) => store.commit([put(`/k/${i}`)])));
        watch.close();
        expect(seen.length).toBeGreaterThan(0);
        expect(await Promise.all(seen)).not.toContain(false);
      });

      test('a watch from a future revision begins there', async () => {
        const log = new EventLog(store, '/', 2);
        await Promise.all([create('/a', '/b', '/c')]);
        await log.reach(3);
        expect(log.lines).toEqual(['put /c 3<-']);
      });

      test('after close() nothing comes any more, not even when closed while being told', async () => {
        let calls = 0;
        const watch = store.watch({
          prefix: '/',
          afterRevision: 0,
          onEvents: () => {
            calls++;
            watch.close();
          },
          onEnd: () => calls++,
        });
        const past = new EventLog(store, '/', 0);
        past.close();
        await create('/a', '/b');
        const behind = new EventLog(store, '/', 0);
        behind.close();
        await new EventLog(store, '/', 0).reach(2);
        expect(calls).toBe(1);
        expect([past.events, behind.events]).toEqual([[], []]);
      });

      test('a listener that throws ends its own watch only', async () => {
        const ended: Error[] = [];
        const failure = new Error('listener');
        for (const afterRevision of [0, await create('/a')]) {
          store.watch({
            prefix: '/',
            afterRevision,
            onEvents: () => {
              throw failure;
            },
            onEnd: (error) => ended.push(error),
          });
        }
        const log = new EventLog(store, '/', 0);
        await create('/b', '/c');
        await log.reach(3);
        expect(log.lines).toHaveLength(3);
        expect(ended).toEqual([failure, failure]);
      });

      test('a watch opened by a listener begins after what is being told', async () => {
        const inner: EventLog[] = [];
        const watch = store.watch({
          prefix: '/',
          afterRevision: 0,
          onEvents: (events) => {
            watch.close();
            inner.push(new EventLog(store, '/', events.at(-1)!.revision));
          },
          onEnd: () => {},
        });
        await create('/a', '/b');
        expect((await inner[0]!.reach(2)).lines).toEqual(['put /b 2<-']);
      });
    });

    describe('compaction', () => {
      test('forgets what is below and keeps the rest', async () => {
        await create('/a', '/b');
        await store.commit([put('/a', 1, 'new')]);
        await store.commit([remove('/b', 2)]);
        await store.commit([put('/c')]);
        await store.compact(3);
        expect(await store.compactedRevision()).toBe(3);
        expect(await store.currentRevision()).toBe(5);
        const at = async (revision: number) => keysOf((await store.list({ prefix: '/', revision })).entries);
        expect(await at(3)).toEqual(['/a', '/b']);
        expect((await store.get('/a', 3))?.value).toEqual(bytes('new'));
        expect(await at(4)).toEqual(['/a']);
        await expect(store.get('/a', 2)).rejects.toMatchObject({ code: 'Compacted', compactedRevision: 3 });
        await expect(store.list({ prefix: '', revision: 0 })).rejects.toMatchObject({ code: 'Compacted' });
        expect((await new EventLog(store, '/', 3).reach(5)).lines).toEqual(['delete /b 4<2', 'put /c 5<-']);
        expect((await store.integrityCheck()).faults).toEqual([]);
      });

      test('a watch from below ends with Compacted', async () => {
        await create('/a', '/b', '/c');
        await store.compact(2);
        const log = await new EventLog(store, '/', 1).ended();
        expect(log.error).toMatchObject({ code: 'Compacted', compactedRevision: 2 });
        expect(log.events).toEqual([]);
      });

      test('live watches go on, those that are behind end or have seen everything', async () => {
        const live = new EventLog(store, '/', 0);
        await Promise.all(Array.from({ length: 1500 }, (_, i) => store.commit([put(`/k/${i}`)])));
        const behind = new EventLog(store, '/', 0);
        await store.compact(1500);
        await store.commit([put('/last')]);
        await live.reach(1501);
        await behind.until((log) => log.error !== undefined || log.events.length === 1501);
        expect(behind.events.map((e) => e.revision)).toEqual(behind.events.map((_, i) => i + 1));
        if (behind.error !== undefined) expect(behind.error).toMatchObject({ code: 'Compacted' });
        expect(live.events).toHaveLength(1501);
      });

      test('up to the current revision leaves the state; above it is refused; again or below does nothing', async () => {
        await create('/a', '/b');
        await store.compact(2);
        expect(keysOf((await store.list({ prefix: '/', revision: 2 })).entries)).toEqual(['/a', '/b']);
        await store.compact(1);
        await store.compact(2);
        expect(await store.compactedRevision()).toBe(2);
        await expect(store.compact(3)).rejects.toMatchObject({ code: 'FutureRevision' });
        expect(await store.commit([remove('/a', 1)])).toBe(3);
      });
    });

    describe('time to live', () => {
      const lease = (key: string, ttlSeconds: number, expected = 0): Mutation => ({
        type: 'put',
        key,
        value: bytes(key),
        expected,
        ttlSeconds,
      });

      /** Moves time on until the event of this revision is there; timers set meanwhile may be due at once. */
      async function pass(ms: number, log: EventLog, revision: number): Promise<void> {
        for (clock.advance(ms); (log.events.at(-1)?.revision ?? 0) < revision; clock.advance(0)) await nextTurn();
      }

      test('keys are deleted when their time is over, earliest first, as by anyone', async () => {
        const log = new EventLog(store, '/', 0);
        await store.commit([lease('/hour', 3600), lease('/minute', 60), put('/ever')]);
        await store.commit([lease('/second', 1)]);
        clock.advance(999);
        expect(await store.count('/')).toBe(4);
        await pass(1, log, 3);
        await pass(59_000, log, 4);
        await pass(3_600_000, log, 5);
        expect(log.lines.slice(4)).toEqual(['delete /second 3<2', 'delete /minute 4<1', 'delete /hour 5<1']);
        expect(log.events.at(-1)?.value).toEqual(bytes('/hour'));
        expect(keysOf((await store.list({ prefix: '/' })).entries)).toEqual(['/ever']);
        expect(clock.timers).toBe(0);
      });

      test('writing a key again gives it a new time, or none', async () => {
        const log = new EventLog(store, '/', 0);
        await store.commit([lease('/longer', 10), lease('/ever', 10), lease('/shorter', 100)]);
        await store.commit([lease('/longer', 20, 1), put('/ever', 1), lease('/shorter', 5, 1)]);
        await pass(10_000, log, 3);
        expect(log.lines.at(-1)).toBe('delete /shorter 3<2');
        await pass(10_000, log, 4);
        expect(log.lines.at(-1)).toBe('delete /longer 4<2');
        clock.advance(1_000_000);
        expect(keysOf((await store.list({ prefix: '/' })).entries)).toEqual(['/ever']);
      });

      test('many keys that expire together are all deleted', async () => {
        const log = new EventLog(store, '/', 0);
        await store.commit(Array.from({ length: 1200 }, (_, i) => lease(`/k/${i}`, 5)));
        await pass(5000, log, 1201);
        expect(log.events).toHaveLength(2400);
        expect(await store.count('/')).toBe(0);
      });
    });

    describe('the whole', () => {
      test('close() finishes pending writes, ends watches and refuses everything after', async () => {
        const log = new EventLog(store, '/', 0);
        const pending = Array.from({ length: 20 }, (_, i) => store.commit([put(`/k/${i}`)]));
        const closed = store.close();
        expect(await Promise.all(pending)).toHaveLength(20);
        await closed;
        await log.ended();
        expect(log.events).toHaveLength(20);
        expect(log.error).toMatchObject({ code: 'Closed' });
        const late = await new EventLog(store, '/', 0).ended();
        expect(late.error).toMatchObject({ code: 'Closed' });
        for (const refused of [
          store.get('/a'),
          store.list({ prefix: '' }),
          store.commit([put('/a')]),
          store.compact(1),
        ]) {
          await expect(refused).rejects.toMatchObject({ code: 'Closed' });
        }
        await store.close();
      });

      test('size grows with what is stored', async () => {
        const before = await store.size();
        await store.commit([{ type: 'put', key: '/big', value: Buffer.alloc(500_000, 1), expected: 0 }]);
        expect(await store.size()).toBeGreaterThan(before + 400_000);
      });

      test('the store behaves like a simple model, whatever is done to it', async () => {
        await fc.assert(
          fc.asyncProperty(steps, async (sequence) => {
            const fresh = await harness.open(new ManualClock());
            try {
              await checkAgainstModel(fresh, sequence);
            } finally {
              await fresh.close();
            }
          }),
          { numRuns: 40 },
        );
      });
    });
  });
}
