import type { Entry } from '../store.ts';

/** What an entry costs beside its value. */
const overheadBytes = 256;

const bytesOf = (entry: Entry) => entry.value.length + entry.key.length + overheadBytes;

/**
 * Entries of the current state that were read or written lately, up to a number of bytes; the longest held goes first.
 * Nobody else can write the file, so an entry here is always the one in the database. It spares making a new Buffer
 * for every row, which is nine tenths of what reading a row costs, and lets callers recognise a value by identity.
 */
export class EntryCache {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  set(entry: Entry): void {
    this.delete(entry.key);
    this.#entries.set(entry.key, entry);
    this.#bytes += bytesOf(entry);
    while (this.#bytes > this.#limit) this.delete(this.#entries.keys().next().value!);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= bytesOf(entry);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}
