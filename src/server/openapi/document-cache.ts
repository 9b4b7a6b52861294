/** Keeps the newest bodies up to a number of bytes: they are megabytes each, and seldom asked for twice. */
export class DocumentCache {
  readonly #limit: number;
  readonly #bodies = new Map<string, Buffer>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(key: string, make: () => Buffer): Buffer {
    const known = this.#bodies.get(key);
    if (known !== undefined) {
      this.#bodies.delete(key);
      this.#bodies.set(key, known);
      return known;
    }
    const made = make();
    this.#bodies.set(key, made);
    this.#bytes += made.length;
    this.#evict(key);
    return made;
  }

  #evict(newest: string): void {
    for (const [key, body] of this.#bodies) {
      if (this.#bytes <= this.#limit || key === newest) return;
      this.#bodies.delete(key);
      this.#bytes -= body.length;
    }
  }
}
