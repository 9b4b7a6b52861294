import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/api/object.ts';
import { cronjobs } from '../../../../src/server/kinds/batch/cronjobs.ts';
import { countIndexes, overlappingIndex } from '../../../../src/server/kinds/batch/job-indexes.ts';
import { jobs } from '../../../../src/server/kinds/batch/jobs.ts';
import { causesOf, pick } from '../golden-harness.ts';
import { RegistryPlayer } from '../registry-player.ts';

const container = { name: 'c', image: 'i' };
const TEMPLATE = { spec: { restartPolicy: 'Never', containers: [container] } };

function job(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { metadata: { name: 'j', ...metadata }, spec: { template: TEMPLATE, ...spec } };
}

let player: RegistryPlayer;
beforeEach(() => {
  player = new RegistryPlayer();
});
afterEach(() => player.close());

async function refusal(spec: JsonObject, metadata?: JsonObject): Promise<string[]> {
  return causesOf((await player.create(jobs, job(spec, metadata), true)).body);
}

async function afterStatus(status: JsonObject, spec: JsonObject = {}, before?: JsonObject): Promise<string[]> {
  await player.create(jobs, job({ suspend: true, ...spec }));
  if (before !== undefined)
    expect(causesOf((await player.merge(jobs, 'j', { status: before }, 'status')).body)).toEqual([]);
  return causesOf((await player.merge(jobs, 'j', { status }, 'status')).body);
}

describe('completion indexes', () => {
  it.each<[string, number, number | string]>([
    ['', 5, 0],
    ['0', 5, 1],
    ['0-4', 5, 5],
    ['0,2-3', 5, 3],
    ['5', 5, 'too large index: "5"'],
    ['0-5', 5, 'too large index: "5"'],
    ['a', 5, 'cannot convert string to integer for index: "a"'],
    ['1-', 5, 'cannot convert string to integer for index: ""'],
    [
      '1-2-3',
      5,
      'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'',
    ],
    ['3-3', 5, 'non-increasing order, previous: 3, current: 3'],
    ['2,1', 5, 'non-increasing order, previous: 2, current: 1'],
  ])('%j below %i: %j', (text, completions, wanted) => {
    const counted = countIndexes(text, completions);
    expect(typeof counted === 'number' ? counted : counted.error).toBe(wanted);
  });

  it.each([
    ['0-2', '3-4', undefined],
    ['0-2', '2-4', 2],
    ['0,4', '1-3,4', 4],
    ['x,4', '4', 4],
    ['', '1', undefined],
  ])('%j and %j share %j', (left, right, wanted) => {
    expect(overlappingIndex(left, right, 9)).toBe(wanted);
  });
});

