import { compareUtf8 } from '../../util/utf8-order.ts';
import type { Entry, StoreEvent } from '../store.ts';
import type { KeyRange, Undo } from './engine.ts';
import { inRange } from './key-range.ts';

interface PendingKey {
  /** Oldest first; never empty. */
  readonly changes: Undo[];
  /** After all of them. */
  exists: boolean;
}

/**
 * The changes that are applied but not durable yet, so that reads can look behind them. They are sorted by key when
 * somebody reads: most become durable before.
 */
export class PendingChanges {
  readonly #keys = new Map<string, PendingKey>();
  /** Not in `#keys` yet, oldest first. */
  #unsorted: StoreEvent[] = [];

  get empty(): boolean {
    return this.#keys.size === 0 && this.#unsorted.length === 0;
  }

  add(event: StoreEvent): void {
    this.#unsorted.push(event);
  }

  #sort(): void {
    if (this.#unsorted.length === 0) return;
    for (const event of this.#unsorted) this.#sortIn(event);
    this.#unsorted = [];
  }

  #sortIn({ key, type, previous }: StoreEvent): void {
    const change = { key, previous };
    const exists = type === 'put';
    const known = this.#keys.get(key);
    if (known === undefined) this.#keys.set(key, { changes: [change], exists });
    else {
      known.changes.push(change);
      known.exists = exists;
    }
  }

  /** These, the oldest of all, are durable. */
  settle(events: readonly StoreEvent[]): void {
    if (this.#keys.size === 0) this.#unsorted.splice(0, events.length);
    else this.#settleSorted(events);
  }

  #settleSorted(events: readonly StoreEvent[]): void {
    this.#sort();
    for (const { key } of events) {
      const known = this.#keys.get(key);
      known?.changes.shift();
      if (known?.changes.length === 0) this.#keys.delete(key);
    }
  }

  touches(range: KeyRange): boolean {
    this.#sort();
    for (const key of this.#keys.keys()) if (inRange(key, range)) return true;
    return false;
  }

  /** What the key held before, when it is among the changed ones. */
  undoOf(key: string): Undo | undefined {
    this.#sort();
    return this.#keys.get(key)?.changes[0];
  }

  /** In key order. */
  undo(range: KeyRange): Undo[] {
    const undos = this.#within(range).map(({ changes }) => changes[0] as Undo);
    return undos.sort((a, b) => compareUtf8(a.key, b.key));
  }

  /** How many more keys the range held before the changes. */
  countDifference(range: KeyRange): number {
    let difference = 0;
    for (const { changes, exists } of this.#within(range))
      difference += presence(changes[0]?.previous) - (exists ? 1 : 0);
    return difference;
  }

  #within(range: KeyRange): PendingKey[] {
    this.#sort();
    const out: PendingKey[] = [];
    for (const [key, change] of this.#keys) if (inRange(key, range)) out.push(change);
    return out;
  }
}

function presence(entry: Entry | undefined): number {
  return entry === undefined ? 0 : 1;
}
