import { expect, test } from 'vitest';
import { StatusError } from '../../src/api/status-error.ts';
import { resourcePath, withQuery } from '../../src/client/resource-path.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import { warningTexts } from '../../src/client/warning-header.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';
import { fakeTransport } from './fake-transport.ts';

const PODS = { group: '', version: 'v1', resource: 'pods' };
const DEPLOYMENTS = { group: 'apps', version: 'v1', resource: 'deployments' };

test.each([
  [PODS, '/api/v1/pods'],
  [{ ...PODS, namespace: 'a' }, '/api/v1/namespaces/a/pods'],
  [{ ...PODS, namespace: 'a', name: 'b', subresource: 'log' }, '/api/v1/namespaces/a/pods/b/log'],
  [{ ...DEPLOYMENTS, namespace: 'a', name: 'b' }, '/apis/apps/v1/namespaces/a/deployments/b'],
  [{ group: '', version: 'v1', resource: 'nodes', name: 'n', subresource: 'proxy/a' }, '/api/v1/nodes/n/proxy/a'],
  [
    { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles', name: 'system:a/b' },
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb',
  ],
])('the path of %j', (target, path) => {
  expect(resourcePath(target)).toBe(path);
});

test('empty query values are left out', () => {
  expect(withQuery('/a', { b: undefined, c: '', d: 0, e: ['x', 'y'], f: true })).toBe('/a?d=0&e=x&e=y&f=true');
  expect(withQuery('/a?b=c', { d: 'e f' })).toBe('/a?b=c&d=e+f');
  expect(withQuery('/a', {})).toBe('/a');
});

test('verbs, media types and queries', async () => {
  const transport = fakeTransport(() => ({ body: { metadata: {}, items: [] } }));
  const client = new RestClient({ transport, userAgent: 'kctl/1', headers: () => ({ 'kctl-trace': '1' }) });
  const target = { ...DEPLOYMENTS, namespace: 'ns', name: 'web' };
  await client.get(target, { metadataOnly: true });
  await client.list({ ...DEPLOYMENTS, namespace: 'ns' }, { labelSelector: 'a=b', limit: 3, metadataOnly: true });
  await client.create({ ...DEPLOYMENTS, namespace: 'ns' }, { a: 1n }, { dryRun: true, fieldManager: 'm' });
  await client.create({ ...PODS, namespace: 'ns', name: 'p', subresource: 'eviction' }, {});
  await client.patch(target, 'strategic', { spec: {} });
  await client.apply(target, { kind: 'Deployment' }, { fieldManager: 'me', force: true });
  await client.delete(target, { propagationPolicy: 'Foreground' });
  await client.delete(target);
  await client.deleteCollection({ ...PODS, namespace: 'ns' }, { orphanDependents: false }, { labelSelector: 'x' });
  expect(transport.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /apis/apps/v1/namespaces/ns/deployments/web',
    'GET /apis/apps/v1/namespaces/ns/deployments?labelSelector=a%3Db&limit=3',
    'POST /apis/apps/v1/namespaces/ns/deployments?fieldManager=m&dryRun=All',
    'POST /api/v1/namespaces/ns/pods/p/eviction',
    'PATCH /apis/apps/v1/namespaces/ns/deployments/web',
    'PATCH /apis/apps/v1/namespaces/ns/deployments/web?force=true&fieldManager=me',
    'DELETE /apis/apps/v1/namespaces/ns/deployments/web',
    'DELETE /apis/apps/v1/namespaces/ns/deployments/web',
    'DELETE /api/v1/namespaces/ns/pods?labelSelector=x',
  ]);
  const headers = transport.requests.map((request) => request.headers ?? {});
  expect(headers[0]).toMatchObject({ 'user-agent': 'kctl/1', 'kctl-trace': '1' });
  expect(headers[0]?.['accept']).toContain('as=PartialObjectMetadata;');
  expect(headers[1]?.['accept']).toContain('as=PartialObjectMetadataList;');
  expect(headers[4]?.['content-type']).toBe('application/strategic-merge-patch+json');
  expect(headers[5]?.['content-type']).toBe('application/apply-patch+yaml');
  expect(transport.requests[2]?.body).toBe('{"a":1}');
  expect(JSON.parse(String(transport.requests[6]?.body))).toEqual({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Foreground',
  });
  expect(transport.requests[7]?.body).toBeUndefined();
});

const STATUS = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'pods "x" not found',
  reason: 'NotFound',
  details: { name: 'x', kind: 'pods' },
  code: 404,
};

test.each([
  [404, JSON.stringify(STATUS), 'NotFound', 'pods "x" not found'],
  [404, '404 page not found\n', 'NotFound', 'the server could not find the requested resource: 404 page not found'],
  [502, '<html>', 'InternalError', 'an error on the server has prevented the request from succeeding: <html>'],
  [401, '{"broken', 'Unauthorized', 'the server has asked for the client to provide credentials: {"broken'],
  [418, '', '', 'the server responded with the status code 418'],
])('a %i with %s is an error', async (status, body, reason, message) => {
  const client = new RestClient({ transport: fakeTransport(() => ({ status, chunks: [body] })) });
  const error = await client.get({ ...PODS, namespace: 'a', name: 'x' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StatusError);
  expect({ ...(error as StatusError).status }).toMatchObject({ code: status, message });
  expect((error as StatusError).reason).toBe(reason);
});

test('an answer that is no JSON is a protocol error', async () => {
  const client = new RestClient({ transport: fakeTransport(() => ({ chunks: ['<html>'] })) });
  await expect(client.get({ ...PODS, name: 'x' })).rejects.toMatchObject({ code: 'protocol' });
});

test('Retry-After is obeyed, then the answer counts', async () => {
  const clock = new ManualClock();
  const transport = fakeTransport((_, index) =>
    index < 2 ? { status: 429, headers: { 'retry-after': '2' } } : { body: { ok: true } },
  );
  const client = new RestClient({ transport, clock });
  const answer = client.json('GET', '/x');
  for (let i = 1; i <= 2; i++) {
    await expect.poll(() => clock.timers).toBe(1);
    expect(transport.requests).toHaveLength(i);
    clock.advance(2000);
  }
  expect(await answer).toEqual({ ok: true });
});

test('warnings', async () => {
  const seen: string[] = [];
  const headers = { warning: ['299 - "a, \\"quoted\\" one", 299 kctl "two"', '299 - "three"', '199 - "old"'] };
  const client = new RestClient({
    transport: fakeTransport(() => ({ headers })),
    onWarning: (text) => seen.push(text),
  });
  await client.json('GET', '/');
  expect(seen).toEqual(['a, "quoted" one', 'two', 'three']);
  expect(warningTexts(undefined)).toEqual([]);
});

test('a watch yields events and throws its ERROR event', async () => {
  const pod = (name: string) => JSON.stringify({ type: 'ADDED', object: { metadata: { name } } });
  const expired = JSON.stringify({
    type: 'ERROR',
    object: { ...STATUS, code: 410, reason: 'Expired', message: 'too old' },
  });
  const text = `${pod('a')}\n${pod('é')}\n${expired}\n`;
  const client = new RestClient({
    transport: fakeTransport(() => ({ chunks: [text.slice(0, 20), text.slice(20, 60), text.slice(60)] })),
  });
  const names: unknown[] = [];
  const run = async (): Promise<void> => {
    for await (const event of client.watch(PODS, { resourceVersion: '5', allowWatchBookmarks: true }))
      names.push(event.object.metadata.name);
  };
  await expect(run()).rejects.toMatchObject({ reason: 'Expired' });
  expect(names).toEqual(['a', 'é']);
});
