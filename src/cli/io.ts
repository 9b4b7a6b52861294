/** Whether this terminal wants colour. */
import type { GlobalFlags } from './flags/global-flags.ts';

/** NO_COLOR (https://no-color.org: any non-empty value), --no-color, and a terminal at the other end. */
export function wantsColor(
  flags: Pick<GlobalFlags, 'color' | 'no-color'>,
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (flags['no-color'] || !flags.color || env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Everything that a pipe or file into the command holds. */
export async function readStdin(stdin: AsyncIterable<Buffer | string> = process.stdin): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
