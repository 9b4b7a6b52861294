import type { Clock, Timer } from '../../util/clock.ts';
import type { ExpiredKey } from './engine.ts';

export interface ExpiryOptions {
  readonly clock: Clock;
  /** When the next key expires, in milliseconds since the epoch. */
  earliest(): number | undefined;
  expired(nowMs: number, limit: number): ExpiredKey[];
  /** Deletes one key unless it has changed; rejects when the store cannot write. */
  remove(key: ExpiredKey): Promise<void>;
}

const batch = 500;
/** How long to wait when expired keys could not be deleted. */
const retryMs = 5_000;

/** Deletes keys whose time to live is over: one timer, set to the earliest of them. */
export class Expiry {
  readonly #options: ExpiryOptions;
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: ExpiryOptions) {
    this.#options = options;
    this.#rearm();
  }

  /** A key now expires at this time. */
  noteExpiry(atMs: number): void {
    if (atMs < this.#armedFor) this.#arm(atMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #rearm(notBefore = 0): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const earliest = this.#options.earliest();
    if (earliest !== undefined) this.#arm(Math.max(earliest, notBefore));
  }

  #arm(atMs: number): void {
    if (this.#stopped) return;
    this.#timer?.cancel();
    this.#armedFor = atMs;
    this.#timer = this.#options.clock.setTimeout(() => void this.#expire(), atMs - this.#options.clock.now());
    this.#timer.unref();
  }

  async #expire(): Promise<void> {
    this.#armedFor = Number.NEGATIVE_INFINITY;
    const now = this.#options.clock.now();
    try {
      await Promise.all(this.#options.expired(now, batch).map((key) => this.#options.remove(key)));
      if (!this.#stopped) this.#rearm();
    } catch {
      if (!this.#stopped) this.#arm(now + retryMs);
    }
  }
}
