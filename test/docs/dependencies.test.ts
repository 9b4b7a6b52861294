// docs/dependencies.md names every direct dependency with the version, licence and group that package.json gives it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;

interface Row {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly released: string;
  readonly reason: string;
}

function rowsOf(section: string): Row[] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', version = '', licence = '', released = '', reason = '']) => ({
      name: name.replaceAll('`', ''),
      version,
      licence,
      released,
      reason,
    }));
}

const [runTime = '', development = ''] = read('docs/dependencies.md').split('\n## ').slice(1);

test.each([
  ['dependencies', rowsOf(runTime)],
  ['devDependencies', rowsOf(development)],
] as const)('the table of %s is that of package.json', (group, rows) => {
  expect(Object.fromEntries(rows.map(({ name, version }) => [name, version]))).toEqual(manifest[group]);
});

test.each([...rowsOf(runTime), ...rowsOf(development)])('$name: licence, date and reason', (row) => {
  const installed = JSON.parse(read(`node_modules/${row.name}/package.json`)) as { license: string };
  expect(row.licence).toBe(installed.license);
  expect(row.released).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(row.reason).not.toBe('');
});
