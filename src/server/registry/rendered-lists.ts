/**
 * What was made of lists that have not changed since: which of their entries a selector matches, and their bytes in an
 * answer. Keyed by the array that the store gives again as long as nothing changes, and by the kind: a definition that
 * changes makes another one, which may show the same bytes with other defaults, columns and fields.
 */
import type { Entry } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';

type Entries = readonly Entry[];

interface Made {
  readonly bytes: Map<string, Buffer>;
  readonly selected: Map<string, Entries>;
}

interface Held {
  readonly made: Made;
  readonly variant: string;
  readonly size: number;
}

const CAPACITY_BYTES = 16 << 20;
/** A longer list is made anew each time. */
const MAX_BYTES = 4 << 20;
const MAX_SELECTORS = 16;

export class RenderedLists {
  readonly #made = new WeakMap<Entries, WeakMap<Kind, Made>>();
  /** Oldest first: the order of forgetting. */
  readonly #held: Held[] = [];
  #size = 0;

  /** `variant` names the form: version, conversion, and the second where the form shows ages. */
  render(kind: Kind, entries: Entries, variant: string, make: () => Buffer): Buffer {
    const made = this.#of(kind, entries);
    const known = made.bytes.get(variant);
    if (known !== undefined) return known;
    const bytes = make();
    if (bytes.length <= MAX_BYTES) this.#keep(made, variant, bytes);
    return bytes;
  }

  /** The entries that `filter` leaves, the same array for the same selector. */
  select(kind: Kind, entries: Entries, selector: string, filter: () => Entries): Entries {
    const { selected } = this.#of(kind, entries);
    const known = selected.get(selector);
    if (known !== undefined) return known;
    if (selected.size >= MAX_SELECTORS) selected.clear();
    const found = filter();
    selected.set(selector, found);
    return found;
  }

  #of(kind: Kind, entries: Entries): Made {
    const byKind = this.#made.get(entries) ?? new WeakMap<Kind, Made>();
    this.#made.set(entries, byKind);
    const made = byKind.get(kind) ?? { bytes: new Map(), selected: new Map() };
    byKind.set(kind, made);
    return made;
  }

  #keep(made: Made, variant: string, bytes: Buffer): void {
    made.bytes.set(variant, bytes);
    this.#held.push({ made, variant, size: bytes.length });
    this.#size += bytes.length;
    while (this.#size > CAPACITY_BYTES) {
      const oldest = this.#held.shift() as Held;
      this.#size -= oldest.size;
      oldest.made.bytes.delete(oldest.variant);
    }
  }
}
