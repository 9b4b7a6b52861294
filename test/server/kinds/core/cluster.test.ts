import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { configmaps } from '../../../../src/server/kinds/core/configmaps.ts';
import { finalizeNamespace } from '../../../../src/server/kinds/core/namespace-finalize.ts';
import { namespaces } from '../../../../src/server/kinds/core/namespaces.ts';
import { nodes } from '../../../../src/server/kinds/core/nodes.ts';
import { persistentvolumes } from '../../../../src/server/kinds/core/persistentvolumes.ts';
import { secrets } from '../../../../src/server/kinds/core/secrets.ts';
import type { SubresourceRequest } from '../../../../src/server/kinds/subresource.ts';
import { causesOf, NOW } from '../golden-harness.ts';
import { type Answer, RegistryPlayer } from '../registry-player.ts';
import { FakeObjects } from './fake-objects.ts';

let player: RegistryPlayer;
beforeEach(() => {
  player = new RegistryPlayer();
});
afterEach(() => player.close());

const bodyOf = <T = JsonObject>({ body }: Answer): T => body as T;

describe('namespaces', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };

  it('are born active and labelled, and end by their finalizers', async () => {
    const made = bodyOf<KubeObject>(await player.create(namespaces, namespace));
    expect(made.spec).toEqual({ finalizers: ['kubernetes'] });
    expect(made.status).toEqual({ phase: 'Active' });
    expect(made.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'x' });
    const patched = await player.merge(namespaces, 'x', { spec: { finalizers: [] }, metadata: { labels: null } });
    expect(bodyOf<KubeObject>(patched).spec).toEqual({ finalizers: ['kubernetes'] });
    expect(bodyOf<KubeObject>(patched).metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'x' });
    const deleted = bodyOf<KubeObject>(await player.delete(namespaces, 'x'));
    expect(deleted.status).toEqual({ phase: 'Terminating' });
    expect(deleted.metadata.deletionTimestamp).toBeDefined();
    expect(deleted.metadata.deletionGracePeriodSeconds).toBeUndefined();
    expect((await player.get(namespaces, 'x')).status).toBe(200);
  });

  it('phases go with the deletion timestamp', async () => {
    await player.create(namespaces, namespace);
    const refused = await player.merge(namespaces, 'x', { status: { phase: 'Terminating' } }, 'status');
    expect(refused.status).toBe(422);
    expect(causesOf(refused.body)[0]).toContain('status.Phase');
  });

  it.each<[JsonObject, { labels?: object; name?: string }, number]>([
    [{ finalizers: ['a.example.com/x'] }, { labels: { a: 'b' } }, 200],
    [{}, {}, 200],
    [{ finalizers: [1] }, {}, 400],
    [{ finalizers: ['kubernetes'] }, { name: 'other' }, 400],
  ])('finalize with %j and metadata %j answers %i', async (spec, metadata, status) => {
    const objects = new FakeObjects();
    const stored = {
      ...namespace,
      metadata: { name: 'x', uid: 'u' },
      spec: { finalizers: ['kubernetes'] },
      status: {},
    };
    objects.put('namespaces', stored);
    const request = {
      kind: namespaces,
      info: { name: 'x' },
      body: { metadata, spec },
      dryRun: false,
      now: NOW,
      objects,
    };
    const answer = finalizeNamespace(request as unknown as SubresourceRequest);
    if (status !== 200) {
      await expect(answer).rejects.toMatchObject({ code: status });
      return;
    }
    const body = (await answer).body as KubeObject;
    expect(body.spec).toEqual(spec);
    expect(body.metadata).toEqual({
      name: 'x',
      uid: 'u',
      labels: { ...metadata.labels, 'kubernetes.io/metadata.name': 'x' },
    });
  });
});

