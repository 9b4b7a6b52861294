import { Heap } from '../../util/heap.ts';
import { SortedMap } from '../../util/sorted-map.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import type { Engine, EventBatch, ExpiredKey, KeyRange, Undo } from '../local/engine.ts';
import { inRange } from '../local/key-range.ts';
import { type Entry, StoreError, type StoreEvent } from '../store.ts';

const batchEvents = 500;

interface Expiring extends ExpiredKey {
  readonly atMs: number;
}

/** Current state in a sorted map, history as the list of events, which hold what was there before. */
export class MemoryEngine implements Engine {
  readonly openedAt = 0;
  readonly openedCompacted = 0;
  readonly #current = new SortedMap<Entry>();
  #log: StoreEvent[] = [];
  readonly #expiring = new Heap<Expiring>((a, b) => a.atMs - b.atMs);
  #bytes = 0;

  transact(work: () => void): void {
    work();
  }

  apply(event: StoreEvent, _sequence: number, expiresMs: number | undefined): void {
    const { key, value, createRevision, revision, previous } = event;
    this.#log.push(event);
    this.#bytes += bytesOf(event);
    if (event.type === 'put') {
      this.#current.set(key, { key, value, createRevision, modRevision: revision });
      this.#bytes += value.length + (previous === undefined ? key.length : 0);
    } else {
      this.#current.delete(key);
      this.#bytes -= key.length;
    }
    this.#bytes -= previous?.value.length ?? 0;
    if (expiresMs !== undefined) this.#expiring.push({ key, modRevision: revision, atMs: expiresMs });
  }

  create(event: StoreEvent, expiresMs: number | undefined): boolean {
    if (this.#current.get(event.key) !== undefined) return false;
    this.apply(event, 0, expiresMs);
    return true;
  }

  read(key: string): Entry | undefined {
    return this.#current.get(key);
  }

  range({ low, high }: KeyRange, limit: number): Entry[] {
    const entries: Entry[] = [];
    for (const key of this.#current.keys(low, high)) {
      entries.push(this.#current.get(key)!);
      if (entries.length === limit) break;
    }
    return entries;
  }

  count({ low, high }: KeyRange): number {
    return this.#current.count(low, high);
  }

  undoOf(key: string, afterRevision: number): Undo | undefined {
    for (let i = this.#firstAfter(afterRevision); i < this.#log.length; i++) {
      const event = this.#log[i]!;
      if (event.key === key) return { key, previous: event.previous };
    }
    return undefined;
  }

  undo(range: KeyRange, afterRevision: number): Undo[] {
    const undos = new Map<string, Undo>();
    for (let i = this.#firstAfter(afterRevision); i < this.#log.length; i++) {
      const { key, previous } = this.#log[i]!;
      if (!undos.has(key) && inRange(key, range)) undos.set(key, { key, previous });
    }
    return [...undos.values()].sort((a, b) => compareUtf8(a.key, b.key));
  }

  events(range: KeyRange, after: number, upTo: number): EventBatch {
    const events: StoreEvent[] = [];
    let read = after;
    let seen = 0;
    for (let i = this.#firstAfter(after); i < this.#log.length; i++) {
      const event = this.#log[i]!;
      if (event.revision > upTo) break;
      if (event.revision !== read && seen >= batchEvents) return { events, upTo: read };
      read = event.revision;
      seen++;
      if (inRange(event.key, range)) events.push(event);
    }
    return { events, upTo };
  }

  expired(nowMs: number, limit: number): ExpiredKey[] {
    const due: ExpiredKey[] = [];
    while (due.length < limit) {
      const at = this.earliestExpiry();
      if (at === undefined || at > nowMs) break;
      due.push(this.#expiring.pop()!);
    }
    return due;
  }

  earliestExpiry(): number | undefined {
    for (let next = this.#expiring.peek(); next !== undefined; next = this.#expiring.peek()) {
      if (this.#current.get(next.key)?.modRevision === next.modRevision) return next.atMs;
      this.#expiring.pop();
    }
    return undefined;
  }

  setCompacted(): void {}

  /** Dropping the head of the list is one cheap step, whatever the limit. */
  forget(revision: number): number {
    const kept = this.#firstAfter(revision);
    for (let i = 0; i < kept; i++) this.#bytes -= bytesOf(this.#log[i]!);
    this.#log = this.#log.slice(kept);
    return 0;
  }

  shrink(): boolean {
    return false;
  }

  sync(): undefined {
    return undefined;
  }

  maintenanceDue(): boolean {
    return false;
  }

  async maintain(): Promise<void> {}

  async check(revision: number, compacted: number): Promise<string[]> {
    return [...this.#checkRevisions(revision, compacted), ...this.#checkChains(compacted)];
  }

  async beginBackup(): Promise<never> {
    throw new StoreError('Unsupported', 'the memory store cannot be backed up');
  }

  async size(): Promise<number> {
    return this.#bytes;
  }

  async close(): Promise<void> {}

  translate(error: unknown): Error {
    return error instanceof Error ? error : new StoreError('Failed', String(error));
  }

  *#checkRevisions(revision: number, compacted: number): Generator<string> {
    let last = compacted;
    for (const event of this.#log) {
      if (event.revision > last + 1) yield `no change is recorded for revision ${last + 1}`;
      last = event.revision;
    }
    if (last !== revision) yield `the log ends at revision ${last}, the store is at ${revision}`;
  }

  /** Undoing everything must lead back to entries that are not newer than the compacted revision. */
  *#checkChains(compacted: number): Generator<string> {
    const state = new Map<string, Entry | undefined>();
    for (const key of this.#current.keys('')) state.set(key, this.#current.get(key));
    for (const event of this.#log.toReversed()) {
      const found = state.get(event.key)?.modRevision;
      const expected = event.type === 'put' ? event.revision : undefined;
      if (found !== expected) yield `key ${event.key} disagrees with its change at revision ${event.revision}`;
      state.set(event.key, event.previous);
    }
    for (const [key, entry] of state) {
      if (entry !== undefined && entry.modRevision > compacted) yield `key ${key} changed without a record`;
    }
  }

  /** Index of the first event above the revision. */
  #firstAfter(revision: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#log[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What an event holds beyond the current state: the value before. */
function bytesOf({ key, previous }: StoreEvent): number {
  return key.length + (previous?.value.length ?? 0);
}
