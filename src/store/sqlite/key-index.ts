import type { Database } from 'better-sqlite3';
import { compareUtf8 } from '../../util/utf8-order.ts';
import type { KeyRange } from '../local/engine.ts';
import { inRange } from '../local/key-range.ts';
import { inTransaction, type KeyEnd, keysAtOnce, type Statements } from './statements.ts';

/** Where the newest version of a key is. */
export interface Place {
  readonly id: number;
  readonly deleted: boolean;
  /** In milliseconds since the epoch. */
  readonly expires: number | null;
  /** Whether the table counts the key as one that exists. */
  readonly counted: boolean;
}

interface Change<T> {
  readonly key: string;
  /** Undefined takes the key away. */
  readonly item: T | undefined;
}

/** Fewer than so many are looked for one by one. */
const fewKeys = 6;

const noEnd = Buffer.alloc(0);
export const endOf = (range: KeyRange): KeyEnd => range.high ?? noEnd;

/**
 * Which version of each key is the newest. The table `keys` knows it up to one version, `#merged`; the keys that were
 * changed since are held here, and put into the tables many at a time. A commit writes its versions only, at the end of
 * theirs: with the tables it would write a page for each key. Nothing is lost with the process: what was not merged is
 * read again from the versions themselves.
 */
export class KeyIndex {
  readonly #database: Database;
  readonly #sql: Statements;
  readonly #mergeAfter: number;
  /** Made anew, as `#absent` is, not cleared: what a cleared one held would live on (util/linked-list.ts). */
  #recent = new Map<string, Place>();
  #merged: number;
  /** Versions that are not merged. */
  #unmerged = 0;
  #mergeAt: number;
  /** What the transaction changed, to take it back. */
  readonly #replaced: [key: string, before: Place | undefined][] = [];
  /** Keys that the table does not have, as the transaction found when it began. */
  #absent = new Set<string>();

  /** `mergeAfter`: so many versions make a merge due. */
  constructor(database: Database, sql: Statements, mergeAfter: number) {
    this.#database = database;
    this.#sql = sql;
    this.#mergeAfter = mergeAfter;
    this.#mergeAt = mergeAfter;
    this.#merged = sql.meta.get('merged')!;
    for (const [key, id, deleted, expires] of sql.unmerged.all(this.#merged)) {
      this.set(key, { id, deleted: deleted === 1, expires }, this.find(key));
    }
    this.begin();
  }

  /** The last version that the tables know. */
  get merged(): number {
    return this.#merged;
  }

  get mergeDue(): boolean {
    return this.#unmerged >= this.#mergeAt;
  }

  /** What follows can be taken back by `rollback`. The keys that it creates are looked for together: that is cheaper. */
  begin(creating: readonly string[] = []): void {
    this.#replaced.length = 0;
    if (this.#absent.size > 0) this.#absent = new Set();
    for (let at = 0; at + fewKeys <= creating.length; at += keysAtOnce)
      this.#noteAbsent(creating.slice(at, at + keysAtOnce));
  }

  #noteAbsent(keys: readonly string[]): void {
    const filled = Array.from({ length: keysAtOnce }, (_, i) => keys[i] ?? keys[0]!);
    const held = this.#sql.heldOf.all(...filled);
    for (const key of keys) this.#absent.add(key);
    for (const key of held) this.#absent.delete(key);
  }

  rollback(): void {
    for (const [key, before] of this.#replaced.reverse()) {
      if (before === undefined) this.#recent.delete(key);
      else this.#recent.set(key, before);
    }
    this.#unmerged -= this.#replaced.length;
    this.#replaced.length = 0;
  }

  find(key: string): Place | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined || this.#absent.has(key)) return recent;
    const row = this.#sql.findKey.get(key);
    if (row === undefined) return undefined;
    const deleted = row.deleted === 1;
    return { id: row.id, deleted, expires: row.expires, counted: !deleted };
  }

  /** The key's place when it was changed lately. */
  findRecent(key: string): Place | undefined {
    return this.#recent.get(key);
  }

  /** The key has a new version; `before` is what `find` says of it. */
  set(key: string, { id, deleted, expires }: Omit<Place, 'counted'>, before: Place | undefined): void {
    this.#replaced.push([key, before !== undefined && before.id > this.#merged ? before : undefined]);
    this.#recent.set(key, { id, deleted, expires, counted: before?.counted ?? false });
    this.#unmerged++;
  }

