/** An item's place in a list. */
export interface Link<T> {
  readonly item: T;
  previous: Link<T> | undefined;
  next: Link<T> | undefined;
}

/**
 * A list that any item leaves at once, for what comes and goes all the time. A Set would do the same, but V8 chains the
 * tables that a Set or Map outgrows: once a major collection has seen one of them, all later ones and what they held
 * survive every minor collection until the next major one.
 */
export class LinkedList<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;

  /** The one that was added before all others. */
  get first(): Link<T> | undefined {
    return this.#first;
  }

  /** Puts it at the end; the link is what `delete` wants. */
  add(item: T): Link<T> {
    const link: Link<T> = { item, previous: this.#last, next: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
    return link;
  }

  /** To delete it once more does nothing. */
  delete(link: Link<T>): void {
    const { previous, next } = link;
    if (previous === undefined && this.#first !== link) return;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    // A link that is gone leads nowhere: it may lie among old objects for long.
    link.previous = undefined;
    link.next = undefined;
  }
}
