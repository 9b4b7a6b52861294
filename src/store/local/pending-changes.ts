import { compareUtf8 } from '../../util/utf8-order.ts';
import type { Entry, StoreEvent } from '../store.ts';
import type { KeyRange, Undo } from './engine.ts';
import { inRange } from './key-range.ts';

interface PendingKey extends Undo {
  exists: boolean;
}

/** The changes that are applied but not durable yet, so that reads can look behind them. */
export class PendingChanges {
  readonly #keys = new Map<string, PendingKey>();

  get empty(): boolean {
    return this.#keys.size === 0;
  }

  add({ key, type, previous }: StoreEvent): void {
    const known = this.#keys.get(key);
    if (known !== undefined) known.exists = type === 'put';
    else this.#keys.set(key, { key, previous, exists: type === 'put' });
  }

  clear(): void {
    this.#keys.clear();
  }

  touches(range: KeyRange): boolean {
    for (const key of this.#keys.keys()) if (inRange(key, range)) return true;
    return false;
  }

  /** What the key held before, when it is among the changed ones. */
  undoOf(key: string): Undo | undefined {
    return this.#keys.get(key);
  }

  /** In key order. */
  undo(range: KeyRange): Undo[] {
    return this.#within(range).sort((a, b) => compareUtf8(a.key, b.key));
  }

  /** How many more keys the range held before the changes. */
  countDifference(range: KeyRange): number {
    let difference = 0;
    for (const { previous, exists } of this.#within(range)) difference += presence(previous) - (exists ? 1 : 0);
    return difference;
  }

  #within(range: KeyRange): PendingKey[] {
    const out: PendingKey[] = [];
    for (const change of this.#keys.values()) if (inRange(change.key, range)) out.push(change);
    return out;
  }
}

function presence(entry: Entry | undefined): number {
  return entry === undefined ? 0 : 1;
}
