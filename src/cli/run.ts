/** One command line, from its words to its exit code. */
import pjson from '../../package.json' with { type: 'json' };
import { type CommandLine, readCommandLine } from './command-line.ts';
import { COMMANDS } from './commands.ts';
import { errorJson, errorText, exitCodeOf, PlainError, SilentExit } from './errors.ts';
import type { Terminal } from './io.ts';
import { kubercFile } from './kuberc/kuberc-file.ts';
import type { PluginPolicy } from './kuberc/read-preferences.ts';
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
  const plain = readCommandLine(argv, Object.keys(COMMANDS));
  const { line, plugins } = await withPreferences(plain, argv, terminal);
  switch (line.kind) {
    case 'version':
      terminal.stdout.write(`kctl/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`);
      return;
    case 'help':
      return (await import('./help.ts')).showHelp(line.id, terminal);
    case 'unknown':
      if (await runPlugin(argv, terminal)) return;
      throw unknownCommand(line.words, line.near);
    case 'command': {
      const { default: Command } = await (COMMANDS[line.id] as (typeof COMMANDS)[string])();
      return new Command(line.id, line.argv, { ...terminal, run: runLine, plugins }).execute();
    }
  }
}

/** What the user's kuberc says of the line, if there is one. */
async function withPreferences(
  line: CommandLine,
  argv: readonly string[],
  { env, stderr }: Terminal,
): Promise<{ line: CommandLine; plugins?: PluginPolicy }> {
  const preferring = line.kind === 'unknown' || (line.kind === 'command' && !line.id.startsWith('__'));
  const file = preferring ? kubercFile(argv, env) : undefined;
  if (file === undefined) return { line };
  const [{ readPreferences }, { applyPreferences }] = await Promise.all([
    import('./kuberc/read-preferences.ts'),
    import('./kuberc/apply-preferences.ts'),
  ]);
  const warn = (text: string): void => void stderr.write(`${text}\n`);
  const preferences = await readPreferences(file, warn);
  if (preferences === undefined) return { line };
  return { line: await applyPreferences(line, argv, preferences, warn), plugins: preferences.plugins };
}

/** @returns whether there is one @throws SilentExit with its exit code */
async function runPlugin(argv: readonly string[], { env }: Terminal): Promise<boolean> {
  const { findPlugin } = await import('./plugins.ts');
  const found = findPlugin(argv, env['PATH'] ?? '');
  if (found === undefined) return false;
  const { spawnSync } = await import('node:child_process');
  const { status, error } = spawnSync(found.path, found.args, { stdio: 'inherit', env: { ...env } });
  if (error !== undefined) throw error;
  if (status !== 0) throw new SilentExit(status ?? 1);
  return true;
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
