import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText, Path } from '../../../../src/api/field-errors.ts';
import type { Condition, LabelSelector } from '../../../../src/api/types/meta-v1.ts';
import { validateConditions } from '../../../../src/server/kinds/shared/conditions.ts';
import { validateSchedule, validateTimeZone } from '../../../../src/server/kinds/shared/cron.ts';
import {
  validateImmutable,
  validateNonNegative,
  validateNotDecremented,
} from '../../../../src/server/kinds/shared/field-rules.ts';
import { shownMap, shownSelector } from '../../../../src/server/kinds/shared/go-maps.ts';
import { isQuotaScope, scopeFits, validateQuotaResourceName } from '../../../../src/server/kinds/shared/quota-names.ts';
import {
  intOrPercentValue,
  validateAtMost100Percent,
  validatePositiveIntOrPercent,
} from '../../../../src/server/kinds/shared/rolling-update.ts';
import { labelMapScale, replicaScale } from '../../../../src/server/kinds/shared/scale.ts';
import { selectorMatcher } from '../../../../src/server/kinds/shared/template-selector.ts';
import { podNameWarnings } from '../../../../src/server/kinds/shared/workload-template.ts';

const X = Path.root('x');

function errorsOf(validate: (errors: FieldErrors) => void): string[] {
  const errors = new FieldErrors();
  validate(errors);
  return errors.list.map(fieldErrorText);
}

const PERCENT_ERROR =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

describe('numbers and percentages', () => {
  it.each([0, 7, '0%', '100%', '250%'])('%j is a fine number or percentage', (value) => {
    expect(errorsOf((errors) => validatePositiveIntOrPercent(value, X, errors))).toEqual([]);
  });

  it.each([
    [-1, 'x: Invalid value: -1: must be greater than or equal to 0'],
    ['5', `x: Invalid value: "5": ${PERCENT_ERROR}`],
    ['-5%', `x: Invalid value: "-5%": ${PERCENT_ERROR}`],
    ['', `x: Invalid value: "": ${PERCENT_ERROR}`],
  ])('%j is not', (value, message) => {
    expect(errorsOf((errors) => validatePositiveIntOrPercent(value, X, errors))).toEqual([message]);
  });

  it.each([
    ['100%', 0],
    ['101%', 1],
    [500, 0],
    ['odd', 0],
  ])('%j is above 100%% %i times', (value, count) => {
    expect(errorsOf((errors) => validateAtMost100Percent(value, X, errors))).toHaveLength(count);
  });

  it.each([
    [3, 3],
    ['40%', 40],
    ['0%', 0],
    ['x', 0],
  ])('%j counts as %i', (value, wanted) => {
    expect(intOrPercentValue(value)).toBe(wanted);
  });
});

describe('field rules', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [-1, 1],
  ])('%j is negative %i times', (value, count) => {
    expect(errorsOf((errors) => validateNonNegative(value, X, errors))).toHaveLength(count);
  });

  it.each([
    [2, 2, []],
    [3, 2, []],
    [1, undefined, []],
    [1, 2, ['x: Invalid value: 1: cannot be decremented']],
    [undefined, 2, ['x: Invalid value: 0: cannot be decremented']],
  ])('a counter may go to %j from %j: %j', (value, old, wanted) => {
    expect(errorsOf((errors) => validateNotDecremented(value, old, X, errors))).toEqual(wanted);
  });

  it('what may not change is compared by content', () => {
    expect(errorsOf((errors) => validateImmutable({ a: 1, b: [2] }, { b: [2], a: 1 }, X, errors))).toEqual([]);
    expect(errorsOf((errors) => validateImmutable('b', 'a', X, errors))).toEqual([
      'x: Invalid value: "b": field is immutable',
    ]);
  });
});

