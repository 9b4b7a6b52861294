/** `--raw`: a file that is sent as it is. */
import { readFile } from 'node:fs/promises';
import { isStatusError } from '../../api/status-error.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError, PlainError } from '../errors.ts';
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
  if (file === '-') return readAll(stdin);
  return readFile(file, 'utf8').catch(() => {
    throw new CliError(`open ${file}: no such file or directory`);
  });
}

const NOT_FOUND = 'the server could not find the requested resource';

/** The answer to a request for a path. @throws StatusError; PlainError for a path that the server does not know */
export async function rawText(client: RestClient, method: string, path: string, body?: string): Promise<string> {
  try {
    return await client.text(method, path, { body });
  } catch (error) {
    // An answer without a Status.
    if (!isStatusError(error, 'NotFound') || !error.message.startsWith(NOT_FOUND)) throw error;
    throw new PlainError(`Error from server (NotFound): ${NOT_FOUND}`, { cause: error });
  }
}
