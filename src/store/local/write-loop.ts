import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Mutation } from '../store.ts';

/** A commit() call that waits for its turn. */
export interface QueuedCommit {
  readonly mutations: readonly Mutation[];
  readonly resolve: (revision: number) => void;
  readonly reject: (error: Error) => void;
}

export interface WriteLoopHandlers {
  /**
   * Applies the commits before it returns; what it gives resolves when they are durable and settled, undefined when they
   * are already. Never throws.
   */
  group(commits: readonly QueuedCommit[]): Promise<void> | undefined;
  /** Whether housekeeping is due. */
  maintenanceDue(): boolean;
  /** Runs when no group is on its way. Never throws. */
  maintain(): Promise<void>;
  /** Requests that arrived in this turn of the event loop and are about to begin. */
  requestsArriving(): number;
}

/** With so many commits a group goes as it is; with fewer it waits while each turn of the event loop brings more. */
const gatheredCommits = 16;
/** A group is kept so small that applying it stalls the event loop for a few milliseconds at most. */
const groupMutations = 128;
const groupBytes = 2 * 1024 * 1024;
/**
 * So many groups may be on their way to the disk at once: the next is applied, and its requests are answered by the
 * server, while the disk is still busy with those before.
 */
export const groupsUnderWay = 2;

/**
 * The one ordered queue of everything that writes. What arrives in one turn of the event loop, or while all places on
 * the way to the disk are taken, is gathered into the next group. Chores run alone, when nothing is on its way.
 */
export class WriteLoop {
  #commits: QueuedCommit[] = [];
  #chores: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  /** Oldest first. */
  readonly #underWay: Promise<void>[] = [];
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
    await this.#drain();
  }

  #wake(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#commits.length > 0 || this.#chores.length > 0) {
      await this.#gather();
      if (this.#underWay.length >= groupsUnderWay) await this.#underWay[0];
      if (this.#commits.length > 0) this.#send(this.#takeGroup());
      if (this.#chores.length > 0) await this.#doChore();
      if (this.#handlers.maintenanceDue()) await this.#maintain();
    }
    this.#running = undefined;
  }

  /**
   * Who writes alone waits for one turn in vain: microseconds, where the disk takes a thousand times as long. A turn that
   * brought no commit, but requests that may write, is followed by one more.
   */
  async #gather(): Promise<void> {
    let hopeful = false;
    while (this.#commits.length < gatheredCommits) {
      const before = this.#commits.length;
      await nextTurn();
      const more = this.#commits.length > before;
      if (!more && (hopeful || this.#handlers.requestsArriving() === 0)) return;
      hopeful = !more;
    }
  }

  #send(commits: readonly QueuedCommit[]): void {
    const settled = this.#handlers.group(commits);
    if (settled === undefined) return;
    const underWay = settled.then(() => void this.#underWay.shift());
    this.#underWay.push(underWay);
  }

  async #doChore(): Promise<void> {
    await this.#drain();
    await this.#chores.shift()?.();
  }

  async #maintain(): Promise<void> {
    await this.#drain();
    await this.#handlers.maintain();
  }

  async #drain(): Promise<void> {
    while (this.#underWay.length > 0) await this.#underWay[0];
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
