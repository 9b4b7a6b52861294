import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../../src/api/types/core-v1.ts';
import type { PodDisruptionBudget } from '../../../../src/api/types/policy-v1.ts';
import { bindings } from '../../../../src/server/kinds/core/bindings.ts';
import { answer, FakeObjects, podRequest } from './fake-objects.ts';

const pod = (name: string, more: Pod = {}): Pod => ({
  metadata: { name, namespace: 'ns', uid: 'u1', resourceVersion: '5' },
  spec: { containers: [{ name: 'c' }] },
  status: { phase: 'Running' },
  ...more,
});
const target = (name: string, more: object = {}) => ({
  metadata: { name: 'p', ...more },
  target: { kind: 'Node', name },
});

function withPod(more: Pod = {}): FakeObjects {
  const objects = new FakeObjects();
  objects.put('pods', pod('p', more));
  return objects;
}

describe('binding', () => {
  it('puts the pod on the node, with annotations, labels and the node’s topology', async () => {
    const objects = withPod({
      status: {
        phase: 'Pending',
        nominatedNodeName: 'n',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
    });
    objects.put('nodes', { metadata: { name: 'n', labels: { 'topology.kubernetes.io/zone': 'z', other: 'x' } } });
    const body = target('n', { annotations: { a: 'b' }, labels: { l: 'm' } });
    expect(await answer(podRequest(objects, 'p', 'binding', { body }))).toBe('201');
    const { metadata, spec, status } = objects.read<Pod>('pods', 'p');
    expect(spec?.nodeName).toBe('n');
    expect(metadata).toMatchObject({ annotations: { a: 'b' }, labels: { l: 'm', 'topology.kubernetes.io/zone': 'z' } });
    expect(status).toEqual({
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: '2026-01-02T03:04:05Z' },
      ],
    });
  });

  it.each<[string, Pod, object, string]>([
    [
      'bound already',
      { spec: { nodeName: 'm' } },
      target('n'),
      '409 Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "m"',
    ],
    [
      'gated',
      { spec: { schedulingGates: [{ name: 'g' }] } },
      target('n'),
      '409 Operation cannot be fulfilled on pods/binding "p": pod p has non-empty .spec.schedulingGates',
    ],
    [
      'going',
      { metadata: { name: 'p', deletionTimestamp: '2026-01-01T00:00:00Z' } },
      target('n'),
      '409 Operation cannot be fulfilled on pods/binding "p": pod p is being deleted, cannot be assigned to a host',
    ],
    ['no target', {}, { metadata: { name: 'p' } }, '500 target.name: Required value'],
    [
      'both faults of a target',
      {},
      { metadata: { name: 'p' }, target: { kind: 'Moon' } },
      '500 [target.kind: Unsupported value: "Moon": supported values: "Node", "<empty>", target.name: Required value]',
    ],
    [
      'other name',
      {},
      { metadata: { name: 'q' }, target: { name: 'n' } },
      '400 name in URL does not match name in Binding object',
    ],
    [
      'wrong type',
      {},
      { metadata: { name: 'p' }, target: 'n' },
      '400 Binding in version "v1" cannot be handled as a Binding: json: cannot unmarshal string into Go struct field Binding.target of type v1.ObjectReference',
    ],
    [
      'other uid',
      {},
      target('n', { uid: 'u2' }),
      '409 Operation cannot be fulfilled on pods "p": StorageError: invalid object, Code: 4, Key: /registry/pods/ns/p, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u2, UID in object meta: u1',
    ],
  ])('refuses: %s', async (_, more, body, expected) => {
    expect(await answer(podRequest(withPod(more), 'p', 'binding', { body: body as never }))).toBe(expected);
  });

  it('works through the old top-level kind', async () => {
    const objects = withPod();
    await bindings.virtual?.(podRequest(objects, '', '', { body: target('n') }));
    expect(objects.read<Pod>('pods', 'p').spec?.nodeName).toBe('n');
  });
});

