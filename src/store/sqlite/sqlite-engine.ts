import type { Database } from 'better-sqlite3';
import type { Engine, EventBatch, ExpiredKey, KeyRange, Undo } from '../local/engine.ts';
import { type Entry, StoreError, type StoreEvent } from '../store.ts';
import { checksumOf } from './checksum.ts';
import type { WithRoom } from './connection.ts';
import type { Disk } from './disk.ts';
import { EntryCache } from './entry-cache.ts';
import { findFaults } from './integrity.ts';
import { endOf, KeyIndex, type Place } from './key-index.ts';
import { RangeCache } from './range-cache.ts';
import { idAfter, idOf, revisionOf } from './schema.ts';
import { toStoreError } from './sqlite-errors.ts';
import { type EventRow, inTransaction, prepareStatements, type Slice, type Statements } from './statements.ts';

/** One piece of history: what a watcher that is behind reads in one turn of the event loop. */
const batchRevisions = 2000;
const batchEvents = 256;
const batchBytes = 1024 * 1024;

/** Free pages are given back when they are a quarter of the file and more than this, so many at a time. */
const keptFreePages = 512;
const shrinkPages = 32;

export interface SqliteEngineOptions {
  /** Memory for entries read or written lately, and as much for ranges. */
  readonly cacheBytes: number;
  /** So many versions are put into the index of keys at once. */
  readonly mergeAfter: number;
  readonly withRoom: WithRoom;
}

/** All versions of all keys in SQLite tables; see schema.ts. */
export class SqliteEngine implements Engine {
  readonly openedAt: number;
  readonly openedCompacted: number;
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #sql: Statements;
  readonly #index: KeyIndex;
  readonly #cache: EntryCache;
  readonly #ranges: RangeCache;
  readonly #withRoom: WithRoom;

