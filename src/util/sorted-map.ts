import { compareUtf8 } from './utf8-order.ts';

const chunkSize = 512;

/**
 * A map whose keys can be walked in the order of their UTF-8 bytes. Keys are kept in sorted chunks, so a change moves at
 * most one chunk's worth of them.
 */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  readonly #chunks: string[][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at]!;
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    return true;
  }

  /** Keys from `low` (inclusive) to `high` (exclusive, undefined = no end), ascending. Not stable under changes. */
  *keys(low: string, high?: string): Generator<string> {
    for (let at = this.#chunkOf(low); at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at]!;
      for (let i = lowerBound(chunk, low); i < chunk.length; i++) {
        const key = chunk[i]!;
        if (high !== undefined && compareUtf8(key, high) >= 0) return;
        yield key;
      }
    }
  }

  /** How many keys lie from `low` (inclusive) to `high` (exclusive). */
  count(low: string, high?: string): number {
    return (high === undefined ? this.size : this.#rank(high)) - this.#rank(low);
  }

  #rank(key: string): number {
    if (this.#chunks.length === 0) return 0;
    const at = this.#chunkOf(key);
    let before = lowerBound(this.#chunks[at]!, key);
    for (let i = 0; i < at; i++) before += this.#chunks[i]!.length;
    return before;
  }

  #insert(key: string): void {
    if (this.#chunks.length === 0) {
      this.#chunks.push([key]);
      return;
    }
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at]!;
    chunk.splice(lowerBound(chunk, key), 0, key);
    if (chunk.length > chunkSize) this.#chunks.splice(at + 1, 0, chunk.splice(chunkSize >> 1));
  }

  /** The last chunk that begins at or before the key; the first one for keys before all. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareUtf8(this.#chunks[middle]![0]!, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareUtf8(keys[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
