import type { Store, StoreEvent } from '../../src/store/store.ts';

/** A watch that remembers what it was told, and lets a test wait for it. */
export class EventLog {
  readonly events: StoreEvent[] = [];
  /** The revisions of each call, to see that transactions are not torn apart. */
  readonly calls: number[][] = [];
  error: Error | undefined;
  readonly close: () => void;
  #wake: () => void = () => {};

  constructor(store: Store, prefix: string, afterRevision: number) {
    const watch = store.watch({
      prefix,
      afterRevision,
      onEvents: (events) => {
        this.events.push(...events);
        this.calls.push(events.map(({ revision }) => revision));
        this.#wake();
      },
      onEnd: (error) => {
        if (this.error !== undefined) throw new Error('onEnd was called twice');
        this.error = error;
        this.#wake();
      },
    });
    this.close = () => watch.close();
  }

  /** Resolves when the condition holds; tests time out when it never does. */
  async until(holds: (log: this) => boolean): Promise<this> {
    while (!holds(this)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this;
  }

  /** Resolves when an event of this revision (or a later one) has arrived, or the watch has ended. */
  reach(revision: number): Promise<this> {
    return this.until(() => this.error !== undefined || (this.events.at(-1)?.revision ?? 0) >= revision);
  }

  ended(): Promise<this> {
    return this.until(() => this.error !== undefined);
  }

  /** `put /a 3<2`: type, key, revision, and the previous mod revision or `-`. */
  get lines(): string[] {
    return this.events.map((e) => `${e.type} ${e.key} ${e.revision}<${e.previous?.modRevision ?? '-'}`);
  }
}
