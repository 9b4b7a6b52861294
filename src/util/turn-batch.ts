/** What is added in one turn of the event loop is worked on at its end, all together and in order. */
export class TurnBatch<T> {
  readonly #work: (item: T) => void;
  readonly #tooFew: (items: number) => boolean;
  #waiting: T[] = [];

  /** `tooFew` is asked at the end of the turn: then they wait for one turn more, with what it brings. */
  constructor(work: (item: T) => void, tooFew: (items: number) => boolean = () => false) {
    this.#work = work;
    this.#tooFew = tooFew;
  }

  /** Items that wait for the end of the turn. */
  get size(): number {
    return this.#waiting.length;
  }

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#waiting.length === 1) setImmediate(() => this.#begin());
  }

  #begin(): void {
    if (this.#tooFew(this.#waiting.length)) setImmediate(() => this.#run());
    else this.#run();
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
