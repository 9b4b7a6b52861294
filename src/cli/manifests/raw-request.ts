/** `--raw`: a file that is sent as it is. */
import { readFile } from 'node:fs/promises';
import { CliError } from '../errors.ts';
import { readAll, type Terminal } from '../io.ts';

/** @throws CliError for flags that make no sense with it */
export async function rawBody(
  { filename = [], recursive, selector = '' }: { filename?: readonly string[]; recursive: boolean; selector?: string },
  stdin: Terminal['stdin'],
): Promise<string> {
  const [file] = filename;
  if (file === undefined || filename.length > 1) throw new CliError('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(file)) throw new CliError('--raw cannot read from a url');
  if (recursive) throw new CliError('--raw and --recursive are mutually exclusive');
  if (selector !== '') throw new CliError('--raw and --selector (-l) are mutually exclusive');
  return file === '-' ? readAll(stdin) : readFile(file, 'utf8');
}
