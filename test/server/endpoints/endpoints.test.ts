import { describe, expect, it } from 'vitest';
import { findHandler, mergeHandlers, pageNotFound } from '../../../src/server/endpoints/paths.ts';
import { issuerHandlers } from '../../../src/server/endpoints/service-account-issuer.ts';
import { traceHandlers } from '../../../src/server/endpoints/traces.ts';
import { versionHandlers, versionInfo } from '../../../src/server/endpoints/version.ts';
import { type Trace, TraceBuffer } from '../../../src/tracing/trace.ts';
import { ask, json } from './fake-request.ts';

describe('path look-up', () => {
  const handlers = new Map(['/a', '/a/', '/a/b/', '/'].map((path) => [path, () => Promise.resolve()]));
  it.each([
    ['/a', '/a'],
    ['/a/', '/a/'],
    ['/a/x', '/a/'],
    ['/a/b', '/a/'],
    ['/a/b/c/d', '/a/b/'],
    ['/', '/'],
    ['/b', undefined],
    ['/ab', undefined],
  ])('%s is served by %s', (path, key) => {
    expect(findHandler(handlers, path)).toBe(key === undefined ? undefined : handlers.get(key));
  });
  it('refuses two handlers for one path', () => {
    expect(() => mergeHandlers(handlers, new Map([['/a', () => Promise.resolve()]]))).toThrow('/a');
  });
  it('has the text of a path that nobody serves', async () => {
    expect(await ask(new Map([['/x', pageNotFound]]), '/x')).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    });
  });
});

describe('/version', () => {
  const handlers = versionHandlers(versionInfo({ commit: 'abc' }));
  it.each(['/version', '/version/'])('%s tells Kubernetes 1.36', async (path) => {
    const answer = await ask(handlers, path);
    expect(json(answer)).toMatchObject({
      major: '1',
      minor: '36',
      gitVersion: 'v1.36.3',
      minCompatibilityMinor: '35',
      gitCommit: 'abc',
    });
  });
  it.each([
    ['POST', '/version', {}, 405],
    ['GET', '/version/x', {}, 404],
    ['GET', '/version', { accept: 'text/html' }, 406],
    ['GET', '/version', { accept: 'application/json;q=0.1' }, 200],
  ])('%s %s %j answers %i', async (method, path, headers, status) => {
    expect((await ask(handlers, path, headers as Record<string, string>, method)).status).toBe(status);
  });
});

describe('service account issuer', () => {
  const handlers = issuerHandlers({
    issuer: 'https://issuer',
    jwksUri: () => 'https://host:6443/openid/v1/jwks',
    keys: () => [
      { kty: 'EC', alg: 'ES256', kid: 'new' },
      { kty: 'RSA', alg: 'RS256', kid: 'old' },
    ],
  });
  it('tells where the keys are and how they sign', async () => {
    expect(json(await ask(handlers, '/.well-known/openid-configuration'))).toEqual({
      issuer: 'https://issuer',
      jwks_uri: 'https://host:6443/openid/v1/jwks',
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    });
  });
  it.each([
    ['application/jwk-set+json', 200],
    ['*/*', 200],
    ['application/json', 406],
  ])('serves the keys as %s with %i', async (accept, status) => {
    const answer = await ask(handlers, '/openid/v1/jwks', { accept });
    expect(answer.status).toBe(status);
    if (status === 200) expect(json(answer).keys).toHaveLength(2);
    else
      expect(json(answer).message).toBe('406: Not Acceptable\n\nAvailable representations: application/jwk-set+json');
  });
});

describe('/debug/traces', () => {
  const traces = new TraceBuffer(2);
  const trace: Trace = {
    id: 't1',
    auditId: 'a',
    startedAt: '2026-01-01T00:00:00Z',
    method: 'GET',
    path: '/api/v1/pods',
    user: 'jane',
    status: 200,
    durationMs: 3,
    spans: [{ station: 'authorization', startMs: 0, durationMs: 1, decision: 'allowed' }],
  };
  traces.add(trace);
  const handlers = traceHandlers(traces);
  it('lists them without their spans', async () => {
    expect(json(await ask(handlers, '/debug/traces')).traces).toMatchObject([
      { id: 't1', path: '/api/v1/pods', stations: 1 },
    ]);
  });
  it('shows one', async () => {
    expect(json(await ask(handlers, '/debug/traces/t1'))).toEqual(trace);
  });
  it.each([
    ['/debug/traces/t2', 'GET', 404],
    ['/debug/traces', 'DELETE', 405],
  ])('%s by %s answers %i', async (path, method, status) => {
    expect((await ask(handlers, path, {}, method)).status).toBe(status);
  });
});