  constructor(database: Database, disk: Disk, { cacheBytes, mergeAfter, withRoom }: SqliteEngineOptions) {
    this.#database = database;
    this.#disk = disk;
    this.#cache = new EntryCache(cacheBytes);
    this.#ranges = new RangeCache(cacheBytes);
    this.#withRoom = withRoom;
    this.#sql = prepareStatements(database);
    this.#index = new KeyIndex(database, this.#sql, mergeAfter);
    this.openedCompacted = this.#sql.meta.get('compacted')!;
    this.openedAt = Math.max(revisionOf(this.#sql.newest.get()!), this.openedCompacted);
  }

  transact(work: () => void, creating: readonly string[]): void {
    this.#index.begin(creating);
    try {
      inTransaction(this.#database, this.#sql, work);
    } catch (error) {
      this.#index.rollback();
      this.#cache.clear();
      this.#ranges.clear();
      throw error;
    }
  }

  apply(event: StoreEvent, sequence: number, expiresMs: number | undefined): void {
    this.#write(event, sequence, expiresMs, this.#index.find(event.key));
  }

  create(event: StoreEvent, expiresMs: number | undefined): boolean {
    const before = this.#index.find(event.key);
    if (before !== undefined && !before.deleted) return false;
    this.#write(event, 0, expiresMs, before);
    return true;
  }

  #write(event: StoreEvent, sequence: number, expiresMs: number | undefined, before: Place | undefined): void {
    const { key, revision, createRevision, value } = event;
    const deleted = event.type === 'delete';
    const id = idOf(revision, sequence);
    const expires = expiresMs ?? null;
    const checksum = deleted ? null : checksumOf(key, createRevision, revision, value);
    const stored = deleted ? null : value;
    this.#sql.insert.run(id, key, deleted ? 1 : 0, createRevision, before?.id ?? null, expires, checksum, stored);
    if (before !== undefined && before.expires !== null) this.#sql.keepReplaced.run(before.id);
    this.#index.set(key, { id, deleted, expires }, before);
    this.#ranges.changed(key);
    if (deleted) this.#cache.delete(key);
    else this.#cache.set({ key, value, createRevision, modRevision: revision });
  }

  read(key: string): Entry | undefined {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const entry = this.#readStored(key);
    if (entry !== undefined) this.#cache.set(entry);
    return entry;
  }

  #readStored(key: string): Entry | undefined {
    const place = this.#index.findRecent(key);
    if (place === undefined) return this.#sql.read.get(key);
    return place.deleted ? undefined : this.#sql.version.get(place.id);
  }

  range(range: KeyRange, limit: number): readonly Entry[] {
    const known = this.#ranges.get(range, limit);
    if (known !== undefined) return known;
    const entries = this.#read(range, limit);
    this.#ranges.set(range, limit, entries);
    return entries;
  }

  /** Reads the keys, which is cheap, and takes the entries from the cache; reads whole rows when it lacks many. */
  #read(range: KeyRange, limit: number): readonly Entry[] {
    const most = limit > 0 ? limit : -1;
    const keys = this.#index.keys(range, most);
    let missing = 0;
    for (const key of keys) if (this.#cache.get(key) === undefined) missing++;
    if (missing * 4 <= keys.length) return keys.map((key) => this.read(key)!);
    const readTable = (rows: number) => this.#sql.range.all(range.low, endOf(range), rows);
    const entries = this.#index.overlay(range, most, readTable, keyOf, (key) => this.read(key)!);
    for (const entry of entries) this.#cache.set(entry);
    return entries;
  }

  count(range: KeyRange): number {
    return this.#index.count(range);
  }

  undoOf(key: string, afterRevision: number): Undo | undefined {
    const place = this.#index.find(key);
    if (place === undefined || place.id < idAfter(afterRevision)) return undefined;
    return this.#undoOf(key, place.id, afterRevision);
  }

  undo(range: KeyRange, afterRevision: number): Undo[] {
    const changed = this.#index.changedFrom(range, idAfter(afterRevision));
    return changed.map(([key, newest]) => this.#undoOf(key, newest, afterRevision));
  }

  #undoOf(key: string, newest: number, afterRevision: number): Undo {
    const before = this.#index.versionBefore(key, newest, idAfter(afterRevision));
    return { key, previous: before === undefined ? undefined : this.#sql.version.get(before) };
  }

  events(range: KeyRange, after: number, upTo: number): EventBatch {
    const end = Math.min(upTo, after + batchRevisions);
    const events: StoreEvent[] = [];
    let bytes = 0;
    for (const row of this.#sql.events.iterate(idAfter(after), idAfter(end), range.low, endOf(range))) {
      const last = events.at(-1)?.revision ?? row.revision;
      const full = events.length >= batchEvents || bytes >= batchBytes;
      if (full && row.revision !== last) return { events, upTo: last };
      const event = toEvent(row);
      bytes += event.value.length + (event.previous?.value.length ?? 0);
      events.push(event);
    }
    return { events, upTo: end };
  }

  expired(nowMs: number, limit: number): ExpiredKey[] {
    return this.#sql.expired.all(nowMs, limit);
  }

  earliestExpiry(): number | undefined {
    return this.#sql.earliestExpiry.get() ?? undefined;
  }

  setCompacted(revision: number): void {
    this.#sql.setMeta.run(revision, 'compacted');
  }

  /** What the index does not know yet waits for the next time. */
  forget(revision: number, limit: number): number {
    this.#mergeIfRoom();
    const from = this.#sql.meta.get('forgotten')!;
    const end = Math.min(idAfter(revision) - 1, this.#index.merged);
    const [count, last] = this.#sql.endOfSlice.get({ from, to: end, limit })!;
    if (last !== null) this.#forget({ from, to: last });
    return count;
  }

  #forget(slice: Slice): void {
    inTransaction(this.#database, this.#sql, () => {
      this.#sql.forgetChanges.run(slice);
      this.#sql.forgetKeys.run(slice);
      this.#sql.forgetReplaced.run(slice);
      this.#sql.forgetDeleted.run(slice);
      this.#sql.setMeta.run(slice.to, 'forgotten');
    });
  }

  shrink(): boolean {
    const free = this.#database.pragma('freelist_count', { simple: true }) as number;
    const pages = this.#database.pragma('page_count', { simple: true }) as number;
    if (free <= keptFreePages || free * 4 <= pages) return false;
    this.#database.exec(`PRAGMA incremental_vacuum(${shrinkPages})`);
    return true;
  }

  sync(commits: number): Promise<void> | undefined {
    return this.#disk.sync(commits);
  }

  maintenanceDue(): boolean {
    return this.#index.mergeDue || this.#disk.maintenanceDue();
  }

  /** One thing at a time, so that the event loop goes on between them. */
  async maintain(): Promise<void> {
    if (this.#index.mergeDue) this.#mergeIfRoom();
    else await this.#disk.maintain();
  }

  /** Without room the keys stay in memory; it is tried again later. */
  #mergeIfRoom(): void {
    try {
      this.#merge();
    } catch (error) {
      const failure = toStoreError(error);
      if (!(failure instanceof StoreError && failure.code === 'Full')) throw error;
    }
  }

  #merge(): void {
    this.#withRoom(() => this.#index.merge());
  }

  async check(revision: number, compacted: number): Promise<string[]> {
    this.#merge();
    return await findFaults(this.#database, revision, compacted);
  }

  beginBackup(file: string): Promise<() => Promise<void>> {
    return this.#disk.beginBackup(file);
  }

  size(): Promise<number> {
    return this.#disk.size();
  }

  async close(): Promise<void> {
    try {
      this.#mergeIfRoom();
    } finally {
      await this.#disk.close();
    }
  }

  translate(error: unknown): Error {
    return toStoreError(error);
  }
}

const keyOf = ({ key }: Entry) => key;

function previousOf(row: EventRow): Entry | undefined {
  const { key, previousValue, previousCreate, previousRevision } = row;
  if (previousRevision === null) return undefined;
  return { key, value: previousValue!, createRevision: previousCreate!, modRevision: previousRevision };
}

function toEvent(row: EventRow): StoreEvent {
  const { key, revision, createRevision } = row;
  const previous = previousOf(row);
  if (row.deleted === 1) return { type: 'delete', key, revision, value: previous!.value, createRevision, previous };
  return { type: 'put', key, revision, value: row.value!, createRevision, previous };
}
