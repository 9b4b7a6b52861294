/**
 * The help page of every command and topic, as files beside this one (`vitest run test/cli/help-pages.test.ts -u` after
 * a change), and what must be true of each at 80 and 160 columns. In colour: test/slow/help-colors.test.ts.
 */
import { describe, expect, test } from 'vitest';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import { COMMANDS } from '../../src/cli/commands.ts';
import { TOPICS } from '../../src/cli/topics.ts';
import { runKctl } from '../helpers/cli.ts';

const COMMANDS_SHOWN = Object.keys(COMMANDS).sort();
const PAGES = [...new Set(['', ...COMMANDS_SHOWN, ...Object.keys(TOPICS)])];
const NARROW = 80;
const WIDE = 160;
/** oclif caps pages here: longer lines are hard to read. */
const MAX_WIDTH = 120;

async function page(id: string, columns: number): Promise<string> {
  const env = { NO_COLOR: '1' };
  const { stdout, code } = await runKctl(['help', ...id.split(':').filter((word) => word !== '')], { columns, env });
  expect(code).toBe(0);
  return stdout;
}

/** The text of a page, wherever its lines break; examples break with a backslash. */
function unbroken(text: string): string {
  return text.replaceAll(/\\\n/g, '').replaceAll(/\s+/g, '');
}

describe.each(PAGES.map((id) => [id === '' ? 'kctl' : id.replaceAll(':', ' '), id] as const))('%s', (name, id) => {
  test('at 80 and 160 columns', async () => {
    const narrow = await page(id, NARROW);
    const wide = await page(id, WIDE);
    await expect(narrow).toMatchFileSnapshot(`help-pages/${name.replaceAll(' ', '-')}.txt`);
    // The same words, no line too long.
    expect(unbroken(wide) === unbroken(narrow)).toBe(true);
    expect(narrow).not.toContain('\u001b[');
    const tooLong = (text: string, width: number) =>
      text.split('\n').filter((line) => line.length > width && !isWhole(line));
    expect(tooLong(narrow, NARROW)).toEqual([]);
    expect(tooLong(wide, MAX_WIDTH)).toEqual([]);
    if (!COMMANDS_SHOWN.includes(id)) return;
    for (const part of ['USAGE', 'GLOBAL FLAGS', 'EXAMPLES', `$ kctl ${name}`, '--trace', '--namespace']) {
      expect(narrow).toContain(part);
    }
  });
});

test.each([[['get', '--help']], [['get', '-h', '-n', 'x']], [['--help', 'get']]])(
  '%j is the page too',
  async (line) => {
    const options = { columns: NARROW, env: { NO_COLOR: '1' } };
    expect(await runKctl(line, options)).toEqual(await runKctl(['help', 'get'], options));
  },
);

/** Examples stay on one line, so that they can be copied. */
function isWhole(line: string): boolean {
  return /^\s+(\$ |#|kctl |cat |KUBECTL_|export )/.test(line) || line.includes(' | kctl ');
}

describe('examples', () => {
  const commands = manifest.commands as Record<string, { examples?: string[]; usage: string; summary: string }>;

  test.each(COMMANDS_SHOWN)('of %s use the command', (id) => {
    const { examples = [], usage, summary } = commands[id] as (typeof commands)[string];
    const command = id.replaceAll(':', ' ');
    expect(usage.startsWith(command)).toBe(true);
    expect(summary).toMatch(/\.$|\?$|\)$/);
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.some((example) => example.includes(`<%= config.bin %> ${command.split(' ')[0]}`))).toBe(true);
  });
});
