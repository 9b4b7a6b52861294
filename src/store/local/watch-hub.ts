import { CompactedError, type StoreEvent, type Watch, type WatchOptions } from '../store.ts';
import type { EventBatch, KeyRange } from './engine.ts';
import { folderOf, isFolderOf, keyRange } from './key-range.ts';

/** Where watchers that are behind read from. */
export interface WatchSource {
  /** The newest revision that may be delivered. */
  current(): number;
  compacted(): number;
  events(range: KeyRange, after: number, upTo: number): EventBatch;
}

/** Folders whose watchers are remembered. */
const mostFolders = 1024;

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
  /** The live watchers of a folder's keys: of all prefixes that end in a slash and are a beginning of it. */
  readonly #byFolder = new Map<string, readonly Set<Watcher>[]>();
  /** Mostly the next key lies in the same folder as the last. */
  #last: { readonly folder: string; readonly found: readonly Set<Watcher>[] } | undefined;
  /** Whether a prefix ends within a name: then each key is looked at for itself. */
  #hasOddPrefix = false;
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
    for (const [watchers, matching] of this.#matches(events))
      for (const watcher of watchers) this.#deliver(watcher, matching);
  }

  /** The events that concern each set of watchers. */
  #matches(events: readonly StoreEvent[]): Map<Set<Watcher>, StoreEvent[]> {
    const matches = new Map<Set<Watcher>, StoreEvent[]>();
    for (const event of events) {
      for (const watchers of this.#concerned(event.key)) {
        const matching = matches.get(watchers);
        if (matching === undefined) matches.set(watchers, [event]);
        else matching.push(event);
      }
    }
    return matches;
  }

  /** Worked out once for the keys of a folder, which are the concern of the same folders. */
  #concerned(key: string): readonly Set<Watcher>[] {
    if (this.#hasOddPrefix) return this.#watching(key);
    const last = this.#last;
    if (last !== undefined && isFolderOf(key, last.folder)) return last.found;
    const folder = folderOf(key);
    const found = this.#byFolder.get(folder) ?? this.#remember(folder, this.#watching(folder));
    this.#last = { folder, found };
    return found;
  }

  #remember(folder: string, found: readonly Set<Watcher>[]): readonly Set<Watcher>[] {
    if (this.#byFolder.size >= mostFolders) this.#byFolder.clear();
    this.#byFolder.set(folder, found);
    return found;
  }

  #watching(key: string): Set<Watcher>[] {
    const found: Set<Watcher>[] = [];
    for (const [prefix, watchers] of this.#live) if (key.startsWith(prefix)) found.push(watchers);
    return found;
  }

  /** A prefix is watched for the first time, or no longer. */
  #prefixesChanged(): void {
    this.#byFolder.clear();
    this.#last = undefined;
    this.#hasOddPrefix = false;
    for (const prefix of this.#live.keys()) if (prefix !== '' && !prefix.endsWith('/')) this.#hasOddPrefix = true;
  }

  watchersOf(key: string): number {
    return this.#watching(key).reduce((count, watchers) => count + watchers.size, 0);
  }

  /** Ends all watches, and all that are still to come. */
  end(error: Error): void {
    this.#ended = error;
    const live = [...this.#live.values()].flatMap((watchers) => [...watchers]);
    for (const watcher of [...live, ...this.#behind]) this.#end(watcher, error);
    this.#live.clear();
    this.#prefixesChanged();
    this.#behind.length = 0;
  }

  #join(watcher: Watcher): void {
    const { prefix } = watcher.options;
    const watchers = this.#live.get(prefix);
    if (watchers !== undefined) watchers.add(watcher);
    else {
      this.#live.set(prefix, new Set([watcher]));
      this.#prefixesChanged();
    }
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
    if (!watchers?.delete(watcher) || watchers.size > 0) return;
    this.#live.delete(watcher.options.prefix);
    this.#prefixesChanged();
  }
}
