// The pages hang together: links and file names lead somewhere, and nothing of one machine stands in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs')).map((f) => `docs/${f}`),
]
  .filter((file) => file.endsWith('.md'))
  .sort();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Targets of `[text](target)` that are files, without their anchors. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => target);
}

/** Files of the repository that stand in backquotes: `src/…`, or below src/server as in ARCHITECTURE.md. */
function filesOf(text: string): string[] {
  return [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.ts)`/g)].map(([, file = '']) => file);
}

const HOMES = ['', 'src', 'src/server', 'src/store', 'src/store/local'];

describe.each(pages)('%s', (page) => {
  test('links to files that are there', () => {
    expect(linksOf(read(page)).filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  test('names files that are there', () => {
    const missing = filesOf(read(page)).filter((file) => !HOMES.some((home) => existsSync(join(root, home, file))));
    expect(missing).toEqual([]);
  });

  test('says nothing of one machine', () => {
    expect(read(page)).not.toMatch(/\/(?:home|root|Users|work|tmp)\/|registry\.npmjs|localhost:\d/);
  });
});

test('ARCHITECTURE.md has at most 250 lines', () => {
  expect(read('ARCHITECTURE.md').trimEnd().split('\n').length).toBeLessThanOrEqual(250);
});
