/** One command line, from its words to its exit code. */
import pjson from '../../package.json' with { type: 'json' };
import { readCommandLine } from './command-line.ts';
import { COMMANDS } from './commands.ts';
import { errorJson, errorText, exitCodeOf, PlainError } from './errors.ts';
import type { Terminal } from './io.ts';
import { didYouMean } from './suggest.ts';

/** Never throws: errors are told on stderr, in machine mode as one JSON object. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await runLine(argv, terminal);
    return 0;
  } catch (error) {
    terminal.stderr.write(reportOf(argv, error));
    return exitCodeOf(error);
  }
}

async function runLine(argv: readonly string[], terminal: Terminal): Promise<void> {
  const line = readCommandLine(argv, Object.keys(COMMANDS));
  switch (line.kind) {
    case 'version':
      terminal.stdout.write(`kctl/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`);
      return;
    case 'help':
      return (await import('./help.ts')).showHelp(line.id, terminal);
    case 'unknown':
      throw unknownCommand(line.words, line.near);
    case 'command': {
      const { default: Command } = await (COMMANDS[line.id] as (typeof COMMANDS)[string])();
      return new Command(line.id, line.argv, { ...terminal, run: runLine }).execute();
    }
  }
}

function unknownCommand(words: readonly string[], near: readonly string[]): PlainError {
  const what = `error: unknown command ${JSON.stringify(words.at(-1))}`;
  if (words.length === 1) return new PlainError(`${what} for "kctl"${didYouMean(near)}`);
  const parent = ['kctl', ...words.slice(0, -1)].join(' ');
  const hint = near.length === 0 ? '' : `${didYouMean(near)}\n`;
  return new PlainError(`${what}${hint}\nSee '${parent} -h' for help and examples`);
}

function reportOf(argv: readonly string[], error: unknown): string {
  const text = errorText(error);
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  return text !== '' && options.includes('--json') ? `${JSON.stringify(errorJson(error), undefined, 2)}\n` : text;
}
