import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../util/clock.ts';
import { type Demand, unknownDemand } from '../demand.ts';
import {
  CompactedError,
  ConflictError,
  type Entry,
  FutureRevisionError,
  type IntegrityReport,
  type ListOptions,
  type ListResult,
  type Mutation,
  type Store,
  StoreError,
  type StoreEvent,
  type Watch,
  type WatchOptions,
} from '../store.ts';
import { applyGroup, expiryOf, type Outcome } from './commit-group.ts';
import type { Engine, ExpiredKey, KeyRange } from './engine.ts';
import { Expiry } from './expiry.ts';
import { keyRange } from './key-range.ts';
import { PendingChanges } from './pending-changes.ts';
import { rangeBefore } from './rewind.ts';
import { WatchHub } from './watch-hub.ts';
import { type QueuedCommit, WriteLoop } from './write-loop.ts';

/** So many changes are forgotten at a time: a few milliseconds of work. */
const compactionSlice = 200;

/** Of a sync. */
interface Failed {
  readonly error: unknown;
}

/**
 * A store inside this process, over an engine. One commit's way:
 *
 *     commit() → WriteLoop gathers a group → applyGroup (one transaction, a revision each) → engine.sync()
 *              → the groups before it are durable → #durable advances → watchers are told → commit() resolves
 *
 * Several groups may be between the transaction and the end of sync(). The engine holds their changes, which nobody may
 * see yet: `#pending` says what those keys held before, and every read goes behind it. Guards alone look at the engine
 * itself; who loses by a change that is not durable yet is told once it is, so that a new read shows it.
 */
