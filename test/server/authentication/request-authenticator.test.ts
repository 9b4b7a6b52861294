import { X509Certificate } from 'node:crypto';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credentials } from '../../../src/server/authentication/authenticator.ts';
import { clientCertificateAuthenticator } from '../../../src/server/authentication/client-certificate-authenticator.ts';
import { rejectionReason } from '../../../src/server/authentication/rejection.ts';
import { requestAuthenticator } from '../../../src/server/authentication/request-authenticator.ts';
import { requestHeaderAuthenticator } from '../../../src/server/authentication/request-header-authenticator.ts';
import { staticTokenAuthenticator } from '../../../src/server/authentication/static-token-authenticator.ts';
import { clientCertificate, makePki, type Pki } from '../../../src/server/pki/pki.ts';
import type { HttpRequest } from '../../../src/server/request/context.ts';
import {
  createAuthority,
  createCertificate,
  issueCertificate,
  type KeyedCertificate,
  publicKeyOf,
  validity,
} from '../../../src/util/certificates.ts';

const API = ['api'];
const now = () => new Date();
const jane = { name: 'jane', uid: 'uid-jane', groups: ['dev', 'qa'], extra: {} };

function authenticatorFor(pki: Pki, anonymous: boolean | string[] = true) {
  return requestAuthenticator({
    connection: [
      requestHeaderAuthenticator({
        roots: [new X509Certificate(pki.frontProxyCa.cert)],
        allowedNames: ['front-proxy-client'],
        apiAudiences: API,
        now,
      }),
      clientCertificateAuthenticator({ roots: [new X509Certificate(pki.ca.cert)], apiAudiences: API, now }),
    ],
    tokens: [staticTokenAuthenticator([{ token: 'jane-token', user: jane }], API)],
    apiAudiences: API,
    anonymous,
    monotonicNow: () => performance.now(),
  });
}

type Answer = {
  name?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
  by?: string;
  refused?: string;
  warnings?: string[];
};

async function ask(
  authenticator: ReturnType<typeof authenticatorFor>,
  credentials: Partial<Credentials>,
): Promise<Answer> {
  const warnings: string[] = [];
  try {
    const { user, by } = await authenticator.authenticate({
      authorization: '',
      warn: (text) => warnings.push(text),
      ...credentials,
    });
    return {
      ...user,
      groups: [...user.groups],
      extra: { ...user.extra } as Record<string, string[]>,
      ...(by ? { by } : {}),
      warnings,
    };
  } catch (error) {
    return { refused: rejectionReason(error), warnings };
  }
}

