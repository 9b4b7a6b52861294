/** 'kctl' in the file's header, so that no other database is taken for a store. */
export const applicationId = 0x6b63746c;

/** Raised when the tables change. */
export const formatVersion = 2;

/** The log's ids are `revision << 20 | place within the revision`: in order, and unique without a second column. */
export const sequenceBits = 20;

const logIndex = 'CREATE INDEX log_key ON log (key) WHERE previous_mod IS NOT NULL;';

/**
 * `current` is what is there now. `log` has one row for every change since the compacted revision and holds what the
 * key held *before* it, so an object that never changes is stored once, and forgetting history deletes a range of ids.
 * Worked example: /a created at 7, changed at 9, compacted at 5:
 *
 *     current   /a  create 7  mod 9  value v9
 *     log       7<<20  /a  previous: none
 *               9<<20  /a  previous: create 7, mod 7, value v7
 *
 * Reading /a at 8: its first log row above 8 says v7. At 6: its first row above 6 says none. At 9: no row, so `current`.
 * The event of 7 has the value that its next row holds as previous; the event of 9 has the current one.
 * Checksums cover key, both revisions and value; they move with the value.
 *
 * Creations are not in the index of the log: it is a page more to write for each, and nobody looks for them. The change
 * after a put is never a creation, and that a key was created after a revision is told by `create_revision`.
 */
export const tables = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE current (
    key TEXT NOT NULL UNIQUE,
    create_revision INTEGER NOT NULL,
    mod_revision INTEGER NOT NULL,
    expires INTEGER,
    checksum INTEGER NOT NULL,
    value BLOB NOT NULL
  ) STRICT;
  CREATE INDEX current_expires ON current (expires) WHERE expires IS NOT NULL;
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    previous_create INTEGER,
    previous_mod INTEGER,
    previous_checksum INTEGER,
    previous BLOB
  ) STRICT;
  ${logIndex}
  INSERT INTO meta VALUES ('compacted', 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`;

/** By the format that a file has: what makes the next one of it. */
export const migrations: Readonly<Record<number, string>> = {
  1: `DROP INDEX log_key; ${logIndex} PRAGMA user_version = 2;`,
};
