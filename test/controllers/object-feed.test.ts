import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import { type DiscoveredResource, Discovery } from '../../src/client/discovery.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import { type FeedSink, ObjectFeed } from '../../src/controllers/shared/object-feed.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import { fakeTransport, openStream } from '../client/fake-transport.ts';

const END = { 'k8s.io/initial-events-end': 'true' };
const ALL = ['get', 'list', 'watch', 'delete'];
const feeds: ObjectFeed[] = [];

afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
});

function resource(name: string, more: Partial<DiscoveredResource> = {}): DiscoveredResource {
  const base = { group: '', version: 'v1', resource: name, singular: '', kind: name, namespaced: true, verbs: ALL };
  return { ...base, shortNames: [], categories: [], subresources: [], preferred: true, ...more };
}

function frame(type: string, metadata: object): string {
  return `${JSON.stringify({ type, object: { metadata } })}\n`;
}

function setUp() {
  const streams = new Map<string, ReturnType<typeof openStream>>();
  const transport = fakeTransport(({ path }) => {
    const stream = openStream();
    streams.set(path.split('?')[0] as string, stream);
    stream.push(
      frame('ADDED', { name: 'first', uid: 'u', resourceVersion: '1' }) +
        frame('BOOKMARK', { resourceVersion: '2', annotations: END }),
    );
    return { chunks: stream.chunks };
  });
  const clock = new ManualClock();
  const feed = new ObjectFeed({ client: new RestClient({ transport, clock }), clock, log: pino({ level: 'silent' }) });
  feeds.push(feed);
  const log: string[] = [];
  const sink = (name: string): FeedSink => ({
    listStarted: () => log.push(`${name} [`),
    listed: ({ metadata }: KubeObject) => log.push(`${name} ${metadata.name}`),
    listEnded: () => log.push(`${name} ]`),
    changed: (type, { metadata }) => log.push(`${name} ${type} ${metadata.name}`),
  });
  return { transport, streams, feed, log, sink };
}

test('one stream a resource, for all its subscribers; whole objects only where somebody needs them', async () => {
  const { transport, streams, feed, log, sink } = setUp();
  feed.subscribe(resource('pods'), sink('a'));
  feed.subscribe(resource('jobs', { group: 'batch' }), sink('b'), { full: true });
  feed.subscribeAll(({ resource: name }) => sink(`all-${name}`));
  feed.start();
  feed.follow(new Discovery([resource('pods'), resource('jobs', { group: 'batch' }), resource('secrets')]));
  await feed.synced();
  expect(
    transport.requests.map(({ path, headers }) => `${path.split('?')[0]} ${headers?.['accept']?.includes('Metadata')}`),
  ).toEqual(['/api/v1/pods true', '/apis/batch/v1/jobs false', '/api/v1/secrets true']);
  expect(log.filter((line) => /^(a|all-pods) /.test(line))).toEqual([
    'a [',
    'all-pods [',
    'a first',
    'all-pods first',
    'a ]',
    'all-pods ]',
  ]);
  streams.get('/api/v1/secrets')?.push(frame('DELETED', { name: 'x', resourceVersion: '3' }));
  await expect.poll(() => log.at(-1)).toBe('all-secrets DELETED x');
});

test('follows only what can be listed, watched and deleted, in the preferred version; never Events', async () => {
  const { transport, feed, sink } = setUp();
  feed.subscribeAll(() => sink('all'));
  feed.start();
  const boats = { group: 'example.com', namespaced: false };
  feed.follow(
    new Discovery([
      resource('events'),
      resource('events', { group: 'events.k8s.io' }),
      resource('bindings', { verbs: ['create'] }),
      resource('boats', { ...boats, version: 'v2' }),
      resource('boats', { ...boats, version: 'v1', preferred: false }),
    ]),
  );
  await feed.synced();
  expect(transport.requests.map(({ path }) => path.split('?')[0])).toEqual(['/apis/example.com/v2/boats']);
});

test('resources come, change their version and go with discovery', async () => {
  const { transport, feed, log, sink } = setUp();
  feed.subscribe(resource('pods'), sink('named'));
  feed.subscribeAll(({ resource: name }) => sink(`all-${name}`));
  feed.start();
  const boats = resource('boats', { group: 'example.com' });
  const oars = resource('oars', { group: 'metrics.example.com' });
  feed.follow(new Discovery([boats, oars]));
  await feed.synced();
  feed.follow(new Discovery([{ ...boats, version: 'v2' }, oars]));
  await feed.synced();
  expect(transport.requests.at(-1)?.path).toContain('/apis/example.com/v2/boats');
  expect(feed.size).toBe(3);
  log.length = 0;
  feed.follow(new Discovery([], [{ group: 'metrics.example.com', version: 'v1' }]));
  expect(log).toEqual(['all-boats [', 'all-boats ]']);
  expect(feed.size).toBe(2);
});
