import { afterAll, beforeAll, expect, test } from 'vitest';
import { RestClient } from '../../../src/client/rest-client.ts';
import type { WatchEvent } from '../../../src/client/watch-stream.ts';
import { type ControlPlane, startControlPlane } from '../../../src/control-plane.ts';

const TARGET = { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' };
const ADMIN = { name: 'admin', uid: '', groups: ['system:masters'], extra: {} };

let plane: ControlPlane;
let client: RestClient;

beforeAll(async () => {
  plane = await startControlPlane({ inMemory: true, securePort: 0 });
  client = new RestClient({ transport: plane.local(ADMIN) });
});
afterAll(() => plane.close());

/** Reads until an event of this type has come, and gives all that came, bookmarks excepted. */
async function until(events: AsyncIterator<WatchEvent>, wanted: string, times = 1): Promise<WatchEvent[]> {
  const seen: WatchEvent[] = [];
  for (let left = times; left > 0; ) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the watch ended');
    if (value.type === wanted) left--;
    if (value.type !== 'BOOKMARK') seen.push(value);
  }
  return seen;
}

async function* flat<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}

test.each([false, true])('objects are those that the bytes say (metadata only: %s)', async (metadataOnly) => {
  const name = `kept-${metadataOnly}`;
  const create = (data: object) =>
    client.create(TARGET, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { of: name } }, ...data });
  await create({ data: { n: '1' } });
  const options = {
    metadataOnly,
    labelSelector: `of=${name}`,
    allowWatchBookmarks: true,
    query: { sendInitialEvents: true },
    resourceVersionMatch: 'NotOlderThan' as const,
  };
  const watches = [client.watch(TARGET, options), flat(client.watchBatches(TARGET, options))];
  const initial = await Promise.all(watches.map((events) => until(events, 'BOOKMARK')));
  await client.patch({ ...TARGET, name }, 'merge', { data: { n: '2' } });
  await client.patch({ ...TARGET, name }, 'merge', { metadata: { labels: { of: 'others' } } });
  await client.patch({ ...TARGET, name }, 'merge', { metadata: { labels: { of: name } } });
  await client.delete({ ...TARGET, name });
  const later = await Promise.all(watches.map((events) => until(events, 'DELETED', 2)));
  const [said, shown] = watches.map((_, i) => [...(initial[i] ?? []), ...(later[i] ?? [])]);
  expect(said?.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
  expect(JSON.parse(JSON.stringify(shown))).toEqual(said);
  await Promise.all(watches.map((events) => events.return(undefined)));
});
