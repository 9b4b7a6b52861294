/**
 * The store contract: ordered keys, opaque bytes, revisions, ordered gap-free watch, compaction and TTL.
 * Every implementation passes test/contract/store-contract.ts. The promises are explained in docs/durability.md.
 */

export interface Entry {
  readonly key: string;
  readonly value: Buffer;
  /** Revision of the transaction that created this key. */
  readonly createRevision: number;
  /** Revision of the last change of this key. */
  readonly modRevision: number;
}

export interface StoreEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Revision of the transaction; several events may share one (a batch). */
  readonly revision: number;
  /** put: the new value. delete: the last value. */
  readonly value: Buffer;
  readonly createRevision: number;
  /** What the key held before; absent when the key was created. For a delete it is the deleted entry. */
  readonly previous?: Entry;
}

export interface ListOptions {
  /** Only keys that start with it. */
  prefix: string;
  /** Only keys strictly greater. */
  after?: string;
  /** At the most so many entries; 0 or absent means all. */
  limit?: number;
  /** Read as of this revision; absent means now. Below the compacted revision: `CompactedError`; above the current one: `FutureRevisionError`. */
  revision?: number;
}

export interface ListResult {
  /** In ascending byte order of their keys. The same array may be given again while nothing has changed: read only. */
  entries: readonly Entry[];
  /** The revision that was read: the current one unless one was asked for. */
  revision: number;
  /** Whether entries follow the last one returned. */
  more: boolean;
}

/** One guarded change. `expected`: 0 = the key must not exist, n = its modRevision must be n. */
export type Mutation =
  | {
      readonly type: 'put';
      readonly key: string;
      readonly value: Buffer;
      readonly expected: number;
      readonly ttlSeconds?: number;
    }
  | { readonly type: 'delete'; readonly key: string; readonly expected: number };

export interface WatchOptions {
  prefix: string;
  /** Every event with a greater revision is delivered once, in order. Below the compacted revision: `CompactedError`. */
  afterRevision: number;
  /**
   * Called with events of one or more whole transactions, in revision order, never concurrently, never before the
   * transaction is durable. Synchronous: what it throws ends the watch with `onEnd(error)`.
   */
  onEvents: (events: readonly StoreEvent[]) => void;
  /** Called once when the watch cannot go on (compacted while catching up, store closed, listener threw); not after close(). */
  onEnd: (error: Error) => void;
}

export interface Watch {
  /** No call to onEvents or onEnd after this returns. */
  close(): void;
}

export interface IntegrityReport {
  ok: boolean;
  /** One line a fault, in plain words. */
  faults: string[];
}

export interface Store {
  /** The newest durable revision; reads at "now" see exactly this state. The first write of an empty store gets 1 or more. */
  currentRevision(): Promise<number>;
  /** Reads at or above this revision and watches after it (or later) are possible. */
  compactedRevision(): Promise<number>;
  /** Absent keys give undefined. `revision` as in ListOptions. */
  get(key: string, revision?: number): Promise<Entry | undefined>;
  list(options: ListOptions): Promise<ListResult>;
  count(prefix: string): Promise<number>;
  /**
   * Applies all mutations or none, in one revision, which is returned once the change is durable (as the chosen durability says).
   * A guard that does not hold: `ConflictError` with what the key holds now. Keys within one call are distinct.
   */
  commit(mutations: readonly Mutation[]): Promise<number>;
  watch(options: WatchOptions): Watch;
  /** How many follow the changes of this key right now. */
  watchersOf(key: string): number;
  /** Forgets history below `revision`: the newest value of each key at it stays readable. Never above the current revision. */
  compact(revision: number): Promise<void>;
  integrityCheck(): Promise<IntegrityReport>;
  /** Writes a consistent copy to a file while the store is in use. The memory store refuses with `StoreError`. */
  backup(file: string): Promise<void>;
  /** Bytes on disk (or held in memory), for metrics. */
  size(): Promise<number>;
  /** Pending writes are finished first; watches end with onEnd. */
  close(): Promise<void>;
}

export type StoreErrorCode =
  | 'Conflict'
  | 'Compacted'
  | 'FutureRevision'
  | 'Closed'
  | 'Corrupt'
  | 'Full'
  | 'Unsupported'
  | 'Failed';

/** The one error class of the store layer. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A guard of a commit did not hold. */
export class ConflictError extends StoreError {
  readonly key: string;
  /** What the key holds now; absent when it does not exist. */
  readonly current: Entry | undefined;

  constructor(key: string, current: Entry | undefined) {
    super(
      'Conflict',
      current === undefined ? `key ${key} does not exist` : `key ${key} is at revision ${current.modRevision}`,
    );
    this.key = key;
    this.current = current;
  }
}

/** A read or watch below the compacted revision. */
export class CompactedError extends StoreError {
  readonly compactedRevision: number;

  constructor(compactedRevision: number) {
    super('Compacted', `the requested revision has been compacted; the oldest one kept is ${compactedRevision}`);
    this.compactedRevision = compactedRevision;
  }
}

/** A read above the current revision. */
export class FutureRevisionError extends StoreError {
  readonly currentRevision: number;

  constructor(currentRevision: number) {
    super('FutureRevision', `the requested revision is above the current one, ${currentRevision}`);
    this.currentRevision = currentRevision;
  }
}