describe('nodes', () => {
  const node = (spec: JsonObject, status: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', ...metadata },
    spec,
    status,
  });

  it.each<[JsonObject, string[]]>([
    [
      { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24', 'fd00::/64'], taints: [{ key: 'a', effect: 'NoSchedule' }] },
      [],
    ],
    [{ podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] }, ['spec.podCIDRs']],
    [{ taints: [{ key: 'a', effect: 'Never' }] }, ['metadata.taints[0].effect']],
    [
      {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule' },
        ],
      },
      ['metadata.taints[1]'],
    ],
  ])('%j is refused at %j', async (spec, fields) => {
    const answer = await player.create(nodes, node(spec));
    expect(causesOf(answer.body).map((cause) => cause.split(' ')[1]?.replace(/:$/, ''))).toEqual(fields);
  });

  it('keeps what may be set once only', async () => {
    await player.create(nodes, node({ providerID: 'a://1', podCIDR: '10.0.0.0/24' }));
    const answer = await player.merge(nodes, 'n', {
      spec: { providerID: 'a://2', podCIDR: '10.9.0.0/24', podCIDRs: null },
    });
    expect(causesOf(answer.body)).toEqual([
      'FieldValueForbidden spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'FieldValueForbidden spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]);
  });

  it.each([
    [
      {},
      {},
      {},
      ['n', 'Unknown', '<none>', '<unknown>', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'],
    ],
    [
      { unschedulable: true },
      {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
        nodeInfo: { kubeletVersion: 'v1', osImage: 'os', kernelVersion: 'k', containerRuntimeVersion: 'c' },
      },
      { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/a': '', 'kubernetes.io/role': 'old' },
      ['n', 'Ready,SchedulingDisabled', 'a,old,worker', '<unknown>', 'v1', '192.0.2.1', '<none>', 'os', 'k', 'c'],
    ],
    [
      {},
      { conditions: [{ type: 'Ready', status: 'Unknown' }] },
      {},
      ['n', 'NotReady', '<none>', '<unknown>', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'],
    ],
  ])('spec %j, status %j, labels %j', (spec, status, labels, cells) => {
    expect(nodes.table.cells(node(spec, status, { labels }) as unknown as KubeObject, NOW)).toEqual(cells);
  });

  it('may be selected by being unschedulable', () => {
    const read = nodes.selectableFields.get('spec.unschedulable');
    expect(read?.(node({}) as unknown as KubeObject)).toBe('false');
    expect(read?.(node({ unschedulable: true }) as unknown as KubeObject)).toBe('true');
  });
});

describe('persistent volumes', () => {
  const volume = (spec: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, ...spec },
  });

  it('note when their phase changes', async () => {
    const made = bodyOf<KubeObject>(await player.create(persistentvolumes, volume({})));
    expect(made.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: '2026-01-02T03:04:05Z' });
    const available = await player.merge(persistentvolumes, 'pv', { status: { phase: 'Available' } }, 'status');
    expect(bodyOf<KubeObject>(available).status).toMatchObject({
      phase: 'Available',
      lastPhaseTransitionTime: '2026-01-02T03:04:05Z',
    });
  });

  it.each([
    ['its source', { hostPath: { path: '/y' } }, 'spec.persistentvolumesource'],
    ['its mode', { volumeMode: 'Block' }, 'volumeMode'],
  ])('never change %s', async (_, spec, field) => {
    await player.create(persistentvolumes, volume({}));
    const refused = await player.merge(persistentvolumes, 'pv', { spec });
    expect(causesOf(refused.body)[0]).toContain(field);
  });
});

describe.each([
  ['config maps', configmaps, { data: { a: '1' } }, { data: { a: '2' } }],
  ['secrets', secrets, { data: { a: 'MQ==' } }, { data: { a: 'Mg==' } }],
])('%s', (_, kind, content, other) => {
  const object = (more: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: kind.kind,
    metadata: { name: 'x' },
    ...more,
  });

  it('are frozen once immutable', async () => {
    await player.create(kind, object({ ...content, immutable: true }));
    const changed = await player.put(kind, 'x', object({ ...other, immutable: true }));
    expect(causesOf(changed.body)).toEqual([
      'FieldValueForbidden data: Forbidden: field is immutable when `immutable` is set',
    ]);
    const thawed = await player.put(kind, 'x', object(content));
    expect(causesOf(thawed.body)).toEqual([
      'FieldValueForbidden immutable: Forbidden: field is immutable when `immutable` is set',
    ]);
    expect((await player.put(kind, 'x', object({ ...content, immutable: true }))).status).toBe(200);
  });

  it('take keys of every legal name', async () => {
    const value = Object.values(content.data)[0];
    const data = JSON.parse(`{"__proto__":"${value}","constructor":"${value}","a.b_C-1":"${value}"}`) as JsonObject;
    const made = await player.create(kind, object({ data }));
    expect(Object.keys(bodyOf<{ data: object }>(made).data).sort()).toEqual(['__proto__', 'a.b_C-1', 'constructor']);
    const bad = await player.create(kind, object({ data: { 'a/b': value, '..': value } }));
    expect(causesOf(bad.body)).toHaveLength(2);
  });
});
