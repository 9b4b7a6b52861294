import { describe, expect, it } from 'vitest';
import { signingRequest } from '../../../../src/cli/certs/issue.ts';
import { makeKeys } from '../../../../src/cli/certs/keys.ts';
import { nodeRestriction } from '../../../../src/server/admission/plugins/node-restriction.ts';
import { podSecurity } from '../../../../src/server/admission/plugins/pod-security.ts';
import { admit, FakeObjects, type Write } from '../../../helpers/admission.ts';

const CSRS = 'certificatesigningrequests.certificates.k8s.io';
const SERVING = 'kubernetes.io/kubelet-serving';
const KEYS = await makeKeys('ecdsa');
const requestOf = (commonName: string) =>
  signingRequest({ subject: { commonName, organizations: [] }, hosts: [] }, KEYS);
const [REQUEST_OF_ME, REQUEST_OF_YOU] = await Promise.all([requestOf('system:node:me'), requestOf('system:node:you')]);
const label = (name: string, level: string) => ({ [`pod-security.kubernetes.io/${name}`]: level });
const namespace = (labels: object) => ({ metadata: { name: 'shop', labels } });
const pod = (spec: object, metadata: object = {}) => ({
  metadata: { name: 'p', namespace: 'shop', ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

describe('PodSecurity', () => {
  const objects = (labels: object) => new FakeObjects().put('namespaces', namespace(labels));
  it('refuses pods that violate the enforced level', async () => {
    await expect(
      admit(podSecurity, { to: 'pods', object: pod({ hostPID: true }) }, objects(label('enforce', 'baseline'))),
    ).rejects.toMatchObject({
      code: 403,
      message: 'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    });
    expect(
      (await admit(podSecurity, { to: 'pods', object: pod({}) }, objects(label('enforce', 'baseline')))).warnings,
    ).toEqual([]);
  });
  it('warns, and notes for the audit', async () => {
    const { warnings, annotations } = await admit(
      podSecurity,
      { to: 'pods', object: pod({ hostPID: true }) },
      objects({ ...label('warn', 'baseline'), ...label('audit', 'baseline') }),
    );
    expect(warnings).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)']);
    expect(annotations['pod-security.kubernetes.io/audit-violations']).toBe(warnings[0]);
  });
  it('warns authors of templates of the enforced level', async () => {
    const template = { template: { spec: { hostPID: true, containers: [] } } };
    const enforced = objects(label('enforce', 'baseline'));
    const warning = ['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)'];
    expect(
      (await admit(podSecurity, { to: 'deployments.apps', object: { spec: template } }, enforced)).warnings,
    ).toEqual(warning);
    expect(
      (
        await admit(
          podSecurity,
          { to: 'cronjobs.batch', object: { spec: { jobTemplate: { spec: template } } } },
          enforced,
        )
      ).warnings,
    ).toEqual(warning);
    expect((await admit(podSecurity, { to: 'podtemplates', object: template }, enforced)).warnings).toEqual(warning);
    expect(
      (
        await admit(
          podSecurity,
          { to: 'deployments.apps/status', operation: 'UPDATE', object: { spec: template } },
          enforced,
        )
      ).warnings,
    ).toEqual([]);
  });
  it('looks at updates of images only', async () => {
    const enforced = objects(label('enforce', 'baseline'));
    const bad = pod({ hostPID: true });
    await admit(podSecurity, { to: 'pods', operation: 'UPDATE', object: bad, old: bad }, enforced);
    const newer = { ...bad, spec: { ...bad.spec, containers: [{ name: 'c', image: 'j' }] } };
    await expect(
      admit(podSecurity, { to: 'pods', operation: 'UPDATE', object: newer, old: bad }, enforced),
    ).rejects.toMatchObject({ code: 403 });
    await admit(podSecurity, { to: 'pods/status', operation: 'UPDATE', object: newer, old: bad }, enforced);
  });
  it('refuses labels that mean nothing, when they are new', async () => {
    const strict = namespace(label('enforce', 'strict'));
    await expect(admit(podSecurity, { to: 'namespaces', object: strict })).rejects.toMatchObject({
      code: 422,
      message:
        'Namespace "shop" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
    });
    await admit(podSecurity, { to: 'namespaces', operation: 'UPDATE', object: strict, old: strict });
  });
  it('tells which pods a stricter level will not let run again', async () => {
    const given = new FakeObjects()
      .put('pods', pod({ hostNetwork: true }, { name: 'a' }))
      .put('pods', pod({ hostNetwork: true }, { name: 'b' }))
      .put('pods', pod({ hostNetwork: true }, { name: 'd' }))
      .put('pods', pod({ containers: [{ name: 'c', securityContext: { privileged: true } }] }, { name: 'e' }))
      .put('pods', pod({}, { name: 'f' }));
    const change = {
      to: 'namespaces',
      operation: 'UPDATE' as const,
      object: namespace(label('enforce', 'baseline')),
      old: namespace({}),
    };
    expect((await admit(podSecurity, change, given)).warnings).toEqual([
      'existing pods in namespace "shop" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 2 other pods): host namespaces',
      'e: privileged',
    ]);
    expect((await admit(podSecurity, { ...change, object: change.old, old: change.object }, given)).warnings).toEqual(
      [],
    );
  });
});

/** Whose audiences a kubelet may ask for. */
const VOLUMES = [
  { name: 'api', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
  { name: 'other', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'other' } }] } },
  { name: 'c', csi: { driver: 'inline' } },
  { name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } },
];

