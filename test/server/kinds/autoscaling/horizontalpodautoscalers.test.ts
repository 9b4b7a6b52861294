import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import type { MetricSpec, MetricStatus } from '../../../../src/api/types/autoscaling-v2.ts';
import { horizontalpodautoscalers as v2 } from '../../../../src/server/kinds/autoscaling/horizontalpodautoscalers.ts';
import { horizontalpodautoscalersV1 as v1 } from '../../../../src/server/kinds/autoscaling/horizontalpodautoscalers-v1.ts';
import { toV1, toV2 } from '../../../../src/server/kinds/autoscaling/hpa-v1-conversion.ts';
import { causesOf, NOW, pick } from '../golden-harness.ts';
import { RegistryPlayer } from '../registry-player.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const REF = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const hpa = (spec: JsonObject = {}, metadata: JsonObject = {}) => ({
  metadata: { name: 'h', ...metadata },
  spec: { scaleTargetRef: REF, maxReplicas: 3, ...spec },
});
const annotations = (obj: unknown) => (pick(obj, 'metadata.annotations') ?? {}) as Record<string, string>;

let player: RegistryPlayer;
beforeEach(() => {
  player = new RegistryPlayer();
});
afterEach(() => player.close());

const METRICS: MetricSpec[] = [
  { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
  {
    type: 'Pods',
    pods: {
      metric: { name: 'rps', selector: { matchLabels: { a: 'b' } } },
      target: { type: 'AverageValue', averageValue: '1k' },
    },
  },
  { type: 'External', external: { metric: { name: 'q<1>' }, target: { type: 'Value', value: '5' } } },
  {
    type: 'Object',
    object: {
      describedObject: { kind: 'Service', name: 's' },
      metric: { name: 'hits' },
      target: { type: 'Value', value: '10' },
    },
  },
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 60 } },
  },
];
const STATUSES: MetricStatus[] = [
  { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 63, averageValue: '315m' } } },
  { type: 'Pods', pods: { metric: { name: 'rps' }, current: { averageValue: '3' } } },
  { type: 'External', external: { metric: { name: 'q' }, current: { value: '7' } } },
  {
    type: 'Object',
    object: { describedObject: { kind: 'Service', name: 's' }, metric: { name: 'hits' }, current: { value: '3' } },
  },
  {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'app', current: { averageUtilization: 5, averageValue: '50m' } },
  },
];

