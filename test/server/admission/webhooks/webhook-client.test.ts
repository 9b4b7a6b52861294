import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkErrorText } from '../../../../src/server/admission/webhooks/go-network-error.ts';
import { refusedRequest } from '../../../../src/server/admission/webhooks/http-refusal.ts';
import { WebhookClients } from '../../../../src/server/admission/webhooks/webhook-client.ts';
import { contextOf, FakeObjects } from '../../../helpers/admission.ts';
import { WebhookServer } from '../../../helpers/webhook-server.ts';

const BODY = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', request: { uid: 'u' } });

let server: WebhookServer;
let plain: HttpServer;
beforeAll(async () => {
  server = await WebhookServer.start();
  server
    .on('/gate', () => ({ allowed: true }))
    .on('/', () => ({ allowed: true }))
    .on('/mute', () => undefined);
  plain = createServer((_req, res) => res.end('hello'));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await server.close();
  plain.closeAllConnections();
  await new Promise((resolve) => plain.close(resolve));
});

function clients(objects = new FakeObjects(), now = new Date()): WebhookClients {
  return new WebhookClients({ ...contextOf(objects), now: () => now });
}

const failure = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: Error) => error.message,
  );

describe('a call', () => {
  it('is answered', async () => {
    const { url, caBundle } = server;
    const answer = await clients()
      .of({ url: `${url}/gate`, caBundle })
      .post(BODY, 5);
    expect(answer).toMatchObject({ status: 200, contentType: 'application/json' });
  });
  it('takes the connection of the one before, and a new one when that is gone', async () => {
    const client = clients().of({ url: `${server.url}/gate`, caBundle: server.caBundle });
    const before = server.connections;
    await client.post(BODY, 5);
    await client.post(BODY, 5);
    expect(server.connections - before).toBe(1);
    server.dropIdle();
    await client.post(BODY, 5);
    expect(server.connections - before).toBe(2);
  });
  it('of the same configuration is by the same client', () => {
    const all = clients();
    const config = () => ({ url: `${server.url}/gate` });
    expect(all.of(config())).toBe(all.of(config()));
    expect(all.of({ url: `${server.url}/other` })).not.toBe(all.of(config()));
  });
  it('ends with its time', async () => {
    const client = clients().of({ url: `${server.url}/mute`, caBundle: server.caBundle });
    expect(await failure(client.post(BODY, 0.02))).toBe(
      `Post "${server.url}/mute?timeout=0.02s": context deadline exceeded`,
    );
  });
  it('may leave out the path', async () => {
    const client = clients().of({ url: server.url, caBundle: server.caBundle });
    expect(await client.post(BODY, 5)).toMatchObject({ status: 200 });
  });
  it.each([
    [
      'https://127.0.0.1:1/a/',
      'Post "https://127.0.0.1:1/a?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    [
      'https://127.0.0.1:1',
      'Post "https://127.0.0.1:1/?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
  ])('to nobody: %s', async (url, message) => {
    expect(await failure(clients().of({ url }).post(BODY, 5))).toBe(message);
  });
  it('to who speaks no TLS', async () => {
    const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}/`;
    expect(await failure(clients().of({ url }).post(BODY, 5))).toBe(
      `Post "${url}?timeout=5s": http: server gave HTTP response to HTTPS client`,
    );
  });
});

describe('certificates', () => {
  const verdict = async (config: { url: string; caBundle?: string }, now?: Date): Promise<string> => {
    const message = await failure(clients(undefined, now).of(config).post(BODY, 5));
    return message.replace(/^Post "[^"]*": tls: failed to verify certificate: x509: /, '');
  };
  it('of unknown authorities are not trusted', async () => {
    expect(await verdict({ url: `${server.url}/gate` })).toBe('certificate signed by unknown authority');
  });
  it('must be for the name that is called', async () => {
    const url = `https://localhost:${server.port}/gate`;
    expect(await verdict({ url, caBundle: server.caBundle })).toBe(
      'certificate is valid for gate.hooks.svc, not localhost',
    );
  });
  it('have their time', async () => {
    const { url, caBundle } = server;
    expect(await verdict({ url, caBundle }, new Date('2070-01-01T00:00:00Z'))).toMatch(
      /^certificate has expired or is not yet valid: current time 2070-01-01T00:00:00Z is after \d{4}-.*Z$/,
    );
    expect(await verdict({ url, caBundle }, new Date('2001-01-01T00:00:00Z'))).toMatch(/ is before \d{4}-.*Z$/);
  });
  it('must be for the address that is called', async () => {
    const named = await WebhookServer.start({ ipAddresses: [] });
    expect(await verdict({ url: named.url, caBundle: named.caBundle })).toBe(
      "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
    );
    await named.close();
  });
  it('are read from the bundle', () => {
    const caBundle = Buffer.from('nonsense').toString('base64');
    expect(() => clients().of({ url: server.url, caBundle })).toThrow('unable to parse bytes as PEM block');
  });
});

