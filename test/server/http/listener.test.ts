import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, type ListenerTimeouts, listen } from '../../../src/server/http/listener.ts';
import type { HttpRequest, HttpResponse } from '../../../src/server/request/context.ts';
import { createAuthority, createCertificate, type KeyedCertificate } from '../../../src/util/certificates.ts';

let ca: KeyedCertificate;
let serving: KeyedCertificate;
const open: { close(): void }[] = [];

beforeAll(async () => {
  ca = await createAuthority('ca', new Date(), 1);
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  serving = await createCertificate(ca, { subject: { commonName: 'server' }, ...names }, new Date(), 1);
});

afterEach(() => {
  for (const thing of open.splice(0)) thing.close();
});

const echo = (req: HttpRequest, res: HttpResponse): void => {
  req.on('data', () => {});
  req.on('end', () => {
    res.writeHead(200, {});
    res.end(Buffer.from(req.url ?? ''));
  });
  req.on('error', () => {});
};

async function start(timeouts: Partial<ListenerTimeouts>, onRequest = echo): Promise<Listener> {
  const { cert, key } = serving;
  const listener = await listen({ address: '127.0.0.1', port: 0, cert, key, clientCa: ca.cert, timeouts, onRequest });
  open.push({ close: () => void listener.close(0) });
  return listener;
}

/** A TLS connection that has been agreed to speak `protocol`, and the milliseconds until the server ended it. */
async function connect(
  { port }: Listener,
  protocol: string,
): Promise<{ socket: tls.TLSSocket; ended: Promise<number> }> {
  const socket = tls.connect({ port, host: '127.0.0.1', ca: ca.cert, ALPNProtocols: [protocol] });
  open.push({ close: () => socket.destroy() });
  socket.on('error', () => {});
  const begun = performance.now();
  const ended = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now() - begun)));
  await once(socket, 'secureConnect');
  return { socket, ended };
}

function session({ port }: Listener): http2.ClientHttp2Session {
  const client = http2.connect(`https://127.0.0.1:${port}`, { ca: ca.cert });
  client.on('error', () => {});
  open.push({ close: () => client.destroy() });
  return client;
}

async function answer(stream: http2.ClientHttp2Stream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(stream, 'end');
  return text;
}

describe('slow peers', () => {
  it.each([
    ['says nothing', ''],
    ['sends headers slowly', 'GET / HTTP/1.1\r\nhost: x\r\n'],
    ['never ends its body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n1'],
  ])('an HTTP/1.1 client that %s is cut off', async (_, text) => {
    const { socket, ended } = await connect(await start({ headersMs: 60, requestMs: 90, idleMs: 60 }), 'http/1.1');
    socket.resume().write(text);
    expect(await ended).toBeGreaterThan(50);
  });
  it('an HTTP/1.1 connection ends when it is idle after a request', async () => {
    const { socket, ended } = await connect(await start({ idleMs: 50 }), 'http/1.1');
    socket.resume().write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await ended;
  });
  it('a client that never shakes hands is cut off', async () => {
    const { port } = await start({ headersMs: 60 });
    const socket = net.connect(port, '127.0.0.1').on('error', () => {});
    await once(socket.resume(), 'close');
  });
  it('an HTTP/2 session without requests is ended, and PINGs do not keep it', async () => {
    const client = session(await start({ idleMs: 80 }));
    await once(client, 'connect');
    const pings = setInterval(() => !client.closed && !client.destroyed && client.ping(() => {}), 10);
    await once(client, 'goaway');
    clearInterval(pings);
    await once(client, 'close');
  });
  it('an HTTP/2 session with a request under way is not idle, and is after it', async () => {
    let finish = (): void => {};
    const listener = await start({ idleMs: 40 }, (_, res) => {
      res.writeHead(200, {});
      res.flushHeaders();
      finish = () => res.end(Buffer.from('late'));
    });
    const client = session(listener);
    const stream = client.request({ ':path': '/' });
    const text = answer(stream);
    await once(stream, 'response');
    const closed = once(client, 'close').then(() => 'closed');
    expect(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 120, 'open'))])).toBe('open');
    finish();
    expect(await text).toBe('late');
    expect(await closed).toBe('closed');
  });
  it('an HTTP/2 session that stops in the middle of its headers is ended', async () => {
    const { socket, ended } = await connect(await start({ idleMs: 60 }), 'h2');
    const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)]);
    socket.resume().write(Buffer.concat([preface, frame(1, 0, 1, Buffer.from([0x82]))]));
    await ended;
  });
  it('an HTTP/2 stream whose body never ends is ended; its neighbours go on', async () => {
    const client = session(await start({ requestMs: 60 }));
    const slow = client.request({ ':method': 'POST', ':path': '/slow' });
    slow.on('error', () => {});
    slow.write('a');
    await new Promise((resolve) => slow.on('close', resolve));
    expect(slow.rstCode).toBe(http2.constants.NGHTTP2_CANCEL);
    expect(await answer(client.request({ ':path': '/next' }))).toBe('/next');
  });
});