describe('autoscalers across versions', () => {
  it('come back from v1 as they went', () => {
    const behavior = {
      scaleUp: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }], tolerance: '50m' },
    };
    const conditions = [
      { type: 'AbleToScale', status: 'True', lastTransitionTime: '2024-01-01T00:00:00Z', reason: 'R' },
    ];
    const obj = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'h', annotations: { own: 'x' } },
      spec: { scaleTargetRef: REF, minReplicas: 1, maxReplicas: 3, metrics: METRICS, behavior },
      status: { currentReplicas: 2, desiredReplicas: 3, currentMetrics: STATUSES, conditions },
    };
    const older = toV1(obj);
    expect(Object.keys(annotations(older)).sort()).toEqual([
      ...['behavior', 'conditions', 'current-metrics', 'metrics'].map((name) => PREFIX + name),
      'own',
    ]);
    expect(annotations(older)[`${PREFIX}metrics`]).toContain('{"metricName":"q\\u003c1\\u003e","targetValue":"5"}');
    expect(older.status).toEqual({ currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 63 });
    expect(toV2(older)).toEqual(obj);
  });

  it('show CPU utilization in the field that v1 has for it', () => {
    const cpu = {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 55 } },
    };
    const older = toV1({ metadata: { name: 'h' }, spec: { scaleTargetRef: REF, maxReplicas: 3, metrics: [cpu] } });
    expect([older.spec?.targetCPUUtilizationPercentage, older.metadata?.annotations]).toEqual([55, undefined]);
  });

  it.each([
    'not json',
    '{}',
    '[1]',
    '[{"type":"Pods","pods":{"metricName":5}}]',
    '[{"type":"Pods","pods":{"targetAverageValue":"lots"}}]',
  ])('ignore malformed annotations: %s', (text) => {
    const obj = {
      metadata: { name: 'h', annotations: { [`${PREFIX}metrics`]: text, [`${PREFIX}behavior`]: text } },
      spec: { scaleTargetRef: REF, maxReplicas: 3, targetCPUUtilizationPercentage: 70 },
    };
    expect([toV2(obj).spec?.metrics?.length, toV2(obj).spec?.behavior, toV2(obj).metadata?.annotations]).toEqual([
      1,
      undefined,
      undefined,
    ]);
  });

  it('lose the zero that v1 puts beside an average', () => {
    const object = (target: JsonObject) => ({
      type: 'Object',
      object: { describedObject: { kind: 'Service', name: 's' }, metric: { name: 'hits' }, target },
    });
    const targets = [
      { type: 'AverageValue', averageValue: '5' },
      { type: 'AverageValue', value: '3', averageValue: '5' },
      { type: 'Value', value: '0' },
    ];
    const spec = { scaleTargetRef: REF, maxReplicas: 3, minReplicas: 1, metrics: targets.map(object) };
    const older = toV1({ metadata: { name: 'h' }, spec });
    expect(annotations(older)[`${PREFIX}metrics`]).toContain('"targetValue":"0","averageValue":"5"');
    expect(toV2(older).spec).toEqual(spec);
  });

  it.each<[(number | undefined)[], number | undefined]>([
    [[55, 60], 55],
    [[undefined, 60], undefined],
  ])('show v1 the first CPU metric only: %j', (utilizations, expected) => {
    const metrics = utilizations.map((averageUtilization) => ({
      type: 'Resource',
      resource: {
        name: 'cpu',
        target: averageUtilization === undefined ? { averageValue: '1' } : { averageUtilization },
      },
    }));
    expect(toV1({ spec: { metrics } }).spec?.targetCPUUtilizationPercentage).toBe(expected);
  });

  it('show v1 the last CPU usage', () => {
    const currentMetrics = [5, undefined, 7, undefined].map((averageUtilization) => ({
      type: 'Resource',
      resource: { name: 'cpu', current: averageUtilization === undefined ? {} : { averageUtilization } },
    }));
    expect(toV1({ status: { currentMetrics, desiredReplicas: 0 } }).status?.currentCPUUtilizationPercentage).toBe(7);
  });

  it('get the defaults of behavior only after its rules', async () => {
    const written = (behavior: JsonObject) =>
      hpa({}, { annotations: { [`${PREFIX}behavior`]: JSON.stringify(behavior) } });
    const refused = await player.create(v1, written({ ScaleUp: { SelectPolicy: 'Max' } }));
    expect(causesOf(refused.body)).toEqual([
      'FieldValueRequired spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
    ]);
    const policies = [{ Type: 'Pods', Value: 1, PeriodSeconds: 9 }];
    await player.create(v1, written({ ScaleUp: { Policies: policies } }));
    const { body } = await player.get(v2, 'h');
    expect(pick(body, 'spec.behavior.scaleUp')).toEqual({
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [{ type: 'Pods', value: 1, periodSeconds: 9 }],
    });
    expect(pick(body, 'spec.behavior.scaleDown.policies.length')).toBe(1);
  });

  it.each<[JsonObject, JsonObject, boolean]>([
    [{ kind: 'ReplicationController', name: 'a' }, { kind: 'Deployment', name: 'a' }, false],
    [{ kind: 'ReplicationController', name: 'a' }, { kind: 'ReplicationController', name: 'b' }, true],
    [{ ...REF }, { ...REF, apiVersion: 'v1' }, false],
  ])('forgive a stored reference only as it stands: %j to %j', async (before, after, fine) => {
    await player.create(v2, hpa({ scaleTargetRef: before }));
    const { body } = await player.merge(v2, 'h', { spec: { scaleTargetRef: after } });
    expect(causesOf(body)).toEqual(
      fine
        ? []
        : [
            `FieldValueInvalid spec.scaleTargetRef.apiVersion: Invalid value: "${after.apiVersion ?? ''}": apiVersion must specify API group`,
          ],
    );
  });

  it('written through v1 are stored and read as v2', async () => {
    await player.create(v1, hpa({ targetCPUUtilizationPercentage: 70 }));
    const { body } = await player.get(v2, 'h');
    expect(pick(body, 'spec.metrics.0.resource.target.averageUtilization')).toBe(70);
    expect(body.apiVersion).toBe('autoscaling/v2');
  });

  it('keep what only v2 can say when v1 clients change the rest', async () => {
    await player.create(v2, hpa({ metrics: METRICS, behavior: { scaleUp: { selectPolicy: 'Disabled' } } }));
    await player.merge(
      v2,
      'h',
      { status: { currentMetrics: STATUSES, conditions: [{ type: 'A', status: 'True' }] } },
      'status',
    );
    const { body } = await player.merge(v1, 'h', {
      spec: { maxReplicas: 9 },
      metadata: { annotations: { [`${PREFIX}conditions`]: null } },
    });
    expect(Object.keys(annotations(body)).sort()).toEqual(
      ['behavior', 'conditions', 'current-metrics', 'metrics'].map((name) => PREFIX + name),
    );
    const newer = (await player.get(v2, 'h')).body;
    expect([
      pick(newer, 'spec.maxReplicas'),
      pick(newer, 'spec.metrics.length'),
      pick(newer, 'spec.behavior.scaleUp.selectPolicy'),
      pick(newer, 'status.conditions.length'),
    ]).toEqual([9, 5, 'Disabled', 1]);
  });

  it('let status writers of v1 change no metrics', async () => {
    await player.create(v2, hpa({ metrics: METRICS }));
    await player.merge(
      v1,
      'h',
      { status: { currentReplicas: 2 }, metadata: { annotations: { [`${PREFIX}metrics`]: null } } },
      'status',
    );
    const newer = (await player.get(v2, 'h')).body;
    expect([pick(newer, 'spec.metrics.length'), pick(newer, 'status.currentReplicas')]).toEqual([5, 2]);
  });
});

