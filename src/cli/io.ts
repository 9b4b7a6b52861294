/** Where a command reads and writes: the process's streams, or a test's. */
import type { GlobalFlags } from './flags/global-flags.ts';
import type { PluginPolicy } from './kuberc/read-preferences.ts';
import type { TraceSink } from './trace/trace-format.ts';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
}

export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `kctl trace`: the sessions of the command that it runs are traced to there. */
  readonly tracing?: TraceSink;
  /** Which credential plugins of the kubeconfig may run; absent: all. */
  readonly plugins?: PluginPolicy;
  /** Runs another command line, for commands that wrap one. @throws what that command throws */
  readonly run?: (argv: readonly string[], terminal: Terminal) => Promise<void>;
  /** Ends what goes on until Ctrl-C; the process's signals do so too. */
  readonly interrupted?: AbortSignal;
}

/** NO_COLOR (https://no-color.org: any non-empty value), --no-color, and a terminal at the other end. */
export function wantsColor(
  flags: Pick<GlobalFlags, 'color' | 'no-color'>,
  stream: Pick<Output, 'isTTY'>,
  env: Terminal['env'],
): boolean {
  if (flags['no-color'] || !flags.color || env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Everything that a pipe or file into the command holds. */
export async function readAll(stdin: Terminal['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What somebody types, up to the end of the line. */
export async function readLine(stdin: Terminal['stdin']): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += chunk.toString();
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  return text;
}
