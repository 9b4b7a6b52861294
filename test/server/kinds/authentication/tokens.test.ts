import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { Identity, ISSUER, NOW } from '../../../helpers/identity.ts';

const REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const TOKEN = '/api/v1/namespaces/shop/serviceaccounts/robot/token';

let identity: Identity;
beforeEach(() => {
  identity = new Identity();
  identity.objects.put('serviceaccounts', { metadata: { namespace: 'shop', name: 'robot', uid: 'uid-robot' } });
});
const request = async (spec: object, more: object = {}) =>
  (await identity.post(TOKEN, { spec, ...more })).body as never as {
    metadata: object;
    spec: { audiences: string[]; expirationSeconds: number; boundObjectRef: unknown };
    status: { token: string; expirationTimestamp: string };
  };
const claimsOf = async (spec: object) =>
  decodeJwt((await request(spec)).status.token) as {
    exp: number;
    aud: string[];
    'kubernetes.io': Record<string, unknown>;
  };
const review = async (spec: object) => (await identity.post(REVIEWS, { spec })).body.status;

describe('SelfSubjectReview', () => {
  it('says who one is', async () => {
    const { body } = await identity.post(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {},
      { name: 'jane', uid: '', groups: ['a'], extra: { scopes: ['b'] } },
    );
    expect(body).toEqual({
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: '2030-01-01T00:00:00Z' },
      status: { userInfo: { username: 'jane', groups: ['a'], extra: { scopes: ['b'] } } },
    });
  });
});

describe('TokenReview', () => {
  const janes = {
    authenticated: true,
    user: { username: 'jane', uid: 'uid-jane', groups: ['dev', 'qa', 'system:authenticated'] },
    audiences: [ISSUER],
  };
  it('says whose token it is', async () => {
    expect(await review({ token: 'jane-token' })).toEqual(janes);
    expect(await review({ token: 'jane-token', audiences: [ISSUER] })).toEqual(janes);
  });
  it.each([
    { token: 'wrong' },
    { token: 'a.b.c' },
    { token: 'jane-token', audiences: ['https://elsewhere.example.com'] },
  ])('refuses %j', async (spec) => {
    expect(await review(spec)).toEqual({ user: {}, error: 'invalid bearer token' });
  });
  it('takes a token with a space in front for none', async () => {
    expect(await review({ token: ' jane-token' })).toMatchObject({
      authenticated: true,
      user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    });
    expect(identity.warnings).toEqual([]);
  });
  it('explains refusals of service-account tokens', async () => {
    const { token } = (await request({ audiences: ['vault', ISSUER] })).status;
    expect(await review({ token })).toMatchObject({
      audiences: [ISSUER],
      user: { extra: { 'authentication.kubernetes.io/credential-id': ['JTI=uuid-1'] } },
    });
    expect(await review({ token, audiences: ['vault', 'other'] })).toMatchObject({ audiences: ['vault'] });
    expect(await review({ token, audiences: ['other'] })).toEqual({
      user: {},
      error: `[invalid bearer token, token audiences ["vault" "${ISSUER}"] is invalid for the target audiences ["other"]]`,
    });
  });
  it('needs a token', async () => {
    await expect(identity.post(REVIEWS, {})).rejects.toMatchObject({
      code: 400,
      message: 'token is required for TokenReview in authentication',
    });
  });
  it('keeps a name, and no namespace', async () => {
    const { body } = await identity.post(REVIEWS, {
      metadata: { name: 'x', namespace: 'y' },
      spec: { token: 'jane-token' },
    });
    expect(body.metadata).toEqual({ name: 'x' });
  });
});