describe('jobs', () => {
  it('take the template labels, generated ones included, when they have none', async () => {
    const template = { ...TEMPLATE, metadata: { labels: { mine: 'x' } } };
    const created = (await player.create(jobs, job({ template }))).body;
    expect(Object.keys(pick(created, 'metadata.labels') as object).sort()).toEqual([
      'batch.kubernetes.io/controller-uid',
      'batch.kubernetes.io/job-name',
      'controller-uid',
      'job-name',
      'mine',
    ]);
  });

  it('keep labels of their own, even those of the template', async () => {
    const template = { ...TEMPLATE, metadata: { labels: { mine: 'x' } } };
    const created = (await player.create(jobs, job({ template }, { labels: { mine: 'x' } }))).body;
    expect(pick(created, 'metadata.labels')).toEqual({ mine: 'x' });
  });

  it('refuse labels that pretend to be generated', async () => {
    const template = { ...TEMPLATE, metadata: { labels: { 'job-name': 'other' } } };
    expect(await refusal({ template })).toEqual([
      expect.stringMatching(
        /^FieldValueInvalid spec\.template\.metadata\.labels\[job-name\]: Invalid value: \{.*\}: must be 'j'$/,
      ),
    ]);
  });

  it.each<[JsonObject, string]>([
    [{ managedBy: '' }, 'FieldValueRequired spec.managedBy: Required value'],
    [
      { managedBy: `a.io/${'x'.repeat(60)}` },
      'FieldValueTooLong spec.managedBy: Too long: may not be more than 63 bytes',
    ],
    [
      { maxFailedIndexes: 1, completionMode: 'Indexed', completions: 2 },
      'FieldValueRequired spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
    ],
    [
      { completionMode: 'Indexed', completions: 3, parallelism: 100001 },
      'FieldValueInvalid spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
    ],
    [
      { completionMode: 'Indexed', completions: 200000, backoffLimitPerIndex: 1 },
      'FieldValueRequired spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
    ],
    [
      { podFailurePolicy: { rules: [{ action: '', onExitCodes: { operator: 'In', values: [1] } }] } },
      'FieldValueRequired spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
    ],
    [
      { podFailurePolicy: { rules: [{ action: 'Count', onExitCodes: { operator: 'In', values: [] } }] } },
      'FieldValueInvalid spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required',
    ],
    [
      { podFailurePolicy: { rules: [{ action: 'Count', onExitCodes: { operator: 'In' } }] } },
      'FieldValueInvalid spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: null: at least one value is required',
    ],
    [
      { successPolicy: { rules: [] } },
      'FieldValueInvalid spec.successPolicy: Invalid value: {"Rules":[]}: requires indexed completion mode',
    ],
    [
      { successPolicy: {} },
      'FieldValueInvalid spec.successPolicy: Invalid value: {"Rules":null}: requires indexed completion mode',
    ],
    [
      { completionMode: 'Indexed', completions: 3, successPolicy: { rules: [] } },
      'FieldValueRequired spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified',
    ],
    [
      {
        completionMode: 'Indexed',
        completions: 9,
        successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 3 }] },
      },
      'FieldValueInvalid spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
    ],
    [
      { template: { spec: { restartPolicy: 'Sometimes', containers: [container] } } },
      'FieldValueNotSupported spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "OnFailure", "Never"',
    ],
  ])('%j: %s', async (spec, wanted) => {
    expect(await refusal(spec)).toContain(wanted);
  });

  it('want host names that fit when they are indexed', async () => {
    const name = 'x'.repeat(62);
    expect(await refusal({ completionMode: 'Indexed', completions: 11 }, { name })).toContain(
      `FieldValueInvalid metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-10`,
    );
  });

  it('warn of a great many completions', async () => {
    const spec = { completionMode: 'Indexed', completions: 100001, parallelism: 10001 };
    expect((await player.create(jobs, job(spec), true)).warnings).toEqual([
      'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
    ]);
  });

  it('that are indexed may be resized, completions and parallelism together', async () => {
    await player.create(jobs, job({ completionMode: 'Indexed', completions: 3, parallelism: 3 }));
    expect(causesOf((await player.merge(jobs, 'j', { spec: { completions: 5, parallelism: 5 } })).body)).toEqual([]);
    expect(causesOf((await player.merge(jobs, 'j', { spec: { completions: 4 } })).body)).toEqual([
      'FieldValueInvalid spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism',
    ]);
  });

  it('count a generation for the spec, not for labels and status', async () => {
    await player.create(jobs, job({ suspend: true }));
    await player.merge(jobs, 'j', { metadata: { labels: { a: 'b' } } });
    await player.merge(jobs, 'j', { status: { active: 0, startTime: '2024-01-01T00:00:00Z' } }, 'status');
    expect(pick((await player.get(jobs, 'j')).body, 'metadata.generation')).toBe(1);
    expect(pick((await player.merge(jobs, 'j', { spec: { suspend: false } })).body, 'metadata.generation')).toBe(2);
  });

  it('orphan their pods and say so', () => {
    expect([jobs.strategy.defaultPropagation, jobs.strategy.deleteWarning]).toEqual([
      'Orphan',
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
    ]);
  });
});

