import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClientConfig, clientConfig } from '../../src/client/client-config.ts';
import { type Credentials, NO_CREDENTIALS, tokenCredentials } from '../../src/client/credentials.ts';
import { createHttpsTransport } from '../../src/client/https-transport.ts';
import { parseKubeconfig } from '../../src/client/kubeconfig.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import { type RunningServer, startServer } from '../../src/server/start.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import {
  createAuthority,
  createCertificate,
  generateKeys,
  issueCertificate,
  privateKeyPem,
} from '../../src/util/certificates.ts';

const NAMESPACES = { group: '', version: 'v1', resource: 'namespaces' };
const DAY_MS = 86_400_000;

let server: RunningServer;
let config: ClientConfig;
const authority = await createAuthority('other-ca', new Date(), 1);
const open: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  const log = pino({ level: 'silent' });
  server = await startServer({ store: openMemoryStore(), log, uuid: randomUUID, inMemory: true, securePort: 0 });
  config = await clientConfig(parseKubeconfig(server.kubeconfig, '/x/config'));
});
afterAll(async () => {
  for (const close of open) await close();
  await server.close(0);
});

function clientOf(changes: Partial<ClientConfig> = {}): RestClient {
  const transport = createHttpsTransport({ ...config, ...changes });
  open.push(() => transport.close());
  return new RestClient({ transport });
}

function failure(changes: Partial<ClientConfig>): Promise<unknown> {
  return clientOf(changes)
    .list(NAMESPACES)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

async function listen(made: Server): Promise<string> {
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    made.closeAllConnections();
    made.close();
  });
  return `https://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

test('a kubeconfig with a client certificate is enough', async () => {
  const list = await clientOf().list(NAMESPACES);
  expect(list.items.map(({ metadata }) => metadata.name)).toContain('default');
});

test('a watch streams until its signal aborts', async () => {
  const client = clientOf();
  const abort = new AbortController();
  const names: (string | undefined)[] = [];
  const watching = (async () => {
    for await (const { object } of client.watch(NAMESPACES, { signal: abort.signal })) {
      names.push(object.metadata.name);
      if (object.metadata.name === 'watched') abort.abort(new Error('enough'));
    }
  })();
  const ended = expect(watching).rejects.toThrow('enough');
  await expect.poll(() => names).toContain('default');
  await client.create(NAMESPACES, { metadata: { name: 'watched' } });
  await ended;
});

test('impersonation headers', async () => {
  const impersonate = { user: 'jane', groups: ['dev', 'qa'], extra: { 'example.com/A b': ['x'] } };
  const seen: unknown[] = [];
  const pair = await createCertificate(
    authority,
    { subject: { commonName: 'x' }, ipAddresses: ['127.0.0.1'], extendedKeyUsages: ['serverAuth'] },
    new Date(),
    1,
  );
  const url = await listen(
    createServer(pair, (req, res) => {
      seen.push(req.rawHeaders.filter((_, i, all) => /^impersonate/i.test(all[i - (i % 2)] as string)));
      res.end('{}');
    }),
  );
  await clientOf({ server: url, caCertificates: authority.cert, impersonate }).json('GET', '/');
  const [headers] = seen as string[][];
  expect(headers?.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text))).toEqual([
    'impersonate-user',
    'jane',
    'impersonate-group',
    'dev',
    'impersonate-group',
    'qa',
    'impersonate-extra-example.com%2fa%20b',
    'x',
  ]);
});

test('a path in the server URL, and new credentials after a 401', async () => {
  const paths: string[] = [];
  const pair = await createCertificate(
    authority,
    { subject: { commonName: 'x' }, ipAddresses: ['127.0.0.1'], extendedKeyUsages: ['serverAuth'] },
    new Date(),
    1,
  );
  const url = await listen(
    createServer(pair, (req, res) => {
      paths.push(`${req.url} ${req.headers.authorization}`);
      res.statusCode = req.headers.authorization === 'Bearer new' ? 200 : 401;
      res.end('{}');
    }),
  );
  let token = 'old';
  const credentials: Credentials = {
    ...NO_CREDENTIALS,
    headers: async () => ({ authorization: `Bearer ${token}` }),
    renew: async () => {
      const renewed = token === 'old';
      token = 'new';
      return renewed;
    },
  };
  await clientOf({ server: `${url}/clusters/a`, caCertificates: authority.cert, credentials }).json('GET', '/api');
  expect(paths).toEqual(['/clusters/a/api Bearer old', '/clusters/a/api Bearer new']);
});

test('a token that the server does not know', async () => {
  expect(await failure({ credentials: tokenCredentials('wrong') })).toMatchObject({ reason: 'Unauthorized' });
});

test('nobody listens', async () => {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  expect(await failure({ server: `https://127.0.0.1:${port}` })).toMatchObject({
    code: 'refused',
    message: `The connection to the server 127.0.0.1:${port} was refused - did you specify the right host or port?`,
  });
});

test('no such host', async () => {
  expect(await failure({ server: 'https://nowhere.invalid:6443' })).toMatchObject({ code: 'unreachable' });
});

test('another authority: both are named', async () => {
  const error = await failure({ caCertificates: authority.cert, caSource: '/etc/other.crt' });
  expect(error).toMatchObject({ code: 'certificate' });
  const { message } = error as Error;
  expect(message).toContain('x509: certificate signed by unknown authority');
  expect(message).toContain(`127.0.0.1:${server.port} was issued by CN=`);
  expect(message).toContain('not the authority in /etc/other.crt (CN=other-ca)');
  expect(message).not.toContain('\n');
});

test('an expired certificate: since when', async () => {
  const { privateKey, publicKey } = generateKeys();
  const notAfter = new Date(Math.floor((Date.now() - DAY_MS) / 1000) * 1000);
  const fields = {
    subject: { commonName: 'old' },
    publicKey,
    notBefore: new Date(notAfter.getTime() - DAY_MS),
    notAfter,
    ipAddresses: ['127.0.0.1'],
  };
  const pair = { cert: await issueCertificate(authority, fields), key: privateKeyPem(privateKey) };
  const url = await listen(createServer(pair, (_, res) => res.end('{}')));
  const { message } = (await failure({ server: url, caCertificates: authority.cert })) as Error;
  expect(message).toContain('x509: certificate has expired or is not yet valid');
  expect(message).toContain(`(CN=old) was valid until ${notAfter.toISOString().replace('.000Z', 'Z')}`);
});

test('a certificate for other names: which', async () => {
  const { message } = (await failure({ tlsServerName: 'wrong.example.com' })) as Error;
  expect(message).toMatch(
    /: tls: failed to verify certificate: x509: certificate is valid for .*, not wrong\.example\.com$/,
  );
});

test('insecure and tls-server-name', async () => {
  const insecure = clientOf({ caCertificates: undefined, insecureSkipTlsVerify: true });
  expect((await insecure.list(NAMESPACES)).items.length).toBeGreaterThan(0);
  const named = clientOf({ tlsServerName: 'kubernetes.default.svc' });
  expect((await named.list(NAMESPACES)).items.length).toBeGreaterThan(0);
});

test('plain HTTP behind an https URL', async () => {
  const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  open.push(() => void plain.close());
  const { port } = plain.address() as AddressInfo;
  expect(await failure({ server: `https://127.0.0.1:${port}` })).toMatchObject({ code: 'protocol' });
});

test.each(['ftp://x', 'https://'])('%s is no server', (url) => {
  expect(() => createHttpsTransport({ ...config, server: url })).toThrow('no URL of a server');
});
