import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { boundTokenClaims, legacyTokenClaims } from '../../../src/api/service-account-claims.ts';
import type { Authenticated, TokenAuthenticator } from '../../../src/server/authentication/authenticator.ts';
import { bootstrapTokenAuthenticator } from '../../../src/server/authentication/bootstrap-token-authenticator.ts';
import { rejectionReason } from '../../../src/server/authentication/rejection.ts';
import { serviceAccountAuthenticator } from '../../../src/server/authentication/service-account-authenticator.ts';
import { openidConfiguration, ServiceAccountKeys } from '../../../src/server/authentication/service-account-keys.ts';
import {
  parseTokenFile,
  staticTokenAuthenticator,
} from '../../../src/server/authentication/static-token-authenticator.ts';
import { cachedTokenAuthenticator } from '../../../src/server/authentication/token-cache.ts';
import { generateKeys, privateKeyPem, publicKeyPem } from '../../../src/util/certificates.ts';

const API = ['https://kubernetes.default.svc.cluster.local'];
const ISSUER = API[0] as string;
const NOW = new Date('2030-01-01T00:00:00Z');

class Objects {
  readonly all = new Map<string, KubeObject>();
  put(resource: string, namespace: string, name: string, more: object = {}): void {
    this.all.set(`${resource}/${namespace}/${name}`, { metadata: { name, namespace, uid: `uid-${name}` }, ...more });
  }
  get = async (_: string, resource: string, namespace: string, name: string) =>
    this.all.get(`${resource}/${namespace}/${name}`);
}

async function outcome(
  authenticator: TokenAuthenticator,
  token: string,
  audiences = API,
  warn: (text: string) => void = () => {},
): Promise<Authenticated | undefined | string> {
  try {
    return await authenticator.authenticateToken(token, audiences, warn);
  } catch (error) {
    return rejectionReason(error);
  }
}

describe('static tokens', () => {
  const file = `t1,jane,uid-jane,"dev,qa"\n"t""2",joe,u2\n\nt3,x,y,\n,empty,u\nt1,janet,u9\r\nt4,"a,b",c,one`;
  const tokens = staticTokenAuthenticator(parseTokenFile(file, 'f'), API);
  it('are read from CSV', async () => {
    expect(await outcome(tokens, 't"2')).toEqual({
      user: { name: 'joe', uid: 'u2', groups: [], extra: {} },
      audiences: API,
    });
    expect(await outcome(tokens, 't1')).toMatchObject({ user: { name: 'janet' } });
    expect(await outcome(tokens, 't4')).toMatchObject({ user: { name: 'a,b', groups: ['one'] } });
    expect(await outcome(tokens, 't3')).toMatchObject({ user: { groups: [] } });
    expect(parseTokenFile('a,b,c,"g1,g2"', 'f')[0]?.user.groups).toEqual(['g1', 'g2']);
  });
  it('know no others', async () => {
    for (const token of ['', 'T1', 't', 't11']) expect(await outcome(tokens, token)).toBeUndefined();
  });
  it('are for the API audiences alone', async () => {
    expect(await outcome(tokens, 't1', ['https://elsewhere'])).toBeUndefined();
    expect(await outcome(tokens, 't1', ['x', ...API])).toMatchObject({ audiences: API });
  });
  it.each([
    ['a,b', "token file 'f' must have at least 3 columns (token, user name, user uid), found 2"],
    ['a,b,c,"d', "token file 'f': bare or unclosed quote in record 1"],
    ['a,b"c,d', "token file 'f': bare or unclosed quote in record 1"],
  ])('refuse %s', (text, message) => expect(() => parseTokenFile(text, 'f')).toThrow(message));
  it.each(['', '\n', '\n\n', 'a,b,c', 'a,b,c\n', 'a,b,c,'])('end at the end of %j', (text) => {
    expect(parseTokenFile(text, 'f').length).toBe(text.startsWith('a') ? 1 : 0);
  });
});

