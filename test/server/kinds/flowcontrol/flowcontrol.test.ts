import { describe, expect, it } from 'vitest';
import { FieldErrors } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { flowschemas } from '../../../../src/server/kinds/flowcontrol/flowschemas.ts';
import { prioritylevelconfigurations as levels } from '../../../../src/server/kinds/flowcontrol/prioritylevelconfigurations.ts';
import type { Kind } from '../../../../src/server/kinds/kind.ts';
import { mandatorySpec } from '../../../../src/server/kinds/shared/flow-mandatory.ts';
import { validateFlowRule } from '../../../../src/server/kinds/shared/flow-rules.ts';
import { NOW, strategyContext } from '../golden-harness.ts';
import { causes } from '../shared/causes.ts';

function faults(kind: Kind, spec: object, name = 'x'): string[] {
  const obj = { metadata: { name }, spec: structuredClone(spec) } as unknown as KubeObject;
  kind.strategy.applyDefaults?.(obj);
  const errors = new FieldErrors();
  kind.strategy.validate?.(obj, errors, strategyContext());
  return errors.list.map((error) => `${error.field}: ${error.detail}`);
}

const limited = (more: object, response: object = { type: 'Reject' }) => ({
  type: 'Limited',
  limited: { limitResponse: response, ...more },
});
const queuing = (sizes: object) => limited({}, { type: 'Queue', queuing: sizes });

describe('priority levels', () => {
  it.each([
    [limited({}), []],
    [
      limited({ nominalConcurrencyShares: -1, borrowingLimitPercent: -1 }),
      [
        'spec.limited.nominalConcurrencyShares: must be a non-negative integer',
        'spec.limited.borrowingLimitPercent: if specified, must be a non-negative integer',
      ],
    ],
    [{ type: 'Limited' }, ['spec.limited: must not be empty when type is Limited']],
    [{ ...limited({}), exempt: {} }, ['spec.exempt: must be nil if the type is Limited']],
    [{ type: 'Exempt' }, ["spec.type: type must be 'Exempt' if and only if name is 'exempt'"]],
    [
      limited({}, { type: 'Reject', queuing: {} }),
      ['spec.limited.limitResponse.queuing: must be nil if limited.limitResponse.type is not Limited'],
    ],
    [
      limited({}, { type: 'Queue' }),
      ['spec.limited.limitResponse.queuing: must not be empty if limited.limitResponse.type is Limited'],
    ],
    [queuing({ queues: 64, handSize: 8 }), []],
    [
      queuing({ queues: 10_000_001, handSize: 1 }),
      ['spec.limited.limitResponse.queuing.queues: must not be greater than 10000000'],
    ],
    [
      queuing({ queues: 512, handSize: 8 }),
      [
        'spec.limited.limitResponse.queuing.handSize: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60',
      ],
    ],
  ])('%j', (spec, wanted) => expect(faults(levels, spec)).toEqual(wanted));

  it('let only the shares of exempt change', () => {
    expect(
      faults(levels, { type: 'Exempt', exempt: { nominalConcurrencyShares: 5, lendablePercent: 50 } }, 'exempt'),
    ).toEqual([]);
    expect(faults(levels, { type: 'Exempt', exempt: { lendablePercent: 101 } }, 'exempt')).toEqual([
      'spec.exempt.lendablePercent: must be between 0 and 100, inclusive',
    ]);
    expect(faults(levels, limited({}), 'catch-all')).toEqual(["spec: spec of 'catch-all' must equal the fixed value"]);
    expect(faults(levels, limited({}), 'exempt')).toEqual([
      "spec.type: type must be 'Exempt' if and only if name is 'exempt'",
      "spec: spec of 'exempt' except the 'spec.exempt' field must equal the fixed value",
    ]);
  });

  it('show their queues', () => {
    const obj = { metadata: { name: 'l' }, spec: queuing({ queues: 4, handSize: 2 }) } as unknown as KubeObject;
    levels.strategy.applyDefaults?.(obj);
    expect(levels.table.cells(obj, NOW)).toEqual(['l', 'Limited', 30, 4, 2, 50, '<unknown>']);
  });
});

const level = { priorityLevelConfiguration: { name: 'l' } };

describe('flow schemas', () => {
  it.each([
    [level, []],
    [{ ...level, matchingPrecedence: -1 }, ['spec.matchingPrecedence: must be a positive value']],
    [
      { ...level, matchingPrecedence: 1 },
      ["spec.matchingPrecedence: only the schema named 'exempt' may have matchingPrecedence 1"],
    ],
  ])('%j', (spec, wanted) => expect(faults(flowschemas, spec)).toEqual(wanted));

  it('leave exempt and catch-all as they are', () => {
    expect(faults(flowschemas, mandatorySpec('flowschemas', 'exempt') ?? {}, 'exempt')).toEqual([]);
    expect(faults(flowschemas, level, 'catch-all')).toEqual(["spec: spec of 'catch-all' must equal the fixed value"]);
  });

  it('show whether their level exists', () => {
    const obj = {
      metadata: { name: 'f' },
      spec: level,
      status: { conditions: [{ type: 'Dangling', status: 'True' }] },
    };
    expect(flowschemas.table.cells(obj as unknown as KubeObject, NOW).at(-1)).toBe('True');
  });

  it('refuse conditions without type and repeated ones', () => {
    const obj = {
      metadata: { name: 'f' },
      status: { conditions: [{}, { type: 'A' }, { type: 'A' }] },
    } as unknown as KubeObject;
    const errors = new FieldErrors();
    flowschemas.strategy.status?.validateUpdate?.(obj, obj, errors, strategyContext('status'));
    expect(errors.list.map((e) => `${e.type} ${e.field}`)).toEqual([
      'FieldValueRequired status.conditions[0].type',
      'FieldValueDuplicate status.conditions[2].type',
    ]);
  });
});

describe('rules of flow schemas', () => {
  const user = { kind: 'User', user: { name: 'u' } };
  const rule = { subjects: [user], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] };
  const urls = (...list: string[]) => ({
    subjects: [user],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: list }],
  });
  it.each([
    [rule, []],
    [urls('/a/*', '/'), []],
    [urls('*'), []],
    [
      urls('', 'a', '/a b', '/a//b', '/a*', '/*/*'),
      [
        'must not be empty',
        'must start with slash',
        'must not contain white-space',
        'must not contain double slash',
        'wildcard can only do suffix matching',
        'wildcard can only do suffix matching',
      ],
    ],
    [
      { ...rule, subjects: [{ ...user, group: { name: 'g' } }] },
      ["group is forbidden when subject kind is not 'Group'"],
    ],
    [
      { ...rule, subjects: [{ kind: 'Group', user: { name: 'g' } }] },
      ["group is required when subject kind is 'Group'", "user is forbidden when subject kind is not 'User'"],
    ],
    [
      { ...rule, subjects: [{ kind: 'ServiceAccount', serviceAccount: {} }] },
      ['Required value', 'must specify namespace for service account'],
    ],
    [
      { ...rule, resourceRules: [{ verbs: ['*', 'get'], apiGroups: ['*'], resources: ['*'], clusterScope: true }] },
      ["if '*' is present, must not specify other verbs"],
    ],
    [
      { ...rule, resourceRules: [{ verbs: ['fly'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }] },
      ['supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"'],
    ],
  ])('%j', (value, wanted) => {
    const found = causes((path, errors) => validateFlowRule(value, path, errors));
    expect(found.map((text) => text.split(': ').slice(-1)[0])).toEqual(
      wanted.map((text) => text.split(': ').slice(-1)[0]),
    );
  });
});
