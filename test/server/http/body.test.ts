import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readBody } from '../../../src/server/http/body.ts';
import { Bursts } from '../../../src/server/http/bursts.ts';
import type { HttpRequest } from '../../../src/server/request/context.ts';

const request = (): PassThrough & HttpRequest =>
  Object.assign(new PassThrough(), { headers: {} }) as unknown as PassThrough & HttpRequest;

it('goes on with the bodies of one turn together', async () => {
  const bursts = new Bursts();
  const seen: string[] = [];
  const requests = ['a', 'b', 'c'].map((text) => {
    const req = request();
    void readBody({ req, bursts })
      .then((body) => seen.push(`read ${body}`))
      .then(() => seen.push(`used ${text}`));
    req.end(text);
    return req;
  });
  await Promise.all(requests.map((req) => once(req, 'end')));
  expect(seen).toEqual([]);
  await nextTurn();
  expect(seen).toEqual(['read a', 'read b', 'read c', 'used a', 'used b', 'used c']);
});

it('has no answer to wait for when the client is gone before it reads', async () => {
  const req = request();
  req.destroy();
  await once(req, 'close');
  await expect(readBody({ req, bursts: undefined })).rejects.toMatchObject({ code: 400 });
});

it.each([
  ['some', 'abc'],
  ['nothing', ''],
])('waits for nobody when the whole request is there: %s', async (_, text) => {
  const req = Object.assign(request(), { complete: true });
  req.end(text);
  const body = readBody({ req, bursts: undefined });
  expect(req.listenerCount('data')).toBe(0);
  expect(String(await body)).toBe(text);
});

it('waits for the end of an HTTP/2 body, whatever `complete` says', async () => {
  const req = Object.assign(request(), { complete: true, stream: {} });
  req.write('first ');
  const body = readBody({ req, bursts: undefined });
  await nextTurn();
  req.end('second');
  expect(String(await body)).toBe('first second');
});
