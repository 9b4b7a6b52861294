/** What a kuberc makes of a command line: an alias becomes its command, flags that were not given get their defaults. */
import { BIN } from '../base-command.ts';
import { type CommandLine, readCommandLine } from '../command-line.ts';
import { COMMANDS } from '../commands.ts';
import type { FlagSet } from '../flags/flag-kinds.ts';
import { GLOBAL_FLAGS } from '../flags/global-flags.ts';
import { parseLine } from '../flags/parse-flags.ts';
import { preferencesError } from './kuberc-file.ts';
import type { Alias, OptionDefault, Preferences } from './read-preferences.ts';

type Command = Extract<CommandLine, { kind: 'command' }>;

/** @throws PlainError for preferences that make no sense, in kubectl's words */
export async function applyPreferences(
  line: CommandLine,
  argv: readonly string[],
  { aliases, defaults }: Preferences,
  warn: (text: string) => void,
): Promise<CommandLine> {
  const alias = line.kind === 'unknown' && line.words.length === 1 ? line.words[0] : undefined;
  const found = aliases.find(({ name }) => name === alias);
  if (found !== undefined) return aliased(argv, found);
  if (line.kind !== 'command') return line;
  let result = line;
  for (const { command, options } of defaults) {
    const target = commandOf(command);
    if (target === undefined) warn(`Warning: command ${JSON.stringify(command)} not found to set kuberc override`);
    if (target?.id !== line.id) continue;
    result = await withOptions(result, options, {
      unknown: (name) => `invalid flag ${name} for command ${command}`,
      invalid: ({ name, default: value }) =>
        `could not apply override value ${value} to flag ${name} in command ${command}`,
    });
  }
  return result;
}

async function aliased(argv: readonly string[], alias: Alias): Promise<Command> {
  const words = alias.command.split(/\s+/).filter((word) => word !== '');
  const target = commandOf(alias.command);
  if (target === undefined) {
    const shown = JSON.stringify(alias.command);
    throw preferencesError(
      `command ${shown} not found to set alias ${JSON.stringify(alias.name)}: [${words.join(' ')}]`,
    );
  }
  const at = argv.indexOf(alias.name);
  const given = [...argv.slice(0, at), ...argv.slice(at + 1)];
  const line = await withOptions({ ...target, argv: given }, alias.options, {
    unknown: (name) => `invalid alias flag ${name} in alias ${BIN}`,
    invalid: ({ name, default: value }) => `could not apply value ${value} to flag ${name} in alias ${BIN}`,
  });
  const front = line.argv.length - given.length + at;
  return {
    ...line,
    argv: [...line.argv.slice(0, front), ...alias.prependArgs, ...line.argv.slice(front), ...alias.appendArgs],
  };
}

function commandOf(text: string): Command | undefined {
  const line = readCommandLine(
    text.split(/\s+/).filter((word) => word !== ''),
    Object.keys(COMMANDS),
  );
  return line.kind === 'command' && line.argv.length === 0 ? line : undefined;
}

interface Problems {
  unknown(name: string): string;
  invalid(option: OptionDefault): string;
}

/** The options that the line does not have, before everything else. */
async function withOptions(line: Command, options: readonly OptionDefault[], problems: Problems): Promise<Command> {
  const { default: command } = await (COMMANDS[line.id] as (typeof COMMANDS)[string])();
  const flags: FlagSet = { ...GLOBAL_FLAGS, ...command.flagSet };
  const given = givenFlags(flags, line.argv);
  const added: string[] = [];
  for (const option of options) {
    if (!Object.hasOwn(flags, option.name)) throw preferencesError(problems.unknown(option.name));
    const token = `--${option.name}=${option.default}`;
    if (given.has(option.name)) continue;
    try {
      parseLine(flags, [token], BIN);
    } catch (error) {
      throw preferencesError(`${problems.invalid(option)} err: ${(error as Error).message}`);
    }
    added.push(token);
  }
  return { ...line, argv: [...added, ...line.argv] };
}

/** None of a line that cannot be read: the command itself will say why. */
function givenFlags(flags: FlagSet, argv: readonly string[]): ReadonlySet<string> {
  try {
    return parseLine(flags, argv, BIN).given;
  } catch {
    return new Set();
  }
}
