import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { leases } from '../../../../src/server/kinds/coordination/leases.ts';
import { limitranges } from '../../../../src/server/kinds/core/limitranges.ts';
import { resourcequotas } from '../../../../src/server/kinds/core/resourcequotas.ts';
import { runtimeclasses } from '../../../../src/server/kinds/node/runtimeclasses.ts';
import { poddisruptionbudgets } from '../../../../src/server/kinds/policy/poddisruptionbudgets.ts';
import { priorityclasses } from '../../../../src/server/kinds/scheduling/priorityclasses.ts';
import { causesOf, NOW, pick } from '../golden-harness.ts';
import { RegistryPlayer } from '../registry-player.ts';

let player: RegistryPlayer;
beforeEach(() => {
  player = new RegistryPlayer();
});
afterEach(() => player.close());

const X = { metadata: { name: 'x' } };

describe('resource quotas', () => {
  it('keep their scopes, in any order', async () => {
    await player.create(resourcequotas, {
      ...X,
      spec: { hard: { pods: '1' }, scopes: ['NotTerminating', 'NotBestEffort'] },
    });
    expect(
      causesOf(
        (await player.merge(resourcequotas, 'x', { spec: { scopes: ['NotBestEffort', 'NotTerminating'] } })).body,
      ),
    ).toEqual([]);
    expect(causesOf((await player.merge(resourcequotas, 'x', { spec: { scopes: null } })).body)).toEqual([
      'FieldValueInvalid spec.scopes: Invalid value: null: field is immutable',
    ]);
  });

  it('check what a status counts', async () => {
    await player.create(resourcequotas, { ...X, spec: { hard: { pods: '1' } } });
    expect(
      causesOf(
        (await player.merge(resourcequotas, 'x', { status: { hard: { odd: '1' }, used: { pods: '0.5' } } }, 'status'))
          .body,
      ),
    ).toEqual([
      'FieldValueInvalid status.hard[odd]: Invalid value: "odd": must be a standard resource type or fully qualified',
      'FieldValueInvalid status.hard[odd]: Invalid value: "odd": must be a standard resource for quota',
      'FieldValueInvalid status.used[pods]: Invalid value: "500m": must be an integer',
    ]);
  });

  it('say which scope fits no resource', async () => {
    const scopeSelector = { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] }] };
    expect(
      causesOf((await player.create(resourcequotas, { ...X, spec: { hard: { services: '1' }, scopeSelector } })).body),
    ).toEqual([
      'FieldValueInvalid spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"PriorityClass","Operator":"Exists","Values":["a"]}]}: unsupported scope applied to resource',
      "FieldValueInvalid spec.scopeSelector.matchExpressions.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
    ]);
  });
});

describe('limit ranges', () => {
  const causes = async (limits: JsonObject[]) =>
    causesOf((await player.create(limitranges, { ...X, spec: { limits } }, true)).body);
  it.each<[JsonObject, string[]]>([
    [{ type: 'example.com/thing', max: { 'example.com/x': '1' } }, []],
    [
      { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } },
      [
        'FieldValueInvalid spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
      ],
    ],
    [
      { type: 'Container', default: { 'example.com/gpu': '2' }, defaultRequest: { 'example.com/gpu': '1' } },
      [
        'FieldValueInvalid spec.limits[0].defaultRequest[example.com/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in example.com/gpu',
      ],
    ],
    [
      { type: 'Pod', max: { 'requests.hugepages-2Mi': '4Mi', pods: '1' } },
      [
        'FieldValueInvalid spec.limits[0].max[pods]: Invalid value: "pods": must be a standard resource for containers',
        'FieldValueInvalid spec.limits[0].max[requests.hugepages-2Mi]: Invalid value: "requests.hugepages-2Mi": must be a standard resource for containers',
      ],
    ],
    [
      { type: 'bad type!' },
      [expect.stringMatching(/^FieldValueInvalid spec\.limits\[0\]\.type: Invalid value: "bad type!": name part/)],
    ],
  ])('%j: %j', async (limit, wanted) => {
    expect(await causes([limit])).toEqual(wanted);
  });

  it('get a name when they have none, and are created by PUT', async () => {
    const { body } = await player.create(limitranges, { metadata: {}, spec: { limits: [] } });
    expect(pick(body, 'metadata.name')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await player.put(limitranges, 'new', { metadata: { name: 'new' }, spec: { limits: [] } })).status).toBe(
      200,
    );
  });

  it('round what is finer than thousandths', async () => {
    const { body } = await player.create(limitranges, {
      ...X,
      spec: { limits: [{ type: 'Pod', max: { cpu: '0.0001' } }] },
    });
    expect(pick(body, 'spec.limits.0.max')).toEqual({ cpu: '1m' });
  });
});