describe('service-account tokens', () => {
  const pair = generateKeys();
  const keys = new ServiceAccountKeys({ signingKey: privateKeyPem(pair.privateKey) });
  const setup = () => {
    const objects = new Objects();
    objects.put('serviceaccounts', 'shop', 'robot');
    let now = NOW;
    const authenticator = serviceAccountAuthenticator({
      keys,
      issuers: [ISSUER],
      apiAudiences: API,
      objects,
      now: () => now,
    });
    return {
      objects,
      authenticator,
      later: (ms: number) => {
        now = new Date(NOW.getTime() + ms);
      },
    };
  };
  const claims = (more: object = {}) =>
    boundTokenClaims({
      issuer: ISSUER,
      namespace: 'shop',
      serviceAccount: { name: 'robot', uid: 'uid-robot' },
      audiences: API,
      now: NOW,
      expirationSeconds: 600,
      warnAfterSeconds: 0,
      jti: 'j-1',
      ...more,
    });

  it('name the account, its groups and the credential', async () => {
    const { authenticator } = setup();
    const token = await keys.sign(claims());
    expect(await outcome(authenticator, token)).toEqual({
      user: {
        name: 'system:serviceaccount:shop:robot',
        uid: 'uid-robot',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:shop'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=j-1'] },
      },
      audiences: API,
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: keys.jwks().keys[0]?.kid });
    expect(decodeJwt(token)).toEqual({
      aud: API,
      exp: 1893456600,
      iat: 1893456000,
      nbf: 1893456000,
      iss: ISSUER,
      jti: 'j-1',
      sub: 'system:serviceaccount:shop:robot',
      'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'robot', uid: 'uid-robot' } },
    });
  });
  it('are over when their time is, with a minute of leeway', async () => {
    const { authenticator, later } = setup();
    const token = await keys.sign(claims());
    later(659_000);
    expect(await outcome(authenticator, token)).toMatchObject({ audiences: API });
    later(661_000);
    expect(await outcome(authenticator, token)).toBe('service account token has expired');
    later(-61_000);
    expect(await outcome(authenticator, token)).toBe('service account token is not valid yet');
  });
  it('are over with the account', async () => {
    const { authenticator, objects } = setup();
    const token = await keys.sign(claims());
    objects.put('serviceaccounts', 'shop', 'robot', { metadata: { name: 'robot', uid: 'new' } });
    expect(await outcome(authenticator, token)).toBe('service account UID (new) does not match claim (uid-robot)');
    objects.all.clear();
    expect(await outcome(authenticator, token)).toBe('serviceaccounts "robot" not found');
  });
  it('are over with what they are bound to', async () => {
    for (const [what, resource, namespace] of [
      ['pod', 'pods', 'shop'],
      ['secret', 'secrets', 'shop'],
      ['node', 'nodes', ''],
    ] as const) {
      const { authenticator, objects } = setup();
      const token = await keys.sign(claims({ [what]: { name: 'thing', uid: 'uid-thing' } }));
      expect(await outcome(authenticator, token)).toBe('service account token has been invalidated');
      objects.put(resource, namespace, 'thing');
      expect(await outcome(authenticator, token)).toMatchObject({ audiences: API });
      objects.put(resource, namespace, 'thing', {
        metadata: { name: 'thing', uid: 'uid-thing', deletionTimestamp: '2029-12-31T23:58:00Z' },
      });
      expect(await outcome(authenticator, token)).toBe('service account token has been invalidated');
      objects.put(resource, namespace, 'thing', { metadata: { name: 'thing', uid: 'other' } });
      expect(await outcome(authenticator, token)).toBe(
        `${what} UID (other) does not match service account ${what} ref claim (uid-thing)`,
      );
    }
  });
  it('tell pod and node in extra', async () => {
    const { authenticator, objects } = setup();
    objects.put('pods', 'shop', 'web');
    const token = await keys.sign(claims({ pod: { name: 'web', uid: 'uid-web' }, node: { name: 'n1', uid: 'u-n1' } }));
    expect(await outcome(authenticator, token)).toMatchObject({
      user: {
        extra: {
          'authentication.kubernetes.io/pod-name': ['web'],
          'authentication.kubernetes.io/pod-uid': ['uid-web'],
          'authentication.kubernetes.io/node-name': ['n1'],
          'authentication.kubernetes.io/node-uid': ['u-n1'],
        },
      },
    });
  });
  it('are for their audiences alone', async () => {
    const { authenticator } = setup();
    const token = await keys.sign(claims({ audiences: ['vault', 'other'] }));
    expect(await outcome(authenticator, token)).toBe(
      `token audiences ["vault" "other"] is invalid for the target audiences ["${ISSUER}"]`,
    );
    expect(await outcome(authenticator, token, ['x', 'other'])).toMatchObject({ audiences: ['other'] });
  });
  it('are refused when somebody else signed them, or nobody', async () => {
    const { authenticator } = setup();
    const stranger = new ServiceAccountKeys({ signingKey: privateKeyPem(generateKeys().privateKey) });
    expect(await outcome(authenticator, await stranger.sign(claims()))).toBe(
      'service account token signature is not valid',
    );
    const [, body] = (await keys.sign(claims())).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await outcome(authenticator, `${none}.${body}.`)).toBe('service account token signature is not valid');
    const confused = await new SignJWT(claims() as never)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(publicKeyPem(pair.publicKey)));
    expect(await outcome(authenticator, confused)).toBe('service account token signature is not valid');
  });
  it('leave other tokens alone', async () => {
    const { authenticator } = setup();
    const foreign = await keys.sign(claims({ issuer: 'https://accounts.example.com' }));
    for (const token of ['a', 'a.b.c', '..', 'abcdef.0123456789abcdef', foreign, ''])
      expect(await outcome(authenticator, token)).toBeUndefined();
  });
  it('may be signed by RSA, and by keys of old', async () => {
    const old = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = new ServiceAccountKeys({ signingKey: privateKeyPem(old.privateKey) });
    const both = new ServiceAccountKeys({
      signingKey: privateKeyPem(pair.privateKey),
      publicKeys: [publicKeyPem(old.publicKey)],
    });
    const token = await rsa.sign(claims());
    expect(decodeProtectedHeader(token).alg).toBe('RS256');
    expect(await both.verify(token, decodeProtectedHeader(token).kid)).toBe(true);
    expect(await both.verify(token, undefined)).toBe(true);
    expect(await keys.verify(token, undefined)).toBe(false);
    expect(both.algorithms).toEqual(['ES256', 'RS256']);
    expect(both.jwks().keys.map((key) => [key.use, key.kty, key.alg])).toEqual([
      ['sig', 'EC', 'ES256'],
      ['sig', 'RSA', 'RS256'],
    ]);
    expect(JSON.stringify(both.jwks())).not.toContain('"d"');
    expect(openidConfiguration(ISSUER, `${ISSUER}/openid/v1/jwks`, both)).toMatchObject({
      issuer: ISSUER,
      subject_types_supported: ['public'],
    });
  });
  it('may lie in a secret for ever', async () => {
    const { authenticator, objects, later } = setup();
    const token = await keys.sign(legacyTokenClaims('shop', { name: 'robot', uid: 'uid-robot' }, 'robot-token'));
    later(1e12);
    expect(await outcome(authenticator, token)).toBe('service account token has been invalidated');
    objects.put('secrets', 'shop', 'robot-token', { data: { token: Buffer.from(token).toString('base64') } });
    expect(await outcome(authenticator, token)).toMatchObject({
      user: { name: 'system:serviceaccount:shop:robot', extra: {} },
      audiences: API,
    });
    objects.put('serviceaccounts', 'shop', 'robot', { secrets: [{ name: 'robot-token' }] });
    const warnings: string[] = [];
    await outcome(authenticator, token, API, (text) => warnings.push(text));
    expect(warnings[0]).toMatch(/^Use tokens from the TokenRequest API/);
  });
});