describe('TokenRequest', () => {
  it('has an hour and the API audiences by default', async () => {
    const body = await request({});
    expect(body).toEqual({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'robot', namespace: 'shop', uid: 'uid-robot', creationTimestamp: '2030-01-01T00:00:00Z' },
      spec: { audiences: [ISSUER], expirationSeconds: 3600, boundObjectRef: null },
      status: { token: expect.stringMatching(/^ey/), expirationTimestamp: '2030-01-01T01:00:00Z' },
    });
    expect(await review({ token: body.status.token })).toMatchObject({
      user: { username: 'system:serviceaccount:shop:robot' },
    });
  });
  it.each([600, 4294967296])('may last %d seconds', async (expirationSeconds) => {
    expect((await request({ expirationSeconds })).spec.expirationSeconds).toBe(expirationSeconds);
    expect((await claimsOf({ expirationSeconds })).exp).toBe(NOW.getTime() / 1000 + expirationSeconds);
  });
  it.each([
    [599, 'may not specify a duration less than 10 minutes'],
    [0, 'may not specify a duration less than 10 minutes'],
    [4294967297, 'may not specify a duration larger than 2^32 seconds'],
  ])('may not last %d seconds', async (expirationSeconds, text) => {
    await expect(request({ expirationSeconds })).rejects.toMatchObject({
      code: 422,
      message: `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${expirationSeconds}: ${text}`,
    });
  });
  it('is cut to the longest time allowed', async () => {
    identity.maxExpirationSeconds = 3600;
    expect((await request({ expirationSeconds: 7200 })).spec.expirationSeconds).toBe(3600);
    expect(identity.warnings).toEqual(['requested expiration of 7200 seconds shortened to 3600 seconds']);
  });
  it('is bound to pods with their nodes, secrets and nodes', async () => {
    identity.objects
      .put('pods', {
        metadata: { namespace: 'shop', name: 'web', uid: 'uid-web' },
        spec: { serviceAccountName: 'robot', nodeName: 'n1' },
      })
      .put('nodes', { metadata: { name: 'n1', uid: 'uid-n1' } })
      .put('secrets', { metadata: { namespace: 'shop', name: 's', uid: 'uid-s' } });
    const ref = (kind: string, name: string) => ({ boundObjectRef: { apiVersion: 'v1', kind, name } });
    expect((await claimsOf(ref('Pod', 'web')))['kubernetes.io']).toEqual({
      namespace: 'shop',
      serviceaccount: { name: 'robot', uid: 'uid-robot' },
      pod: { name: 'web', uid: 'uid-web' },
      node: { name: 'n1', uid: 'uid-n1' },
    });
    expect((await claimsOf(ref('Secret', 's')))['kubernetes.io'].secret).toEqual({ name: 's', uid: 'uid-s' });
    expect((await claimsOf(ref('Node', 'n1')))['kubernetes.io'].node).toEqual({ name: 'n1', uid: 'uid-n1' });
  });
  it('of a kubelet for a pod lives a year', async () => {
    identity.objects.put('pods', {
      metadata: { namespace: 'shop', name: 'web', uid: 'uid-web' },
      spec: { serviceAccountName: 'robot' },
    });
    const spec = { expirationSeconds: 3607, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' } };
    const start = NOW.getTime() / 1000;
    const claims = await claimsOf(spec);
    expect(claims.exp).toBe(start + 365 * 86400);
    expect(claims['kubernetes.io'].warnafter).toBe(start + 3607);
    expect((await request(spec)).status.expirationTimestamp).toBe('2030-01-01T01:00:07Z');
    expect((await claimsOf({ ...spec, audiences: ['vault'] })).exp).toBe(start + 3607);
    expect((await claimsOf({ expirationSeconds: 3607 })).exp).toBe(start + 3607);
  });
  describe('refuses', () => {
    beforeEach(() => {
      identity.objects.put('pods', {
        metadata: { namespace: 'shop', name: 'other', uid: 'u' },
        spec: { serviceAccountName: 'default' },
      });
      identity.objects.put('pods', {
        metadata: { namespace: 'shop', name: 'own', uid: 'u' },
        spec: { serviceAccountName: 'robot' },
      });
    });
    it.each([
      [{ apiVersion: 'v1', kind: 'Pod', name: 'absent' }, 404, 'pods "absent" not found'],
      [{ apiVersion: 'v1', kind: 'Secret', name: 'absent' }, 404, 'secrets "absent" not found'],
      [{ apiVersion: 'v1', kind: 'Node', name: 'absent' }, 404, 'nodes "absent" not found'],
      [
        { apiVersion: 'v1', kind: 'Pod', name: 'other' },
        400,
        'cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.',
      ],
      [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'x' },
        400,
        'cannot bind token to object of type /v1, Kind=ConfigMap',
      ],
      [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
        400,
        'cannot bind token to object of type apps/v1, Kind=Deployment',
      ],
      [
        { apiVersion: 'v1', kind: 'Pod', name: 'own', uid: 'w' },
        409,
        'Operation cannot be fulfilled on Pod "own": the UID in the bound object reference (w) does not match the UID in record. The object might have been deleted and then recreated',
      ],
    ])(
      '%j',
      async (boundObjectRef, code, message) =>
        await expect(request({ boundObjectRef })).rejects.toMatchObject({ code, message }),
    );
    it('another name, namespace or kind', async () => {
      await expect(request({}, { metadata: { name: 'x' } })).rejects.toThrow(
        'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "x": must match the service account name if specified',
      );
      await expect(request({}, { metadata: { namespace: 'x' } })).rejects.toMatchObject({
        code: 400,
        message: 'the namespace of the provided object does not match the namespace sent on the request',
      });
      await expect(request({}, { apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow(
        'Pod in version "v1" cannot be handled as a TokenRequest: converting (v1.Pod) to (authentication.TokenRequest): unknown conversion',
      );
      await expect(request({ expirationSeconds: '10m' })).rejects.toThrow(
        'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64',
      );
      await expect(identity.post('/api/v1/namespaces/shop/serviceaccounts/ghost/token', {})).rejects.toMatchObject({
        code: 404,
        message: 'serviceaccounts "ghost" not found',
      });
    });
  });
});
