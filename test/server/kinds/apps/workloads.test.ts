import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/api/object.ts';
import { daemonsets } from '../../../../src/server/kinds/apps/daemonsets.ts';
import { deployments } from '../../../../src/server/kinds/apps/deployments.ts';
import { replicasets } from '../../../../src/server/kinds/apps/replicasets.ts';
import { statefulsets } from '../../../../src/server/kinds/apps/statefulsets.ts';
import { replicationcontrollers } from '../../../../src/server/kinds/core/replicationcontrollers.ts';
import type { Kind } from '../../../../src/server/kinds/kind.ts';
import { causesOf, pick } from '../golden-harness.ts';
import { RegistryPlayer } from '../registry-player.ts';

const TEMPLATE = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const COUNTER = 'deprecated.daemonset.template.generation';

function workload(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    metadata: { name: 'w', ...metadata },
    spec: { selector: { matchLabels: { a: 'b' } }, template: TEMPLATE, ...spec },
  };
}

let player: RegistryPlayer;
beforeEach(() => {
  player = new RegistryPlayer();
});
afterEach(() => player.close());

const refusal = async (kind: Kind, spec: JsonObject) =>
  causesOf((await player.create(kind, workload(spec), true)).body);
const image = (name: string) => ({ spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } } });

describe('deployments', () => {
  it('count a generation for annotations too', async () => {
    await player.create(deployments, workload());
    const annotated = await player.merge(deployments, 'w', { metadata: { annotations: { a: 'b' } } });
    const labelled = await player.merge(deployments, 'w', { metadata: { labels: { a: 'b' } } });
    expect([annotated, labelled].map(({ body }) => pick(body, 'metadata.generation'))).toEqual([2, 2]);
  });

  it('keep spec and labels from writers of status', async () => {
    await player.create(deployments, workload({}, { labels: { kept: 'x' } }));
    const patch = {
      metadata: { labels: { new: 'y' }, annotations: { n: 'v' } },
      spec: { replicas: 9 },
      status: { replicas: 1 },
    };
    const { body } = await player.merge(deployments, 'w', patch, 'status');
    expect([
      pick(body, 'metadata.labels'),
      pick(body, 'metadata.annotations'),
      pick(body, 'spec.replicas'),
      pick(body, 'status.replicas'),
    ]).toEqual([{ kept: 'x' }, { n: 'v' }, 1, 1]);
  });

  it('warn of names that make poor host names, when created', async () => {
    const warnings = (await player.create(deployments, workload({}, { name: 'a.b' }))).warnings;
    expect(warnings.join()).toMatch(/^metadata\.name: this is used in Pod names and hostnames/);
    expect((await player.merge(deployments, 'a.b', image('j'))).warnings).toEqual([]);
  });

  it('report a status that contradicts itself', async () => {
    await player.create(deployments, workload());
    await player.merge(deployments, 'w', { status: { collisionCount: 2 } }, 'status');
    expect(
      causesOf(
        (await player.merge(deployments, 'w', { status: { updatedReplicas: 1, collisionCount: 1 } }, 'status')).body,
      ),
    ).toEqual([
      'FieldValueInvalid status.updatedReplicas: Invalid value: 1: cannot be greater than status.replicas',
      'FieldValueInvalid status.collisionCount: Invalid value: 1: cannot be decremented',
    ]);
  });

  it('count in the order of upstream', async () => {
    await player.create(deployments, workload());
    const status = { collisionCount: -1, terminatingReplicas: -1, unavailableReplicas: -1 };
    const fields = causesOf((await player.merge(deployments, 'w', { status }, 'status')).body).map(
      (c) => c.split(':')[0],
    );
    expect(fields).toEqual([
      'FieldValueInvalid status.unavailableReplicas',
      'FieldValueInvalid status.terminatingReplicas',
      'FieldValueInvalid status.collisionCount',
    ]);
  });
});

