/** Every flag of every command that kubectl 1.35 has too: the same name, short form, kind of value and default. */
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { Flag, FlagSet } from '../../src/cli/flags/flag-kinds.ts';
import { GLOBAL_FLAGS } from '../../src/cli/flags/global-flags.ts';
import { parseDuration } from '../../src/util/duration.ts';
import { run } from '../helpers/command.ts';
import { clientBinaries } from '../helpers/kubectl.ts';
import { DELIBERATE_FLAGS, OTHER_MEANING } from './kubectl-lines/deliberate-flags.ts';

interface TheirFlag {
  readonly name: string;
  readonly char: string | undefined;
  /** As help shows it: `false`, `''`, `[]`, `30s`, `500`. */
  readonly shown: string;
}

const { kubectl } = clientBinaries();

function flagsIn(help: string): TheirFlag[] {
  const found = help.matchAll(/^ {4}(?:-(\w), )?--([\w-]+)=(.*):$/gm);
  return [...found].map(([, char, name = '', shown = '']) => ({ name, char, shown }));
}

async function helpOf(id: string): Promise<string> {
  const words = id.split(':');
  const { stdout } = await run(kubectl, [...words, '--help'], { env: { HOME: '/nonexistent' } });
  // Without such a command kubectl shows the help of what it does know.
  return new RegExp(`^ {2}kubectl ${words.join(' ')}( |$)`, 'm').test(stdout) ? stdout : '';
}

/** What differs, in words; each begins with what the list of deliberate differences names. */
function differences({ name, char, shown }: TheirFlag, flag: Flag | undefined): string[] {
  if (flag === undefined) return [`--${name} missing`];
  const found: string[] = [];
  if (flag.char !== char) found.push(`--${name} char: ${String(flag.char)}, not ${String(char)}`);
  if (kindOf(shown) !== ownKind(flag, shown))
    found.push(`--${name} kind: ${ownKind(flag, shown)}, not ${kindOf(shown)}`);
  else if (!sameDefault(shown, flag)) found.push(`--${name} default: ${JSON.stringify(flag.default)}, not ${shown}`);
  return found;
}

function kindOf(shown: string): string {
  if (shown === 'true' || shown === 'false') return 'boolean';
  return shown.startsWith('[') ? 'several values' : 'value';
}

/** Maps and klog's patterns have no default that help could show, so that nothing tells whether they repeat. */
function ownKind({ type, multiple }: Flag, shown: string): string {
  if (type === 'boolean') return 'boolean';
  return multiple && shown !== '' ? 'several values' : 'value';
}

function sameDefault(shown: string, { type, default: value }: Flag): boolean {
  if (type === 'boolean') return shown === String(value ?? false);
  if (shown.startsWith('[')) return shown === `[${[value ?? []].flat().join(',')}]`;
  if (shown === '' || shown.startsWith("'")) return shown.replace(/^'(.*)'$/, '$1') === (value ?? '');
  return Number(shown) === value || parseDuration(shown) === value;
}

function isDeliberate(id: string, difference: string): boolean {
  return Object.keys(DELIBERATE_FLAGS).some((key) => {
    const [command = '', ...rest] = key.split(' ');
    return (command === '*' || command === id) && difference.startsWith(rest.join(' '));
  });
}

describe('flags as kubectl has them', async () => {
  const ids = Object.keys(COMMANDS);
  const helps = new Map<string, string>();
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (const id of ids.filter((_, i) => i % 4 === lane)) helps.set(id, await helpOf(id));
    }),
  );
  const shared = ids.filter((id) => helps.get(id) !== '');

  test('most commands are shared', () => {
    expect(shared.length).toBeGreaterThan(60);
  });

  test.each(shared)('%s', async (id) => {
    const { default: command } = await (COMMANDS[id] as (typeof COMMANDS)[string])();
    const own: FlagSet = { ...GLOBAL_FLAGS, ...command.flagSet };
    const theirs = flagsIn(helps.get(id) ?? '');
    const found = theirs.flatMap((flag) => differences(flag, own[flag.name]));
    expect(found.filter((difference) => !isDeliberate(id, difference))).toEqual([]);
  });
});

test('global flags', async () => {
  const { stdout } = await run(kubectl, ['options'], { env: { HOME: '/nonexistent' } });
  const theirs = flagsIn(stdout);
  expect(theirs.length).toBeGreaterThan(25);
  const own: FlagSet = GLOBAL_FLAGS;
  const found = theirs.flatMap((flag) => differences(flag, own[flag.name]));
  expect(found.filter((difference) => !isDeliberate('options', difference))).toEqual([]);
  const names = theirs.map(({ name }) => `--${name}`);
  expect(Object.keys(OTHER_MEANING).filter((name) => !names.includes(name))).toEqual([]);
});

test('the list of deliberate differences is short', () => {
  expect(Object.keys(DELIBERATE_FLAGS).length).toBeLessThan(10);
});