export class LocalStore implements Store {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #loop: WriteLoop;
  readonly #hub: WatchHub;
  readonly #expiry: Expiry;
  readonly #pending = new PendingChanges();
  #durable: number;
  /** The newest revision in the engine. */
  #applied: number;
  /** Resolves when every group so far is settled; undefined when it is. Never rejects. */
  #settling: Promise<void> | undefined;
  #compacted: number;
  /** Why nothing can be written any more; reads go on. */
  #broken: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, clock: Clock, demand: Demand = unknownDemand) {
    this.#engine = engine;
    this.#clock = clock;
    this.#durable = engine.openedAt;
    this.#applied = engine.openedAt;
    this.#compacted = engine.openedCompacted;
    this.#loop = new WriteLoop({
      group: (commits) => this.#writeGroup(commits),
      maintenanceDue: () => this.#broken === undefined && engine.maintenanceDue(),
      maintain: () => this.#maintain(),
      requestsArriving: () => demand.requestsArriving(),
    });
    this.#hub = new WatchHub({
      current: () => this.#durable,
      compacted: () => this.#compacted,
      events: (range, after, upTo) => this.#translated(() => engine.events(range, after, upTo)),
    });
    this.#expiry = new Expiry({
      clock,
      earliest: () => engine.earliestExpiry(),
      expired: (nowMs, limit) => engine.expired(nowMs, limit),
      remove: (key) => this.#removeExpired(key),
    });
  }

  async currentRevision(): Promise<number> {
    this.#assertOpen();
    return this.#durable;
  }

  async compactedRevision(): Promise<number> {
    this.#assertOpen();
    return this.#compacted;
  }

  async get(key: string, revision?: number): Promise<Entry | undefined> {
    this.#assertReadable(revision);
    try {
      const undo = this.#isNow(revision) ? this.#pending.undoOf(key) : this.#engine.undoOf(key, revision!);
      return undo === undefined ? this.#engine.read(key) : undo.previous;
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }

  async list({ prefix, after, limit = 0, revision }: ListOptions): Promise<ListResult> {
    this.#assertReadable(revision);
    const at = revision ?? this.#durable;
    try {
      const entries = this.#rangeAt(keyRange(prefix, after), limit > 0 ? limit + 1 : 0, at);
      const more = limit > 0 && entries.length > limit;
      return { entries: more ? entries.slice(0, limit) : entries, revision: at, more };
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }

  async count(prefix: string): Promise<number> {
    this.#assertOpen();
    const range = keyRange(prefix);
    const difference = this.#pending.empty ? 0 : this.#pending.countDifference(range);
    return this.#translated(() => this.#engine.count(range)) + difference;
  }

  commit(mutations: readonly Mutation[]): Promise<number> {
    try {
      this.#assertWritable();
      return this.#loop.commit(mutations);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  watch(options: WatchOptions): Watch {
    return this.#hub.add(options);
  }

  watchersOf(key: string): number {
    return this.#hub.watchersOf(key);
  }

  async compact(revision: number): Promise<void> {
    this.#assertWritable();
    if (revision > this.#durable) throw new FutureRevisionError(this.#durable);
    await this.#chore(() => this.#moveCompacted(revision));
    while ((await this.#chore(() => this.#engine.forget(revision, compactionSlice))) === compactionSlice) {
      await nextTurn();
    }
    while (await this.#chore(() => this.#engine.shrink())) await nextTurn();
  }

  async integrityCheck(): Promise<IntegrityReport> {
    this.#assertOpen();
    if (this.#broken !== undefined) return { ok: false, faults: [this.#broken.message] };
    const faults = await this.#chore(() => this.#engine.check(this.#applied, this.#compacted));
    return { ok: faults.length === 0, faults };
  }

  async backup(file: string): Promise<void> {
    this.#assertOpen();
    const copy = await this.#chore(() => this.#engine.beginBackup(file));
    try {
      await copy();
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }

  async size(): Promise<number> {
    this.#assertOpen();
    return await this.#engine.size();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#expiry.stop();
    await this.#loop.idle();
    this.#hub.end(new StoreError('Closed', 'the store is closed'));
    try {
      await this.#engine.close();
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }

  /** Whether a read of this revision is a read of the newest durable state. */
  #isNow(revision: number | undefined): boolean {
    return revision === undefined || revision === this.#durable;
  }

  #rangeAt(range: KeyRange, limit: number, revision: number): readonly Entry[] {
    const now = revision === this.#durable;
    if (now && !this.#pending.touches(range)) return this.#engine.range(range, limit);
    return rangeBefore(
      (piece, most) => this.#engine.range(piece, most),
      (piece) => (now ? this.#pending.undo(piece) : this.#engine.undo(piece, revision)),
      range,
      limit,
      revision,
    );
  }

  #writeGroup(commits: readonly QueuedCommit[]): Promise<void> | undefined {
    if (this.#broken !== undefined) return void rejectAll(commits, this.#broken);
    const outcomes = this.#apply(commits);
    const changed = outcomes.some((outcome) => !(outcome instanceof Error) && outcome.events.length > 0);
    const synced = changed ? this.#engine.sync(commits.length) : undefined;
    return this.#afterOthers((failed) => this.#settle(commits, outcomes, failed), synced);
  }

  /** Runs `settle` when the groups before are settled and `synced` has ended; with its error, when there was one. */
  #afterOthers(settle: (failed?: Failed) => void, synced?: Promise<void>): Promise<void> | undefined {
    if (synced === undefined && this.#settling === undefined) {
      settle();
      return undefined;
    }
    // Handled at once: it may fail while the groups before are still on their way.
    const ended = synced?.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const settling = this.#settleInTurn(this.#settling, ended, settle).finally(() => {
      if (this.#settling === settling) this.#settling = undefined;
    });
    this.#settling = settling;
    return settling;
  }

  async #settleInTurn(
    before: Promise<void> | undefined,
    ended: Promise<Failed | undefined> | undefined,
    settle: (failed?: Failed) => void,
  ): Promise<void> {
    await before;
    settle(await ended);
  }

  #settle(commits: readonly QueuedCommit[], outcomes: readonly Outcome[], failed: Failed | undefined): void {
    if (failed !== undefined) this.#fail(failed.error);
    // What follows a group that failed may hang on its changes.
    if (this.#broken !== undefined) rejectAll(commits, this.#broken);
    else {
      this.#publish(outcomes);
      settle(commits, outcomes);
    }
  }

  #apply(commits: readonly QueuedCommit[]): Outcome[] {
    const now = this.#clock.now();
    const wanted = commits.map(({ mutations }) => mutations);
    let outcomes: Outcome[];
    try {
      outcomes = applyGroup(this.#engine, wanted, this.#applied, now);
    } catch (error) {
      // Whatever was wrong with one commit (its size, the disk) must not fail the others.
      if (commits.length === 1) return [this.#engine.translate(error)];
      return commits.flatMap((commit) => this.#apply([commit]));
    }
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome instanceof Error) continue;
      this.#applied = outcome.revision;
      for (const event of outcome.events) this.#pending.add(event);
      for (const mutation of wanted[i]!) this.#noteExpiry(expiryOf(mutation, now));
    }
    return outcomes;
  }

  #noteExpiry(atMs: number | undefined): void {
    if (atMs !== undefined) this.#expiry.noteExpiry(atMs);
  }

  #publish(outcomes: readonly Outcome[]): void {
    const events: StoreEvent[] = [];
    for (const outcome of outcomes) {
      if (outcome instanceof Error) continue;
      for (const event of outcome.events) events.push(event);
      this.#durable = outcome.revision;
    }
    this.#pending.settle(events);
    if (events.length > 0) this.#hub.publish(events);
  }

  async #maintain(): Promise<void> {
    try {
      await this.#engine.maintain();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** After a failed sync nobody knows what is on the disk: the state that was durable before stays readable. */
  #fail(error: unknown): void {
    this.#broken = new StoreError('Failed', 'the store could not make a write durable and refuses further ones', {
      cause: error,
    });
  }

  #moveCompacted(revision: number): void {
    if (revision <= this.#compacted) return;
    this.#engine.setCompacted(revision);
    this.#compacted = revision;
  }

  async #removeExpired({ key, modRevision }: ExpiredKey): Promise<void> {
    try {
      await this.commit([{ type: 'delete', key, expected: modRevision }]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  async #chore<T>(work: () => T | Promise<T>): Promise<T> {
    this.#assertOpen();
    try {
      return await this.#loop.chore(work);
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }

  #translated<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#engine.translate(error);
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('Closed', 'the store is closed');
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (this.#broken !== undefined) throw this.#broken;
  }

  #assertReadable(revision: number | undefined): void {
    this.#assertOpen();
    if (revision === undefined) return;
    if (revision < this.#compacted) throw new CompactedError(this.#compacted);
    if (revision > this.#durable) throw new FutureRevisionError(this.#durable);
  }
}

function rejectAll(commits: readonly QueuedCommit[], error: Error): void {
  for (const commit of commits) commit.reject(error);
}

function settle(commits: readonly QueuedCommit[], outcomes: readonly Outcome[]): void {
  for (const [i, commit] of commits.entries()) {
    const outcome = outcomes[i]!;
    if (outcome instanceof Error) commit.reject(outcome);
    else commit.resolve(outcome.revision);
  }
}
