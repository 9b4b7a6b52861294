/** A watch's body as events: one JSON document a line. */
import { parseJson } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';
import { type Status, StatusError } from '../api/status-error.ts';
import { ClientError } from './client-error.ts';
import type { TransportEvent, TransportResponse } from './transport.ts';

export interface WatchEvent<T = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  /** For a bookmark only metadata.resourceVersion (and annotations) counts. */
  readonly object: T;
}

/** One event; the largest object is a few MiB. */
const MAX_FRAME_BYTES = 64 << 20;
const NEWLINE = 0x0a;
/** Set on the bookmark that ends the initial events of a watch with sendInitialEvents. */
export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * As many events at a time as have come. Those of a server in this process are shared with others: never change them.
 * @throws StatusError for an ERROR event, ClientError for what is no event
 */
export async function* readWatchBatches<T = KubeObject>({
  body,
  events,
}: Pick<TransportResponse, 'body' | 'events'>): AsyncGenerator<readonly WatchEvent<T>[]> {
  for await (const batch of events ?? parseBatches(body)) {
    const failed = batch.findIndex(({ type }) => type === 'ERROR');
    if (failed !== 0) yield (failed < 0 ? batch : batch.slice(0, failed)) as readonly WatchEvent<T>[];
    if (failed >= 0) throw StatusError.fromStatus(batch[failed]?.object as Status);
  }
}

async function* parseBatches(body: AsyncIterable<Buffer>): AsyncGenerator<readonly TransportEvent[]> {
  for await (const lines of readLines(body)) yield lines.map((line) => parseJson(line) as TransportEvent);
}

/** The lines that each chunk ends, without their newline; an unfinished line at the end is dropped, as its event comes again. */
async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let partial: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      const line = partial.length === 0 ? piece : Buffer.concat([...partial, piece]);
      partial = [];
      size = 0;
      start = end + 1;
      if (line.length > 0) lines.push(line);
    }
    if (lines.length > 0) yield lines;
    if (start === chunk.length) continue;
    partial.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_FRAME_BYTES) throw new ClientError('protocol', 'the server sent a watch event of more than 64 MiB');
  }
}
