/** 'kctl' in the file's header, so that no other database is taken for a store. */
export const applicationId = 0x6b63746c;

/** Raised when the tables change. */
export const formatVersion = 3;

/** The ids of versions are `revision << 20 | place within the revision`: in order, and unique without a second column. */
export const sequenceBits = 20;

/** Larger than every int32, so it is no shift but a product. */
export function idOf(revision: number, sequence: number): number {
  return revision * 2 ** sequenceBits + sequence;
}

export function revisionOf(id: number): number {
  return Math.floor(id / 2 ** sequenceBits);
}

/** The least id after those of the revision. */
export function idAfter(revision: number): number {
  return idOf(revision + 1, 0);
}

/**
 * Every version of every key is written once, at the end of `versions`, and never moved. Worked example: /a created at
 * 7, changed at 9, deleted at 12, compacted at 8:
 *
 *     versions  7<<20   /a  create 7  previous: none    value v7
 *               9<<20   /a  create 7  previous: 7<<20   value v9
 *               12<<20  /a  create 7  previous: 9<<20   deleted
 *     keys      /a  12<<20  deleted
 *     changes   /a  9<<20
 *               /a  12<<20
 *
 * `keys` says which version of a key is the newest; a deleted one stays there until its history is forgotten. `changes`
 * has the versions that replaced another one. Reading /a at 10: the newest version is later, the first change above 10
 * is that of 12, and what it replaced is v9. The event of 9 is its version, with the one before for what was there.
 *
 * Both are brought up to date in larger pieces, since a commit would write a page for each of its keys otherwise: they
 * know the versions up to `merged`; see key-index.ts. Compacting forgets every version that was replaced up to then, and
 * the deletions; it has come as far as `forgotten`.
 */
const tables = `
  CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    create_revision INTEGER NOT NULL,
    previous INTEGER,
    expires INTEGER,
    checksum INTEGER,
    value BLOB
  ) STRICT;
  CREATE INDEX versions_expires ON versions (expires) WHERE expires IS NOT NULL;
  CREATE TABLE keys (key TEXT PRIMARY KEY, id INTEGER NOT NULL, deleted INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE changes (key TEXT, id INTEGER, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;
`;

/** Makes a new file. */
export const creation = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  ${tables}
  INSERT INTO meta VALUES ('compacted', 0), ('forgotten', 0), ('merged', 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`;

/** Formats 1 and 2 had the current state in one table and what each change replaced in another: history is forgotten. */
const fromUndoLog = `
  ${tables}
  INSERT INTO versions
    SELECT (mod_revision << ${sequenceBits}) + row_number() OVER (PARTITION BY mod_revision ORDER BY key) - 1 AS id,
      key, 0, create_revision, NULL, expires, checksum, value
    FROM current ORDER BY id;
  INSERT INTO keys SELECT key, id, 0 FROM versions ORDER BY key;
  UPDATE meta SET value = max(value, (SELECT coalesce(max(id) >> ${sequenceBits}, 0) FROM log)) WHERE name = 'compacted';
  INSERT INTO meta SELECT 'forgotten', ((value + 1) << ${sequenceBits}) - 1 FROM meta WHERE name = 'compacted';
  INSERT INTO meta SELECT 'merged', value FROM meta WHERE name = 'forgotten';
  DROP TABLE current;
  DROP TABLE log;
  PRAGMA user_version = ${formatVersion};
`;

/** By the format that a file has: what brings it up to date. */
export const migrations: Readonly<Record<number, string>> = { 1: fromUndoLog, 2: fromUndoLog };
