import type { Database } from 'better-sqlite3';
import type { ExpiredKey } from '../local/engine.ts';
import type { Entry } from '../store.ts';
import { sequenceBits } from './schema.ts';

/** The end of a key range; a BLOB sorts after every text. */
export type KeyEnd = string | Buffer;

export interface UndoRow {
  readonly key: string;
  readonly value: Buffer | null;
  readonly createRevision: number | null;
  readonly modRevision: number | null;
}

export interface EventRow extends UndoRow {
  readonly revision: number;
  readonly deleted: number;
  /** The value of a put; null for a delete. */
  readonly newValue: Buffer | null;
}

const entry = 'key, value, create_revision AS createRevision, mod_revision AS modRevision';
const undo = 'key, previous AS value, previous_create AS createRevision, previous_mod AS modRevision';
/** Changes that are in the index: all but creations. */
const replacing = 'previous_mod IS NOT NULL';
const idAfter = (parameter: string) => `((${parameter} + 1) << ${sequenceBits})`;

/** Every statement of the store, prepared once. */
export function prepareStatements(database: Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),

    newestRevision: database.prepare<[], number>(`SELECT coalesce(max(id), 0) >> ${sequenceBits} FROM log`).pluck(),
    compacted: database.prepare<[], number>(`SELECT value FROM meta WHERE name = 'compacted'`).pluck(),
    setCompacted: database.prepare<[number]>(`UPDATE meta SET value = ? WHERE name = 'compacted'`),

    read: database.prepare<[string], Entry>(`SELECT ${entry} FROM current WHERE key = ?`),
    range: database.prepare<[string, KeyEnd, number], Entry>(
      `SELECT ${entry} FROM current WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`,
    ),
    keys: database
      .prepare<[string, KeyEnd, number], string>(
        'SELECT key FROM current WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
      )
      .pluck(),
    count: database
      .prepare<[string, KeyEnd], number>('SELECT count(*) FROM current WHERE key >= ? AND key < ?')
      .pluck(),

    insert: database.prepare<[string, number, number, number | null, number, Buffer]>(
      `INSERT INTO current (key, create_revision, mod_revision, expires, checksum, value) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    update: database.prepare<[number, number | null, number, Buffer, string]>(
      'UPDATE current SET mod_revision = ?, expires = ?, checksum = ?, value = ? WHERE key = ?',
    ),
    remove: database.prepare<[string]>('DELETE FROM current WHERE key = ?'),
    logCreation: database.prepare<[number, number, string]>(
      `INSERT INTO log (id, key, deleted) VALUES ((? << ${sequenceBits}) | ?, ?, 0)`,
    ),
    // The checksum comes from the row, so that one that was damaged before it was read does not become right. One row of
    // values costs half of an INSERT ... SELECT.
    logChange: database.prepare<[number, number, string, number, number, number, string, Buffer]>(
      `INSERT INTO log (id, key, deleted, previous_create, previous_mod, previous_checksum, previous)
       VALUES ((? << ${sequenceBits}) | ?, ?, ?, ?, ?, (SELECT checksum FROM current WHERE key = ?), ?)`,
    ),

    undoOf: database.prepare<[string, number], UndoRow>(
      `SELECT ${undo} FROM log WHERE ${replacing} AND key = ? AND id >= ${idAfter('?')} ORDER BY id LIMIT 1`,
    ),
    undo: database.prepare<[string, KeyEnd, number], UndoRow>(
      `SELECT ${undo} FROM log WHERE id IN (
         SELECT min(id) FROM log WHERE ${replacing} AND key >= ? AND key < ? AND id >= ${idAfter('?')} GROUP BY key
       ) ORDER BY key`,
    ),
    events: database.prepare<[number, number, string, KeyEnd], EventRow>(
      `SELECT ${undo}, id >> ${sequenceBits} AS revision, deleted, CASE WHEN deleted THEN NULL ELSE coalesce(
         (SELECT later.previous FROM log later
          WHERE later.previous_mod IS NOT NULL AND later.key = log.key AND later.id > log.id ORDER BY later.id LIMIT 1),
         (SELECT value FROM current WHERE current.key = log.key)
       ) END AS newValue
       FROM log WHERE id >= ${idAfter('?')} AND id < ${idAfter('?')} AND +key >= ? AND +key < ? ORDER BY id`,
    ),
    forget: database.prepare<[number, number]>(`DELETE FROM log WHERE id < ${idAfter('?')} ORDER BY id LIMIT ?`),

    expired: database.prepare<[number, number], ExpiredKey>(
      'SELECT key, mod_revision AS modRevision FROM current WHERE expires <= ? ORDER BY expires LIMIT ?',
    ),
    earliestExpiry: database
      .prepare<[], number | null>('SELECT min(expires) FROM current WHERE expires IS NOT NULL')
      .pluck(),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
