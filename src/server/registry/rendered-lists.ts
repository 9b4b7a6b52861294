/**
 * What was made of lists that have not changed since: which of their entries a selector matches, and their bytes in an
 * answer. Keyed by the array that the store gives again as long as nothing changes.
 */
import type { Entry } from '../../store/store.ts';

type Entries = readonly Entry[];

interface Made {
  readonly bytes: Map<string, Buffer>;
  readonly selected: Map<string, Entries>;
}

interface Held {
  readonly entries: Entries;
  readonly variant: string;
  readonly size: number;
}

const CAPACITY_BYTES = 16 << 20;
/** A longer list is made anew each time. */
const MAX_BYTES = 4 << 20;
const MAX_SELECTORS = 16;

export class RenderedLists {
  readonly #made = new WeakMap<Entries, Made>();
  /** Oldest first: the order of forgetting. */
  readonly #held: Held[] = [];
  #size = 0;

  /** `variant` names the form: version, conversion, and the second where the form shows ages. */
  render(entries: Entries, variant: string, make: () => Buffer): Buffer {
    const known = this.#made.get(entries)?.bytes.get(variant);
    if (known !== undefined) return known;
    const bytes = make();
    if (bytes.length <= MAX_BYTES) this.#keep(entries, variant, bytes);
    return bytes;
  }

  /** The entries that `filter` leaves, the same array for the same selector. */
  select(entries: Entries, selector: string, filter: () => Entries): Entries {
    const { selected } = this.#of(entries);
    const known = selected.get(selector);
    if (known !== undefined) return known;
    if (selected.size >= MAX_SELECTORS) selected.clear();
    const found = filter();
    selected.set(selector, found);
    return found;
  }

  #of(entries: Entries): Made {
    const known = this.#made.get(entries);
    if (known !== undefined) return known;
    const made: Made = { bytes: new Map(), selected: new Map() };
    this.#made.set(entries, made);
    return made;
  }

  #keep(entries: Entries, variant: string, bytes: Buffer): void {
    this.#of(entries).bytes.set(variant, bytes);
    this.#held.push({ entries, variant, size: bytes.length });
    this.#size += bytes.length;
    while (this.#size > CAPACITY_BYTES) {
      const oldest = this.#held.shift() as Held;
      this.#size -= oldest.size;
      this.#made.get(oldest.entries)?.bytes.delete(oldest.variant);
    }
  }
}
