/**
 * Help in colour: oclif decides by the process whether there are any, so the pages are made by one of their own. They
 * are files beside this one, at 160 columns (`vitest run --project slow test/slow/help-colors.test.ts -u` after a change).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { TOPICS } from '../../src/cli/topics.ts';
import { run } from '../helpers/command.ts';

const ROOT = join(import.meta.dirname, '../..');
const IDS = [...new Set(['', ...Object.keys(COMMANDS), ...Object.keys(TOPICS)])].sort();
const SCRIPT = `
  const { showHelp } = await import(${JSON.stringify(join(ROOT, 'src/cli/help.ts'))});
  const pages = {};
  for (const columns of [80, 160]) {
    for (const id of ${JSON.stringify(IDS)}) {
      const write = (text) => { pages[columns + id] = text; };
      await showHelp(id, { stdout: { write, isTTY: true, columns }, stderr: { write() {} }, env: {} });
    }
  }
  process.stdout.write(JSON.stringify(pages));`;

async function pagesIn(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', SCRIPT], { env: { ...rest, ...env } });
  return JSON.parse(stdout) as Record<string, string>;
}

const [colored, plain] = await Promise.all([pagesIn({ FORCE_COLOR: '1' }), pagesIn({ NO_COLOR: '1' })]);

describe.each(IDS)('%s', (id) => {
  test('the same words, in colour', async () => {
    for (const columns of [80, 160]) {
      const page = colored[columns + id] as string;
      expect(page).toContain('\u001b[1m');
      expect(stripVTControlCharacters(page)).toBe(plain[columns + id]);
    }
    const name = id === '' ? 'kctl' : id.replaceAll(':', '-');
    await expect(colored[`160${id}`]).toMatchFileSnapshot(`help-colors/${name}.ansi`);
  });
});

const bundle = existsSync(join(ROOT, 'dist/kctl.js')) && spawnSync('which', ['script']).status === 0;

test.skipIf(!bundle)('the bundle on a terminal (skipped without dist and util-linux)', async () => {
  const command = `"${process.execPath}" "${join(ROOT, 'bin/run.js')}" help get`;
  // Where CI is set, colours are off on terminals too.
  const { NO_COLOR: _, CI: __, ...rest } = process.env;
  const env = { ...rest, TERM: 'xterm-256color' };
  const { code, stdout } = await run('script', ['-qec', command, '/dev/null'], { env });
  expect({ code, heading: stdout.includes('\u001b[1mUSAGE') }).toEqual({ code: 0, heading: true });
});