describe('selectors against templates', () => {
  const matches = (selector: LabelSelector | undefined, labels: Record<string, string>) =>
    selectorMatcher(selector)?.matches(labels);
  it.each<[LabelSelector | undefined, Record<string, string>, boolean]>([
    [undefined, { a: 'b' }, false],
    [{}, {}, true],
    [{ matchLabels: { a: 'b' } }, { a: 'b', c: 'd' }, true],
    [{ matchLabels: { a: 'b' } }, { a: 'x' }, false],
    [{ matchLabels: { constructor: 'b' } }, {}, false],
    [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b', 'c'] }] }, { a: 'c' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, { a: 'b' }, false],
    [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }, { a: '' }, true],
    [{ matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }, { a: '' }, false],
  ])('%j on %j: %j', (selector, labels, wanted) => {
    expect(matches(selector, labels)).toBe(wanted);
  });

  it.each<LabelSelector>([
    { matchLabels: { 'bad key': 'x' } },
    { matchLabels: { a: 'bad value' } },
    { matchExpressions: [{ key: 'a', operator: 'In' }] },
    { matchExpressions: [{ key: 'a', operator: 'Is', values: ['b'] }] },
  ])('%j is malformed', (selector) => {
    expect(selectorMatcher(selector)).toBeUndefined();
  });

  it('shows maps sorted and selectors without empty parts', () => {
    expect(JSON.stringify(shownMap({ b: '1', a: '2' }))).toBe('{"a":"2","b":"1"}');
    expect(shownMap(undefined)).toBeNull();
    const selector = { matchExpressions: [{ operator: 'Exists', key: 'a' }], matchLabels: { b: '1', a: '2' } };
    expect(JSON.stringify(shownSelector(selector))).toBe(
      '{"matchLabels":{"a":"2","b":"1"},"matchExpressions":[{"key":"a","operator":"Exists"}]}',
    );
  });
});

describe('scale', () => {
  it('reads and writes replicas and says the selector', () => {
    const scale = replicaScale<{
      spec?: { replicas?: number; selector?: LabelSelector };
      status?: { replicas?: number };
    }>();
    const obj = {
      spec: {
        replicas: 2,
        selector: { matchLabels: { b: 'c' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] },
      },
      status: { replicas: 1 },
    };
    expect([scale.specReplicas(obj), scale.statusReplicas(obj), scale.selector(obj)]).toEqual([2, 1, 'a,b=c']);
    scale.setReplicas(obj, 9);
    expect(obj.spec.replicas).toBe(9);
    expect([scale.specReplicas({}), scale.statusReplicas({}), scale.selector({})]).toEqual([0, 0, '']);
  });

  it('takes plain label maps too', () => {
    expect(labelMapScale().selector({ spec: { selector: { b: '2', a: '1' } } })).toBe('a=1,b=2');
  });
});