describe('replica sets', () => {
  it('report faults of an update twice, as upstream', async () => {
    await player.create(replicasets, workload());
    const fault = 'FieldValueInvalid spec.replicas: Invalid value: -1: must be greater than or equal to 0';
    expect(causesOf((await player.merge(replicasets, 'w', { spec: { replicas: -1 } })).body)).toEqual([fault, fault]);
  });
});

describe('daemon sets', () => {
  it('count template changes themselves, whatever clients say', async () => {
    const counter = ({ body }: { body: unknown }) =>
      (pick(body, 'metadata.annotations') as Record<string, string> | undefined)?.[COUNTER];
    expect(counter(await player.create(daemonsets, workload({}, { annotations: { [COUNTER]: '7' } })))).toBe('7');
    expect(counter(await player.merge(daemonsets, 'w', { metadata: { annotations: { [COUNTER]: '99' } } }))).toBe('7');
    expect(counter(await player.merge(daemonsets, 'w', { metadata: { annotations: null } }))).toBe('7');
    expect(counter(await player.merge(daemonsets, 'w', image('j')))).toBe('8');
    expect(
      counter(await player.merge(daemonsets, 'w', { metadata: { annotations: { [COUNTER]: '1' } } }, 'status')),
    ).toBe('8');
    expect(
      counter(await player.create(daemonsets, workload({}, { name: 'v', annotations: { [COUNTER]: '-3' } }))),
    ).toBe('1');
  });

  it.each<[JsonObject, string[]]>([
    [{ rollingUpdate: { maxSurge: '50%', maxUnavailable: 0 } }, []],
    [
      { rollingUpdate: { maxSurge: 'x' } },
      [
        expect.stringMatching(
          /^FieldValueInvalid spec\.updateStrategy\.rollingUpdate\.maxSurge: Invalid value: "x": a valid percent/,
        ),
      ],
    ],
    [{ type: 'OnDelete', rollingUpdate: { maxSurge: 'x' } }, []],
  ])('update strategy %j: %j', async (updateStrategy, wanted) => {
    expect(await refusal(daemonsets, { updateStrategy })).toEqual(wanted);
  });
});

describe('stateful sets', () => {
  const claim = (name: string, spec: JsonObject = {}) => ({
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  });
  const mounting = (name: string) => ({
    ...TEMPLATE,
    spec: { containers: [{ name: 'c', image: 'i', volumeMounts: [{ name, mountPath: '/x' }] }] },
  });
  it('know the volumes of their claim templates', async () => {
    expect(await refusal(statefulsets, { template: mounting('data'), volumeClaimTemplates: [claim('data')] })).toEqual(
      [],
    );
    expect(await refusal(statefulsets, { template: mounting('gone'), volumeClaimTemplates: [claim('data')] })).toEqual([
      'FieldValueNotFound spec.template.spec.containers[0].volumeMounts[0].name: Not found: "gone"',
    ]);
  });

  it('want names that are labels', async () => {
    expect(causesOf((await player.create(statefulsets, workload({}, { name: 'a.b' }))).body)).toEqual([
      'FieldValueInvalid metadata.name: Invalid value: "a.b": must not contain dots',
    ]);
  });

  it('default rollingUpdate only where the type was left out', async () => {
    const strategy = async (updateStrategy: JsonObject) =>
      pick((await player.create(statefulsets, workload({ updateStrategy }), true)).body, 'spec.updateStrategy');
    expect(await strategy({})).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
    expect(await strategy({ type: 'RollingUpdate' })).toEqual({ type: 'RollingUpdate' });
    expect(await strategy({ type: 'RollingUpdate', rollingUpdate: {} })).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { partition: 0 },
    });
  });

  it.each<[JsonObject, boolean]>([
    [{ replicas: 2, minReadySeconds: 1, ordinals: { start: 1 }, revisionHistoryLimit: 3 }, true],
    [{ persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } }, true],
    [{ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }, true],
    [{ podManagementPolicy: 'Parallel' }, false],
    [{ serviceName: 'other' }, false],
  ])('may be updated with %j: %j', async (spec, allowed) => {
    await player.create(statefulsets, workload());
    expect(causesOf((await player.merge(statefulsets, 'w', { spec })).body)).toHaveLength(allowed ? 0 : 1);
  });

  it('warn of fractions of bytes in claim templates', async () => {
    const resources = { requests: { storage: '100m' } };
    const { warnings } = await player.create(
      statefulsets,
      workload({ volumeClaimTemplates: [claim('a', { resources })] }),
    );
    expect(warnings.join()).toMatch(
      /^spec\.volumeClaimTemplates\[0\].*: fractional byte value "100m" is invalid, must be an integer$/,
    );
  });

  it('warn of a history without end', async () => {
    expect((await player.create(statefulsets, workload({ revisionHistoryLimit: -1 }))).warnings).toEqual([
      'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
    ]);
  });
});

