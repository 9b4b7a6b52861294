import type { KubeObject } from '../../src/api/object.ts';
import { readWatchBatches, type WatchEvent } from '../../src/client/watch-stream.ts';

/** The events of a watch's body, one after another. */
export async function* readWatch<T = KubeObject>(body: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent<T>> {
  for await (const events of readWatchBatches<T>({ body })) yield* events;
}
