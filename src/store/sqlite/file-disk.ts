import { closeSync, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { groupsUnderWay } from '../local/write-loop.ts';
import { copyDatabase } from './copy-database.ts';
import type { Disk, Durability } from './disk.ts';
import type { FileSync, LogSync } from './log-sync.ts';

/** The log is copied into the database file when it has so many bytes: a few milliseconds of work. */
const checkpointBytes = 4 * 1024 * 1024;
/** The log's length is asked for after every so many groups: a question costs as much as a small write. */
const groupsBetweenLooks = 8;

export interface FileDiskOptions {
  readonly durability: Durability;
  readonly fileSync: FileSync;
  readonly logSync: LogSync;
}

/**
 * Syncs and checkpoints, so that SQLite never waits for the disk on the event loop. Its promises rest on this order:
 *
 *     commit       frames appended to the log (no sync) → fdatasync(log) → acknowledged
 *     checkpoint   fdatasync(log) → log copied into the database (no sync) → fdatasync(database) → next commit,
 *                  which may now overwrite the log from its beginning
 *
 * Until the database is synced the log still holds everything, so power loss at any moment leaves one complete copy.
 * The file descriptors are opened after SQLite holds its lock and closed after SQLite is: closing any descriptor of the
 * database file drops the locks of the whole process.
 */
export class FileDisk implements Disk {
  readonly #database: Database;
  readonly #file: string;
  readonly #durability: Durability;
  readonly #fileSync: FileSync;
  readonly #logSync: LogSync;
  readonly #databaseFd: number;
  /**
   * Syncs under way take one each, in turn: the system reports a failure once to every descriptor, so that none of those
   * that it concerns ends well because another was told first.
   */
  readonly #logFds: readonly number[];
  #syncs = 0;
  readonly #logState: Statement<[], [busy: number, frames: number, copied: number]>;
  /** Whether the files' names are durable, and what opening wrote into the database. */
  #namesSynced = false;
  readonly #checkpointFrames: number;
  #checkpointAt: number;
  #groups = 0;
  readonly #copies = new Set<Promise<void>>();

  constructor(database: Database, file: string, options: FileDiskOptions) {
    this.#database = database;
    this.#file = file;
    this.#durability = options.durability;
    this.#fileSync = options.fileSync;
    this.#logSync = options.logSync;
    this.#logState = database.prepare<[], [number, number, number]>('PRAGMA wal_checkpoint(NOOP)').raw();
    this.#checkpointFrames = checkpointBytes / (database.pragma('page_size', { simple: true }) as number);
    this.#checkpointAt = this.#checkpointFrames;
    this.#databaseFd = openSync(file, 'r+');
    this.#logFds = Array.from({ length: groupsUnderWay }, () => openSync(`${file}-wal`, 'r+'));
  }

  sync(commits: number): Promise<void> | undefined {
    if (this.#durability !== 'full') return undefined;
    return this.#namesSynced ? this.#logSync.sync(this.#logFd(), commits) : this.#syncLog();
  }

  async #syncLog(): Promise<void> {
    const fd = this.#logFd();
    if (!this.#namesSynced) await this.#syncNames();
    await this.#fileSync(fd);
  }

  #logFd(): number {
    return this.#logFds[this.#syncs++ % this.#logFds.length] as number;
  }

  maintenanceDue(): boolean {
    if (++this.#groups % groupsBetweenLooks !== 0) return false;
    return this.#copies.size === 0 && this.#frames() >= this.#checkpointAt;
  }

  maintain(): Promise<void> {
    return this.#checkpoint();
  }

  async beginBackup(target: string): Promise<() => Promise<void>> {
    if (this.#copies.size === 0) await this.#checkpoint();
    return () => this.#copyTo(target);
  }

  async size(): Promise<number> {
    const files = await Promise.all([stat(this.#file), stat(`${this.#file}-wal`)]);
    return files.reduce((sum, { size }) => sum + size, 0);
  }

  async close(): Promise<void> {
    try {
      await Promise.allSettled(this.#copies);
      await this.#checkpoint();
    } finally {
      this.#database.close();
      for (const fd of this.#logFds) closeSync(fd);
      closeSync(this.#databaseFd);
    }
  }

  #frames(): number {
    return this.#logState.get()![1];
  }

  async #checkpoint(): Promise<void> {
    if (this.#durability !== 'memory') await this.#syncLog();
    const copied = this.#copyLog();
    this.#checkpointAt = this.#checkpointFrames + (copied ? 0 : this.#frames());
    if (this.#durability !== 'memory') await this.#fileSync(this.#databaseFd);
  }

  /** False when the disk has no room for the pages: they stay in the log, and it is tried again later. */
  #copyLog(): boolean {
    this.#database.pragma('synchronous = OFF');
    try {
      this.#database.pragma('wal_checkpoint(PASSIVE)');
      return true;
    } catch {
      return false;
    } finally {
      if (this.#durability !== 'memory') this.#database.pragma('synchronous = NORMAL');
    }
  }

  /** The database file changes at checkpoints only, and those wait while it is copied. */
  #copyTo(target: string): Promise<void> {
    const copy = copyDatabase(this.#databaseFd, this.#file, target).finally(() => this.#copies.delete(copy));
    this.#copies.add(copy);
    return copy;
  }

  async #syncNames(): Promise<void> {
    await this.#fileSync(this.#databaseFd);
    if (process.platform !== 'win32') await syncDirectory(dirname(this.#file));
    this.#namesSynced = true;
  }
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
