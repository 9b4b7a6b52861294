/** What is added in one turn of the event loop is worked on at its end, all together and in order. */
export class TurnBatch<T> {
  readonly #work: (item: T) => void;
  #waiting: T[] = [];

  constructor(work: (item: T) => void) {
    this.#work = work;
  }

  /** Items that wait for the end of the turn. */
  get size(): number {
    return this.#waiting.length;
  }

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#waiting.length === 1) setImmediate(() => this.#run());
  }

  /** Nothing is lost when the work throws: what follows is worked on in the next turn. */
  #run(): void {
    const items = this.#waiting;
    this.#waiting = [];
    let next = 0;
    try {
      while (next < items.length) this.#work(items[next++] as T);
    } finally {
      for (; next < items.length; next++) this.add(items[next] as T);
    }
  }
}
