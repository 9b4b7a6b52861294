/**
 * Store keys that stand for something of which there is one only: an address, a port. A key in the store is taken; so
 * is one that a write in flight has picked but not stored yet. The write stores it with `expected: 0`, hence two
 * writers, or a writer after a crash, never hold the same thing.
 */
import type { Entry, ListOptions, ListResult, Mutation } from '../../../store/store.ts';

export interface StoreReader {
  get(key: string): Promise<Entry | undefined>;
  list(options: ListOptions): Promise<ListResult>;
}

/** So many keys are asked for one by one; then all taken ones are read, as most must be taken. */
const SINGLE_PROBES = 16;
const PAGE = 5000;

export class AllocationPool {
  readonly #reader: StoreReader;
  readonly #inFlight = new Set<string>();

  constructor(reader: StoreReader) {
    this.#reader = reader;
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#reader.get(key);
  }

  async isTaken(key: string): Promise<boolean> {
    return this.#inFlight.has(key) || (await this.#reader.get(key)) !== undefined;
  }

  /** Holds the key until `release`; false when it is taken. */
  async hold(key: string): Promise<boolean> {
    if (this.#inFlight.has(key)) return false;
    this.#inFlight.add(key);
    const free = (await this.#reader.get(key)) === undefined;
    if (!free) this.#inFlight.delete(key);
    return free;
  }

  /** Holds the first candidate that is free; all keys begin with `prefix`. */
  async holdFirst<T>(candidates: Iterable<T>, keyOf: (c: T) => string, prefix: string): Promise<T | undefined> {
    let probes = 0;
    let taken: ReadonlySet<string> = new Set();
    for (const candidate of candidates) {
      if (probes === SINGLE_PROBES) taken = new Set(await this.keys(prefix));
      probes++;
      const key = keyOf(candidate);
      if (!taken.has(key) && (await this.hold(key))) return candidate;
    }
    return undefined;
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) this.#inFlight.delete(key);
  }

  async keys(prefix: string): Promise<string[]> {
    return (await this.entries(prefix)).map(({ key }) => key);
  }

  async entries(prefix: string): Promise<Entry[]> {
    const all: Entry[] = [];
    for (let after: string | undefined; ; after = all.at(-1)?.key) {
      const page = await this.#reader.list({ prefix, limit: PAGE, ...(after === undefined ? {} : { after }) });
      all.push(...page.entries);
      if (!page.more) return all;
    }
  }
}

/** What one write takes and gives back. Nothing is stored here: `mutations` go into the write's own commit. */
export class Allocation {
  readonly pool: AllocationPool;
  readonly mutations: Mutation[] = [];
  readonly #held = new Set<string>();
  readonly #freed = new Set<string>();

  constructor(pool: AllocationPool) {
    this.pool = pool;
  }

  async take(key: string, value: Buffer): Promise<boolean> {
    if (!(await this.pool.hold(key))) return false;
    this.#store(key, value);
    return true;
  }

  async takeFirst<T>(
    candidates: Iterable<T>,
    keyOf: (c: T) => string,
    prefix: string,
    encode: (c: T) => Buffer,
  ): Promise<T | undefined> {
    const found = await this.pool.holdFirst(candidates, keyOf, prefix);
    if (found !== undefined) this.#store(keyOf(found), encode(found));
    return found;
  }

  #store(key: string, value: Buffer): void {
    this.#held.add(key);
    this.mutations.push({ type: 'put', key, value, expected: 0 });
  }

  /** Deletes the key's entry with the write when `mayGo` says so; a missing one is fine. */
  async free(key: string, mayGo: (value: Buffer) => boolean): Promise<void> {
    if (this.#freed.has(key)) return;
    const entry = await this.pool.get(key);
    if (entry === undefined || !mayGo(entry.value)) return;
    this.#freed.add(key);
    this.mutations.push({ type: 'delete', key, expected: entry.modRevision });
  }

  /** To be called once when the write has ended, either way. */
  end(): void {
    this.pool.release(this.#held);
  }
}