describe('autoscaler rules', () => {
  const refusal = async (spec: JsonObject) => causesOf((await player.create(v2, hpa(spec), true)).body);
  it.each<[JsonObject, string[]]>([
    [{ scaleTargetRef: { kind: 'ReplicationController', name: 'rc' } }, []],
    [
      { scaleTargetRef: { ...REF, apiVersion: 'a/b/c' } },
      [
        'FieldValueInvalid spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
      ],
    ],
    [
      {
        metrics: [{ type: 'Pods', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 0 } } }],
      },
      [
        'FieldValueInvalid spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        'FieldValueRequired spec.metrics[0].pods: Required value: must populate information for the given metric source',
      ],
    ],
    [
      { metrics: [METRICS[0], { ...METRICS[0], ...METRICS[1], type: 'Pods' }] as unknown as JsonObject[] },
      ['FieldValueForbidden spec.metrics[1].resource: Forbidden: must populate the given metric source only'],
    ],
    [
      {
        metrics: [
          {
            type: 'External',
            external: { metric: { name: 'a/b' }, target: { type: 'Odd', value: '1', averageValue: '1' } },
          },
        ],
      },
      [
        'FieldValueInvalid spec.metrics[0].external.metric.name: Invalid value: "a/b": may not contain \'/\'',
        'FieldValueInvalid spec.metrics[0].external.target.type: Invalid value: "Odd": must be either Utilization, Value, or AverageValue',
        'FieldValueForbidden spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      ],
    ],
  ])('%j: %j', async (spec, wanted) => {
    expect(await refusal(spec)).toEqual(wanted);
  });

  it('forgive a reference that was bad when stored', async () => {
    await player.create(v2, hpa());
    expect(
      causesOf((await player.merge(v2, 'h', { spec: { scaleTargetRef: { apiVersion: 'v1' } } })).body),
    ).toHaveLength(1);
  });
});

describe('autoscaler table', () => {
  const targets = (metrics: MetricSpec[], currentMetrics: MetricStatus[] = []) => {
    const obj = { metadata: { name: 'h' }, spec: { scaleTargetRef: REF, metrics }, status: { currentMetrics } };
    return v2.table.cells(obj as unknown as KubeObject, NOW)[2];
  };
  it.each([
    ['<none>', [], []],
    ['<unknown type>', [{ type: 'Odd' }], []],
    ['memory: <unknown>/1Gi, <unknown>/1k + 3 more...', METRICS, []],
    ['3/1k', [METRICS[1]], [STATUSES[1]]],
    ['7/5', [METRICS[2]], [STATUSES[2]]],
    ['3/10, cpu: 5%/60%', METRICS.slice(3), STATUSES.slice(3)],
    ['<unknown>/4 (avg)', [{ type: 'External', external: { metric: {}, target: { averageValue: '4' } } }], []],
    ['cpu: <unknown>/<auto>', [{ type: 'Resource', resource: { name: 'cpu', target: {} } }], []],
  ])('%s', (wanted, metrics, statuses) => {
    expect(targets(metrics as MetricSpec[], statuses as MetricStatus[])).toBe(wanted);
  });
});