describe('replication controllers', () => {
  it('take selector and labels from the template', async () => {
    const { body } = await player.create(replicationcontrollers, {
      metadata: { name: 'w' },
      spec: { template: TEMPLATE },
    });
    expect([pick(body, 'spec.selector'), pick(body, 'metadata.labels'), pick(body, 'status')]).toEqual([
      { a: 'b' },
      { a: 'b' },
      { replicas: 0 },
    ]);
  });

  it('refuse deadlines', async () => {
    const template = { ...TEMPLATE, spec: { ...TEMPLATE.spec, activeDeadlineSeconds: 5 } };
    const { body } = await player.create(replicationcontrollers, { metadata: { name: 'w' }, spec: { template } });
    expect(causesOf(body)).toEqual([
      'FieldValueForbidden spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ]);
  });
});

describe('warnings of updates', () => {
  const claim = (storage: string) => ({
    metadata: { name: 'd' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });

  it('name the claims of a stateful set as upstream does', async () => {
    const fractional = (path: string) =>
      `${path}.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer`;
    const created = await player.create(statefulsets, workload({ volumeClaimTemplates: [claim('1500m')] }));
    expect(created.warnings).toEqual([fractional('spec.volumeClaimTemplates[0]')]);
    const { warnings } = await player.merge(statefulsets, 'w', { spec: { replicas: 2 } });
    expect(warnings).toEqual([fractional('spec.volumeClaimTemplates[0].Spec')]);
  });

  it('come for a daemon set only when its template changes', async () => {
    const twice = { env: ['1', '2'].map((value) => ({ name: 'A', value })) };
    const template = { ...TEMPLATE, spec: { containers: [{ name: 'c', image: 'i', ...twice }] } };
    expect((await player.create(daemonsets, workload({ template }))).warnings).toHaveLength(1);
    const patches = [{ spec: { minReadySeconds: 3 } }, { spec: { template: { metadata: { labels: { c: 'd' } } } } }];
    const counts: number[] = [];
    for (const patch of patches) counts.push((await player.merge(daemonsets, 'w', patch)).warnings.length);
    expect(counts).toEqual([0, 1]);
  });
});

describe('replication controllers that older versions could not express', () => {
  const rc = (annotations: JsonObject) => ({
    metadata: { name: 'w', annotations },
    spec: { selector: { a: 'b' }, template: TEMPLATE },
  });
  const key = 'non-convertible.kubernetes.io';

  it.each<[JsonObject, JsonObject, string[]]>([
    [{ [`${key}/selector`]: 'x' }, { replicas: 3 }, []],
    [
      { [`${key}/selector`]: 'x' },
      { selector: { c: 'd' }, template: { metadata: { labels: { c: 'd' } } } },
      ['FieldValueInvalid spec.selector: Invalid value: {"a":"b","c":"d"}: cannot update non-convertible selector'],
    ],
    [
      { [`${key}/other`]: 'x' },
      { replicas: 3 },
      ['FieldValueNotFound other: Not found: "x": unknown non-convertible field'],
    ],
    [{ [key]: 'x' }, { replicas: 3 }, []],
  ])('%j, %j', async (annotations, spec, expected) => {
    await player.create(replicationcontrollers, rc(annotations));
    expect(causesOf((await player.merge(replicationcontrollers, 'w', { spec })).body)).toEqual(expected);
  });
});
