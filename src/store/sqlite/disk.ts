/**
 * - `full`: an acknowledged write survives power loss.
 * - `normal`: it survives the end of the process, not power loss; power loss never corrupts the file.
 * - `memory`: nothing is ever synced; power loss may leave a file that cannot be opened.
 */
export type Durability = 'full' | 'normal' | 'memory';

/** How the bytes of a SQLite store reach the disk. */
export interface Disk {
  /**
   * Resolves when all that was committed is as durable as promised; undefined when it already is. Several may be under
   * way. `commits`: so many wait for it.
   */
  sync(commits: number): Promise<void> | undefined;
  maintenanceDue(): boolean;
  /** Keeps the write-ahead log short. No write or sync may happen meanwhile. */
  maintain(): Promise<void>;
  /** Runs alone among the writes; what it returns copies on while they continue. */
  beginBackup(target: string): Promise<() => Promise<void>>;
  size(): Promise<number>;
  /** Closes the database too. */
  close(): Promise<void>;
}
