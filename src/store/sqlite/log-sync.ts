import { fdatasync, fdatasyncSync } from 'node:fs';
import { promisify } from 'node:util';

/** Makes what was written to this file descriptor durable. */
export type FileSync = (fd: number) => Promise<void>;

/** On a thread of libuv's pool. */
export const fdatasyncFile: FileSync = promisify(fdatasync);

export interface LogSyncOptions {
  readonly onThread: FileSync;
  /** Requests that the server is working on, those that wait for a commit among them. */
  readonly requestsUnderWay: () => number;
  /** Returns when it is durable. */
  readonly atOnce?: (fd: number) => void;
  /** In milliseconds since some fixed time. */
  readonly now?: () => number;
}

/** A disk is quick when a sync takes less than this, in milliseconds. */
const quickMs = 1;
/** How much one sync counts in the average. */
const weight = 1 / 8;
/** A disk that is not quick is tried again after so many syncs. */
const syncsBetweenTries = 256;

/**
 * Syncs the log. The event loop must not wait for the disk while it could serve somebody, so it is the work of a thread;
 * but handing it over and being woken takes as long as a quick disk takes for the sync. Where all who are being served
 * wait for this very sync, and the disk was quick lately, it is done at once.
 */
export class LogSync {
  readonly #onThread: FileSync;
  readonly #requestsUnderWay: () => number;
  readonly #atOnce: (fd: number) => void;
  readonly #now: () => number;
  /** In milliseconds, of the syncs that were done at once. */
  #average = 0;
  /** Syncs before the disk is tried again. */
  #untilTry = 0;

  constructor({ onThread, requestsUnderWay, atOnce = fdatasyncSync, now = () => performance.now() }: LogSyncOptions) {
    this.#onThread = onThread;
    this.#requestsUnderWay = requestsUnderWay;
    this.#atOnce = atOnce;
    this.#now = now;
  }

  /** For so many commits, of different requests; undefined when they are durable already. */
  sync(fd: number, commits: number): Promise<void> | undefined {
    if (this.#untilTry > 0) this.#untilTry--;
    else if (this.#requestsUnderWay() <= commits) return this.#syncAtOnce(fd);
    return this.#onThread(fd);
  }

  #syncAtOnce(fd: number): Promise<void> | undefined {
    const started = this.#now();
    try {
      this.#atOnce(fd);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#average += (this.#now() - started - this.#average) * weight;
    if (this.#average >= quickMs) {
      this.#average = 0;
      this.#untilTry = syncsBetweenTries;
    }
    return undefined;
  }
}