describe('priority classes', () => {
  it.each<[string, JsonObject, string[]]>([
    ['system-node-critical', { value: 2000001000 }, []],
    [
      'system-node-critical',
      { value: 5 },
      [
        "FieldValueForbidden metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000",
      ],
    ],
    [
      'system-cluster-critical',
      { value: 2000000000, globalDefault: true },
      [expect.stringMatching(/globalDefault of system-cluster-critical PriorityClass must be false$/)],
    ],
    ['x', { value: 1000000000 }, []],
  ])('%s %j: %j', async (name, spec, wanted) => {
    const causes = causesOf((await player.create(priorityclasses, { metadata: { name }, ...spec })).body);
    expect(causes).toEqual(wanted);
  });

  it('of the system cannot be deleted', async () => {
    await player.create(priorityclasses, { metadata: { name: 'system-node-critical' }, value: 2000001000 });
    const { status, body } = await player.delete(priorityclasses, 'system-node-critical');
    expect([status, body.message]).toEqual([
      403,
      'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    ]);
    await player.create(priorityclasses, { ...X, value: 1 });
    expect((await player.delete(priorityclasses, 'x')).status).toBe(200);
  });
});

describe('leases', () => {
  it('drop what coordinated election would use', async () => {
    const { body } = await player.create(leases, {
      ...X,
      spec: { holderIdentity: 'me', strategy: 'OldestEmulationVersion', preferredHolder: 'you' },
    });
    expect(body.spec).toEqual({ holderIdentity: 'me' });
  });
});

describe('runtime classes', () => {
  it('report the faults of an update twice, as upstream', async () => {
    await player.create(runtimeclasses, { ...X, handler: 'a' });
    expect(
      causesOf(
        (
          await player.merge(runtimeclasses, 'x', {
            handler: 'b',
            scheduling: { tolerations: [{ key: 'a', operator: 'Odd' }] },
          })
        ).body,
      ),
    ).toHaveLength(2);
  });
});

describe('disruption budgets', () => {
  const pdb = (spec: JsonObject, name = 'x') => ({ metadata: { name }, spec });
  it('may have any name that is a path segment', async () => {
    expect(causesOf((await player.create(poddisruptionbudgets, pdb({}, 'Any_Name'))).body)).toEqual([]);
  });

  it('count a generation for the spec', async () => {
    await player.create(poddisruptionbudgets, pdb({ minAvailable: 1 }));
    expect(
      pick((await player.merge(poddisruptionbudgets, 'x', { spec: { minAvailable: 2 } })).body, 'metadata.generation'),
    ).toBe(2);
    const cells = poddisruptionbudgets.table.cells(
      (await player.get(poddisruptionbudgets, 'x')).body as KubeObject,
      NOW,
    );
    expect(cells).toEqual(['x', '2', 'N/A', 0, '0s']);
  });

  it('check the conditions of a status', async () => {
    await player.create(poddisruptionbudgets, pdb({}));
    const conditions = [
      { type: 'A', status: 'Maybe', reason: 'R', message: '', lastTransitionTime: '2024-01-01T00:00:00Z' },
    ];
    expect(
      causesOf(
        (await player.merge(poddisruptionbudgets, 'x', { status: { conditions, expectedPods: -1 } }, 'status')).body,
      ),
    ).toEqual([
      'FieldValueNotSupported status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      'FieldValueInvalid status.expectedPods: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});
