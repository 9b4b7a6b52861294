/**
 * Kubernetes' tests of how clients and server agree, replayed: protocol.go, request_timeout.go, watchlist.go (what the
 * server answers to such clients), and constrained_impersonation.go.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenCredentials } from '../../src/client/credentials.ts';
import {
  type ConformanceServer,
  field,
  nameOf,
  PATIENCE,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

describe('client-go should negotiate', () => {
  const PROTOBUF = 'application/vnd.kubernetes.protobuf';

  test.each([
    ['application/json', 'application/json'],
    [PROTOBUF, `${PROTOBUF};stream=watch`],
    [`${PROTOBUF},application/json`, `${PROTOBUF};stream=watch`],
    [`application/json,${PROTOBUF}`, 'application/json'],
  ])('watch and report errors with accept "%s"', async (accept, contentType) => {
    const path = `/api/v1/namespaces/${await server.namespace('protocol')}/configmaps`;
    const name = 'e2e-client-go-test-negotiation';
    const before = await server.api.list(path);
    await server.api.create(path, { metadata: { name } });
    const ending = new AbortController();
    const response = await server.api.rest.request('GET', path, {
      query: {
        watch: true,
        resourceVersion: before.metadata.resourceVersion,
        fieldSelector: `metadata.name=${name}`,
      },
      headers: { accept },
      signal: ending.signal,
    });
    expect(response.headers['content-type']).toBe(contentType);
    let first = '';
    for await (const chunk of response.body) {
      first = chunk.toString('latin1');
      break;
    }
    ending.abort();
    expect(first).toContain('ADDED');
    expect(first).toContain(name);
  });
});

test.each([
  ['invalid', 400, 'invalid timeout specified in the request URL'],
  ['3m', 200, 'major'],
  ['0s', 200, 'major'],
])('Server request timeout: %s is answered by %d', async (timeout, code, content) => {
  const answer = await server.api.raw(`/version?timeout=${timeout}`);
  expect(answer.code).toBe(code);
  expect(answer.text).toContain(content);
});

describe('API Streaming (aka. WatchList)', () => {
  const streamed = {
    watch: true,
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: true,
    labelSelector: 'watchlist=true',
  };

  async function withSecrets(): Promise<{ path: string; secrets: Thing[] }> {
    const path = `/api/v1/namespaces/${await server.namespace('watchlist')}/secrets`;
    const secrets: Thing[] = [];
    for (let i = 1; i <= 5; i++) {
      const metadata = { name: `secret-${i}`, labels: { watchlist: 'true' } };
      secrets.push(await server.api.create(path, { apiVersion: 'v1', kind: 'Secret', metadata }));
    }
    return { path, secrets };
  }

  test.each([
    ['', {}],
    ['from a version on, as an informer does that had seen it', { resourceVersion: '' }],
  ])('should be requested by informers %s', async (_, more) => {
    const { path, secrets } = await withSecrets();
    const version = secrets.at(-1)?.metadata.resourceVersion;
    const query = { ...streamed, ...(Object.keys(more).length === 0 ? {} : { resourceVersion: version }) };
    const watch = await server.api.watch(path, query);
    const initial: Thing[] = [];
    for (;;) {
      const { type, object } = await watch.next();
      if (type === 'BOOKMARK') {
        expect(object.metadata.annotations).toMatchObject({ 'k8s.io/initial-events-end': 'true' });
        expect(object).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
        break;
      }
      expect(type).toBe('ADDED');
      initial.push(object);
    }
    expect(initial).toEqual(secrets);
    const changed = await server.api.change(`${path}/secret-1`, (secret) => {
      secret['stringData'] = { foo: 'bar' };
    });
    expect(await watch.next()).toEqual({ type: 'MODIFIED', object: changed });
    watch.stop();
  });

  test('should NOT be requested by List methods: whole, and metadata alone', async () => {
    const { path, secrets } = await withSecrets();
    const query = { labelSelector: 'watchlist=true' };
    const list = await server.api.list(path, query);
    expect(list).toMatchObject({ apiVersion: 'v1', kind: 'SecretList' });
    // Items of a list do not say what they are; the dynamic client adds it.
    expect(list.items.map((item) => ({ ...item, apiVersion: 'v1', kind: 'Secret' }))).toEqual(secrets);
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const partial = await server.api.get<{ items: Thing[] }>(path, query, { accept });
    expect(partial.items.map(({ metadata }) => metadata)).toEqual(secrets.map(({ metadata }) => metadata));
  });

  const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

  test("doesn't support receiving resources as Tables", async () => {
    const request = server.api.rest.request('GET', '/api/v1/namespaces/default/secrets', {
      query: streamed,
      headers: { accept: TABLE },
    });
    await expect(request).rejects.toMatchObject({ code: 406 });
  });

  test('falls backs to supported content type when receiving resources as Tables was requested', async () => {
    const { path } = await withSecrets();
    const ending = new AbortController();
    const { headers, body } = await server.api.rest.request('GET', path, {
      query: streamed,
      headers: { accept: `${TABLE},application/json` },
      signal: ending.signal,
    });
    expect(headers['content-type']).toBe('application/json');
    for await (const chunk of body) {
      const [line = ''] = chunk.toString().split('\n');
      expect(JSON.parse(line)).toMatchObject({ type: 'ADDED', object: { kind: 'Secret' } });
      break;
    }
    ending.abort();
  });
});

test('ConstrainedImpersonation: should impersonate the node that a pod is on', async () => {
  const namespace = await server.namespace('constrainedimpersonation');
  const nodeName = 'impersonated-node';
  await server.api.create('/api/v1/nodes', { metadata: { name: nodeName } });
  const containers = [{ name: 'sleeper', image: 'agnhost' }];
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const pod = await server.api.create(pods, { metadata: { name: 'sa-token' }, spec: { nodeName, containers } });
  const token = await server.api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/default/token`, {
    spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: nameOf(pod), uid: pod.metadata.uid } },
  });
  const credentials = tokenCredentials(String(field(token, 'status.token')));
  const as = (node: string) => server.as({ credentials, impersonate: { user: `system:node:${node}` } });
  const [client, other] = [as(nodeName), as('other-node')];
  const query = { fieldSelector: `spec.nodeName=${nodeName}` };
  expect(await client.reasonOf(client.list(pods, query))).toBe('Forbidden');
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const role = await server.api.create(`${rbac}/clusterroles`, {
    metadata: { generateName: 'tester-impersonation-' },
    rules: [
      { verbs: ['impersonate:associated-node'], apiGroups: ['authentication.k8s.io'], resources: ['nodes'] },
      { verbs: ['impersonate-on:associated-node:list'], apiGroups: [''], resources: ['pods'] },
    ],
  });
  await server.api.create(`${rbac}/clusterrolebindings`, {
    metadata: { generateName: 'tester-impersonation-' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: nameOf(role) },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  });
  await expect.poll(() => client.reasonOf(client.list(pods, query)), PATIENCE).toBe('');
  expect((await client.list(pods, query)).items.map(nameOf)).toEqual(['sa-token']);
  expect(await client.reasonOf(client.watch(pods, query))).toBe('Forbidden');
  expect(await other.reasonOf(other.list(pods, query))).toBe('Forbidden');
});