describe('bootstrap tokens', () => {
  const b64 = (data: Record<string, string>) =>
    Object.fromEntries(Object.entries(data).map(([k, v]) => [k, Buffer.from(v).toString('base64')]));
  const good = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };
  const ask = (data: Record<string, string>, token = 'abcdef.0123456789abcdef', more: object = {}) => {
    const objects = new Objects();
    objects.put('secrets', 'kube-system', 'bootstrap-token-abcdef', {
      type: 'bootstrap.kubernetes.io/token',
      data: b64(data),
      ...more,
    });
    return outcome(bootstrapTokenAuthenticator({ objects, now: () => NOW, apiAudiences: API }), token);
  };
  it('name their groups in order', async () => {
    expect(await ask({ ...good, 'auth-extra-groups': 'system:bootstrappers:z,system:bootstrappers:a' })).toEqual({
      user: {
        name: 'system:bootstrap:abcdef',
        uid: '',
        groups: ['system:bootstrappers', 'system:bootstrappers:a', 'system:bootstrappers:z'],
        extra: {},
      },
      audiences: API,
    });
  });
  it.each([
    ['another secret', good, 'abcdef.0123456789abcdee', {}],
    ['another form', good, 'abcdef.0123', {}],
    ['not for authentication', { ...good, 'usage-bootstrap-authentication': 'yes' }, undefined, {}],
    ['over', { ...good, expiration: '2029-12-31T23:59:59Z' }, undefined, {}],
    ['an unreadable end', { ...good, expiration: 'tomorrow' }, undefined, {}],
    ['another type', good, undefined, { type: 'Opaque' }],
    ['groups that are not its own', { ...good, 'auth-extra-groups': 'system:masters' }, undefined, {}],
    ['being deleted', good, undefined, { metadata: { deletionTimestamp: '2029-12-31T23:59:59Z' } }],
  ])('are nobody’s with %s', async (_, data, token, more) => expect(await ask(data, token, more)).toBeUndefined());
  it('last till their end', async () =>
    expect(await ask({ ...good, expiration: '2030-01-01T00:00:01Z' })).toBeDefined());
});

