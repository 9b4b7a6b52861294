/**
 * Remembers what was asked for lately, of at most twice `capacity` keys: those of the current generation, and those of
 * the one before. A look-up in a Map is all that a hit costs.
 */
export class RecentMap<K, V> {
  readonly #capacity: number;
  #current = new Map<K, V>();
  #before = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: K): V | undefined {
    const found = this.#current.get(key);
    if (found !== undefined) return found;
    const older = this.#before.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.#current.size >= this.#capacity) {
      this.#before = this.#current;
      this.#current = new Map();
    }
    this.#current.set(key, value);
  }
}
