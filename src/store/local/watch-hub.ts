import { CompactedError, type StoreEvent, type Watch, type WatchOptions } from '../store.ts';
import type { EventBatch, KeyRange } from './engine.ts';
import { keyRange } from './key-range.ts';

/** Where watchers that are behind read from. */
export interface WatchSource {
  /** The newest revision that may be delivered. */
  current(): number;
  compacted(): number;
  events(range: KeyRange, after: number, upTo: number): EventBatch;
}

interface Watcher {
  readonly options: WatchOptions;
  readonly range: KeyRange;
  /** Events at or below this revision are not for this watcher (any more). */
  position: number;
  active: boolean;
}

/**
 * Tells watchers what happened. A watcher that begins in the past reads history in bounded batches, one batch a turn of
 * the event loop; in the turn in which it has read everything it joins the live ones, so nothing falls in between.
 */
export class WatchHub {
  readonly #source: WatchSource;
  readonly #live = new Map<string, Set<Watcher>>();
  readonly #behind: Watcher[] = [];
  #scheduled = false;
  #ended: Error | undefined;

  constructor(source: WatchSource) {
    this.#source = source;
  }

  add(options: WatchOptions): Watch {
    const range = keyRange(options.prefix);
    const watcher: Watcher = { options, range, position: options.afterRevision, active: true };
    if (this.#ended !== undefined) queueMicrotask(() => this.#end(watcher, this.#ended!));
    else if (watcher.position >= this.#source.current()) this.#join(watcher);
    else this.#fallBehind(watcher);
    return { close: () => this.#remove(watcher) };
  }

  /** Hands events of whole transactions, in order and newer than all before, to the live watchers. */
  publish(events: readonly StoreEvent[]): void {
    for (const [prefix, watchers] of this.#live) {
      const matching = matchingEvents(events, prefix);
      if (matching === undefined) continue;
      for (const watcher of watchers) this.#deliver(watcher, matching);
    }
  }

  watchersOf(key: string): number {
    let count = 0;
    for (const [prefix, watchers] of this.#live) if (key.startsWith(prefix)) count += watchers.size;
    return count;
  }

  /** Ends all watches, and all that are still to come. */
  end(error: Error): void {
    this.#ended = error;
    const live = [...this.#live.values()].flatMap((watchers) => [...watchers]);
    for (const watcher of [...live, ...this.#behind]) this.#end(watcher, error);
    this.#live.clear();
    this.#behind.length = 0;
  }

  #join(watcher: Watcher): void {
    const { prefix } = watcher.options;
    const watchers = this.#live.get(prefix);
    if (watchers === undefined) this.#live.set(prefix, new Set([watcher]));
    else watchers.add(watcher);
  }

  #fallBehind(watcher: Watcher): void {
    this.#behind.push(watcher);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#catchUp());
  }

  #catchUp(): void {
    this.#scheduled = false;
    const watcher = this.#behind.shift();
    if (watcher?.active) this.#advance(watcher);
    if (this.#behind.length === 0 || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#catchUp());
  }

  #advance(watcher: Watcher): void {
    if (watcher.position < this.#source.compacted()) {
      this.#end(watcher, new CompactedError(this.#source.compacted()));
      return;
    }
    try {
      const { events, upTo } = this.#source.events(watcher.range, watcher.position, this.#source.current());
      if (events.length > 0) this.#deliver(watcher, events);
      watcher.position = upTo;
    } catch (error) {
      this.#end(watcher, error as Error);
    }
    if (!watcher.active) return;
    if (watcher.position >= this.#source.current()) this.#join(watcher);
    else this.#fallBehind(watcher);
  }

  #deliver(watcher: Watcher, events: readonly StoreEvent[]): void {
    if (!watcher.active) return;
    const wanted =
      events[0]!.revision > watcher.position ? events : events.filter((event) => event.revision > watcher.position);
    if (wanted.length === 0) return;
    try {
      watcher.options.onEvents(wanted);
    } catch (error) {
      this.#end(watcher, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #end(watcher: Watcher, error: Error): void {
    if (!watcher.active) return;
    this.#remove(watcher);
    try {
      watcher.options.onEnd(error);
    } catch (thrown) {
      // A listener's bug must not stop the others; it surfaces as an uncaught exception.
      queueMicrotask(() => {
        throw thrown;
      });
    }
  }

  #remove(watcher: Watcher): void {
    watcher.active = false;
    const watchers = this.#live.get(watcher.options.prefix);
    if (watchers?.delete(watcher) && watchers.size === 0) this.#live.delete(watcher.options.prefix);
  }
}

/** Most groups of events concern few of the many prefixes: nothing is made for the others. */
function matchingEvents(events: readonly StoreEvent[], prefix: string): StoreEvent[] | undefined {
  let matching: StoreEvent[] | undefined;
  for (const event of events) {
    if (!event.key.startsWith(prefix)) continue;
    if (matching === undefined) matching = [event];
    else matching.push(event);
  }
  return matching;
}
