import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { checksumOf } from './checksum.ts';
import { sequenceBits } from './schema.ts';

const mostFaults = 100;
const checksumRows = 500;
const keptIds = `id >= ((:compacted + 1) << ${sequenceBits})`;

interface Bounds {
  readonly revision: number;
  readonly compacted: number;
}

interface SummedRow {
  readonly id: number;
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly checksum: number;
  readonly value: Buffer;
}

/** Each query gives one line a fault. */
const agreementQueries: readonly string[] = [
  `SELECT 'no change is recorded for revision ' || (last + 1) FROM (
     SELECT revision, lag(revision, 1, :compacted) OVER (ORDER BY revision) AS last
     FROM (SELECT DISTINCT id >> ${sequenceBits} AS revision FROM versions WHERE ${keptIds})
   ) WHERE revision <> last + 1`,
  `SELECT 'the versions end at revision ' || newest || ', the store is at ' || :revision FROM (
     SELECT coalesce(max(id) >> ${sequenceBits}, :compacted) AS newest FROM versions WHERE ${keptIds}
   ) WHERE newest <> :revision`,
  `SELECT 'key ' || key || ': its change at revision ' || (id >> ${sequenceBits}) || ' does not follow from the one before'
   FROM (
     SELECT id, key, deleted, previous, lag(id) OVER same AS last, lag(deleted) OVER same AS last_deleted
     FROM versions WINDOW same AS (PARTITION BY key ORDER BY id)
   ) WHERE ${keptIds} AND (
     iif(last IS NULL, previous >= ((:compacted + 1) << ${sequenceBits}), previous IS NOT last)
     OR (deleted AND (previous IS NULL OR last_deleted)))`,
  `SELECT 'key ' || v.key || ': the index of keys disagrees with its change at revision ' || (v.id >> ${sequenceBits}) FROM (
     SELECT key, max(id) AS id, deleted FROM versions GROUP BY key
   ) v LEFT JOIN keys ON keys.key = v.key WHERE keys.id IS NOT v.id OR keys.deleted IS NOT v.deleted`,
  `SELECT 'key ' || key || ' is in the index of keys, but nothing is stored for it' FROM keys
   WHERE key NOT IN (SELECT key FROM versions)`,
  `SELECT 'key ' || key || ': its change at revision ' || (id >> ${sequenceBits}) || ' is not in the index of changes' FROM (
     SELECT key, id FROM versions WHERE ${keptIds} AND previous IS NOT NULL EXCEPT SELECT key, id FROM changes)`,
  `SELECT 'key ' || key || ': the index of changes has one at revision ' || (id >> ${sequenceBits}) || ', which is not stored'
   FROM (SELECT key, id FROM changes EXCEPT SELECT key, id FROM versions WHERE previous IS NOT NULL)`,
];

const checksumQuery = `
  SELECT id, key, create_revision AS createRevision, id >> ${sequenceBits} AS modRevision, checksum, value
  FROM versions WHERE id > ? AND NOT deleted ORDER BY id LIMIT ${checksumRows}`;

function structureFaults(database: Database): string[] {
  const lines = database.prepare<[], string>(`PRAGMA integrity_check(${mostFaults})`).pluck().all();
  return lines.filter((line) => line !== 'ok');
}

function agreementFaults(database: Database, bounds: Bounds): string[] {
  return agreementQueries.flatMap((query) =>
    database.prepare<[Bounds], string>(`${query} LIMIT ${mostFaults}`).pluck().all(bounds),
  );
}

/** Reads every value, a piece a turn of the event loop. */
async function checksumFaults(database: Database, faults: string[]): Promise<void> {
  const statement = database.prepare<[number], SummedRow>(checksumQuery);
  for (let last = -1; ; ) {
    const rows = statement.all(last);
    for (const { key, createRevision, modRevision, checksum, value } of rows) {
      if (checksumOf(key, createRevision, modRevision, value) === checksum) continue;
      faults.push(`key ${key}: what is stored for revision ${modRevision} is damaged`);
    }
    if (rows.length < checksumRows || faults.length >= mostFaults) return;
    last = rows.at(-1)!.id;
    await nextTurn();
  }
}

/**
 * Looks for damage in the file's structure, in any stored value, in the sequence of revisions, and between the versions
 * and their indexes. No write may happen meanwhile; SQLite's own structural check holds the event loop.
 */
export async function findFaults(database: Database, revision: number, compacted: number): Promise<string[]> {
  const faults: string[] = [];
  try {
    faults.push(...structureFaults(database));
    faults.push(...agreementFaults(database, { revision, compacted }));
    await checksumFaults(database, faults);
  } catch (error) {
    faults.push(`the file could not be read: ${(error as Error).message}`);
  }
  return faults.slice(0, mostFaults);
}
