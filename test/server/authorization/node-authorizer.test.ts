import { describe, expect, it } from 'vitest';
import type { AccessAttributes } from '../../../src/server/authorization/authorizer.ts';
import { nodeAuthorizer } from '../../../src/server/authorization/node/node-authorizer.ts';
import { lazyNodeGraph, NodeGraph } from '../../../src/server/authorization/node/node-graph.ts';

const RULES = [{ apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch'] }];

function ask(
  node: string,
  verb: string,
  what: string,
  where: string,
  more: Partial<AccessAttributes> = {},
): AccessAttributes {
  const [resource = '', subresource = ''] = what.split('/');
  const [namespace = '', name = ''] = where.split('/');
  const user = { name: `system:node:${node}`, uid: '', groups: ['system:nodes'], extra: {} };
  return {
    user,
    verb,
    isResource: true,
    path: '',
    group: '',
    version: 'v1',
    resource,
    subresource,
    namespace,
    name,
    ...more,
  };
}

function graphOf(): NodeGraph {
  const graph = new NodeGraph();
  graph.putPod({
    metadata: { namespace: 'shop', name: 'web' },
    spec: {
      nodeName: 'n1',
      serviceAccountName: 'robot',
      imagePullSecrets: [{ name: 'registry' }],
      containers: [
        {
          name: 'c',
          envFrom: [{ secretRef: { name: 'env' } }],
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }],
        },
      ],
      volumes: [
        { name: 'a', secret: { secretName: 'tls' } },
        { name: 'b', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'c', ephemeral: {} },
        { name: 'd', projected: { sources: [{ secret: { name: 'proj' } }] } },
        { name: 'e', rbd: { monitors: [], image: 'i', secretRef: { name: 'ceph' } } },
      ],
    },
  });
  graph.putPod({
    metadata: { namespace: 'shop', name: 'mirror', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    spec: { nodeName: 'n1', containers: [], volumes: [{ name: 'a', secret: { secretName: 'stolen' } }] },
  });
  graph.putPod({
    metadata: { namespace: 'shop', name: 'waiting' },
    spec: { containers: [], volumes: [{ name: 'a', secret: { secretName: 'later' } }] },
  });
  graph.putVolume({
    metadata: { name: 'pv-1' },
    spec: {
      claimRef: { namespace: 'shop', name: 'data' },
      csi: {
        driver: 'd',
        volumeHandle: 'v',
        nodeStageSecretRef: { namespace: 'vault', name: 'stage' },
        controllerPublishSecretRef: { namespace: 'vault', name: 'control' },
      },
    },
  });
  graph.putAttachment({ metadata: { name: 'att' }, spec: { nodeName: 'n1', attacher: 'd', source: {} } });
  graph.putSlice({ metadata: { name: 'sl' }, spec: { nodeName: 'n1', driver: 'd', pool: {} } });
  return graph;
}

const NONE = (node: string) => `no relationship found between node '${node}' and this object`;

describe('node authorizer', () => {
  const graph = graphOf();
  const authorizer = nodeAuthorizer(() => graph, RULES);
  const table: [string, AccessAttributes, true | string][] = [
    ['secret of its pod', ask('n1', 'get', 'secrets', 'shop/tls'), true],
    ['watch of a single secret', ask('n1', 'watch', 'secrets', 'shop/env'), true],
    ['pull secret', ask('n1', 'get', 'secrets', 'shop/registry'), true],
    ['projected secret', ask('n1', 'get', 'secrets', 'shop/proj'), true],
    ['volume plug-in secret', ask('n1', 'get', 'secrets', 'shop/ceph'), true],
    ['same name elsewhere', ask('n1', 'get', 'secrets', 'bank/tls'), NONE('n1')],
    ['another node', ask('n2', 'get', 'secrets', 'shop/tls'), NONE('n2')],
    ['secret of a mirror pod', ask('n1', 'get', 'secrets', 'shop/stolen'), NONE('n1')],
    ['secret of an unscheduled pod', ask('n1', 'get', 'secrets', 'shop/later'), NONE('n1')],
    ['all secrets', ask('n1', 'list', 'secrets', 'shop/'), 'No Object name found'],
    ['no namespace', ask('n1', 'list', 'secrets', '/'), 'can only read namespaced object of this type'],
    ['write of a secret', ask('n1', 'update', 'secrets', 'shop/tls'), 'can only read resources of this type'],
    ['config map', ask('n1', 'get', 'configmaps', 'shop/cm'), true],
    ['claim', ask('n1', 'get', 'persistentvolumeclaims', 'shop/data'), true],
    ['ephemeral claim', ask('n1', 'get', 'persistentvolumeclaims', 'shop/web-c'), true],
    ['claim status', ask('n1', 'patch', 'persistentvolumeclaims/status', 'shop/data'), true],
    [
      'claim write',
      ask('n1', 'patch', 'persistentvolumeclaims', 'shop/data'),
      'can only get individual resources of this type',
    ],
    ['volume', ask('n1', 'get', 'persistentvolumes', '/pv-1'), true],
    ['volume of another node', ask('n2', 'get', 'persistentvolumes', '/pv-1'), NONE('n2')],
    ['secret of a volume', ask('n1', 'get', 'secrets', 'vault/stage'), true],
    ['controller secret of a volume', ask('n1', 'get', 'secrets', 'vault/control'), NONE('n1')],
    ['attachment', ask('n1', 'get', 'volumeattachments', '/att', { group: 'storage.k8s.io' }), true],
    ['slice', ask('n1', 'delete', 'resourceslices', '/sl', { group: 'resource.k8s.io' }), true],
    [
      'all slices',
      ask('n1', 'list', 'resourceslices', '/', { group: 'resource.k8s.io' }),
      'can only list/watch/deletecollection resourceslices with nodeName field selector',
    ],
    ['token of its account', ask('n1', 'create', 'serviceaccounts/token', 'shop/robot'), true],
    ['token of another account', ask('n1', 'create', 'serviceaccounts/token', 'shop/boss'), NONE('n1')],
    [
      'account itself',
      ask('n1', 'get', 'serviceaccounts', 'shop/robot'),
      'can only create tokens for individual service accounts',
    ],
    ['own node', ask('n1', 'get', 'nodes', '/n1'), true],
    ['own node status', ask('n1', 'patch', 'nodes/status', '/n1'), true],
    ['other node', ask('n1', 'get', 'nodes', '/n2'), "node 'n1' cannot read 'n2', only its own Node object"],
    ['all nodes', ask('n1', 'list', 'nodes', '/'), "node 'n1' cannot read all nodes, only its own Node object"],
    ['delete node', ask('n1', 'delete', 'nodes', '/n1'), ''],
    ['its pod', ask('n1', 'get', 'pods', 'shop/web'), true],
    ['a foreign pod', ask('n2', 'get', 'pods', 'shop/web'), NONE('n2')],
    ['its pods', ask('n1', 'watch', 'pods', '/', { fieldSelector: 'spec.nodeName=n1' }), true],
    [
      'foreign pods',
      ask('n1', 'watch', 'pods', '/', { fieldSelector: 'spec.nodeName=n2' }),
      'can only list/watch pods with spec.nodeName field selector',
    ],
    [
      'not its pods',
      ask('n1', 'list', 'pods', '/', { fieldSelector: 'spec.nodeName!=n1' }),
      'can only list/watch pods with spec.nodeName field selector',
    ],
    ['patch of a pod', ask('n1', 'patch', 'pods', 'shop/web'), ''],
    ['exec', ask('n1', 'create', 'pods/exec', 'shop/web'), ''],
    ['own lease', ask('n1', 'update', 'leases', 'kube-node-lease/n1', { group: 'coordination.k8s.io' }), true],
    [
      'other lease',
      ask('n1', 'update', 'leases', 'kube-node-lease/n2', { group: 'coordination.k8s.io' }),
      'can only access node lease with the same name as the requesting node',
    ],
    [
      'lease elsewhere',
      ask('n1', 'create', 'leases', 'default/', { group: 'coordination.k8s.io' }),
      'can only access leases in the "kube-node-lease" system namespace',
    ],
    ['csi node', ask('n1', 'get', 'csinodes', '/n1', { group: 'storage.k8s.io' }), true],
    ['static rule', ask('n1', 'list', 'services', '/'), true],
    ['nothing allows it', ask('n1', 'list', 'ingresses', '/', { group: 'networking.k8s.io' }), ''],
    ['nameless node', ask('', 'get', 'services', 'shop/a'), 'unknown node for user "system:node:"'],
  ];
  it.each(table)('%s', (_, request, answer) => {
    const decision = authorizer.authorize(request);
    expect(decision).toEqual(
      answer === true ? { verdict: 'allow', reason: '' } : { verdict: 'no-opinion', reason: answer },
    );
  });
  it('leaves other users alone', () => {
    const user = { name: 'system:node:n1', uid: '', groups: [], extra: {} };
    expect(authorizer.authorize(ask('n1', 'get', 'services', '/', { user }))).toEqual({
      verdict: 'no-opinion',
      reason: '',
    });
  });
  it('takes rights away with the pod', () => {
    const graph = graphOf();
    graph.delete('pod', 'shop', 'web');
    for (const [type, ns, name] of [
      ['secret', 'shop', 'tls'],
      ['secret', 'vault', 'stage'],
      ['pv', '', 'pv-1'],
    ] as const) {
      expect(graph.reaches('n1', type, ns, name)).toBe(false);
    }
  });
});

describe('a graph that nodes alone need', () => {
  const pod = {
    metadata: { namespace: 'shop', name: 'web' },
    spec: { nodeName: 'n1', containers: [], volumes: [{ name: 'a', secret: { secretName: 'tls' } }] },
  };
  const question = ask('n1', 'get', 'secrets', 'shop/tls');

  it('is filled when the first node asks, once for all who ask meanwhile', async () => {
    let fills = 0;
    const graph = lazyNodeGraph(async (feeds) => {
      fills++;
      feeds.find(({ resource }) => resource === 'pods')?.put(pod);
    });
    const authorizer = nodeAuthorizer(graph, RULES);
    const somebody = { ...question, user: { ...question.user, name: 'jane', groups: [] } };
    expect(authorizer.authorize(somebody)).toMatchObject({ verdict: 'no-opinion' });
    expect(fills).toBe(0);
    const answers = await Promise.all([authorizer.authorize(question), authorizer.authorize(question)]);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['allow', 'allow']);
    expect(authorizer.authorize(question)).toMatchObject({ verdict: 'allow' });
    expect(fills).toBe(1);
  });

  it('is filled anew when it could not be', async () => {
    let fills = 0;
    const graph = lazyNodeGraph(async () => {
      if (++fills === 1) throw new Error('the store is busy');
    });
    const authorizer = nodeAuthorizer(graph, RULES);
    await expect(authorizer.authorize(question)).rejects.toThrow('the store is busy');
    expect(await authorizer.authorize(question)).toMatchObject({ verdict: 'no-opinion' });
  });
});