describe('too many headers', () => {
  it('over HTTP/1.1: 431', async () => {
    const { socket } = await connect(await start({}), 'http/1.1');
    const [head] = (await Promise.all([
      once(socket, 'data'),
      socket.write(`GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(70_000)}\r\n\r\n`),
    ])) as [Buffer[], boolean];
    expect(String(head[0])).toMatch(/^HTTP\/1\.1 431 /);
  });
  it.each([
    ['many', Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'v']))],
    ['large', Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, 'v'.repeat(5000)]))],
  ])('over HTTP/2, %s: never a request, and the server goes on', async (_, headers) => {
    const seen: string[] = [];
    const listener = await start({}, (req, res) => {
      seen.push(req.url ?? '');
      echo(req, res);
    });
    const flood = session(listener).request({ ':path': '/flood', ...headers });
    flood.on('error', () => {});
    await new Promise((resolve) => flood.on('close', resolve));
    expect(await answer(session(listener).request({ ':path': '/fine' }))).toBe('/fine');
    expect(seen).toEqual(['/fine']);
  });
});

describe('drain', () => {
  it('ends in its grace with clients of every bad kind', async () => {
    const listener = await start({}, (req, res) => {
      if (req.url === '/hang') return;
      res.writeHead(200, {});
      res.end(Buffer.alloc(4 << 20));
    });
    const unread = await connect(listener, 'http/1.1');
    unread.socket.pause().write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
    const silent = await connect(listener, 'http/1.1');
    silent.socket.write('POST /hang HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n1');
    const raw = net.connect(listener.port, '127.0.0.1').on('error', () => {});
    open.push({ close: () => raw.destroy() });
    const client = session(listener);
    const hanging = client.request({ ':method': 'POST', ':path': '/hang' }).on('error', () => {});
    hanging.write('a');
    const unreadStream = client.request({ ':path': '/large' }).on('error', () => {});
    unreadStream.pause();
    await Promise.all([once(unreadStream, 'response'), once(raw, 'connect')]);
    const knocking = setInterval(() => net.connect(listener.port, '127.0.0.1').on('error', () => {}), 5);
    const begun = performance.now();
    await listener.close(50);
    clearInterval(knocking);
    expect(performance.now() - begun).toBeLessThan(400);
  });
  it('lets a request under way finish', async () => {
    const arrived = Promise.withResolvers<HttpResponse>();
    const listener = await start({}, (_, res) => arrived.resolve(res));
    const stream = session(listener).request({ ':path': '/' });
    const text = answer(stream);
    const res = await arrived.promise;
    const closed = listener.close(2000);
    res.writeHead(200, {});
    res.end(Buffer.from('done'));
    expect(await text).toBe('done');
    await closed;
  });
});

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