describe('templates of suspended jobs', () => {
  const change = (spec: JsonObject, template: JsonObject = {}) => ({ spec: { template: { ...template, spec } } });
  async function changed(patch: JsonObject, suspend = true, status?: JsonObject): Promise<string[]> {
    await player.create(jobs, job({ suspend }));
    if (status !== undefined) await player.merge(jobs, 'j', { status }, 'status');
    return causesOf((await player.merge(jobs, 'j', patch)).body);
  }
  const bigger = change({ containers: [{ ...container, resources: { requests: { cpu: '2' } } }] });
  const elsewhere = change(
    {
      nodeSelector: { zone: 'a' },
      tolerations: [{ operator: 'Exists' }],
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
          ],
        },
      },
    },
    { metadata: { labels: { more: 'x' }, annotations: { k: 'v' } } },
  );
  const otherImage = change({ containers: [{ ...container, image: 'other' }] });

  it.each([
    ['size', bigger],
    ['place', elsewhere],
  ])('may change their %s before they start', async (_, patch) => {
    expect(await changed(patch)).toEqual([]);
  });

  it('may change nothing else', async () => {
    expect((await changed(otherImage)).join()).toMatch(
      /^FieldValueInvalid spec\.template\.spec: Invalid value: \{"Volumes":null,.*"Image":"other",.*\}: field is immutable$/,
    );
  });

  it('may change nothing while they run', async () => {
    expect((await changed(bigger, false)).join()).toMatch(
      /^FieldValueInvalid spec\.template: Invalid value: \{"labels":\{.*\},"Spec":\{"Volumes":null,.*\}\}: field is immutable$/,
    );
  });

  it('may change again once a started job says that it is suspended', async () => {
    const started = { startTime: '2024-01-01T00:00:00Z' };
    expect((await changed(elsewhere, true, started)).join()).toMatch(/^FieldValueInvalid spec\.template: /);
    await player.merge(jobs, 'j', { status: { conditions: [{ type: 'Suspended', status: 'True' }] } }, 'status');
    expect(causesOf((await player.merge(jobs, 'j', elsewhere)).body)).toEqual([]);
  });

  it('may not change while pods are active', async () => {
    expect(await changed(bigger, true, { active: 1 })).toHaveLength(1);
  });
});

describe('the start time of a job', () => {
  const [time, later] = ['2024-01-01T00:00:00Z', '2024-01-01T01:00:00Z'];
  const immutable = (shown: string) =>
    `FieldValueInvalid status.startTime: Invalid value: ${shown}: field is immutable for unsuspended job once set`;
  const suspended = (status: string) => ({ conditions: [{ type: 'Suspended', status }] });

  it.each<[string, JsonObject, JsonObject, JsonObject, string[]]>([
    ['stays while it runs', { suspend: false }, { startTime: time }, { startTime: later }, [immutable(`"${later}"`)]],
    ['is not removed', { suspend: false }, { startTime: time }, { startTime: null }, [immutable('null')]],
    ['may be set', { suspend: false }, {}, { startTime: later }, []],
    ['goes with a suspension', { suspend: true }, { startTime: time }, { startTime: null }, []],
    [
      'may change when it is resumed',
      { suspend: false },
      { startTime: time, ...suspended('True') },
      { startTime: later, ...suspended('False') },
      [],
    ],
    [
      'stays when the condition goes without a word',
      { suspend: false },
      { startTime: time, ...suspended('True') },
      { startTime: later, conditions: null },
      [immutable(`"${later}"`)],
    ],
  ])('%s', async (_, spec, before, after, wanted) => {
    await player.create(jobs, job(spec));
    await player.merge(jobs, 'j', { status: before }, 'status');
    expect(causesOf((await player.merge(jobs, 'j', { status: after }, 'status')).body)).toEqual(wanted);
  });
});

