import { describe, expect, it } from 'vitest';
import type { AggregatedResource } from '../../../src/server/discovery/aggregated-documents.ts';
import { ApiSource, type RemoteVersion } from '../../../src/server/discovery/api-source.ts';
import { discoveryHandlers } from '../../../src/server/discovery/discovery-handlers.ts';
import { rootHandlers } from '../../../src/server/endpoints/root.ts';
import { BUILTIN_KINDS as KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { ask, json } from '../endpoints/fake-request.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const OLD_AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList';
const ONLY =
  'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf';
const ROUTER =
  '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf';

function setUp(remote: RemoteVersion[] = []) {
  const kinds = new KindTable(KINDS);
  const handlers = discoveryHandlers({
    kinds,
    remote: { versions: () => remote, generation: 0 },
    serverAddress: () => '10.0.0.1:6443',
  });
  return { kinds, handlers };
}

/** A custom resource in one version. */
function kettle(version: string, more: Partial<Kind> = {}): Kind {
  const [base] = KINDS as unknown as [Kind];
  return {
    ...base,
    group: 'kitchen.example.com',
    version,
    apiVersion: `kitchen.example.com/${version}`,
    resource: 'kettles',
    singular: 'kettle',
    kind: 'Kettle',
    verbs: ['delete', 'get', 'list', 'create', 'watch'],
    shortNames: ['kt'],
    categories: [],
    namespaced: false,
    storage: { prefix: '', apiVersion: 'kitchen.example.com/v1', kind: 'Kettle' },
    subresources: new Map([
      ['status', { name: 'status', kind: 'Kettle', verbs: ['get'] }],
      ['scale', { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get'] }],
    ]),
    source: 'crd',
    ...more,
  } as Kind;
}

describe('legacy discovery', () => {
  const { handlers } = setUp();

  it.each(['/api', '/api/'])('%s tells the core version and where the server is', async (path) => {
    expect(json(await ask(handlers, path))).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }],
    });
  });

  it('lists groups by the priority of their APIServices', async () => {
    const { groups, apiVersion } = json(await ask(handlers, '/apis'));
    expect(apiVersion).toBe('v1');
    expect(groups.map((group: { name: string }) => group.name)).toEqual(
      [
        'apiregistration.k8s.io',
        'apps',
        'events.k8s.io',
        'authentication.k8s.io',
        'authorization.k8s.io',
        'autoscaling',
        'batch',
      ]
        .concat(['certificates.k8s.io', 'networking.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'storage.k8s.io'])
        .concat(['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'scheduling.k8s.io', 'coordination.k8s.io'])
        .concat(['node.k8s.io', 'discovery.k8s.io', 'resource.k8s.io', 'flowcontrol.apiserver.k8s.io']),
    );
  });

  it('shows the preferred version first', async () => {
    const group = json(await ask(handlers, '/apis/autoscaling'));
    expect(group.preferredVersion).toEqual({ groupVersion: 'autoscaling/v2', version: 'v2' });
    expect(group.versions.map((version: { version: string }) => version.version)).toEqual(['v2', 'v1']);
  });

  it('lists resources with their sub-resources and storage hashes', async () => {
    const list = json(await ask(handlers, '/apis/apps/v1'));
    expect(list).toMatchObject({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'apps/v1' });
    expect(list.resources.map((r: { name: string }) => r.name).slice(0, 6)).toEqual([
      'controllerrevisions',
      'daemonsets',
      'daemonsets/status',
      'deployments',
      'deployments/scale',
      'deployments/status',
    ]);
    expect(list.resources[3]).toEqual({
      name: 'deployments',
      singularName: 'deployment',
      namespaced: true,
      kind: 'Deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      storageVersionHash: '8aSe+NMegvE=',
    });
    expect(list.resources[4]).toEqual({
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  });

  it('leaves apiVersion out of the core list and hashes out of what is not stored', async () => {
    const list = json(await ask(handlers, '/api/v1'));
    const hashes = Object.fromEntries(
      list.resources.map((r: { name: string; storageVersionHash?: string }) => [r.name, r.storageVersionHash]),
    );
    expect(list.apiVersion).toBeUndefined();
    expect(hashes).toMatchObject({
      bindings: undefined,
      componentstatuses: undefined,
      pods: 'xPOwRZ+Yhw8=',
      events: 'r2yiGXH7wu8=',
    });
  });

  it.each([
    ['/apis/teapots.example.org', 404, '404 page not found\n'],
    ['/apis/teapots.example.org/v1', 404, '404 page not found\n'],
    ['/apis/core/v1', 404, '404 page not found\n'],
    ['/apis//v1', 404, '404 page not found\n'],
  ])('%s is plain text %i', async (path, status, text) => {
    expect(await ask(handlers, path)).toMatchObject({ status, text });
  });

  it.each(['/apis/apps/v0', '/api/v2', '/api/v1beta1'])('%s is a Status', async (path) => {
    expect(json(await ask(handlers, path))).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource',
      details: {},
    });
  });

  it.each([
    ['POST', '/apis', 200],
    ['PATCH', '/apis/apps', 200],
    ['PUT', '/api', 405],
    ['DELETE', '/apis/apps/v1', 405],
    ['POST', '/apis/apps/v0', 404],
  ])('%s %s answers %i', async (method, path, status) => {
    expect((await ask(handlers, path, {}, method)).status).toBe(status);
  });

  it('writes YAML and protobuf', async () => {
    const yaml = await ask(handlers, '/apis/policy', { accept: 'application/yaml' });
    expect(yaml.headers['content-type']).toBe('application/yaml');
    expect(yaml.text).toBe(
      'apiVersion: v1\nkind: APIGroup\nname: policy\npreferredVersion:\n  groupVersion: policy/v1\n  version: v1\nversions:\n- groupVersion: policy/v1\n  version: v1\n',
    );
    const protobuf = await ask(handlers, '/apis/policy', { accept: 'application/vnd.kubernetes.protobuf' });
    expect(protobuf.bytes.subarray(0, 4).toString('latin1')).toBe('k8s\0');
    expect(protobuf.text).toContain('policy/v1');
  });
});

describe('aggregated discovery', () => {
  const { handlers } = setUp();

  it('shows the core group with empty response groups', async () => {
    const answer = await ask(handlers, '/api', { accept: AGGREGATED });
    expect(answer.headers['content-type']).toBe(AGGREGATED);
    const [group, ...others] = json(answer).items;
    expect(others).toEqual([]);
    expect(group.metadata).toEqual({});
    const pods = group.versions[0].resources.find((r: AggregatedResource) => r.resource === 'pods');
    expect(pods).toMatchObject({
      responseKind: { group: '', version: '', kind: 'Pod' },
      scope: 'Namespaced',
      singularResource: 'pod',
      shortNames: ['po'],
    });
    expect(pods.subresources[3]).toEqual({
      subresource: 'eviction',
      responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      verbs: ['create'],
    });
  });

  it('answers 304 to the ETag it gave', async () => {
    const first = await ask(handlers, '/apis', { accept: AGGREGATED });
    expect(first.headers).toMatchObject({ vary: 'Accept', 'cache-control': 'public' });
    const etag = first.headers.etag as string;
    expect(etag).toMatch(/^"[0-9A-F]{128}"$/);
    const again = await ask(handlers, '/apis', { accept: AGGREGATED, 'if-none-match': etag });
    expect(again).toMatchObject({ status: 304, text: '', headers: { etag } });
    expect((await ask(handlers, '/apis', { accept: AGGREGATED, 'if-none-match': '"0"' })).status).toBe(200);
  });

  it.each([
    ['/api', `${AGGREGATED},application/json`, 'APIGroupDiscoveryList'],
    ['/api', `application/json,${AGGREGATED}`, 'APIGroupDiscoveryList'],
    ['/api', `${OLD_AGGREGATED},${AGGREGATED},application/json`, 'APIGroupDiscoveryList'],
    ['/apis', `${OLD_AGGREGATED},application/json`, 'APIGroupList'],
    ['/api/v1', `${AGGREGATED},application/json`, 'APIResourceList'],
    ['/apis/policy', 'text/html, */*', 'APIGroup'],
    ['/apis/policy', 'application/*', 'APIGroup'],
  ])('%s as %s is %s', async (path, accept, kind) => {
    expect(json(await ask(handlers, path, { accept })).kind).toBe(kind);
  });

  it.each([
    ['/apis', OLD_AGGREGATED, ONLY, false],
    ['/apis', 'application/json;as=APIGroupDiscoveryList', ONLY, false],
    ['/apis/apps', AGGREGATED, ONLY, false],
    ['/api/v1', AGGREGATED, ONLY, false],
    ['/apis/policy', 'text/html', ONLY, false],
    ['/api', 'text/html', ROUTER, true],
    ['/apis/apps/v1', 'text/html', ROUTER, true],
  ])('%s as %s is refused', async (path, accept, message, details) => {
    const status = json(await ask(handlers, path, { accept }));
    expect(status).toMatchObject({ code: 406, message });
    expect('details' in status).toBe(details);
  });
});

describe('custom and remote groups', () => {
  it('appear and disappear with their kinds', async () => {
    const { kinds, handlers } = setUp();
    const before = (await ask(handlers, '/apis', { accept: AGGREGATED })).headers.etag;
    kinds.replace(
      'kitchen.example.com',
      'kettles',
      ['v1beta2', 'v10', 'v2', 'foo1', 'v1alpha1', 'v1', 'v10beta3'].map((v) => kettle(v)),
    );
    const group = json(await ask(handlers, '/apis/kitchen.example.com'));
    expect(group.versions.map((v: { version: string }) => v.version)).toEqual([
      'v10',
      'v2',
      'v1',
      'v10beta3',
      'v1beta2',
      'v1alpha1',
      'foo1',
    ]);
    expect((await ask(handlers, '/apis', { accept: AGGREGATED })).headers.etag).not.toBe(before);
    expect(await ask(handlers, '/apis/kitchen.example.com/v3')).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    });
    kinds.replace('kitchen.example.com', 'kettles', []);
    expect((await ask(handlers, '/apis/kitchen.example.com')).status).toBe(404);
    expect((await ask(handlers, '/apis', { accept: AGGREGATED })).headers.etag).toBe(before);
  });

  it('come last and spell out their response kinds', async () => {
    const { kinds, handlers } = setUp();
    kinds.replace('kitchen.example.com', 'kettles', [kettle('v1')]);
    const { items } = json(await ask(handlers, '/apis', { accept: AGGREGATED }));
    const [resource] = items.at(-1).versions[0].resources;
    expect(items.at(-1).metadata.name).toBe('kitchen.example.com');
    expect(resource.responseKind).toEqual({ group: 'kitchen.example.com', version: 'v1', kind: 'Kettle' });
    expect(resource.scope).toBe('Cluster');
    expect(resource.subresources.map((s: { responseKind: object }) => s.responseKind)).toEqual([
      { group: 'kitchen.example.com', version: 'v1', kind: 'Kettle' },
      { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    ]);
  });

  it('stand at their priority, and show as stale while they cannot be read', async () => {
    const metrics = {
      group: 'metrics.k8s.io',
      version: 'v1',
      groupPriority: 17_790,
      versionPriority: 10,
      resources: undefined,
    };
    const { handlers } = setUp([metrics]);
    const { items } = json(await ask(handlers, '/apis', { accept: AGGREGATED }));
    expect(items.slice(1, 3).map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
      'apps',
      'metrics.k8s.io',
    ]);
    expect(items[2].versions).toEqual([{ version: 'v1', freshness: 'Stale' }]);
    expect(json(await ask(handlers, '/apis/metrics.k8s.io')).preferredVersion.version).toBe('v1');
  });
});

describe('the path index', () => {
  it('lists what is served, in order', async () => {
    const { kinds, handlers } = setUp();
    const root = rootHandlers(
      new Map([...handlers, ['/version', async () => {}], ['/version/', async () => {}]]),
      new ApiSource(kinds),
    );
    const { paths } = json(await ask(root, '/'));
    expect(paths.slice(0, 5)).toEqual(['/api', '/api/v1', '/apis', '/apis/', '/apis/admissionregistration.k8s.io']);
    expect(paths.at(-1)).toBe('/version');
  });
});
