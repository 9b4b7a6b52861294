import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Mutation } from '../store.ts';

/** A commit() call that waits for its turn. */
export interface QueuedCommit {
  readonly mutations: readonly Mutation[];
  readonly resolve: (revision: number) => void;
  readonly reject: (error: Error) => void;
}

export interface WriteLoopHandlers {
  /** Applies and settles the commits; never throws. */
  group(commits: readonly QueuedCommit[]): Promise<void>;
  /** Housekeeping between writes; undefined when none is due. Never throws. */
  maintain(): Promise<void> | undefined;
}

/** A group is kept so small that applying it stalls the event loop for a few milliseconds at most. */
const groupMutations = 128;
const groupBytes = 2 * 1024 * 1024;

/**
 * The one ordered queue of everything that writes. What arrives in one turn of the event loop, or while the previous
 * group becomes durable, is gathered into the next group. Chores run between groups, alone.
 */
export class WriteLoop {
  #commits: QueuedCommit[] = [];
  #chores: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  readonly #handlers: WriteLoopHandlers;

  constructor(handlers: WriteLoopHandlers) {
    this.#handlers = handlers;
  }

  commit(mutations: readonly Mutation[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#commits.push({ mutations, resolve, reject });
      this.#wake();
    });
  }

  /** Runs the work when no group is being written. */
  chore<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#chores.push(async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      });
      this.#wake();
    });
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #wake(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#commits.length > 0 || this.#chores.length > 0) {
      await nextTurn();
      if (this.#commits.length > 0) await this.#handlers.group(this.#takeGroup());
      await this.#chores.shift()?.();
      await this.#handlers.maintain();
    }
    this.#running = undefined;
  }

  #takeGroup(): QueuedCommit[] {
    let mutations = 0;
    let bytes = 0;
    let taken = 0;
    while (taken < this.#commits.length && mutations < groupMutations && bytes < groupBytes) {
      for (const mutation of this.#commits[taken++]!.mutations) {
        mutations++;
        if (mutation.type === 'put') bytes += mutation.value.length;
      }
    }
    return this.#commits.splice(0, taken);
  }
}