describe('eviction', () => {
  const eviction = { metadata: { name: 'p' } };
  const labels = { metadata: { name: 'p', labels: { app: 'db' }, resourceVersion: '5' } };
  const budget = (
    status: PodDisruptionBudget['status'],
    spec: PodDisruptionBudget['spec'] = {},
  ): PodDisruptionBudget => ({
    metadata: { name: 'b', generation: 1 },
    spec: { selector: { matchLabels: { app: 'db' } }, ...spec },
    status: { observedGeneration: 1, ...status },
  });
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

  it('marks and deletes, with the options of the body', async () => {
    const objects = withPod();
    const body = { ...eviction, deleteOptions: { gracePeriodSeconds: 3, preconditions: { resourceVersion: '5' } } };
    expect(await answer(podRequest(objects, 'p', 'eviction', { body }))).toBe('201');
    expect(objects.deleted).toEqual([{ name: 'p', dryRun: false, body: body.deleteOptions }]);
  });

  it.each(['Pending', 'Running', 'Failed'])('says why in the status of a pod that is %s', async (phase) => {
    const objects = withPod({ status: { phase } });
    expect(await answer(podRequest(objects, 'p', 'eviction', { body: eviction }))).toBe('201');
    expect((objects.lastDeleted as Pod).status?.conditions).toMatchObject([
      { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
    ]);
  });

  it('leaves the time of a mark that is there already', async () => {
    const before = { type: 'DisruptionTarget', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' };
    const objects = withPod({ status: { phase: 'Running', conditions: [before, { type: 'Ready', status: 'False' }] } });
    await answer(podRequest(objects, 'p', 'eviction', { body: eviction }));
    expect((objects.lastDeleted as Pod).status?.conditions).toMatchObject([
      { lastTransitionTime: before.lastTransitionTime, reason: 'EvictionByEvictionAPI' },
      { type: 'Ready' },
    ]);
  });

  it.each([
    [
      { resourceVersion: '4' },
      'ResourceVersion in the precondition (4) does not match the ResourceVersion in record (5). The object might have been modified',
    ],
    [
      { uid: 'other' },
      'UID in the precondition (other) does not match the UID in record (u1). The object might have been deleted and then recreated',
    ],
  ])('wants %j before it marks', async (preconditions, why) => {
    const objects = withPod({ metadata: { ...labels.metadata, uid: 'u1' } });
    const body = { ...eviction, deleteOptions: { preconditions } };
    expect(await answer(podRequest(objects, 'p', 'eviction', { body }))).toBe(
      `409 Operation cannot be fulfilled on Pod "p": the ${why}`,
    );
    expect(objects.deleted).toEqual([]);
  });

  it('asks the budget of all pods for one without labels', async () => {
    const objects = withPod({ status: ready });
    objects.put('poddisruptionbudgets', budget({ disruptionsAllowed: 0 }, { selector: {} }));
    expect(await answer(podRequest(objects, 'p', 'eviction', { body: eviction }))).toMatch(/^429 /);
  });

  it('spends the budget', async () => {
    const objects = withPod({ ...labels, status: ready });
    objects.put('poddisruptionbudgets', budget({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 }));
    expect(await answer(podRequest(objects, 'p', 'eviction', { body: eviction }))).toBe('201');
    const { status } = objects.read<PodDisruptionBudget>('poddisruptionbudgets', 'b');
    expect(status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: '2026-01-02T03:04:05Z' },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    });
  });

  it.each<[string, PodDisruptionBudget['status'], string]>([
    [
      'nothing allowed',
      { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 },
      'The disruption budget b needs 1 healthy pods and has 1 currently',
    ],
    [
      'more healthy than desired',
      { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 1 },
      'The disruption budget b does not allow evicting pods currently',
    ],
    [
      'failed sync',
      {
        disruptionsAllowed: 0,
        conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'oh' }],
      },
      'The disruption budget b does not allow evicting pods currently because it failed sync: oh',
    ],
    ['not observed', { observedGeneration: 0 }, 'The disruption budget b is still being processed by the server.'],
  ])('is refused: %s', async (_, status, cause) => {
    const objects = withPod({ ...labels, status: ready });
    objects.put('poddisruptionbudgets', budget(status));
    const request = podRequest(objects, 'p', 'eviction', { body: eviction });
    expect(await answer(request)).toBe("429 Cannot evict pod as it would violate the pod's disruption budget.");
    await expect(request.kind.subresources.get('eviction')?.handler?.(request)).rejects.toMatchObject({
      status: { details: { causes: [{ reason: 'DisruptionBudget', message: cause }] } },
    });
    expect(objects.deleted).toEqual([]);
  });

  it.each<[string, Pod, PodDisruptionBudget]>([
    ['a finished pod', { ...labels, status: { phase: 'Failed' } }, budget({ disruptionsAllowed: 0 })],
    [
      'an unready pod, where enough are healthy',
      { ...labels, status: { phase: 'Running' } },
      budget({ disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 }),
    ],
    [
      'an unready pod, if the budget says so',
      { ...labels, status: { phase: 'Running' } },
      budget({ disruptionsAllowed: 0, desiredHealthy: 1 }, { selector: {}, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    ],
  ])('spares %s the budget', async (_, more, found) => {
    const objects = withPod(more);
    objects.put('poddisruptionbudgets', found);
    expect(await answer(podRequest(objects, 'p', 'eviction', { body: eviction }))).toBe('201');
  });

  it('dry runs change nothing', async () => {
    const objects = withPod({ ...labels, status: ready });
    objects.put('poddisruptionbudgets', budget({ disruptionsAllowed: 1 }));
    const body = { ...eviction, deleteOptions: { dryRun: ['All'] } };
    expect(await answer(podRequest(objects, 'p', 'eviction', { body }))).toBe('201');
    expect(objects.read<PodDisruptionBudget>('poddisruptionbudgets', 'b').status?.disruptionsAllowed).toBe(1);
    expect(objects.read<Pod>('pods', 'p').status).toEqual(ready);
  });
});

