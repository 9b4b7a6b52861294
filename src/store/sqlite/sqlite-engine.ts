import type { Database } from 'better-sqlite3';
import type { Engine, EventBatch, ExpiredKey, KeyRange, Undo } from '../local/engine.ts';
import type { Entry, StoreEvent } from '../store.ts';
import { checksumOf } from './checksum.ts';
import type { Disk } from './disk.ts';
import { EntryCache } from './entry-cache.ts';
import { findFaults } from './integrity.ts';
import { RangeCache } from './range-cache.ts';
import { toStoreError } from './sqlite-errors.ts';
import { type EventRow, type KeyEnd, prepareStatements, type Statements, type UndoRow } from './statements.ts';

/** One piece of history: what a watcher that is behind reads in one turn of the event loop. */
const batchRevisions = 2000;
const batchEvents = 256;
const batchBytes = 1024 * 1024;

/** Free pages are given back when they are a quarter of the file and more than this, so many at a time. */
const keptFreePages = 1024;
const shrinkPages = 64;

const noEnd = Buffer.alloc(0);
const endOf = (range: KeyRange): KeyEnd => range.high ?? noEnd;

/** The undo log in SQLite tables; see schema.ts. */
export class SqliteEngine implements Engine {
  readonly openedAt: number;
  readonly openedCompacted: number;
  readonly #database: Database;
  readonly #disk: Disk;
  readonly #sql: Statements;
  readonly #cache: EntryCache;
  readonly #ranges: RangeCache;

  constructor(database: Database, disk: Disk, cacheBytes: number) {
    this.#database = database;
    this.#disk = disk;
    this.#cache = new EntryCache(cacheBytes);
    this.#ranges = new RangeCache(cacheBytes);
    this.#sql = prepareStatements(database);
    this.openedCompacted = this.#sql.compacted.get()!;
    this.openedAt = Math.max(this.#sql.newestRevision.get()!, this.openedCompacted);
  }

  transact(work: () => void): void {
    this.#sql.begin.run();
    try {
      work();
      this.#sql.commit.run();
    } catch (error) {
      this.#cache.clear();
      this.#ranges.clear();
      // SQLite has already rolled back after some errors, a full disk among them.
      if (this.#database.inTransaction) this.#sql.rollback.run();
      throw error;
    }
  }

  apply(event: StoreEvent, sequence: number, expiresMs: number | undefined): void {
    const { key, revision, previous } = event;
    if (previous === undefined) {
      if (!this.#create(event, sequence, expiresMs)) throw new Error(`${key} is held, which its guard denied`);
      return;
    }
    this.#ranges.changed(key);
    const deleted = event.type === 'delete';
    const { createRevision, modRevision, value } = previous;
    this.#sql.logChange.run(revision, sequence, key, deleted ? 1 : 0, createRevision, modRevision, key, value);
    if (deleted) {
      this.#sql.remove.run(key);
      this.#cache.delete(key);
    } else this.#update(event, expiresMs);
  }

  create(event: StoreEvent, expiresMs: number | undefined): boolean {
    return this.#create(event, 0, expiresMs);
  }

  #create(event: StoreEvent, sequence: number, expiresMs: number | undefined): boolean {
    const { key, revision, value, createRevision } = event;
    const checksum = checksumOf(key, createRevision, revision, value);
    const { changes } = this.#sql.insert.run(key, createRevision, revision, expiresMs ?? null, checksum, value);
    if (changes === 0) return false;
    this.#sql.logCreation.run(revision, sequence, key);
    this.#ranges.changed(key);
    this.#cache.set({ key, value, createRevision, modRevision: revision });
    return true;
  }

  #update({ key, revision, value, createRevision }: StoreEvent, expiresMs: number | undefined): void {
    const checksum = checksumOf(key, createRevision, revision, value);
    this.#sql.update.run(revision, expiresMs ?? null, checksum, value, key);
    this.#cache.set({ key, value, createRevision, modRevision: revision });
  }

  read(key: string): Entry | undefined {
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const entry = this.#sql.read.get(key);
    if (entry !== undefined) this.#cache.set(entry);
    return entry;
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
    const keys = this.#sql.keys.all(range.low, endOf(range), most);
    let missing = 0;
    for (const key of keys) if (this.#cache.get(key) === undefined) missing++;
    if (missing * 4 <= keys.length) return keys.map((key) => this.read(key)!);
    const entries = this.#sql.range.all(range.low, endOf(range), most);
    for (const entry of entries) this.#cache.set(entry);
    return entries;
  }

  count(range: KeyRange): number {
    return this.#sql.count.get(range.low, endOf(range))!;
  }

  undoOf(key: string, afterRevision: number): Undo | undefined {
    const row = this.#sql.undoOf.get(key, afterRevision);
    if (row !== undefined) return undoOfRow(row, afterRevision);
    const current = this.read(key);
    return current !== undefined && current.createRevision > afterRevision ? { key, previous: undefined } : undefined;
  }

  undo(range: KeyRange, afterRevision: number): Undo[] {
    const rows = this.#sql.undo.all(range.low, endOf(range), afterRevision);
    return rows.map((row) => undoOfRow(row, afterRevision));
  }

  events(range: KeyRange, after: number, upTo: number): EventBatch {
    const end = Math.min(upTo, after + batchRevisions);
    const events: StoreEvent[] = [];
    let bytes = 0;
    for (const row of this.#sql.events.iterate(after, end, range.low, endOf(range))) {
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
    this.#sql.setCompacted.run(revision);
  }

  forget(revision: number, limit: number): number {
    return this.#sql.forget.run(revision, limit).changes;
  }

  shrink(): boolean {
    const free = this.#database.pragma('freelist_count', { simple: true }) as number;
    const pages = this.#database.pragma('page_count', { simple: true }) as number;
    if (free <= keptFreePages || free * 4 <= pages) return false;
    this.#database.exec(`PRAGMA incremental_vacuum(${shrinkPages})`);
    return true;
  }

  sync(): Promise<void> | undefined {
    return this.#disk.sync();
  }

  maintenanceDue(): boolean {
    return this.#disk.maintenanceDue();
  }

  maintain(): Promise<void> {
    return this.#disk.maintain();
  }

  async check(revision: number, compacted: number): Promise<string[]> {
    return await findFaults(this.#database, revision, compacted);
  }

  beginBackup(file: string): Promise<() => Promise<void>> {
    return this.#disk.beginBackup(file);
  }

  size(): Promise<number> {
    return this.#disk.size();
  }

  close(): Promise<void> {
    return this.#disk.close();
  }

  translate(error: unknown): Error {
    return toStoreError(error);
  }
}

/** What was replaced first after a revision, unless it had come after the revision itself. */
function undoOfRow(row: UndoRow, afterRevision: number): Undo {
  const previous = previousOf(row);
  const existed = previous !== undefined && previous.createRevision <= afterRevision;
  return { key: row.key, previous: existed ? previous : undefined };
}

function previousOf({ key, value, createRevision, modRevision }: UndoRow): Entry | undefined {
  if (modRevision === null) return undefined;
  return { key, value: value!, createRevision: createRevision!, modRevision };
}

function toEvent(row: EventRow): StoreEvent {
  const { key, revision } = row;
  const previous = previousOf(row);
  const createRevision = previous?.createRevision ?? revision;
  if (row.deleted === 1) return { type: 'delete', key, revision, value: previous!.value, createRevision, previous };
  return { type: 'put', key, revision, value: row.newValue!, createRevision, previous };
}
