import { describe, expect, it } from 'vitest';
import { FieldErrors, Path } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { mutatingadmissionpolicies } from '../../../../src/server/kinds/admissionregistration/mutatingadmissionpolicies.ts';
import { validatingadmissionpolicies } from '../../../../src/server/kinds/admissionregistration/validatingadmissionpolicies.ts';
import { validatingwebhookconfigurations } from '../../../../src/server/kinds/admissionregistration/validatingwebhookconfigurations.ts';
import type { Kind } from '../../../../src/server/kinds/kind.ts';
import { validateSelectors } from '../../../../src/server/kinds/shared/dra-claim-spec.ts';
import { strategyContext } from '../golden-harness.ts';

const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

function faults(kind: Kind, fields: object): string[] {
  const obj = { metadata: { name: 'p' }, ...structuredClone(fields) } as unknown as KubeObject;
  kind.strategy.applyDefaults?.(obj);
  const errors = new FieldErrors();
  kind.strategy.validate?.(obj, errors, strategyContext());
  return errors.list.map(({ field, detail }) => `${field}: ${detail.replace(/\n[\s\S]*/, '')}`);
}

describe('a validating policy', () => {
  const spec = (more: object): object => ({
    spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'true' }], ...more },
  });
  const rule = (expression: string, more: object = {}): object => spec({ validations: [{ expression }], ...more });
  const VARIABLES = { variables: [{ name: 'n', expression: 'size(object.data)' }] };
  const failed = (place: string, words: string): string =>
    `spec.validations[0].${place}: compilation failed: ERROR: <input>:${words}`;
  it.each([
    [rule('request.operation == "CREATE" && object.metadata.name.startsWith("a")'), []],
    [rule('authorizer.requestResource.check("get").allowed()'), []],
    [rule('namespaceObject.metadata.labels["a"] == "b"'), []],
    [rule('variables.n > 1', VARIABLES), []],
    [rule('variables.q == 1', { variables: [{ name: 'q', expression: "quantity('1')" }] }), []],
    [
      rule('variables.bad == 1', { variables: [{ name: 'bad', expression: 'nothing' }] }),
      [
        "spec.variables[0].expression: compilation failed: ERROR: <input>:1:1: undeclared reference to 'nothing' (in container '')",
      ],
    ],
    [rule('params.x == 1', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }), []],
    [rule('"yes"'), ['spec.validations[0].expression: must evaluate to bool but got string']],
    [rule('object.x'), ['spec.validations[0].expression: must evaluate to bool but got dyn']],
    [rule('params.x == 1'), [failed('expression', "1:1: undeclared reference to 'params' (in container '')")]],
    [rule('variables.n == 1'), [failed('expression', "1:1: undeclared reference to 'variables' (in container '')")]],
    [rule('variables.m == 1', VARIABLES), [failed('expression', "1:10: undefined field 'm'")]],
    [
      rule('variables.n == "a"', VARIABLES),
      [failed('expression', "1:13: found no matching overload for '_==_' applied to '(int, string)'")],
    ],
    [rule('request.object == null'), [failed('expression', "1:8: undefined field 'object'")]],
    [
      spec({ validations: [{ expression: 'true', messageExpression: 'authorizer.path("/").check("get").reason()' }] }),
      [failed('messageExpression', "1:1: undeclared reference to 'authorizer' (in container '')")],
    ],
    [
      spec({ matchConditions: [{ name: 'a', expression: ' variables.n > 1 ' }], ...VARIABLES }),
      [
        "spec.matchConditions[0].expression: compilation failed: ERROR: <input>:1:1: undeclared reference to 'variables' (in container '')",
      ],
    ],
    [
      spec({
        variables: [
          { name: 'a', expression: 'variables.b' },
          { name: 'b', expression: '1' },
        ],
      }),
      ["spec.variables[0].expression: compilation failed: ERROR: <input>:1:10: undefined field 'b'"],
    ],
    [
      spec({ auditAnnotations: [{ key: 'k', valueExpression: '1' }] }),
      ['spec.auditAnnotations[0].valueExpression: must evaluate to one of [string null_type] but got int'],
    ],
    [spec({ auditAnnotations: [{ key: 'k', valueExpression: 'null' }] }), []],
  ])('%j', (fields, wanted) => expect(faults(validatingadmissionpolicies, fields)).toEqual(wanted));
});

describe('a mutating policy', () => {
  const check = (mutation: object): string[] =>
    faults(mutatingadmissionpolicies, {
      spec: {
        matchConstraints: { resourceRules: [RULE] },
        reinvocationPolicy: 'Never',
        mutations: [mutation],
      },
    });
  const apply = (expression: string): object => ({
    patchType: 'ApplyConfiguration',
    applyConfiguration: { expression },
  });
  const patch = (expression: string): object => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
  it.each([
    [apply('Object{spec: Object.spec{replicas: 1}}'), []],
    [patch('[JSONPatch{op: "add", path: "/a/" + jsonpatch.escapeKey("b/c"), value: 1}]'), []],
    [apply('1'), ['spec.mutations[0].applyConfiguration.expression: must evaluate to Object but got int']],
    [patch('[1]'), ['spec.mutations[0].jsonPatch.expression: must evaluate to list(JSONPatch) but got list(int)']],
    [
      patch('[JSONPatch{op: 1}]'),
      [
        "spec.mutations[0].jsonPatch.expression: compilation failed: ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'",
      ],
    ],
  ])('%j', (mutation, wanted) => expect(check(mutation)).toEqual(wanted));
});

it('a webhook has conditions without parameters', () => {
  const webhook = {
    name: 'a.b.c',
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    clientConfig: { url: 'https://h.example.com' },
    matchConditions: [
      { name: 'a', expression: 'request.userInfo.groups.exists(g, g == "x")' },
      { name: 'b', expression: 'params.x' },
    ],
  };
  expect(faults(validatingwebhookconfigurations, { webhooks: [webhook] })).toEqual([
    "webhooks[0].matchConditions[1].expression: compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')",
  ]);
});

describe('a selector of devices', () => {
  const undeclared = "compilation failed: ERROR: <input>:1:1: undeclared reference to 'object' (in container '')";
  it.each([
    ['device.driver == "d.example.com"', []],
    ['device.attributes["d.example.com"].healthy', []],
    ['device.capacity["d.example.com"].memory.isGreaterThan(quantity("1Gi"))', []],
    ['cel.bind(d, device.attributes["d"], d.a == 1 && d.b == "x")', []],
    ['1', ['must evaluate to bool or the unknown type, not int']],
    ['object.x', [undeclared]],
    ['device.attributes.all(a, device.attributes.all(b, a == b))', []],
    [
      'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a == d))))',
      ['too complex, exceeds cost limit'],
    ],
    [`"${'x'.repeat(10_240)}" != ""`, ['may not be more than 10240 bytes']],
  ])('%s', (expression, wanted) => {
    const errors = new FieldErrors();
    validateSelectors([{ cel: { expression } }], Path.root('s'), errors);
    expect(errors.list.map(({ detail }) => detail.replace(/\n[\s\S]*/, ''))).toEqual(wanted);
  });
});