  /** Keys that exist, in order; limit -1 means all. */
  keys(range: KeyRange, limit: number): string[] {
    const read = (most: number) => this.#sql.keys.all(range.low, endOf(range), most);
    return this.overlay(range, limit, read, itself, itself);
  }

  count(range: KeyRange): number {
    let count = this.#sql.count.get(range.low, endOf(range))!;
    for (const [, { deleted, counted }] of this.#within(range)) count += (deleted ? 0 : 1) - (counted ? 1 : 0);
    return count;
  }

  /** What `readTable` gives for the range, with recent changes put over it; limit -1 means all. */
  overlay<T>(
    range: KeyRange,
    limit: number,
    readTable: (limit: number) => T[],
    keyOf: (item: T) => string,
    readRecent: (key: string) => T,
  ): T[] {
    const changes: Change<T>[] = [];
    let taken = 0;
    for (const [key, { deleted, counted }] of this.#within(range)) {
      if (deleted && !counted) continue;
      if (deleted) taken++;
      changes.push({ key, item: deleted ? undefined : readRecent(key) });
    }
    const items = readTable(limit < 0 ? limit : limit + taken);
    const all = changes.length === 0 ? items : withChanges(items, keyOf, changes);
    if (limit >= 0 && all.length > limit) all.length = limit;
    return all;
  }

  /** The keys, deleted ones too, whose newest version has this id or a later one; in order. */
  changedFrom(range: KeyRange, id: number): [key: string, id: number][] {
    const changed = this.#sql.keysFrom.all(range.low, endOf(range), id);
    const recent = this.#within(range).filter(([, place]) => place.id >= id);
    const changes = recent.map(([key, place]) => ({ key, item: [key, place.id] satisfies [string, number] }));
    return withChanges<[key: string, id: number]>(changed, ([key]) => key, changes);
  }

  /** The version before the key's first one with this id or a later one; `newest` is the key's newest, which has. */
  versionBefore(key: string, newest: number, id: number): number | undefined {
    const change = id <= this.#merged ? this.#sql.firstChange.get(key, id) : undefined;
    let previous = this.#previousOf(change ?? newest);
    // The table knows no such change: it is not merged, and not many steps from the newest.
    if (change === undefined)
      while (previous !== undefined && previous >= id && previous > this.#merged) previous = this.#previousOf(previous);
    return previous !== undefined && previous < id ? previous : undefined;
  }

  #previousOf(id: number): number | undefined {
    return this.#sql.previous.get(id) ?? undefined;
  }

  /** Puts the recent keys into the tables. Only while nothing else is written. When it throws it is due again later. */
  merge(): void {
    if (this.#unmerged === 0) return;
    this.#mergeAt = this.#unmerged + this.#mergeAfter;
    const newest = this.#sql.newest.get()!;
    inTransaction(this.#database, this.#sql, () => {
      this.#sql.mergeKeys.run(this.#merged);
      this.#sql.mergeChanges.run(this.#merged);
      this.#sql.setMeta.run(newest, 'merged');
    });
    this.#merged = newest;
    this.#recent = new Map();
    this.#unmerged = 0;
    this.#mergeAt = this.#mergeAfter;
    this.begin();
  }

  /** In key order. Sorting when somebody reads is cheaper than keeping them sorted for each write. */
  #within(range: KeyRange): [key: string, place: Place][] {
    const found: [string, Place][] = [];
    for (const entry of this.#recent) if (inRange(entry[0], range)) found.push(entry);
    return found.sort(([a], [b]) => compareUtf8(a, b));
  }
}

const itself = (key: string) => key;

/** Puts changes over items; both in key order. */
function withChanges<T>(items: readonly T[], keyOf: (item: T) => string, changes: readonly Change<T>[]): T[] {
  const out: T[] = [];
  let next = 0;
  for (const { key, item } of changes) {
    while (next < items.length && compareUtf8(keyOf(items[next]!), key) < 0) out.push(items[next++]!);
    if (next < items.length && keyOf(items[next]!) === key) next++;
    if (item !== undefined) out.push(item);
  }
  while (next < items.length) out.push(items[next++]!);
  return out;
}
