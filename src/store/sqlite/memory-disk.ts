import { writeFile } from 'node:fs/promises';
import type { Database } from 'better-sqlite3';
import type { Disk } from './disk.ts';

/** The disk of a `:memory:` database: there is none. */
export class MemoryDisk implements Disk {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  sync(): undefined {
    return undefined;
  }

  maintenanceDue(): boolean {
    return false;
  }

  async maintain(): Promise<void> {}

  async beginBackup(target: string): Promise<() => Promise<void>> {
    const copy = this.#database.serialize();
    return () => writeFile(target, copy, { mode: 0o600 });
  }

  async size(): Promise<number> {
    const pages = this.#database.pragma('page_count', { simple: true }) as number;
    return pages * (this.#database.pragma('page_size', { simple: true }) as number);
  }

  async close(): Promise<void> {
    this.#database.close();
  }
}
