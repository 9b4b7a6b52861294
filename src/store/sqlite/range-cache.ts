import type { KeyRange } from '../local/engine.ts';
import { folderOf, inRange, isFolderOf } from '../local/key-range.ts';
import type { Entry } from '../store.ts';

interface Held {
  readonly name: string;
  readonly range: KeyRange;
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

/** Every write looks at all of them. */
const mostRanges = 16;

/**
 * Ranges of the current state that were read lately and in which nothing has changed since: who lists the same thing
 * again gets the very same array. The entries are mostly those that the entry cache holds anyway.
 */
export class RangeCache {
  readonly #ranges = new Map<string, Held>();
  readonly #limit: number;
  #bytes = 0;
  /** No range holds a key of this folder. */
  #elsewhere: string | undefined;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(range: KeyRange, limit: number): readonly Entry[] | undefined {
    return this.#ranges.get(nameOf(range, limit))?.entries;
  }

  set(range: KeyRange, limit: number, entries: readonly Entry[]): void {
    let bytes = 0;
    for (const { key, value } of entries) bytes += key.length + value.length;
    if (bytes * 2 > this.#limit) return;
    const name = nameOf(range, limit);
    this.#drop(name);
    this.#elsewhere = undefined;
    this.#ranges.set(name, { name, range, entries, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#limit || this.#ranges.size > mostRanges) this.#drop(this.#ranges.keys().next().value!);
  }

  /** Forgets the ranges that a key lies in. */
  changed(key: string): void {
    if (this.#elsewhere !== undefined && isFolderOf(key, this.#elsewhere)) return;
    let wholeFolders = true;
    for (const { name, range } of this.#ranges.values()) {
      if (inRange(key, range)) this.#drop(name);
      else if (range.prefix?.endsWith('/') !== true) wholeFolders = false;
    }
    if (wholeFolders) this.#elsewhere = folderOf(key);
  }

  clear(): void {
    this.#ranges.clear();
    this.#bytes = 0;
  }

  #drop(name: string): void {
    const held = this.#ranges.get(name);
    if (held === undefined) return;
    this.#ranges.delete(name);
    this.#bytes -= held.bytes;
  }
}

function nameOf({ low, high = '' }: KeyRange, limit: number): string {
  return `${limit} ${low}\0${high}`;
}
