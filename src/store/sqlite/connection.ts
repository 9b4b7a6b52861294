import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { StoreError } from '../store.ts';
import { applicationId, creation, formatVersion, migrations } from './schema.ts';

export interface ConnectionOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  /** The database file never grows above this; absent means no limit. */
  readonly maxBytes?: number;
  /** Path of better-sqlite3's native addon where it cannot be found beside its package. */
  readonly nativeBinding?: string;
}

export interface Connection {
  readonly database: Database;
  /** The file's real path, or `:memory:`. */
  readonly file: string;
  /** The last process did not close the store: its log was replayed and may not be on the disk yet. */
  readonly recovered: boolean;
  /** Runs work on the index of keys, which may fill the file up to its limit; versions leave some pages to it. */
  readonly withRoom: WithRoom;
}

export type WithRoom = (work: () => void) => void;

/** Of new files: an object of 2.6 KB would have a page of 4 KiB to itself. */
const pageBytes = 8192;
/** What the index of keys may still need when no version has room any more: an eighth of the limit, so much at most. */
const mostIndexPages = 128;

/** Settings of every connection. Syncs and checkpoints are FileDisk's business, hence OFF and 0. */
const settings = `
  PRAGMA page_size = ${pageBytes};
  PRAGMA synchronous = OFF;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA mmap_size = 268435456;
  PRAGMA trusted_schema = OFF;
`;

/** Makes sure of the file, for its owner only: it will hold secrets. One that exists is not opened. */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function hasContent(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function pragma(database: Database, name: string): number {
  return database.pragma(name, { simple: true }) as number;
}

function prepareTables(database: Database): void {
  const application = pragma(database, 'application_id');
  if (application === applicationId) {
    bringUpToDate(database);
    return;
  }
  const objects = database.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get()!;
  if (application !== 0 || objects > 0) throw new StoreError('Unsupported', "the file is another program's database");
  database.exec(`BEGIN IMMEDIATE; ${creation} COMMIT;`);
}

function bringUpToDate(database: Database): void {
  const version = pragma(database, 'user_version');
  if (version === formatVersion) return;
  const migration = migrations[version];
  if (migration === undefined)
    throw new StoreError('Unsupported', `the store file has format ${version}; this program knows ${formatVersion}`);
  database.exec(`BEGIN IMMEDIATE; ${migration} COMMIT;`);
}

function limitPages(database: Database, maxBytes: number | undefined): WithRoom {
  if (maxBytes === undefined) return (work) => work();
  const most = Math.ceil(maxBytes / pragma(database, 'page_size'));
  const forVersions = most - Math.min(mostIndexPages, most >> 3);
  const limitTo = (pages: number) => database.pragma(`max_page_count = ${pages}`);
  limitTo(forVersions);
  return (work) => {
    limitTo(most);
    try {
      work();
    } finally {
      limitTo(forVersions);
    }
  };
}

/**
 * Opens the database for this process alone and makes sure of its tables. The lock is exclusive: no other process can
 * read a state that is not durable, and no lock is taken per statement.
 */
export function openConnection({ file, maxBytes, nativeBinding }: ConnectionOptions): Connection {
  const inMemory = file === ':memory:';
  if (!inMemory) createFile(file);
  const path = inMemory ? file : realpathSync(file);
  const recovered = !inMemory && hasContent(`${path}-wal`);
  const database = new Sqlite(path, { timeout: 0, ...(nativeBinding === undefined ? {} : { nativeBinding }) });
  try {
    database.exec(settings);
    prepareTables(database);
    return { database, file: path, recovered, withRoom: limitPages(database, maxBytes) };
  } catch (error) {
    database.close();
    throw error;
  }
}
