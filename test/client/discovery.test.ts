import { expect, test } from 'vitest';
import { DiscoveryClient } from '../../src/client/discovery-client.ts';
import { RestClient } from '../../src/client/rest-client.ts';
import { type Answer, fakeTransport } from './fake-transport.ts';

const VERBS = ['get', 'list'];
const AGGREGATED: Record<string, Answer> = {
  '/api': {
    body: {
      kind: 'APIGroupDiscoveryList',
      items: [
        {
          metadata: {},
          versions: [
            {
              version: 'v1',
              freshness: 'Current',
              resources: [
                {
                  resource: 'pods',
                  responseKind: { group: '', version: '', kind: 'Pod' },
                  scope: 'Namespaced',
                  singularResource: 'pod',
                  verbs: VERBS,
                  shortNames: ['po'],
                  categories: ['all'],
                  subresources: [
                    {
                      subresource: 'eviction',
                      responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' },
                      verbs: ['create'],
                    },
                  ],
                },
                {
                  resource: 'events',
                  responseKind: { kind: 'Event' },
                  scope: 'Namespaced',
                  singularResource: 'event',
                  verbs: VERBS,
                  shortNames: ['ev'],
                },
              ],
            },
          ],
        },
      ],
    },
  },
  '/apis': {
    body: {
      kind: 'APIGroupDiscoveryList',
      items: [
        {
          metadata: { name: 'events.k8s.io' },
          versions: [
            {
              version: 'v1',
              resources: [
                {
                  resource: 'events',
                  responseKind: { kind: 'Event' },
                  scope: 'Namespaced',
                  singularResource: 'event',
                  verbs: VERBS,
                },
              ],
            },
          ],
        },
        {
          metadata: { name: 'example.com' },
          versions: [
            {
              version: 'v2',
              resources: [
                {
                  resource: 'boats',
                  responseKind: { kind: 'Boat' },
                  scope: 'Cluster',
                  singularResource: 'boat',
                  verbs: VERBS,
                  shortNames: ['bo'],
                  categories: ['all'],
                },
              ],
            },
            {
              version: 'v1',
              resources: [
                {
                  resource: 'boats',
                  responseKind: { kind: 'Boat' },
                  scope: 'Cluster',
                  singularResource: 'boat',
                  verbs: VERBS,
                  shortNames: ['bo'],
                  categories: ['all'],
                },
                {
                  resource: 'oars',
                  responseKind: { kind: 'Oar' },
                  scope: 'Namespaced',
                  singularResource: 'oar',
                  verbs: VERBS,
                  shortNames: ['po'],
                },
              ],
            },
          ],
        },
        { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] },
      ],
    },
  },
};

const core = {
  kind: 'APIResourceList',
  groupVersion: 'v1',
  resources: [
    {
      name: 'pods',
      singularName: 'pod',
      namespaced: true,
      kind: 'Pod',
      verbs: VERBS,
      shortNames: ['po'],
      categories: ['all'],
    },
    { name: 'pods/eviction', namespaced: true, kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'events', singularName: 'event', namespaced: true, kind: 'Event', verbs: VERBS, shortNames: ['ev'] },
  ],
};
const boats = {
  name: 'boats',
  singularName: 'boat',
  namespaced: false,
  kind: 'Boat',
  verbs: VERBS,
  shortNames: ['bo'],
  categories: ['all'],
};
const oars = { name: 'oars', singularName: 'oar', namespaced: true, kind: 'Oar', verbs: VERBS, shortNames: ['po'] };
const group = (name: string, ...versions: string[]) => ({
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
  preferredVersion: { groupVersion: `${name}/${versions[0]}`, version: versions[0] },
});
const LEGACY: Record<string, Answer> = {
  '/api': { body: { kind: 'APIVersions', versions: ['v1'] } },
  '/apis': {
    body: {
      kind: 'APIGroupList',
      groups: [group('events.k8s.io', 'v1'), group('example.com', 'v2', 'v1'), group('metrics.k8s.io', 'v1beta1')],
    },
  },
  '/api/v1': { body: core },
  '/apis/events.k8s.io/v1': {
    body: {
      groupVersion: 'events.k8s.io/v1',
      resources: [{ name: 'events', singularName: 'event', namespaced: true, kind: 'Event', verbs: VERBS }],
    },
  },
  '/apis/example.com/v2': { body: { groupVersion: 'example.com/v2', resources: [boats] } },
  '/apis/example.com/v1': { body: { groupVersion: 'example.com/v1', resources: [boats, oars] } },
};

