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
