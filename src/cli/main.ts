/** The entry of the bundle. What a line does not need is not loaded: `kctl --version` reads nothing but this file. */
import pjson from '../../package.json' with { type: 'json' };
import { readCommandLine } from './command-line.ts';
import { COMMANDS } from './commands.ts';
import { errorJson, errorText, exitCodeOf, PlainError } from './errors.ts';
import { didYouMean } from './suggest.ts';

async function main(argv: readonly string[]): Promise<void> {
  const line = readCommandLine(argv, Object.keys(COMMANDS));
  switch (line.kind) {
    case 'version':
      process.stdout.write(`kctl/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`);
      return;
    case 'help':
      return (await import('./help.ts')).showHelp(line.id);
    case 'unknown': {
      const parent = ['kctl', ...line.words.slice(0, -1)].join(' ');
      throw new PlainError(
        `error: unknown command ${JSON.stringify(line.words.at(-1))} for "${parent}"${didYouMean(line.near)}`,
      );
    }
    default: {
      const { default: Command } = await (COMMANDS[line.id] as (typeof COMMANDS)[string])();
      await new Command(line.id, line.argv).execute();
    }
  }
}

/** Errors go to stderr; in machine mode they are one JSON object. */
function report(argv: readonly string[], error: unknown): void {
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
  const text = options.includes('--json') ? `${JSON.stringify(errorJson(error), undefined, 2)}\n` : errorText(error);
  const code = exitCodeOf(error);
  if (code !== 0 || errorText(error) !== '') process.stderr.write(text);
  process.exitCode = code;
}

/** Started by bin/launch.js under an older Node: that process is our terminal, so its end is ours. */
function followParent(): void {
  if (process.env['KCTL_PARENT'] !== '1' || process.channel === undefined) return;
  process.channel?.unref();
  process.on('disconnect', () => process.exit(1));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
followParent();
const argv = process.argv.slice(2);
main(argv).catch((error: unknown) => report(argv, error));
