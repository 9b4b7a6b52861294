import type { Database } from 'better-sqlite3';
import type { ExpiredKey } from '../local/engine.ts';
import type { Entry } from '../store.ts';
import { sequenceBits } from './schema.ts';

/** The end of a key range; a BLOB sorts after every text. */
export type KeyEnd = string | Buffer;

/** What `keys` says of a key. */
export interface KeyRow {
  readonly id: number;
  readonly deleted: number;
  /** In milliseconds since the epoch. */
  readonly expires: number | null;
}

/** A version as an event; the columns of what it replaced are null when that was nothing, or a deletion. */
export interface EventRow {
  readonly key: string;
  readonly revision: number;
  readonly deleted: number;
  readonly createRevision: number;
  /** The value of a put; null for a delete. */
  readonly value: Buffer | null;
  readonly previousValue: Buffer | null;
  readonly previousCreate: number | null;
  readonly previousRevision: number | null;
}

const entry = `versions.key, value, create_revision AS createRevision, versions.id >> ${sequenceBits} AS modRevision`;
const ofKeys = 'FROM keys JOIN versions ON versions.id = keys.id';
const slice = 'id > :from AND id <= :to';

/** So many keys are looked for at once. */
export const keysAtOnce = 16;

/** Versions to forget. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/**
 * Every statement of the store, prepared once. Ids as in schema.ts. A plus before a parameter keeps SQLite from compiling
 * the statement anew whenever another value is bound, which it does for limits and joins to plan by the value; it costs
 * several times what the statement does.
 */
export function prepareStatements(database: Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),

    newest: database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM versions').pluck(),
    meta: database.prepare<[string], number>('SELECT value FROM meta WHERE name = ?').pluck(),
    setMeta: database.prepare<[number, string]>('UPDATE meta SET value = ? WHERE name = ?'),

    insert: database.prepare<
      [number, string, number, number, number | null, number | null, number | null, Buffer | null]
    >(
      `INSERT INTO versions (id, key, deleted, create_revision, previous, expires, checksum, value)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    keepReplaced: database.prepare<[number]>('UPDATE versions SET expires = NULL WHERE id = ?'),

    findKey: database.prepare<[string], KeyRow>(`SELECT keys.id, keys.deleted, expires ${ofKeys} WHERE keys.key = +?`),
    heldOf: database
      .prepare<string[], string>(
        `SELECT key FROM (VALUES ${Array(keysAtOnce).fill('(?)').join(', ')}) CROSS JOIN keys ON key = column1`,
      )
      .pluck(),
    read: database.prepare<[string], Entry>(`SELECT ${entry} ${ofKeys} WHERE keys.key = +? AND NOT keys.deleted`),
    version: database.prepare<[number], Entry>(`SELECT ${entry} FROM versions WHERE id = ? AND NOT deleted`),
    range: database.prepare<[string, KeyEnd, number], Entry>(
      `SELECT ${entry} ${ofKeys} WHERE keys.key >= +? AND keys.key < +? AND NOT keys.deleted ORDER BY keys.key LIMIT +?`,
    ),
    keys: database
      .prepare<[string, KeyEnd, number], string>(
        'SELECT key FROM keys WHERE key >= ? AND key < ? AND NOT deleted ORDER BY key LIMIT +?',
      )
      .pluck(),
    count: database
      .prepare<[string, KeyEnd], number>('SELECT count(*) FROM keys WHERE key >= ? AND key < ? AND NOT deleted')
      .pluck(),

    keysFrom: database
      .prepare<[string, KeyEnd, number], [key: string, id: number]>(
        'SELECT key, id FROM keys WHERE key >= ? AND key < ? AND id >= ? ORDER BY key',
      )
      .raw(),
    firstChange: database
      .prepare<[string, number], number>('SELECT id FROM changes WHERE key = +? AND id >= +? ORDER BY id LIMIT 1')
      .pluck(),
    previous: database.prepare<[number], number | null>('SELECT previous FROM versions WHERE id = ?').pluck(),
    events: database.prepare<[number, number, string, KeyEnd], EventRow>(
      `SELECT v.key, v.id >> ${sequenceBits} AS revision, v.deleted, v.create_revision AS createRevision, v.value,
         p.value AS previousValue, p.create_revision AS previousCreate, p.id >> ${sequenceBits} AS previousRevision
       FROM versions v LEFT JOIN versions p ON p.id = v.previous AND NOT p.deleted
       WHERE v.id >= +? AND v.id < +? AND +v.key >= +? AND +v.key < +? ORDER BY v.id`,
    ),

    unmerged: database
      .prepare<[number], [key: string, id: number, deleted: number, expires: number | null]>(
        'SELECT key, id, deleted, expires FROM versions WHERE id > ? ORDER BY id',
      )
      .raw(),
    mergeKeys: database.prepare<[number]>(
      'REPLACE INTO keys (key, id, deleted) SELECT key, max(id), deleted FROM versions WHERE id > ? GROUP BY key',
    ),
    mergeChanges: database.prepare<[number]>(
      `INSERT INTO changes (key, id)
       SELECT key, id FROM versions WHERE id > ? AND previous IS NOT NULL ORDER BY key, id`,
    ),

    endOfSlice: database
      .prepare<[Slice & { limit: number }], [count: number, last: number | null]>(
        `SELECT count(*), max(id) FROM (SELECT id FROM versions WHERE ${slice} ORDER BY id LIMIT +:limit)`,
      )
      .raw(),
    forgetChanges: database.prepare<[Slice]>(
      `DELETE FROM changes
       WHERE (key, id) IN (SELECT key, id FROM versions WHERE ${slice} AND previous IS NOT NULL)`,
    ),
    forgetKeys: database.prepare<[Slice]>(
      `DELETE FROM keys WHERE key IN (SELECT key FROM versions WHERE ${slice} AND deleted) AND deleted AND id <= :to`,
    ),
    forgetReplaced: database.prepare<[Slice]>(
      `DELETE FROM versions WHERE id IN (SELECT previous FROM versions WHERE ${slice} AND previous IS NOT NULL)`,
    ),
    forgetDeleted: database.prepare<[Slice]>(`DELETE FROM versions WHERE ${slice} AND deleted`),

    expired: database.prepare<[number, number], ExpiredKey>(
      `SELECT key, id >> ${sequenceBits} AS modRevision FROM versions WHERE expires <= ? ORDER BY expires LIMIT +?`,
    ),
    earliestExpiry: database
      .prepare<[], number | null>('SELECT min(expires) FROM versions WHERE expires IS NOT NULL')
      .pluck(),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;

/** Runs the work so that all its changes are kept, or none when it throws. */
export function inTransaction(database: Database, sql: Statements, work: () => void): void {
  sql.begin.run();
  try {
    work();
    sql.commit.run();
  } catch (error) {
    // SQLite has already rolled back after some errors, a full disk among them.
    if (database.inTransaction) sql.rollback.run();
    throw error;
  }
}
