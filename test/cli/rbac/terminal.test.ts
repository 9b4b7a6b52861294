/** What the rbac commands look like on a terminal: 80 and 160 columns, with and without colour. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { runKctl } from '../../helpers/cli.ts';

const input = await readFile(new URL('fixture.yaml', import.meta.url), 'utf8');

const LINES = [
  'explain sa:shop/cart delete pods -n shop',
  'explain sa:shop/cart get pods -n shop',
  'who-can get secrets -A',
  'lookup jane',
  'lookup user:jane --rules',
  'matrix -n shop',
  'matrix --subject sa:shop/cart -n shop',
  'diff group:dev sa:shop/cart',
  'lint',
];
/** As it says in ECMA-48. */
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

describe.each(LINES)('rbac %s', (line) => {
  const shown = async (columns: number, env: Record<string, string>) =>
    (await runKctl(['rbac', ...line.split(' '), '-f', '-'], { env, input, columns })).stdout;

  test.each([80, 160])('in %d columns', async (columns) => {
    const plain = await shown(columns, { NO_COLOR: '1' });
    expect(plain).toMatchSnapshot();
    for (const row of plain.split('\n')) expect(row.length).toBeLessThanOrEqual(columns);
    const coloured = await shown(columns, {});
    expect(coloured.replace(ESCAPES, '')).toBe(plain);
  });
});

test('colours', async () => {
  const args = ['rbac', 'lint', '-f', '-'];
  expect((await runKctl(args, { input, columns: 80 })).stdout).toContain('\u001b[31merror\u001b[39m: ');
  expect((await runKctl([...args, '--no-color'], { input, columns: 80 })).stdout).toMatch(/^error: /);
  expect((await runKctl(args, { input })).stdout).toMatch(/^error: /);
});