describe('a node that cannot be asked', () => {
  const two: Pod = {
    spec: { nodeName: 'n', containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }] },
  };
  it.each<[string, Pod, string, string, string]>([
    ['log of an unscheduled pod', {}, 'log', '', '204'],
    [
      'log of several containers',
      two,
      'log',
      '',
      '400 a container name must be specified for pod p, choose one of: [i a b]',
    ],
    ['log of nobody', two, 'log', 'container=x', '400 container x is not valid for pod p'],
    ['log on an unknown node', two, 'log', 'container=i', '404 pods "n" not found'],
    [
      'log options',
      {},
      'log',
      'tailLines=-1&limitBytes=0',
      '422 PodLogOptions "p" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0]',
    ],
    ['exec without a node', {}, 'exec', 'command=ls', '400 pod p does not have a host assigned'],
    ['port-forward to an unknown node', two, 'portforward', '', '404 pods "n" not found'],
    ['proxy to a pod without an address', {}, 'proxy', '', '400 address not allowed'],
    ['proxy to itself', { status: { podIPs: [{ ip: '127.0.0.1' }] } }, 'proxy', '', '400 address not allowed'],
  ])('%s', async (_, more, subresource, query, expected) => {
    expect(await answer(podRequest(withPod(more), 'p', subresource, { query }))).toBe(expected);
  });
  it.each(['exec', 'attach', 'portforward'])('a WebSocket for %s wants the right to create', async (subresource) => {
    const get = (verdict: 'allow' | 'no-opinion') => {
      const request = podRequest(withPod(), 'p', subresource);
      const authorize = ({ verb }: { verb: string }) => ({
        verdict: verb === 'create' ? verdict : 'allow',
        reason: 'why',
      });
      return answer({ ...request, info: { ...request.info, verb: 'get' }, identity: { authorize } as never });
    };
    expect(await get('no-opinion')).toBe('403 pods "p" is forbidden: why');
    expect(await get('allow')).toBe('400 pod p does not have a host assigned');
  });
  it.each([
    ['a:b:c:d', '400 invalid pod request "a:b:c:d"'],
    ['ftp:p:80', '400 invalid pod request "ftp:p:80"'],
    ['https:ghost:80', '404 pods "ghost" not found'],
  ])('proxy to %s', async (id, expected) => {
    expect(await answer(podRequest(withPod(), id, 'proxy'))).toBe(expected);
  });
});
