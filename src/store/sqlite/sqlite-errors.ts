import { StoreError, type StoreErrorCode } from '../store.ts';

const codes: readonly (readonly [prefix: string, code: StoreErrorCode, message: string])[] = [
  ['SQLITE_FULL', 'Full', 'there is no room left for the store'],
  ['ENOSPC', 'Full', 'there is no room left for the store'],
  ['EDQUOT', 'Full', 'there is no room left for the store'],
  ['SQLITE_CORRUPT', 'Corrupt', 'the store file is damaged'],
  ['SQLITE_NOTADB', 'Corrupt', 'the store file is not a database'],
  ['SQLITE_BUSY', 'Failed', 'the store file is in use by another process'],
];

/** Says in the store's words what an error of SQLite or the file system means. */
export function toStoreError(error: unknown): Error {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = codes.find(([prefix]) => code.startsWith(prefix));
  if (known !== undefined) return new StoreError(known[1], known[2], { cause: error });
  return new StoreError('Failed', error instanceof Error ? error.message : String(error), { cause: error });
}
