import type { Entry, StoreEvent } from '../store.ts';

/** Keys from `low` (inclusive) to `high` (exclusive; undefined = no end), in byte order. */
export interface KeyRange {
  readonly low: string;
  readonly high: string | undefined;
  /** Set when these are just the keys that start with it. */
  readonly prefix: string | undefined;
}

/** What a key held before its first change after some revision. */
export interface Undo {
  readonly key: string;
  readonly previous: Entry | undefined;
}

export interface EventBatch {
  /** Events of whole transactions, in order. */
  readonly events: StoreEvent[];
  /** Everything in the range up to this revision has been read. */
  readonly upTo: number;
}

export interface ExpiredKey {
  readonly key: string;
  readonly modRevision: number;
}

/**
 * What differs between the stores of this process: the data structure. It holds the current state and, for every
 * change since the compacted revision, what the key held before. All of it is synchronous and sees changes as soon as
 * they are applied; `LocalStore` hides them until they are durable.
 */
export interface Engine {
  /** The newest revision found when it was opened. */
  readonly openedAt: number;
  /** The compacted revision found when it was opened. */
  readonly openedCompacted: number;

  /** Runs the work so that all its changes are kept, or none when it throws. It will create what `creating` names. */
  transact(work: () => void, creating: readonly string[]): void;
  apply(event: StoreEvent, sequence: number, expiresMs: number | undefined): void;
  /** Applies the only event of its revision, a creation, unless the key is held; then nothing changes and it is false. */
  create(event: StoreEvent, expiresMs: number | undefined): boolean;

  read(key: string): Entry | undefined;
  /** Entries of the current state; limit 0 means all. May give the same array again while nothing has changed. */
  range(range: KeyRange, limit: number): readonly Entry[];
  count(range: KeyRange): number;
  undoOf(key: string, afterRevision: number): Undo | undefined;
  /** One for every key in the range that changed after the revision, in key order; may leave out those created after it. */
  undo(range: KeyRange, afterRevision: number): Undo[];
  /** A bounded piece of history: events with `after` < revision <= `upTo`. */
  events(range: KeyRange, after: number, upTo: number): EventBatch;

  expired(nowMs: number, limit: number): ExpiredKey[];
  /** When the next key expires, in milliseconds since the epoch. */
  earliestExpiry(): number | undefined;

  setCompacted(revision: number): void;
  /** Forgets up to `limit` changes at or below the revision and says how many it forgot. */
  forget(revision: number, limit: number): number;
  /** Gives one slice of free space back to the system; false when there is nothing worth giving. */
  shrink(): boolean;

  /**
   * Resolves when all that was applied is as durable as promised; undefined when it already is. May be called again
   * before the last call has ended (`groupsUnderWay` times); a failure of the disk fails all that it may concern.
   * `commits`: so many wait for it.
   */
  sync(commits: number): Promise<void> | undefined;
  maintenanceDue(): boolean;
  /** Housekeeping that must not run beside writes. */
  maintain(): Promise<void>;

  /** Faults in plain words; `revision` is the newest one applied, `compacted` the compacted one. */
  check(revision: number, compacted: number): Promise<string[]>;
  /** Runs alone among the writes; what it returns copies on while they continue. */
  beginBackup(file: string): Promise<() => Promise<void>>;
  size(): Promise<number>;
  close(): Promise<void>;
  /** The StoreError that tells what the engine's own error means. */
  translate(error: unknown): Error;
}
