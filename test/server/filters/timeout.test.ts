import http2 from 'node:http2';
import https from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../../src/control-plane.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({
    inMemory: true,
    securePort: 0,
    authorizationMode: ['AlwaysAllow'],
    requestTimeout: 200,
    minRequestTimeout: 1,
  });
});

afterAll(() => plane.close());

interface Answer {
  readonly code: number;
  readonly body: string;
  readonly milliseconds: number;
}

/** With `body`, more is announced than is sent. */
function send(method: string, path: string, body?: string): Promise<Answer> {
  const begun = performance.now();
  const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length + 1 };
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca: plane.caCertificate, agent: false as const };
    const req = https.request(`${plane.url}${path}`, options, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('end', () => {
        req.destroy();
        resolve({ code: res.statusCode ?? 0, body: text, milliseconds: performance.now() - begun });
      });
    });
    req.on('error', reject);
    if (body === undefined) req.end();
    else req.write(body);
  });
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const TIMEOUT = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Timeout: request did not complete within the allotted timeout',
  reason: 'Timeout',
  details: {},
  code: 504,
};

describe('a request whose body does not end', () => {
  it.each([
    ['', 180],
    ['?timeout=50ms', 40],
    ['?timeout=1ns', 0],
    ['?timeout=1h', 180],
    ['?timeout=0', 180],
    ['?timeout=-5s', 180],
  ])('is answered 504 over HTTP/1.1 with "%s" after %d ms', async (query, least) => {
    const { code, body, milliseconds } = await send('POST', `${CONFIG_MAPS}${query}`, '{');
    expect([code, JSON.parse(body)]).toEqual([504, TIMEOUT]);
    expect(milliseconds).toBeGreaterThan(least);
    expect(milliseconds).toBeLessThan(least + 500);
  });
  it('is answered 504 over HTTP/2', async () => {
    const session = http2.connect(plane.url, { ca: plane.caCertificate });
    const stream = session.request({ ':method': 'POST', ':path': `${CONFIG_MAPS}?timeout=30ms` });
    stream.on('error', () => {}).write('{');
    const status = await new Promise((resolve) => stream.once('response', (head) => resolve(head[':status'])));
    expect(status).toBe(504);
    session.destroy();
  });
});

it.each([
  ['10', 'time: missing unit in duration "10"'],
  ['abc', 'time: invalid duration "abc"'],
  ['3x', 'time: unknown unit "x" in duration "3x"'],
])('?timeout=%s is refused', async (timeout, why) => {
  const { code, body } = await send('GET', `/api/v1/namespaces?timeout=${timeout}`);
  expect(JSON.parse(body)).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message: `invalid timeout specified in the request URL - ${why}`,
  });
  expect(code).toBe(400);
});

it('a watch has no deadline; it ends between --min-request-timeout and twice that', async () => {
  const { code, milliseconds } = await send('GET', `${CONFIG_MAPS}?watch=true&timeout=10ms`);
  expect(code).toBe(200);
  expect(milliseconds).toBeGreaterThan(950);
  expect(milliseconds).toBeLessThan(2500);
});
