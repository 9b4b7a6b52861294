/** A watch's body as events: one JSON document a line. */
import { parseJson } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';
import { type Status, StatusError } from '../api/status-error.ts';
import { ClientError } from './client-error.ts';

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

/** @throws StatusError for an ERROR event, ClientError for what is no event */
export async function* readWatch<T = KubeObject>(body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent<T>> {
  for await (const line of readLines(body)) {
    const { type, object } = parseJson(line) as { type: string; object: unknown };
    if (type === 'ERROR') throw StatusError.fromStatus(object as Status);
    yield { type: type as WatchEvent['type'], object: object as T };
  }
}

/** Lines without their newline; an unfinished line at the end is dropped, as its event comes again. */
export async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let partial: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      const line = partial.length === 0 ? piece : Buffer.concat([...partial, piece]);
      partial = [];
      size = 0;
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start === chunk.length) continue;
    partial.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_FRAME_BYTES) throw new ClientError('protocol', 'the server sent a watch event of more than 64 MiB');
  }
}
