import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import { Informer } from '../../src/client/informer.ts';
import { reflect } from '../../src/client/reflector.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import { type Answer, fakeTransport, openStream } from './fake-transport.ts';

const TARGET = { group: '', version: 'v1', resource: 'configmaps' };

function object(name: string, resourceVersion: number, uid = `uid-${name}`): KubeObject {
  return {
    metadata: {
      namespace: 'ns',
      name,
      uid,
      resourceVersion: String(resourceVersion),
      labels: { app: name[0] as string },
    },
  };
}

function list(version: number, ...items: KubeObject[]): Answer {
  return { body: { metadata: { resourceVersion: String(version) }, items } };
}

function frame(type: string, value: unknown): string {
  return `${JSON.stringify({ type, object: value })}\n`;
}

const EXPIRED = {
  kind: 'Status',
  status: 'Failure',
  code: 410,
  reason: 'Expired',
  message: 'too old resource version',
};

const NO_INITIAL_EVENTS: Answer = {
  status: 422,
  body: { kind: 'Status', status: 'Failure', code: 422, reason: 'Invalid', message: 'sendInitialEvents is forbidden' },
};

/** A server that does not list by watch, unless `streaming`. */
function setUp(answers: (Answer | (() => Answer))[], streaming = false) {
  let refused = 0;
  const transport = fakeTransport((request, index) => {
    if (!streaming && request.path.includes('sendInitialEvents')) {
      refused++;
      return NO_INITIAL_EVENTS;
    }
    const answer = answers[index - refused];
    if (answer === undefined) return { chunks: openStream().chunks };
    return typeof answer === 'function' ? answer() : answer;
  });
  const asked = (): string[] =>
    transport.requests.map(({ path }) => path).filter((path) => streaming || !path.includes('sendInitialEvents'));
  const clock = new ManualClock();
  const abort = new AbortController();
  const log: string[] = [];
  const informer = new Informer({ indexes: { app: ({ metadata }) => [metadata.labels?.['app'] ?? ''] } });
  informer.handle({
    added: ({ metadata }) => log.push(`+${metadata.name}`),
    updated: ({ metadata }, old) =>
      log.push(`~${metadata.name} ${old.metadata.resourceVersion}>${metadata.resourceVersion}`),
    deleted: ({ metadata }) => log.push(`-${metadata.name}`),
  });
  const client = new RestClient({ transport, clock });
  const done = reflect({ client, target: TARGET, sink: informer, clock, random: () => 0 }, abort.signal);
  return { asked, clock, informer, log, abort, done };
}

test('lists in pages, then watches from there', async () => {
  const stream = openStream();
  const first = { body: { metadata: { resourceVersion: '9', continue: 'more' }, items: [object('a', 1)] } };
  const { asked, informer, log, abort } = setUp([first, list(9, object('b', 2)), { chunks: stream.chunks }]);
  await informer.synced;
  stream.push(frame('ADDED', object('c', 10)) + frame('MODIFIED', object('a', 11)));
  stream.push(frame('DELETED', object('b', 12)));
  await expect.poll(() => log).toEqual(['+a', '+b', '+c', '~a 1>11', '-b']);
  expect(asked()).toEqual([
    '/api/v1/configmaps?limit=500',
    '/api/v1/configmaps?limit=500&continue=more',
    '/api/v1/configmaps?resourceVersion=9&watch=true&allowWatchBookmarks=true&timeoutSeconds=300',
  ]);
  expect(informer.byIndex('app', 'c')).toEqual([informer.get('ns', 'c')]);
  expect(informer.byIndex('app', 'b')).toEqual([]);
  expect(() => informer.byIndex('nope', '')).toThrow(RangeError);
  abort.abort();
});

test('a watch that ends goes on after its last event or bookmark', async () => {
  const { asked, clock, abort } = setUp([
    list(5),
    { chunks: [frame('ADDED', object('a', 6)), frame('BOOKMARK', { metadata: { resourceVersion: '20' } })] },
  ]);
  await expect.poll(() => clock.timers).toBe(1);
  clock.advance(100);
  await expect.poll(() => asked().length).toBe(3);
  expect(asked()[2]).toContain('resourceVersion=20&watch=true');
  abort.abort();
});