describe('NodeRestriction', () => {
  const objects = new FakeObjects()
    .put('nodes', { metadata: { name: 'me', uid: 'uid-me' } })
    .put('pods', pod({ nodeName: 'me', volumes: VOLUMES }, { name: 'here', uid: 'uid-here' }))
    .put('persistentvolumeclaims', { metadata: { name: 'here-e', namespace: 'shop' }, spec: { volumeName: 'v' } })
    .put('persistentvolumes', { metadata: { name: 'v' }, spec: { csi: { driver: 'disks' } } })
    .put('csidrivers.storage.k8s.io', { metadata: { name: 'disks' }, spec: { tokenRequests: [{ audience: 'cloud' }] } })
    .put('csidrivers.storage.k8s.io', {
      metadata: { name: 'inline' },
      spec: { tokenRequests: [{ audience: 'vault' }] },
    })
    .put('pods', pod({ nodeName: 'you' }, { name: 'there', uid: 'uid-there' }));
  const me = { user: 'system:node:me', groups: ['system:nodes'] };
  const mirror = {
    annotations: { 'kubernetes.io/config.mirror': 'x' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'me', uid: 'uid-me', controller: true }],
  };
  const node = (name: string, metadata: object = {}, spec: object = {}) => ({ metadata: { name, ...metadata }, spec });
  const lease = (name: string) => ({ metadata: { name } });
  const bound = (more: object, audiences: string[] = []) => ({
    spec: { audiences, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'here', uid: 'uid-here', ...more } },
  });
  const request = (signerName: string, pem: string) => ({
    metadata: { name: 'csr' },
    spec: { signerName, request: Buffer.from(pem).toString('base64') },
  });
  const update = { operation: 'UPDATE' as const };
  const table: [string, Write, true | string][] = [
    ['others are let alone', { to: 'nodes', object: node('you'), user: 'jane' }, true],
    [
      'a nameless node',
      { to: 'nodes', object: node('x'), user: 'system:node:' },
      'could not determine node from user "system:node:"',
    ],
    ['itself', { to: 'nodes', object: node('me') }, true],
    [
      'another',
      { to: 'nodes', object: node('you') },
      'nodes "you" is forbidden: node "me" is not allowed to modify node "you"',
    ],
    [
      'labels',
      {
        to: 'nodes',
        object: node('me', {
          labels: {
            'node-restriction.kubernetes.io/x': 'y',
            'kubernetes.io/hostname': 'h',
            'foo.kubernetes.io/bar': 'b',
            'example.com/free': 'z',
            'node.kubernetes.io/any': 'a',
          },
        }),
      },
      'node "me" is not allowed to set the following labels: foo.kubernetes.io/bar, node-restriction.kubernetes.io/x',
    ],
    [
      'new label',
      { to: 'nodes', ...update, object: node('me', { labels: { 'a.k8s.io/b': 'c' } }), old: node('me') },
      'node "me" is not allowed to modify labels: a.k8s.io/b',
    ],
    [
      'old label',
      {
        to: 'nodes',
        ...update,
        object: node('me', { labels: { 'a.k8s.io/b': 'c' } }),
        old: node('me', { labels: { 'a.k8s.io/b': 'c' } }),
      },
      true,
    ],
    [
      'taints at birth',
      { to: 'nodes', object: node('me', {}, { taints: [{ key: 'a', effect: 'NoSchedule' }] }) },
      true,
    ],
    [
      'taints later',
      {
        to: 'nodes',
        ...update,
        object: node('me', {}, { taints: [] }),
        old: node('me', {}, { taints: [{ key: 'a', effect: 'NoSchedule' }] }),
      },
      'is not allowed to modify taints',
    ],
    ['own lease', { to: 'leases.coordination.k8s.io', object: lease('me'), namespace: 'kube-node-lease' }, true],
    [
      'other lease',
      { to: 'leases.coordination.k8s.io', object: lease('you'), namespace: 'kube-node-lease' },
      'can only access node lease with the same name as the requesting node',
    ],
    [
      'other csi node',
      { to: 'csinodes.storage.k8s.io', object: lease('you') },
      'can only access CSINode with the same name as the requesting node',
    ],
    [
      'other slice',
      { to: 'resourceslices.resource.k8s.io', object: { spec: { nodeName: 'you' } } },
      'can only create ResourceSlice with the same NodeName as the requesting node',
    ],
    [
      'plain pod',
      { to: 'pods', object: pod({ nodeName: 'me' }) },
      'pods "p" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "me" can only create mirror pods',
    ],
    ['mirror pod', { to: 'pods', object: pod({ nodeName: 'me' }, mirror) }, true],
    [
      'mirror pod elsewhere',
      { to: 'pods', object: pod({ nodeName: 'you' }, mirror) },
      'node "me" can only create pods with spec.nodeName set to itself',
    ],
    [
      'mirror pod without owner',
      { to: 'pods', object: pod({ nodeName: 'me' }, { ...mirror, ownerReferences: [] }) },
      'node "me" can only create pods with an owner reference set to itself',
    ],
    [
      'mirror pod of a former self',
      {
        to: 'pods',
        object: pod({ nodeName: 'me' }, { ...mirror, ownerReferences: [{ ...mirror.ownerReferences[0], uid: 'old' }] }),
      },
      'node me UID mismatch: expected old got uid-me',
    ],
    [
      'mirror pod with secrets',
      { to: 'pods', object: pod({ nodeName: 'me', volumes: [{ name: 'v', secret: { secretName: 's' } }] }, mirror) },
      'node "me" can not create pods that reference secrets',
    ],
    [
      'pod update',
      { to: 'pods', ...update, object: pod({ nodeName: 'me' }), old: pod({ nodeName: 'me' }) },
      'unexpected operation "UPDATE", node "me" can only create and delete mirror pods',
    ],
    ['delete own pod', { to: 'pods', operation: 'DELETE', old: pod({ nodeName: 'me' }) }, true],
    [
      'delete other pod',
      { to: 'pods', operation: 'DELETE', old: pod({ nodeName: 'you' }) },
      'node "me" can only delete pods with spec.nodeName set to itself',
    ],
    [
      'status of its pod',
      { to: 'pods/status', ...update, object: pod({ nodeName: 'me' }), old: pod({ nodeName: 'me' }) },
      true,
    ],
    [
      'status of other pod',
      { to: 'pods/status', ...update, object: pod({ nodeName: 'me' }), old: pod({ nodeName: 'you' }) },
      'node "me" can only update pod status for pods with spec.nodeName set to itself',
    ],
    [
      'labels by status',
      {
        to: 'pods/status',
        ...update,
        object: pod({ nodeName: 'me' }, { labels: { a: 'b' } }),
        old: pod({ nodeName: 'me' }),
      },
      'node "me" cannot update labels through pod status',
    ],
    ['evict its pod', { to: 'pods/eviction', object: { metadata: { name: 'here' } } }, true],
    [
      'evict other pod',
      { to: 'pods/eviction', object: { metadata: { name: 'there' } } },
      'node me can only evict pods with spec.nodeName set to itself',
    ],
    [
      'ephemeral containers',
      { to: 'pods/ephemeralcontainers', ...update, object: pod({}), old: pod({}) },
      "unexpected pod subresource \"ephemeralcontainers\", only 'status' and 'eviction' are allowed",
    ],
    ['token for its pod', { to: 'serviceaccounts/token', object: bound({}) }, true],
    ...['other', 'vault', 'cloud'].map((audience): [string, Write, true] => [
      `token for ${audience}`,
      { to: 'serviceaccounts/token', object: bound({}, [audience]) },
      true,
    ]),
    [
      'token for an audience that no pod names',
      { to: 'serviceaccounts/token', object: { ...bound({}, ['bank']), metadata: { name: 'default' } } },
      'serviceaccounts "default" is forbidden: audience "bank" not found in pod spec volume, system:node:me is not authorized to request tokens for this audience',
    ],
    [
      'token for two audiences',
      { to: 'serviceaccounts/token', object: bound({}, ['other', 'vault']) },
      'node may only request 0 or 1 audiences',
    ],
    ['own certificate', { to: CSRS, object: request(SERVING, REQUEST_OF_ME) }, true],
    [
      'certificate of another',
      { to: CSRS, object: request(SERVING, REQUEST_OF_YOU) },
      'can only create a node CSR with CN=system:node:me',
    ],
    ['certificate that is no node’s', { to: CSRS, object: request('example.com/any', REQUEST_OF_YOU) }, true],
    [
      'garbage',
      { to: CSRS, object: request(SERVING, 'x') },
      'unable to parse csr: PEM block type must be CERTIFICATE REQUEST',
    ],
    ...(
      [
        [{ volumes: [{ name: 'v', csi: { driver: 'd' } }] }, 'csidrivers (via CSI volumes)'],
        [{ volumes: [{ name: 'v', projected: { sources: [{ clusterTrustBundle: {} }] } }] }, 'clustertrustbundles'],
        [{ volumes: VOLUMES.slice(0, 1) }, 'serviceaccounts (via projected volumes)'],
        [{ serviceAccountName: 'default' }, 'serviceaccounts'],
        [{ resourceClaims: [{ name: 'c', resourceClaimTemplateName: 't' }] }, 'resourceclaims'],
      ] as const
    ).map(([spec, what]): [string, Write, string] => [
      `mirror pod with ${what}`,
      { to: 'pods', object: pod({ nodeName: 'me', ...spec }, mirror) },
      `node "me" can not create pods that reference ${what}`,
    ]),
    [
      'token unbound',
      { to: 'serviceaccounts/token', object: { metadata: { name: 'default' }, spec: {} } },
      'serviceaccounts "default" is forbidden: node requested token not bound to a pod',
    ],
    [
      'token without uid',
      { to: 'serviceaccounts/token', object: bound({ uid: '' }) },
      'node requested token with a pod binding without a uid',
    ],
    [
      'token for another node',
      { to: 'serviceaccounts/token', object: bound({ name: 'there', uid: 'uid-there' }) },
      'node requested token bound to a pod scheduled on a different node',
    ],
    ['claim', { to: 'persistentvolumeclaims', ...update, object: {}, old: {} }, 'may only update PVC status'],
    [
      'claim growth',
      {
        to: 'persistentvolumeclaims/status',
        ...update,
        object: { status: { phase: 'Bound', capacity: { storage: '2Gi' } } },
        old: { status: { phase: 'Bound' } },
      },
      true,
    ],
    [
      'claim phase',
      {
        to: 'persistentvolumeclaims/status',
        ...update,
        object: { status: { phase: 'Lost' } },
        old: { status: { phase: 'Bound' } },
      },
      'is not allowed to update fields other than status.quantity and status.conditions',
    ],
  ];
  it.each(table)('%s', async (_, write, answer) => {
    const attempt = admit(nodeRestriction, { ...me, ...write }, objects);
    if (answer === true) await attempt;
    else await expect(attempt).rejects.toThrow(answer);
  });
});
