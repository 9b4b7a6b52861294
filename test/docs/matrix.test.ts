// The matrix in docs/conformance.md is what `npm run matrix` writes, names every kind, and has no empty cell.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { conformancePage } from '../../scripts/matrix.ts';
import { BUILTIN_KINDS } from '../../src/server/kinds/index.ts';
import { section } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const PAGE = join(root, 'docs/conformance.md');
const page = readFileSync(PAGE, 'utf8');
const [, , ...rows] = section(page, 'Kinds')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test('the page is up to date (else: npm run matrix)', () => {
  expect(page).toBe(conformancePage(root));
});

test('every kind has a row', () => {
  expect(rows.map(([kind]) => kind)).toEqual(BUILTIN_KINDS.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
});

test('no cell is empty, and each names a test or says that upstream has nothing', () => {
  const poor = rows.flatMap(([kind, ...cells]) =>
    cells
      .filter((cell) => !/^none upstream|\(\.\.\/test\/[\w./-]+\.ts\)$/.test(cell))
      .map((cell) => `${kind}: "${cell}"`),
  );
  expect(poor).toEqual([]);
});

test('the tests that it names exist', () => {
  const named = [...section(page, 'Kinds').matchAll(/\]\(([^)]*\.ts)\)/g)].map(([, file = '']) => file);
  expect([...new Set(named)].filter((file) => !existsSync(join(dirname(PAGE), file)))).toEqual([]);
  expect(named.length).toBeGreaterThan(BUILTIN_KINDS.length);
});