describe('schedules', () => {
  const schedule = (text: string, allowZoneInSchedule = false, timeZone?: string) =>
    errorsOf((errors) => validateSchedule(text, X, errors, { allowZoneInSchedule, timeZone }));
  it('wants zones in their own field, but for what had them before', () => {
    const text = 'TZ=UTC 0 0 * * *';
    expect(schedule(text)).toEqual([
      `x: Invalid value: "${text}": cannot use TZ or CRON_TZ in schedule, use timeZone field instead`,
    ]);
    expect(schedule(text, true)).toEqual([]);
    expect(schedule(text, true, 'UTC')).toEqual([
      `x: Invalid value: "${text}": cannot use both timeZone field and TZ or CRON_TZ in schedule`,
    ]);
    expect(schedule('0 0 * * *')).toEqual([]);
  });

  it.each([
    [undefined, []],
    ['Europe/Zurich', []],
    ['', ['x: Invalid value: "": timeZone must be nil or non-empty string']],
    ['a/../b', ['x: Invalid value: "a/../b": unknown time zone a/../b']],
    ['Sp ace', ['x: Invalid value: "Sp ace": unknown time zone Sp ace']],
    ['+01:00', ['x: Invalid value: "+01:00": unknown time zone +01:00']],
    [
      'Local',
      [
        'x: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
  ])('time zone %j: %j', (zone, wanted) => {
    expect(errorsOf((errors) => validateTimeZone(zone, X, errors))).toEqual(wanted);
  });
});

describe('quota names', () => {
  it.each([
    'pods',
    'cpu',
    'requests.storage',
    'limits.memory',
    'hugepages-2Mi',
    'requests.hugepages-2Mi',
    'count/widgets.example.com',
    'requests.nvidia.com/gpu',
  ])('%s can be counted', (name) => {
    expect(errorsOf((errors) => validateQuotaResourceName(name, X, errors))).toEqual([]);
  });

  it.each([
    ['storage', ['x: Invalid value: "storage": must be a standard resource for quota']],
    [
      'nonsense',
      [
        'x: Invalid value: "nonsense": must be a standard resource type or fully qualified',
        'x: Invalid value: "nonsense": must be a standard resource for quota',
      ],
    ],
  ])('%s cannot', (name, wanted) => {
    expect(errorsOf((errors) => validateQuotaResourceName(name, X, errors))).toEqual(wanted);
  });

  it.each([
    ['BestEffort', 'pods', true],
    ['BestEffort', 'cpu', false],
    ['PriorityClass', 'requests.cpu', true],
    ['PriorityClass', 'services', false],
    ['VolumeAttributesClass', 'requests.storage', true],
    ['VolumeAttributesClass', 'pods', false],
    ['Terminating', 'count/widgets.example.com', true],
    ['Unknown', 'pods', true],
  ])('scope %s fits %s: %j', (scope, resource, wanted) => {
    expect(scopeFits(scope, resource)).toBe(wanted);
  });

  it('knows its scopes', () => {
    expect(['NotBestEffort', 'Huge', 'constructor'].map(isQuotaScope)).toEqual([true, false, false]);
  });
});

describe('conditions', () => {
  const good: Condition = {
    type: 'Ready',
    status: 'True',
    reason: 'A_b:C',
    message: '',
    lastTransitionTime: '2024-01-01T00:00:00Z',
  };
  const check = (...conditions: Condition[]) => errorsOf((errors) => validateConditions(conditions, X, errors));
  it('takes complete ones', () => {
    expect(check(good, { ...good, type: 'example.com/Other', observedGeneration: 3 })).toEqual([]);
  });

  it.each<[Condition, RegExp]>([
    [{ ...good, type: '' }, /^x\[0\]\.type: Invalid value: "": name part must be non-empty$/],
    [
      { ...good, status: 'Perhaps' },
      /^x\[0\]\.status: Unsupported value: "Perhaps": supported values: "False", "True", "Unknown"$/,
    ],
    [
      { ...good, observedGeneration: -1 },
      /^x\[0\]\.observedGeneration: Invalid value: -1: must be greater than or equal to zero$/,
    ],
    [{ ...good, lastTransitionTime: undefined }, /^x\[0\]\.lastTransitionTime: Required value: must be set$/],
    [{ ...good, reason: '' }, /^x\[0\]\.reason: Required value: must be set$/],
    [
      { ...good, reason: '1st' },
      /^x\[0\]\.reason: Invalid value: "1st": a condition reason must start with alphabetic character/,
    ],
    [{ ...good, message: 'x'.repeat(32769) }, /^x\[0\]\.message: Too long: may not be more than 32768 bytes$/],
  ])('refuses %j', (condition, wanted) => {
    expect(check(condition)[0]).toMatch(wanted);
  });

  it('wants types only once', () => {
    expect(check(good, good)).toEqual(['x[1].type: Duplicate value: "Ready"']);
  });
});

describe('names of workloads', () => {
  it('warns of those that are no labels', () => {
    expect(podNameWarnings('web')).toEqual([]);
    expect(podNameWarnings('web.v1')).toEqual([
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
    ]);
  });
});
