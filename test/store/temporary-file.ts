import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Gives paths in a directory that is removed after the tests of the file. */
export function temporaryFiles(): (name?: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'kctl-store-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  let count = 0;
  return (name = `${count++}.db`) => join(directory, name);
}
