/**
 * Keys that wait for work: each once, never twice at the same time, again after a failure with growing pauses.
 * Imitates client-go util/workqueue with a worker loop around it.
 *
 *   const queue = new WorkQueue<string>({ reconcile: (key) => repair(key), concurrency: 5 });
 *   queue.add('default/web');            // waits its turn; adding it again meanwhile changes nothing
 *   await queue.stop();                  // after the reconciles that are under way
 */
import { type Clock, systemClock, type Timer } from '../util/clock.ts';
import { type BackoffOptions, backoffDelay } from './backoff.ts';

export interface WorkQueueOptions<K> {
  /** Brings the world in line for one key; resolving to a number asks for a call after so many milliseconds. */
  reconcile(key: K, signal: AbortSignal): Promise<unknown>;
  /** Keys at work at the same time; default 1. */
  readonly concurrency?: number;
  /** After a failure; default 5 ms doubling up to 1000 s, as upstream. */
  readonly backoff?: BackoffOptions;
  readonly clock?: Clock;
  /** Told of each failure. */
  onError?(error: unknown, key: K, retryInMs: number): void;
}

const DEFAULT_BACKOFF: BackoffOptions = { initialMs: 5, maxMs: 1_000_000 };

export class WorkQueue<K> {
  readonly #options: WorkQueueOptions<K>;
  readonly #clock: Clock;
  readonly #concurrency: number;
  /** In order of arrival. */
  readonly #waiting = new Set<K>();
  readonly #running = new Set<K>();
  /** Added while at work: their turn comes again. */
  readonly #dirty = new Set<K>();
  readonly #delayed = new Map<K, { timer: Timer; due: number }>();
  readonly #failures = new Map<K, number>();
  readonly #abort = new AbortController();
  #scheduled = false;
  #onIdle: (() => void)[] = [];

  constructor(options: WorkQueueOptions<K>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#concurrency = options.concurrency ?? 1;
  }

  /** Keys that wait, work or are due later. */
  get size(): number {
    return this.#waiting.size + this.#running.size + this.#delayed.size;
  }

  add(key: K): void {
    if (this.#abort.signal.aborted) return;
    this.#cancelDelay(key);
    if (this.#running.has(key)) this.#dirty.add(key);
    else this.#waiting.add(key);
    this.#schedule();
  }

  /** Adds after a while; the earlier of several times counts. */
  addAfter(key: K, delayMs: number): void {
    if (delayMs <= 0) this.add(key);
    if (delayMs <= 0 || this.#abort.signal.aborted || this.#waiting.has(key)) return;
    const due = this.#clock.now() + delayMs;
    const known = this.#delayed.get(key);
    if (known !== undefined && known.due <= due) return;
    known?.timer.cancel();
    const timer = this.#clock.setTimeout(() => this.#fall(key), delayMs);
    timer.unref();
    this.#delayed.set(key, { timer, due });
  }

  /** Drops a key that waits, and its history of failures. */
  forget(key: K): void {
    this.#cancelDelay(key);
    this.#waiting.delete(key);
    this.#dirty.delete(key);
    this.#failures.delete(key);
  }

  /** Resolves when nothing waits or works; delayed keys do not count. */
  async idle(): Promise<void> {
    while (this.#waiting.size + this.#running.size > 0) {
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
  }

  /** Takes no more keys and resolves when the work under way has ended; its signal aborts. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error('the work queue stops'));
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    this.#dirty.clear();
    this.#tellIdle();
    await this.idle();
  }

  #fall(key: K): void {
    this.#delayed.delete(key);
    this.add(key);
  }

  #cancelDelay(key: K): void {
    this.#delayed.get(key)?.timer.cancel();
    this.#delayed.delete(key);
  }

  /** Work starts in a microtask, so that a burst of adds counts once. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#concurrency) return;
      this.#waiting.delete(key);
      this.#running.add(key);
      void this.#work(key);
    }
  }

  async #work(key: K): Promise<void> {
    try {
      const again = await this.#options.reconcile(key, this.#abort.signal);
      this.#failures.delete(key);
      this.#finish(key);
      if (typeof again === 'number') this.addAfter(key, again);
    } catch (error) {
      this.#finish(key);
      if (!this.#abort.signal.aborted) this.#retry(key, error);
    }
    this.#start();
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#waiting.size + this.#running.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #finish(key: K): void {
    this.#running.delete(key);
    if (this.#dirty.delete(key)) this.#waiting.add(key);
  }

  #retry(key: K, error: unknown): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const delay = backoffDelay(this.#options.backoff ?? DEFAULT_BACKOFF, failures);
    this.#options.onError?.(error, key, delay);
    this.addAfter(key, delay);
  }
}