const SERVERS = [
  ['aggregated', AGGREGATED],
  ['one request a version', LEGACY],
] as const;

function discover(answers: Record<string, Answer>) {
  const transport = fakeTransport(({ path }) => answers[path] ?? { status: 503 });
  return { transport, discovery: new DiscoveryClient(new RestClient({ transport })) };
}

test.each(SERVERS)('%s: names, short names, kinds and qualified names', async (_, answers) => {
  const discovery = await discover(answers).discovery.discovery();
  const found = (text: string): string | undefined => {
    const entry = discovery.find(text);
    return entry && `${entry.resource} ${entry.version} ${entry.group}`;
  };
  expect(
    Object.fromEntries(
      [
        'pods',
        'pod',
        'Pod',
        'po',
        'PO',
        'ev',
        'events',
        'events.events.k8s.io',
        'events.v1',
        'boat',
        'bo',
        'boats.v1.example.com',
        'bo.example.com',
        'boats.example.com',
        'oars',
        'nope',
        'pods.example.com',
        'boats.v3.example.com',
      ].map((text) => [text, found(text)]),
    ),
  ).toEqual({
    pods: 'pods v1 ',
    pod: 'pods v1 ',
    Pod: 'pods v1 ',
    po: 'pods v1 ',
    PO: 'pods v1 ',
    ev: 'events v1 ',
    events: 'events v1 ',
    'events.events.k8s.io': 'events v1 events.k8s.io',
    'events.v1': 'events v1 ',
    boat: 'boats v2 example.com',
    bo: 'boats v2 example.com',
    'boats.v1.example.com': 'boats v1 example.com',
    'bo.example.com': 'boats v2 example.com',
    'boats.example.com': 'boats v2 example.com',
    oars: 'oars v1 example.com',
    nope: undefined,
    'pods.example.com': undefined,
    'boats.v3.example.com': undefined,
  });
});

test.each(SERVERS)('%s: scopes, sub-resources, categories, what does not answer', async (_, answers) => {
  const discovery = await discover(answers).discovery.discovery();
  expect(discovery.find('pods')).toMatchObject({
    namespaced: true,
    kind: 'Pod',
    preferred: true,
    subresources: [{ name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] }],
  });
  expect(discovery.find('boats')?.namespaced).toBe(false);
  expect(discovery.category('all').map(({ resource, version }) => `${resource} ${version}`)).toEqual([
    'pods v1',
    'boats v2',
  ]);
  expect(discovery.preferred().map(({ resource, version, group: name }) => `${resource}.${version}.${name}`)).toEqual([
    'pods.v1.',
    'events.v1.',
    'events.v1.events.k8s.io',
    'boats.v2.example.com',
    'oars.v1.example.com',
  ]);
  expect(discovery.ofKind('example.com', 'v1', 'Boat')?.version).toBe('v1');
  expect(discovery.ofKind('example.com', undefined, 'Boat')?.version).toBe('v2');
  expect(discovery.ofKind('example.com', 'v3', 'Boat')).toBeUndefined();
  expect(discovery.ofResource('', 'v1', 'pods')?.kind).toBe('Pod');
  expect(discovery.stale).toEqual([{ group: 'metrics.k8s.io', version: 'v1beta1' }]);
});

test('asked for once, again after invalidate and after a failure', async () => {
  let fail = true;
  const transport = fakeTransport(({ path }) => (fail ? { status: 500 } : (AGGREGATED[path] ?? {})));
  const client = new DiscoveryClient(new RestClient({ transport }));
  await expect(client.discovery()).rejects.toMatchObject({ code: 500 });
  fail = false;
  const [first, second] = await Promise.all([client.discovery(), client.discovery()]);
  expect(first).toBe(second);
  expect(transport.requests).toHaveLength(4);
  client.invalidate();
  await client.discovery();
  expect(transport.requests).toHaveLength(6);
});