describe('services', () => {
  const service = (spec: object) =>
    new FakeObjects().put('services', { metadata: { name: 'gate', namespace: 'hooks' }, spec });
  const call = (objects: FakeObjects, more: object = {}): Promise<unknown> => {
    const config = {
      service: { name: 'gate', namespace: 'hooks', path: '/gate', port: 443, ...more },
      caBundle: server.caBundle,
    };
    return clients(objects).of(config).post(BODY, 5);
  };
  const slice = (more: object = {}) => ({
    metadata: { name: 'gate-1', namespace: 'hooks', labels: { 'kubernetes.io/service-name': 'gate' } },
    ports: [{ name: 'web', port: server.port }],
    endpoints: [{ addresses: ['127.0.0.9'], conditions: { ready: false } }, { addresses: ['127.0.0.1'] }],
    ...more,
  });
  const ports = [{ name: 'web', port: 443 }];

  it('are reached by a ready endpoint, under their own name', async () => {
    const objects = service({ type: 'ClusterIP', clusterIP: '10.0.0.9', ports });
    expect(await call(objects.put('endpointslices.discovery.k8s.io', slice()))).toMatchObject({ status: 200 });
    expect(server.headers.at(-1)?.['host']).toBe('gate.hooks.svc:443');
  });
  it.each<[string, object, string]>([
    ['no endpoint', { type: 'ClusterIP', clusterIP: '10.0.0.9', ports }, 'no endpoints available for service "gate"'],
    ['no such port', { type: 'NodePort', ports: [{ port: 80 }] }, 'no service port 443 found for service "gate"'],
    ['no address', { type: 'ClusterIP', clusterIP: 'None', ports }, 'cannot route to service with ClusterIP "None"'],
  ])('%s', async (_, spec, message) => {
    expect(await failure(call(service(spec)))).toBe(`Post "https://gate.hooks.svc:443/gate?timeout=5s": ${message}`);
  });
  it('elsewhere are dialled by their name', async () => {
    const objects = service({ type: 'ExternalName', externalName: '127.0.0.1' });
    expect(await failure(call(objects, { port: 1 }))).toBe(
      'Post "https://gate.hooks.svc:1/gate?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });
  it('are missing', async () => {
    expect(await failure(call(new FakeObjects()))).toContain(': service "gate" not found');
  });
});

describe('words', () => {
  it.each([
    [500, 'text/plain', ' no \n', 'an error on the server ("no") has prevented the request from succeeding'],
    [502, 'application/json', '{}', 'an error on the server ("unknown") has prevented the request from succeeding'],
    [503, 'text/plain', 'x', 'the server is currently unable to handle the request'],
    [403, 'text/plain', 'go away', 'go away'],
    [406, '', '', 'the server was unable to respond with a content type that the client supports'],
    [301, 'text/html', '', 'the server responded with the status code 301 but did not return more information'],
  ])('%i %s %j', (status, type, body, message) => {
    expect(refusedRequest(status, type, Buffer.from(body))).toBe(message);
  });
  it.each([
    [{ code: 'ENOTFOUND', hostname: 'hook.example' }, 'dial tcp: lookup hook.example: no such host'],
    [{ code: 'ECONNREFUSED', address: '::1', port: 5 }, 'dial tcp [::1]:5: connect: connection refused'],
    [{ code: 'ECONNRESET' }, 'EOF'],
    [{ code: 'ECONNRESET', syscall: 'read' }, 'read: connection reset by peer'],
    [{ code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' }, 'remote error: tls: handshake failure'],
    [{ code: 'X', message: 'odd' }, 'odd'],
  ])('%j', (error, text) => {
    expect(networkErrorText(error)).toBe(text);
  });
});
