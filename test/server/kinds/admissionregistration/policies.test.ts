import { describe, expect, it } from 'vitest';
import { FieldErrors } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { mutatingadmissionpolicies } from '../../../../src/server/kinds/admissionregistration/mutatingadmissionpolicies.ts';
import { mutatingadmissionpolicybindings } from '../../../../src/server/kinds/admissionregistration/mutatingadmissionpolicybindings.ts';
import { validatingadmissionpolicies } from '../../../../src/server/kinds/admissionregistration/validatingadmissionpolicies.ts';
import { validatingadmissionpolicybindings } from '../../../../src/server/kinds/admissionregistration/validatingadmissionpolicybindings.ts';
import type { Kind } from '../../../../src/server/kinds/kind.ts';
import { validateParamKind } from '../../../../src/server/kinds/shared/policy-match.ts';
import { NOW, strategyContext } from '../golden-harness.ts';
import { causes } from '../shared/causes.ts';

const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

function faults(kind: Kind, spec: object, name = 'p'): string[] {
  const obj = { metadata: { name }, spec: structuredClone(spec) } as unknown as KubeObject;
  kind.strategy.applyDefaults?.(obj);
  const errors = new FieldErrors();
  kind.strategy.validate?.(obj, errors, strategyContext());
  return errors.list.map((error) => (error.detail === '' ? error.field : `${error.field}: ${error.detail}`));
}

const matching = { matchConstraints: { resourceRules: [RULE] } };

describe('validating policies', () => {
  const check = (spec: object, name?: string) => faults(validatingadmissionpolicies, { ...matching, ...spec }, name);
  it.each([
    [{ validations: [{ expression: 'true' }] }, []],
    [{ validations: [{}] }, ['spec.validations[0].expression: expression is not specified']],
    [
      { validations: [{ expression: 'true', message: ' ' }] },
      ['spec.validations[0].message: must be non-empty if specified'],
    ],
    [
      { validations: [{ expression: 'true', messageExpression: ' ' }] },
      ['spec.validations[0].messageExpression: must be non-empty if specified'],
    ],
    [
      { auditAnnotations: [{ key: 'k' }] },
      ['spec.auditAnnotations[0].valueExpression: valueExpression is not specified'],
    ],
    [
      { auditAnnotations: [{ key: 'k', valueExpression: 'x'.repeat(5121) }] },
      ['spec.auditAnnotations[0].valueExpression: must not exceed 5120 bytes in length'],
    ],
    [
      {
        auditAnnotations: [
          { key: 'k', valueExpression: '"x"' },
          { key: 'k', valueExpression: '"x"' },
        ],
      },
      ['spec.auditAnnotations[1].key'],
    ],
    [
      { validations: [{ expression: 'true' }], variables: [{ name: 'in', expression: '' }] },
      [
        'spec.variables[0].name: must be a valid CEL identifier',
        'spec.variables[0].expression: expression is not specified',
      ],
    ],
  ])('%j', (spec, wanted) => expect(check(spec)).toEqual(wanted));

  it('have at most 20 audit annotations', () => {
    const auditAnnotations = Array.from({ length: 21 }, (_, i) => ({ key: `k${i}`, valueExpression: '"x"' }));
    expect(check({ auditAnnotations })).toEqual(['spec.auditAnnotations: must not have more than 20 auditAnnotations']);
  });

  it('repeat no resource name', () => {
    const rules = { resourceRules: [{ ...RULE, resourceNames: ['a', 'a', 'b/c'] }] };
    expect(check({ validations: [{ expression: 'true' }], matchConstraints: rules })).toEqual([
      'spec.matchConstraints.resourceRules[0].resourceNames[1]',
      "spec.matchConstraints.resourceRules[0].resourceNames[2]: may not contain '/'",
    ]);
  });

  it('want complete warnings in their status', () => {
    const obj = {
      metadata: { name: 'p' },
      status: { typeChecking: { expressionWarnings: [{}] } },
    } as unknown as KubeObject;
    const errors = new FieldErrors();
    validatingadmissionpolicies.strategy.status?.validateUpdate?.(obj, obj, errors, strategyContext('status'));
    expect(errors.list.map((error) => error.field)).toEqual([
      'status.typeChecking.expressionWarnings[0].warning',
      'status.typeChecking.expressionWarnings[0].fieldRef',
    ]);
  });
});

describe('kinds of parameters', () => {
  it.each([
    [{ apiVersion: 'v1', kind: 'ConfigMap' }, 0],
    [{ apiVersion: 'g.example.com/v1', kind: 'Widget' }, 0],
    [{ apiVersion: 'a/b/c', kind: 'K' }, 1],
    [{ apiVersion: 'g.example.com/', kind: 'K' }, 1],
    [{ apiVersion: 'Bad_/1x', kind: 'no kind' }, 3],
    [{}, 2],
  ])('%j has %i faults', (kind, count) =>
    expect(causes((path, errors) => validateParamKind(kind, path, errors))).toHaveLength(count),
  );
});

describe('mutating policies', () => {
  const check = (mutations: object[]) =>
    faults(mutatingadmissionpolicies, { ...matching, reinvocationPolicy: 'Never', mutations });
  it.each([
    [{ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/x"}]' } }, []],
    [{ patchType: 'JSONPatch', jsonPatch: {} }, ['spec.mutations[0].jsonPatch.expression']],
    [
      { patchType: 'ApplyConfiguration', jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/x"}]' } },
      [
        'spec.mutations[0].applyConfiguration: must be specified when patchType is ApplyConfiguration',
        'spec.mutations[0].jsonPatch: must not be specified when patchType is ApplyConfiguration',
      ],
    ],
    [{}, ['spec.mutations[0].patchType']],
  ])('%j', (mutation, wanted) => expect(check([mutation])).toEqual(wanted));
});

describe('bindings', () => {
  it('may narrow what a mutation matches, but not to deletions', () => {
    const rules = (operation: string) => ({
      policyName: 'p',
      matchResources: { resourceRules: [{ ...RULE, operations: [operation] }] },
    });
    expect(faults(mutatingadmissionpolicybindings, rules('UPDATE'))).toEqual([]);
    expect(faults(mutatingadmissionpolicybindings, rules('DELETE'))).toEqual([
      'spec.matchResources.resourceRules.operations: supported values: "*", "CONNECT", "CREATE", "UPDATE"',
    ]);
    expect(faults(validatingadmissionpolicybindings, { ...rules('DELETE'), validationActions: ['Deny'] })).toEqual([]);
  });

  it.each([
    [undefined, '<unset>'],
    [{ name: 'c' }, 'c'],
    [{ name: 'c', namespace: 'n' }, 'n/c'],
    [
      {
        selector: {
          matchLabels: { b: '2', a: '1' },
          matchExpressions: [{ key: 'k', operator: 'In', values: ['x', 'y'] }],
        },
      },
      '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}',
    ],
  ])('show parameters %j', (paramRef, wanted) => {
    const obj = { metadata: { name: 'b' }, spec: { policyName: 'p', paramRef } } as unknown as KubeObject;
    expect(validatingadmissionpolicybindings.table.cells(obj, NOW)).toEqual(['b', 'p', wanted, '<unknown>']);
  });
});
