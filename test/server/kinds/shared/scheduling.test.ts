import { describe, expect, it } from 'vitest';
import type {
  Affinity,
  NodeSelector,
  Toleration,
  TopologySpreadConstraint,
} from '../../../../src/api/types/core-v1.ts';
import { validateAffinity } from '../../../../src/server/kinds/shared/scheduling-affinity.ts';
import { validateNodeSelector } from '../../../../src/server/kinds/shared/scheduling-node-selector.ts';
import { validateTopologySpreadConstraints } from '../../../../src/server/kinds/shared/scheduling-spread.ts';
import {
  validateOnlyAddedTolerations,
  validateTolerations,
} from '../../../../src/server/kinds/shared/scheduling-tolerations.ts';
import { causes } from './causes.ts';

const TOLERATIONS: [Toleration, string[]][] = [
  [{ operator: 'Exists' }, []],
  [{ key: 'a', value: 'b', effect: 'NoExecute', tolerationSeconds: 0 }, []],
  [
    { key: 'a', operator: 'Gt', value: '3' },
    ['x[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"'],
  ],
  [
    {},
    [
      'x[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ],
  [
    { key: 'a', effect: 'No', tolerationSeconds: 1 },
    [
      'x[0].effect: Invalid value: "No": effect must be \'NoExecute\' when `tolerationSeconds` is set',
      'x[0].effect: Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
];

describe('tolerations', () => {
  it.each(TOLERATIONS)('%j', (toleration, expected) => {
    expect(causes((path, errors) => validateTolerations([toleration], path, errors))).toEqual(expected);
  });
  it('may grow and change their seconds, not shrink', () => {
    const old = [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }];
    const change = (next: Toleration[]) =>
      causes((path, errors) => validateOnlyAddedTolerations(next, old, path, errors));
    expect(change([{ ...old[0], tolerationSeconds: 9 }, { key: 'b' }])).toEqual([]);
    expect(change([{ key: 'b' }])).toEqual([
      'x: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });
});

const SELECTORS: [NodeSelector, string[]][] = [
  [{}, ['x.nodeSelectorTerms: Required value: must have at least one node selector term']],
  [{ nodeSelectorTerms: [{}] }, []],
  [{ nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Lt', values: ['5'] }] }] }, []],
  [{ nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }] }, []],
  [
    { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [] }] }] },
    [
      "x.nodeSelectorTerms[0].matchFields[0].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    ],
  ],
];

describe('node selectors', () => {
  it.each(SELECTORS)('%j', (selector, expected) => {
    expect(causes((path, errors) => validateNodeSelector(selector, path, errors))).toEqual(expected);
  });
});

const term = { topologyKey: 'z', labelSelector: { matchLabels: { a: 'b' } } };
const AFFINITIES: [Affinity, string[]][] = [
  [
    {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, matchLabelKeys: ['c'], mismatchLabelKeys: ['d'] }],
      },
    },
    [],
  ],
  [
    {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, matchLabelKeys: ['c'], mismatchLabelKeys: ['c'] }],
      },
    },
    [
      'x.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "c": exists in both matchLabelKeys and mismatchLabelKeys',
    ],
  ],
  [
    {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            ...term,
            matchLabelKeys: ['a'],
            labelSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
          },
        ],
      },
    },
    [
      'x.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0][0]: Invalid value: "a": exists in both matchLabelKeys and labelSelector',
    ],
  ],
];

describe('pod affinity', () => {
  it.each(AFFINITIES)('%j', (affinity, expected) => {
    expect(causes((path, errors) => validateAffinity(affinity, path, errors, {}))).toEqual(expected);
  });
});

const spread: TopologySpreadConstraint = {
  maxSkew: 1,
  topologyKey: 'z',
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: { matchLabels: { a: 'b' } },
};

describe('topology spread', () => {
  it.each<[TopologySpreadConstraint[], string[]]>([
    [[spread], []],
    [[{ ...spread, minDomains: 0 }], ['x[0].minDomains: Invalid value: 0: must be greater than zero']],
    [
      [{ ...spread, nodeAffinityPolicy: 'Maybe' }],
      ['x[0].nodeAffinityPolicy: Unsupported value: "Maybe": supported values: "Honor", "Ignore"'],
    ],
    [
      [spread, { ...spread, maxSkew: 2 }],
      ['x[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, DoNotSchedule}"'],
    ],
  ])('%j', (constraints, expected) => {
    expect(causes((path, errors) => validateTopologySpreadConstraints(constraints, path, errors, {}))).toEqual(
      expected,
    );
  });
  it('keeps the old rule for stored constraints that break the new one', () => {
    const constraint = { ...spread, matchLabelKeys: ['a'] };
    const found = causes((path, errors) =>
      validateTopologySpreadConstraints([constraint], path, errors, { legacyMatchLabelKeys: true }),
    );
    expect(found).toEqual([
      'x[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and labelSelector',
    ]);
  });
});