test.each([
  ['an ERROR event', { chunks: [frame('ERROR', EXPIRED)] }],
  ['the answer', { status: 410, body: EXPIRED }],
])('410 as %s lists again at once and tells what went meanwhile', async (_, gone: Answer) => {
  const { asked, informer, log, abort } = setUp([
    list(5, object('a', 1), object('b', 2), object('c', 3)),
    gone,
    list(30, object('a', 1), object('b', 21), object('c', 22, 'another'), object('d', 23)),
  ]);
  await expect.poll(() => asked().length).toBe(4);
  expect(log).toEqual(['+a', '+b', '+c', '~b 2>21', '-c', '+c', '+d']);
  expect(informer.size).toBe(4);
  abort.abort();
});

test('failures are tried again with growing pauses; an object that went is told', async () => {
  const failure: Answer = { status: 500, chunks: ['oops'] };
  const { asked, clock, log, abort } = setUp([
    failure,
    failure,
    list(1, object('a', 1)),
    { status: 410, body: EXPIRED },
    failure,
    list(4),
  ]);
  for (const [i, ms] of [100, 200].entries()) {
    await expect.poll(() => clock.timers).toBe(1);
    expect(asked()).toHaveLength(i + 1);
    clock.advance(ms);
  }
  await expect.poll(() => clock.timers).toBe(1);
  clock.advance(10_000);
  await expect.poll(() => log).toEqual(['+a']);
  await expect.poll(() => clock.timers).toBe(1);
  clock.advance(30_000);
  await expect.poll(() => log).toEqual(['+a', '-a']);
  abort.abort();
});

test('aborting ends it, in a watch as in a pause', async () => {
  const watching = setUp([list(1)]);
  await watching.informer.synced;
  watching.abort.abort();
  await watching.done;
  const pausing = setUp([{ status: 500 }]);
  await expect.poll(() => pausing.clock.timers).toBe(1);
  pausing.abort.abort();
  await pausing.done;
  expect(pausing.asked()).toHaveLength(1);
});

test('lists by watch where the server can, and goes on with the same stream', async () => {
  const stream = openStream();
  const { asked, informer, log, abort } = setUp([{ chunks: stream.chunks }], true);
  stream.push(frame('ADDED', object('a', 7)) + frame('ADDED', object('b', 3)));
  stream.push(
    frame('BOOKMARK', { metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } }),
  );
  await informer.synced;
  stream.push(frame('MODIFIED', object('a', 10)));
  stream.end();
  await expect.poll(() => log).toEqual(['+a', '+b', '~a 7>10']);
  expect(asked()).toEqual([
    '/api/v1/configmaps?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&watch=true&allowWatchBookmarks=true&timeoutSeconds=300',
  ]);
  abort.abort();
});

test('a stream that breaks during the initial events starts anew; what went meanwhile is told at its end', async () => {
  const end = frame('BOOKMARK', {
    metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } },
  });
  const { clock, informer, log, abort } = setUp(
    [{ chunks: [frame('ADDED', object('a', 1))] }, { chunks: [frame('ADDED', object('b', 2)), end] }],
    true,
  );
  await expect.poll(() => clock.timers).toBe(1);
  expect(informer.isSynced).toBe(false);
  clock.advance(100);
  await informer.synced;
  expect(log).toEqual(['+a', '+b', '-a']);
  abort.abort();
});

test('a server that never ends its initial events is listed instead', async () => {
  const { asked, informer, abort } = setUp(
    [{ chunks: [frame('BOOKMARK', { metadata: { resourceVersion: '9' } })] }, list(3, object('a', 1))],
    true,
  );
  await informer.synced;
  expect(asked()[1]).toBe('/api/v1/configmaps?limit=500');
  abort.abort();
});
