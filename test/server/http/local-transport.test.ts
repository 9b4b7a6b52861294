import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { localTransport } from '../../../src/server/http/local-transport.ts';
import type { RequestContext, WatchedObjects } from '../../../src/server/request/context.ts';

const user = { name: 'jane', uid: '', groups: [], extra: {} };

/** A watch that somebody has begun: what its handler holds, and what its reader got. */
async function begun() {
  let objects: WatchedObjects | undefined;
  let closed: Promise<unknown> = Promise.resolve();
  let response: EventEmitter | undefined;
  const handler = async ({ res }: RequestContext): Promise<void> => {
    objects = res.takeObjects?.();
    response = res as unknown as EventEmitter;
    closed = once(response, 'close');
    res.writeHead(200, {});
    await closed;
  };
  const transport = localTransport(handler, user, Date.now);
  const { events } = await transport.send({ method: 'GET', path: '/api/v1/pods?watch=true', objects: true });
  if (objects === undefined || events === undefined || response === undefined) throw new Error('no objects are taken');
  return { objects, events, closed, response };
}

test('a reader gets all events that have come at a time, and those that are left when the watch ends', async () => {
  const { objects, events, closed, response } = await begun();
  const reader = events[Symbol.asyncIterator]();
  objects.push({ type: 'ADDED', object: 1 });
  objects.push({ type: 'ADDED', object: 2 });
  expect(objects.waiting).toBe(2);
  const drained = once(response, 'drain');
  expect((await reader.next()).value).toEqual([
    { type: 'ADDED', object: 1 },
    { type: 'ADDED', object: 2 },
  ]);
  await drained;
  expect(objects.waiting).toBe(0);
  const next = reader.next();
  objects.push({ type: 'ERROR', object: 3 });
  objects.end();
  expect((await next).value).toEqual([{ type: 'ERROR', object: 3 }]);
  expect(await reader.next()).toMatchObject({ done: true });
  await closed;
});

test('a reader that stops reading ends the watch', async () => {
  const { objects, events, closed } = await begun();
  objects.push({ type: 'ADDED', object: 1 });
  for await (const _ of events) break;
  await closed;
});

test('who does not ask for objects gets bytes', async () => {
  let taken: unknown = 'nobody asked';
  const handler = async ({ res }: RequestContext): Promise<void> => {
    taken = res.takeObjects?.();
    res.writeHead(200, {});
    res.end(Buffer.from('{}'));
  };
  const { body, events } = await localTransport(handler, user, Date.now).send({ method: 'GET', path: '/' });
  expect([taken, events]).toEqual([undefined, undefined]);
  expect(Buffer.concat(await Array.fromAsync(body)).toString()).toBe('{}');
});
