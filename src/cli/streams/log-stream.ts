/** Logs of one or several containers, one after the other or, when followed, all at once. */
import type { Query } from '../../client/resource-path.ts';
import { resourcePath } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError, messageOf } from '../errors.ts';

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogOptions {
  readonly query: Query;
  readonly follow: boolean;
  /** Each line begins with `[pod/NAME/CONTAINER] `. */
  readonly prefix: boolean;
  readonly ignoreErrors: boolean;
  readonly maxStreams: number;
  readonly write: (text: string) => void;
  readonly note: (text: string) => void;
}

/** @throws StatusError, ClientError, CliError */
export async function streamLogs(
  client: RestClient,
  sources: readonly LogSource[],
  options: LogOptions,
): Promise<void> {
  if (!options.follow || sources.length === 1) {
    for (const source of sources) await streamOne(client, source, options);
    return;
  }
  if (sources.length > options.maxStreams) {
    throw new CliError(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${options.maxStreams}, use --max-log-requests to increase the limit`,
    );
  }
  await Promise.all(sources.map((source) => streamOne(client, source, options)));
}

async function streamOne(client: RestClient, source: LogSource, options: LogOptions): Promise<void> {
  const { namespace, pod, container } = source;
  const path = resourcePath({ group: '', version: 'v1', resource: 'pods', namespace, name: pod, subresource: 'log' });
  try {
    const { body } = await client.request('GET', path, {
      query: { ...options.query, container },
      headers: { accept: '*/*' },
    });
    const begin = options.prefix ? `[pod/${pod}/${container}] ` : '';
    await copyLines(body, begin, options.write);
  } catch (error) {
    if (!options.ignoreErrors) throw error;
    options.note(`error: ${messageOf(error)}\n`);
  }
}

/** With a prefix whole lines are written, so that those of several streams do not mix. */
async function copyLines(body: AsyncIterable<Buffer>, begin: string, write: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    if (begin === '') {
      write(text);
      continue;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(`${begin}${line}\n`);
  }
  const last = rest + decoder.decode();
  if (last !== '') write(`${begin}${last}`);
}
