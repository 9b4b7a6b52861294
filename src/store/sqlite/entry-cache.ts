import type { Entry } from '../store.ts';

/** What an entry costs beside its value. */
const overheadBytes = 256;

const bytesOf = (entry: Entry) => entry.value.length + entry.key.length + overheadBytes;

/**
 * Entries of the current state that were read or written lately, up to a number of bytes. Nobody else can write the
 * file, so an entry here is always the one in the database. It spares making a new Buffer for every row, which is nine
 * tenths of what reading a row costs, and lets callers recognise a value by identity.
 *
 * Two generations: what is used goes into the young one; when that holds half of the bytes it becomes the old one, and
 * what nobody used since is let go all at once. Finding the oldest entry of one Map would mean to step over the places
 * of all that were deleted before it.
 */
export class EntryCache {
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();
  readonly #limit: number;
  #youngBytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(key: string): Entry | undefined {
    const entry = this.#young.get(key);
    if (entry !== undefined) return entry;
    const old = this.#old.get(key);
    if (old !== undefined) this.#add(old);
    return old;
  }

  set(entry: Entry): void {
    const before = this.#young.get(entry.key);
    if (before !== undefined) this.#youngBytes -= bytesOf(before);
    this.#add(entry);
  }

  delete(key: string): void {
    const entry = this.#young.get(key);
    if (entry !== undefined) {
      this.#young.delete(key);
      this.#youngBytes -= bytesOf(entry);
    }
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngBytes = 0;
  }

  #add(entry: Entry): void {
    const bytes = bytesOf(entry);
    if (bytes * 2 > this.#limit) {
      this.#young.delete(entry.key);
      this.#old.delete(entry.key);
      return;
    }
    this.#young.set(entry.key, entry);
    this.#youngBytes += bytes;
    if (this.#youngBytes * 2 <= this.#limit) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}
