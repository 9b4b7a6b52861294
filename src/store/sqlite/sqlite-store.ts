import { type Clock, systemClock } from '../../util/clock.ts';
import { type Demand, unknownDemand } from '../demand.ts';
import { LocalStore } from '../local/local-store.ts';
import type { Store } from '../store.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import type { Durability } from './disk.ts';
import { FileDisk } from './file-disk.ts';
import { type FileSync, fdatasyncFile, LogSync } from './log-sync.ts';
import { MemoryDisk } from './memory-disk.ts';
import { SqliteEngine } from './sqlite-engine.ts';
import { toStoreError } from './sqlite-errors.ts';

export interface SqliteStoreOptions extends ConnectionOptions {
  /** `full` unless said otherwise. */
  readonly durability?: Durability;
  readonly clock?: Clock;
  /** Memory for entries read or written lately; 32 MiB unless said otherwise. */
  readonly cacheBytes?: number;
  /** So many versions are put into the index of keys at once, 1024 unless said otherwise; see key-index.ts. */
  readonly mergeAfter?: number;
  /** How a file is made durable: fdatasync(2) unless a test looks on. */
  readonly fileSync?: FileSync;
  /** Of the server that uses the store; absent means that somebody may always be served. */
  readonly demand?: Demand;
}

const defaultCacheBytes = 32 * 1024 * 1024;
const defaultMergeAfter = 1024;

function openDisk({ database, file }: Connection, options: SqliteStoreOptions): FileDisk | MemoryDisk {
  const { durability = 'full', fileSync = fdatasyncFile, demand = unknownDemand } = options;
  if (file === ':memory:') return new MemoryDisk(database);
  if (durability !== 'memory') database.pragma('synchronous = NORMAL');
  const logSync = new LogSync({ onThread: fileSync, requestsUnderWay: () => demand.requestsUnderWay() });
  return new FileDisk(database, file, { durability, fileSync, logSync });
}

/**
 * Opens a store in one file, creating it when it is missing. `StoreError`: `Failed` when the file cannot be opened or
 * another store has it open, `Corrupt` when it is damaged, `Unsupported` when it is not a store of this format.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  let connection: Connection | undefined;
  try {
    connection = openConnection(options);
    const disk = openDisk(connection, options);
    const { cacheBytes = defaultCacheBytes, mergeAfter = defaultMergeAfter } = options;
    const engine = new SqliteEngine(connection.database, disk, {
      cacheBytes,
      mergeAfter,
      withRoom: connection.withRoom,
    });
    // What a killed process left in the log is visible now, so it must be durable before anyone reads it.
    if (connection.recovered) await disk.sync(0);
    return new LocalStore(engine, options.clock ?? systemClock, options.demand);
  } catch (error) {
    connection?.database.close();
    throw toStoreError(error);
  }
}
