import { describe, expect, it } from 'vitest';
import type { LabelSelector } from '../../../../src/api/types/meta-v1.ts';
import { validateLabelSelector, validateLabels } from '../../../../src/server/kinds/shared/label-selector.ts';
import { causes } from './causes.ts';

const GOOD: (LabelSelector | undefined)[] = [
  undefined,
  {},
  { matchLabels: { a: 'b', 'example.com/tier': '' } },
  {
    matchExpressions: [
      { key: 'a', operator: 'In', values: ['b', ''] },
      { key: 'c', operator: 'DoesNotExist' },
    ],
  },
];
const BAD: [LabelSelector, string][] = [
  [{ matchLabels: { 'bad key': 'x' } }, 'x.matchLabels: Invalid value: "bad key": name part must consist of'],
  [{ matchLabels: { a: 'bad value' } }, 'x.matchLabels: Invalid value: "bad value": a valid label must be'],
  [
    { matchExpressions: [{ key: 'a', operator: 'In' }] },
    "x.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
  ],
  [
    { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] },
    "x.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
  ],
  [
    { matchExpressions: [{ key: 'a', operator: 'Is' }] },
    'x.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
  ],
  [
    { matchExpressions: [{ key: '', operator: 'Exists' }] },
    'x.matchExpressions[0].key: Invalid value: "": name part must be non-empty',
  ],
  [
    { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', '-'] }] },
    'x.matchExpressions[0].values[1]: Invalid value: "-": a valid label must be',
  ],
];

describe('label selectors', () => {
  it.each(GOOD)('accepts %j', (selector) => {
    expect(causes((path, errors) => validateLabelSelector(selector, path, errors))).toEqual([]);
  });
  it.each(BAD)('refuses %j', (selector, text) => {
    const found = causes((path, errors) => validateLabelSelector(selector, path, errors));
    expect(found[0]?.startsWith(text), found[0]).toBe(true);
  });
  it('may leave old values and unknown operators alone', () => {
    const selector = { matchExpressions: [{ key: 'a', operator: 'Is', values: ['no good'] }] };
    const options = { allowInvalidLabelValue: true, allowUnknownOperator: true };
    expect(causes((path, errors) => validateLabelSelector(selector, path, errors, options))).toEqual([]);
  });
  it('reports labels in the order of their keys, __proto__ among them', () => {
    const labels = JSON.parse('{"z":"-","__proto__":"-","a":"ok"}') as Record<string, string>;
    expect(causes((path, errors) => validateLabels(labels, path, errors))).toHaveLength(3);
  });
});