describe('Authorization header', () => {
  let authenticator: ReturnType<typeof authenticatorFor>;
  beforeAll(async () => {
    authenticator = authenticatorFor(await makePki({ hosts: ['localhost'], now }));
  });
  it.each([
    ['Bearer jane-token', 'jane'],
    ['bearer jane-token', 'jane'],
    ['BEARER jane-token', 'jane'],
    ['Bearer jane-token extra', 'jane'],
    ['  Bearer jane-token ', 'jane'],
    ['Bearer', 'system:anonymous'],
    ['Basic amFuZTpwYXNz', 'system:anonymous'],
    ['jane-token', 'system:anonymous'],
    ['', 'system:anonymous'],
  ])('%s', async (authorization, name) => {
    expect(await ask(authenticator, { authorization })).toMatchObject({ name, warnings: [] });
  });
  it('warns of two spaces and goes on as anonymous', async () => {
    expect(await ask(authenticator, { authorization: 'Bearer  jane-token' })).toMatchObject({
      name: 'system:anonymous',
      warnings: ['the provided Authorization header contains extra space before the bearer token, and is ignored'],
    });
  });
  it('refuses a token that nobody knows', async () => {
    expect(await ask(authenticator, { authorization: 'Bearer wrong' })).toMatchObject({
      refused: 'invalid bearer token',
    });
  });
  it('adds the group of all that are known', async () => {
    expect(await ask(authenticator, { authorization: 'Bearer jane-token' })).toMatchObject({
      groups: ['dev', 'qa', 'system:authenticated'],
      by: 'static-token',
    });
    expect(await ask(authenticator, {})).toMatchObject({ groups: ['system:unauthenticated'], by: 'anonymous' });
  });
  it('takes a token for the audiences asked for alone', async () => {
    expect(await ask(authenticator, { authorization: 'Bearer jane-token', audiences: ['else'] })).toMatchObject({
      refused: 'invalid bearer token',
    });
  });
  it('may refuse the anonymous, everywhere or but for some paths', async () => {
    const pki = await makePki({ hosts: [], now });
    expect(await ask(authenticatorFor(pki, false), {})).toMatchObject({ refused: 'no credentials' });
    const some = authenticatorFor(pki, ['/healthz']);
    expect(await ask(some, { req: { url: '/healthz?verbose', headers: {} } as HttpRequest })).toMatchObject({
      name: 'system:anonymous',
    });
    expect(await ask(some, { req: { url: '/api', headers: {} } as HttpRequest })).toMatchObject({
      refused: 'no credentials',
    });
  });
  it('takes a token from a WebSocket sub-protocol, and hides it', async () => {
    const protocol = (token: string) =>
      `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
    const req = (value: string) =>
      ({ headers: { upgrade: 'websocket', 'sec-websocket-protocol': value } }) as unknown as HttpRequest;
    const good = req(`v5.channel.k8s.io, ${protocol('jane-token')}`);
    expect(await ask(authenticator, { req: good })).toMatchObject({ name: 'jane' });
    expect(good.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io');
    expect(await ask(authenticator, { req: req(protocol('jane-token')) })).toMatchObject({
      refused: 'missing additional subprotocol',
    });
    expect(await ask(authenticator, { req: req(`a, ${protocol('wrong')}`) })).toMatchObject({
      refused: 'invalid bearer token',
    });
    expect(await ask(authenticator, { req: req(`a, ${protocol('x')}, ${protocol('y')}`) })).toMatchObject({
      refused: expect.stringContaining('multiple'),
    });
  });
});

describe('client certificates', () => {
  let pki: Pki;
  let server: http2.Http2SecureServer;
  let port: number;
  beforeAll(async () => {
    pki = await makePki({ hosts: ['localhost', '127.0.0.1'], now });
    const authenticator = authenticatorFor(pki);
    const tls = {
      ...pki.serving,
      ca: pki.ca.cert + pki.frontProxyCa.cert,
      requestCert: true,
      rejectUnauthorized: false,
      allowHTTP1: true,
    };
    server = http2.createSecureServer(tls, async (req, res) => {
      const answer = await ask(authenticator, { req, authorization: req.headers.authorization ?? '' });
      res.end(
        JSON.stringify({ ...answer, headers: Object.keys(req.headers).filter((name) => name.startsWith('x-remote')) }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  function get(
    credentials: KeyedCertificate | undefined,
    headers: Record<string, string | string[]> = {},
  ): Promise<Answer & { headers: string[] }> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, ca: pki.ca.cert, headers, agent: false, ...credentials };
      https
        .get(options, (res) => {
          let text = '';
          res.on('data', (chunk) => {
            text += chunk;
          });
          res.on('end', () => resolve(JSON.parse(text)));
        })
        .on('error', reject);
    });
  }

  it('name user and groups', async () => {
    expect(await get(pki.admin)).toMatchObject({
      name: 'kubernetes-admin',
      groups: ['system:masters', 'system:authenticated'],
      by: 'client-certificate',
    });
    const { extra } = await get(await clientCertificate(pki.ca, 'joe', ['a', 'b'], now()));
    expect(extra?.['authentication.kubernetes.io/credential-id']?.[0]).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
  });
  it('may name a uid', async () => {
    const made = await createCertificate(
      pki.ca,
      { subject: { commonName: 'joe', uid: 'u-7' }, extendedKeyUsages: ['clientAuth'] },
      now(),
      1,
    );
    expect(await get(made)).toMatchObject({ name: 'joe', uid: 'u-7' });
  });
  it('work over HTTP/2', async () => {
    const session = http2.connect(`https://127.0.0.1:${port}`, { ca: pki.ca.cert, ...pki.admin });
    for (let i = 0; i < 2; i++) {
      const stream = session.request({ ':path': '/' });
      let text = '';
      for await (const chunk of stream) text += chunk;
      expect(JSON.parse(text)).toMatchObject({ name: 'kubernetes-admin' });
    }
    await new Promise<void>((resolve) => session.close(resolve));
  });
  it('are not needed', async () => expect(await get(undefined)).toMatchObject({ name: 'system:anonymous' }));
  it('of a stranger, expired, too early or for servers are refused', async () => {
    const stranger = await createAuthority('kctl-ca', now(), 10);
    expect(await get(await clientCertificate(stranger, 'joe', [], now()))).toMatchObject({
      refused: 'x509: certificate signed by unknown authority',
    });
    expect(
      await get(await clientCertificate(pki.ca, 'joe', [], new Date(Date.now() - 10 * 86_400_000), 5)),
    ).toMatchObject({
      refused: 'x509: certificate has expired or is not yet valid',
    });
    expect(await get(await clientCertificate(pki.ca, 'joe', [], new Date(Date.now() + 86_400_000), 5))).toMatchObject({
      refused: 'x509: certificate has expired or is not yet valid',
    });
    expect(await get(pki.serving)).toMatchObject({ refused: 'x509: certificate specifies an incompatible key usage' });
    expect(await get(await createAuthority('joe', now(), 1))).toMatchObject({
      refused: 'x509: certificate signed by unknown authority',
    });
  });
  it('that end while a connection lives are refused from then on', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    let time = Date.now();
    const authenticator = clientCertificateAuthenticator({
      roots: [new X509Certificate(pki.ca.cert)],
      apiAudiences: API,
      now: () => new Date(time),
    });
    const own = https.createServer(
      { ...pki.serving, requestCert: true, rejectUnauthorized: false, ca: pki.ca.cert },
      (req, res) => {
        try {
          const found = authenticator.authenticate({ req, authorization: '', warn: () => {} });
          res.end(found === undefined ? 'nobody' : 'known');
        } catch {
          res.end('refused');
        }
      },
    );
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
    const joe = await clientCertificate(pki.ca, 'joe', [], now(), 1);
    const visit = () =>
      new Promise<string>((resolve) => {
        https.get(
          {
            host: '127.0.0.1',
            port: (own.address() as AddressInfo).port,
            ca: pki.ca.cert,
            agent,
            ...joe,
          },
          (res) => {
            res.on('data', (chunk) => resolve(String(chunk)));
          },
        );
      });
    expect(await visit()).toBe('known');
    time += 2 * 86_400_000;
    expect(await visit()).toBe('refused');
    agent.destroy();
    own.close();
  });
  it('with a bad certificate, a good token still counts', async () => {
    const stranger = await clientCertificate(await createAuthority('x', now(), 10), 'joe', [], now());
    expect(await get(stranger, { authorization: 'Bearer jane-token' })).toMatchObject({ name: 'jane' });
  });
  it('may come through intermediates that the client shows', async () => {
    const middle = await createCertificate(pki.ca, { subject: { commonName: 'middle' }, ca: true }, now(), 5);
    const leaf = await clientCertificate(middle, 'deep', ['g'], now(), 1);
    expect(await get(leaf)).toMatchObject({ refused: expect.any(String) });
    expect(await get({ cert: leaf.cert + middle.cert, key: leaf.key })).toMatchObject({ name: 'deep' });
    const notCa = await clientCertificate(pki.ca, 'middle', [], now());
    const forged = await issueCertificate(notCa, {
      subject: { commonName: 'root', organizations: ['system:masters'] },
      publicKey: publicKeyOf(leaf.key),
      ...validity(now(), 1),
      extendedKeyUsages: ['clientAuth'],
    });
    expect(await get({ cert: forged + notCa.cert, key: leaf.key })).toMatchObject({
      refused: 'x509: certificate signed by unknown authority',
    });
  });

  describe('of front proxies', () => {
    const remote = {
      'X-Remote-User': 'zoe',
      'X-Remote-Group': ['one', 'two'],
      'X-Remote-Uid': 'u',
      'X-Remote-Extra-Acme.com%2Fproject': 'blue',
    };
    it('make the headers count, and take them away', async () => {
      expect(await get(pki.frontProxyClient, remote)).toMatchObject({
        name: 'zoe',
        uid: 'u',
        groups: ['one', 'two', 'system:authenticated'],
        extra: { 'acme.com/project': ['blue'] },
        by: 'request-header',
        headers: [],
      });
    });
    it('count for nothing without headers', async () => {
      expect(await get(pki.frontProxyClient)).toMatchObject({
        refused: 'x509: certificate signed by unknown authority',
      });
    });
    it('must have an allowed name and their own authority', async () => {
      const other = await clientCertificate(pki.frontProxyCa, 'mallory', [], now());
      expect(await get(other, remote)).toMatchObject({
        refused: expect.stringContaining('x509: subject with cn=mallory is not in the allowed list'),
      });
      expect(await get(pki.admin, remote)).toMatchObject({ name: 'kubernetes-admin' });
      expect(await get(undefined, remote)).toMatchObject({ name: 'system:anonymous' });
    });
  });
});
