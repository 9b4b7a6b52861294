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
     FROM (SELECT DISTINCT id >> ${sequenceBits} AS revision FROM log WHERE ${keptIds})
   ) WHERE revision <> last + 1`,
  `SELECT 'the log ends at revision ' || newest || ', the store is at ' || :revision FROM (
     SELECT coalesce(max(id) >> ${sequenceBits}, :compacted) AS newest FROM log WHERE ${keptIds}
   ) WHERE newest <> :revision`,
  `SELECT 'key ' || key || ': its change at revision ' || revision || ' does not follow from the one before' FROM (
     SELECT key, id >> ${sequenceBits} AS revision, deleted, previous_mod,
       lag(id >> ${sequenceBits}) OVER same AS last, lag(deleted) OVER same AS last_deleted
     FROM log WHERE ${keptIds} WINDOW same AS (PARTITION BY key ORDER BY id)
   ) WHERE (last IS NULL AND previous_mod > :compacted)
     OR (last IS NOT NULL AND previous_mod IS NOT iif(last_deleted, NULL, last))
     OR (deleted AND previous_mod IS NULL)`,
  `SELECT 'key ' || newest.key || ': the current state disagrees with its change at revision ' || newest.revision FROM (
     SELECT key, max(id) >> ${sequenceBits} AS revision, deleted FROM log WHERE ${keptIds} GROUP BY key
   ) newest LEFT JOIN current ON current.key = newest.key
   WHERE current.mod_revision IS NOT iif(newest.deleted, NULL, newest.revision)`,
  `SELECT 'key ' || key || ' changed at revision ' || mod_revision || ', which the log does not say' FROM current
   WHERE mod_revision > :compacted AND NOT EXISTS (
     SELECT 1 FROM log WHERE log.key = current.key AND log.id >= (current.mod_revision << ${sequenceBits})
       AND log.id < ((current.mod_revision + 1) << ${sequenceBits}))`,
];

const checksumQueries: readonly string[] = [
  `SELECT rowid AS id, key, create_revision AS createRevision, mod_revision AS modRevision, checksum, value
   FROM current WHERE rowid > ? ORDER BY rowid LIMIT ${checksumRows}`,
  `SELECT id, key, previous_create AS createRevision, previous_mod AS modRevision, previous_checksum AS checksum,
     previous AS value
   FROM log WHERE id > ? AND previous_mod IS NOT NULL ORDER BY id LIMIT ${checksumRows}`,
];

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
async function checksumFaults(database: Database, query: string, faults: string[]): Promise<void> {
  const statement = database.prepare<[number], SummedRow>(query);
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
 * Looks for damage in the file's structure, in any stored value, in the sequence of revisions, and between the log and
 * the current state. No write may happen meanwhile; SQLite's own structural check holds the event loop.
 */
export async function findFaults(database: Database, revision: number, compacted: number): Promise<string[]> {
  const faults: string[] = [];
  try {
    faults.push(...structureFaults(database));
    faults.push(...agreementFaults(database, { revision, compacted }));
    for (const query of checksumQueries) await checksumFaults(database, query, faults);
  } catch (error) {
    faults.push(`the file could not be read: ${(error as Error).message}`);
  }
  return faults.slice(0, mostFaults);
}