describe('token cache', () => {
  const make = (capacity?: number) => {
    let now = 0;
    const asked: string[] = [];
    const inner: TokenAuthenticator = {
      name: 'inner',
      authenticateToken(token, audiences, warn) {
        asked.push(`${token} ${audiences.join()}`);
        warn('old');
        return token.startsWith('good') ? { user: { name: token, uid: '', groups: [], extra: {} } } : undefined;
      },
    };
    const cache = cachedTokenAuthenticator(inner, { now: () => now, ...(capacity ? { capacity } : {}) });
    return {
      cache,
      asked,
      later: (ms: number) => {
        now += ms;
      },
    };
  };
  it('remembers success for ten seconds, with its warnings, and failure never', async () => {
    const { cache, asked, later } = make();
    const warnings: string[] = [];
    for (let i = 0; i < 3; i++) await cache.authenticateToken('good', API, (text) => warnings.push(text));
    expect(asked).toHaveLength(1);
    expect(warnings).toEqual(['old', 'old', 'old']);
    await cache.authenticateToken('good', ['other'], () => {});
    expect(asked).toHaveLength(2);
    later(10_001);
    await cache.authenticateToken('good', API, () => {});
    expect(asked).toHaveLength(3);
    for (let i = 0; i < 2; i++) await cache.authenticateToken('bad', API, () => {});
    expect(asked).toHaveLength(5);
  });
  it('asks once in ten seconds for the token that a connection keeps showing', async () => {
    const { cache, asked, later } = make();
    const connection = {};
    const show = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await cache.authenticateToken('good', API, () => {}, connection);
    };
    await show(3);
    expect(asked).toHaveLength(1);
    later(10_001);
    await show(3);
    expect(asked).toHaveLength(2);
    await cache.authenticateToken('bad', API, () => {}, connection);
    expect(asked).toHaveLength(3);
  });
  it('holds no more than it may', async () => {
    const { cache, asked } = make(2);
    for (const token of ['good1', 'good2', 'good3', 'good1']) await cache.authenticateToken(token, API, () => {});
    expect(asked).toHaveLength(4);
  });
});