describe('status of jobs', () => {
  const time = '2024-01-01T00:00:00Z';
  const later = '2024-01-01T01:00:00Z';
  const conditions = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));
  const complete = { startTime: time, completionTime: later, conditions: conditions('SuccessCriteriaMet', 'Complete') };

  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['complete', complete, {}, []],
    ['suspended for good', { ...complete, startTime: null }, { completions: 0 }, []],
    ['failed', { startTime: time, conditions: conditions('FailureTarget', 'Failed') }, {}, []],
    [
      'negative counters',
      { active: -1 },
      {},
      ['FieldValueInvalid status.active: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'complete without criteria',
      { startTime: time, completionTime: later, conditions: conditions('Complete') },
      {},
      [
        'FieldValueInvalid status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      ],
    ],
    [
      'failed without target',
      { startTime: time, conditions: conditions('Failed') },
      {},
      [
        'FieldValueInvalid status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
      ],
    ],
    [
      'complete without times',
      { conditions: conditions('SuccessCriteriaMet', 'Complete') },
      {},
      [
        'FieldValueRequired status.completionTime: Required value: completionTime is required for Complete jobs',
        'FieldValueRequired status.startTime: Required value: startTime is required for finished job',
      ],
    ],
    [
      'completed before it began',
      { ...complete, completionTime: '2023-01-01T00:00:00Z' },
      {},
      [
        'FieldValueInvalid status.completionTime: Invalid value: "2023-01-01T00:00:00Z": must be equal to or after `startTime`',
      ],
    ],
    [
      'a completion time alone',
      { completionTime: later },
      {},
      [
        'FieldValueInvalid status.completionTime: Invalid value: "2024-01-01T01:00:00Z": cannot set completionTime when there is no Complete=True condition',
      ],
    ],
    [
      'finished with active pods',
      { ...complete, active: 1 },
      {},
      ['FieldValueInvalid status.active: Invalid value: 1: active>0 is invalid for finished job'],
    ],
    [
      'indexes of a plain job',
      { completedIndexes: '0' },
      {},
      [
        'FieldValueInvalid status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
      ],
    ],
    [
      'indexes that are too large',
      { completedIndexes: '7' },
      { completionMode: 'Indexed', completions: 2 },
      [
        'FieldValueInvalid status.completedIndexes: Invalid value: "7": error parsing completedIndexes: too large index: "7"',
      ],
    ],
    [
      'failed indexes unasked for',
      { failedIndexes: '0' },
      { completionMode: 'Indexed', completions: 2 },
      [
        'FieldValueInvalid status.failedIndexes: Invalid value: "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ],
    ],
    [
      'an index both failed and completed',
      { failedIndexes: '0', completedIndexes: '0-1' },
      { completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 1 },
      [
        'FieldValueInvalid status.failedIndexes: Invalid value: "0": failedIndexes and completedIndexes overlap at index: 0',
      ],
    ],
    [
      'more ready than active',
      { ready: 2, active: 1 },
      {},
      ['FieldValueInvalid status.ready: Invalid value: 2: cannot set more ready pods than active'],
    ],
    [
      'a pod counted twice',
      { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['a'] } },
      {},
      [
        'FieldValueInvalid status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
        'FieldValueDuplicate status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
      ],
    ],
    [
      'finished with uncounted pods',
      { ...complete, uncountedTerminatedPods: { succeeded: ['a'] } },
      {},
      [
        'FieldValueInvalid status.uncountedTerminatedPods: Invalid value: {"Succeeded":["a"],"Failed":null}: must be empty for finished job',
      ],
    ],
  ])('%s', async (_, status, spec, wanted) => {
    expect(await afterStatus(status, spec)).toEqual(wanted);
  });

  it('does not go back from an end', async () => {
    expect(await afterStatus({ conditions: [], completionTime: null }, {}, complete)).toEqual([
      'FieldValueInvalid status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'FieldValueInvalid status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ]);
  });

  it('does not count down', async () => {
    expect(await afterStatus({ failed: 1, succeeded: 0 }, {}, { failed: 2, succeeded: 1 })).toEqual([
      'FieldValueInvalid status.failed: Invalid value: 1: cannot decrease the failed counter',
      'FieldValueInvalid status.succeeded: Invalid value: 0: cannot decrease the succeeded counter',
    ]);
  });
});

describe('cron jobs', () => {
  const cron = (spec: JsonObject) => ({
    metadata: { name: 'c' },
    spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: TEMPLATE } }, ...spec },
  });
  it('leave selectors to their jobs', async () => {
    const template = { spec: { template: TEMPLATE, selector: { matchLabels: { a: 'b' } }, manualSelector: true } };
    expect(causesOf((await player.create(cronjobs, cron({ jobTemplate: template }))).body)).toEqual([
      'FieldValueInvalid spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
      'FieldValueNotSupported spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ]);
  });

  it('give job templates only what upstream gives them', async () => {
    const policy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] };
    const { body } = await player.create(
      cronjobs,
      cron({ jobTemplate: { spec: { template: TEMPLATE, podFailurePolicy: policy } } }),
      true,
    );
    expect(Object.keys(pick(body, 'spec.jobTemplate.spec') as object).sort()).toEqual(['podFailurePolicy', 'template']);
    expect(pick(body, 'spec.jobTemplate.spec.podFailurePolicy.rules.0.onPodConditions.0.status')).toBe('True');
  });

  it('may be updated with a long name or an unknown zone that they had', async () => {
    await player.create(cronjobs, cron({ timeZone: 'Europe/Zurich' }));
    expect(causesOf((await player.merge(cronjobs, 'c', { spec: { suspend: true } })).body)).toEqual([]);
  });
});
