import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenApiSchemas } from '../../src/api/cel/openapi-types.ts';
import type { ValidatingAdmissionPolicy } from '../../src/api/types/admissionregistration-v1.ts';
import { admissionPolicyStatus } from '../../src/controllers/admission-policy-status/admission-policy-status.ts';
import {
  checkPolicyTypes,
  kindsToCheck,
  type ServedResource,
} from '../../src/controllers/admission-policy-status/type-checking.ts';
import { startPlane, type TestPlane, until } from './plane.ts';

const POLICIES = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingadmissionpolicies',
};

let plane: TestPlane;

beforeAll(async () => {
  plane = await startPlane([admissionPolicyStatus]);
});
afterAll(() => plane.close());

function policy(expression: string, more: object = {}, rule: object = {}): ValidatingAdmissionPolicy {
  const resourceRules = [
    { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'], ...rule },
  ];
  return { spec: { matchConstraints: { resourceRules }, validations: [{ expression }], ...more } };
}

const GOLDEN = "/v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field 'dta'\n | object.dta.size() > 1\n | ......^\n";

test('a policy learns what is wrong with its expressions, again when it changes', async () => {
  const { client } = plane;
  const target = { ...POLICIES, name: 'p' };
  const metadata = { name: 'p' };
  const validations = [
    { expression: 'object.dta.size() > 1', messageExpression: 'string(object.metdata.name)' },
    { expression: "object.data['a'] == 'b'" },
  ];
  await client.create(target, { metadata, ...policy('', { validations }) });
  const warnings = [
    { fieldRef: 'spec.validations[0].expression', warning: GOLDEN },
    {
      fieldRef: 'spec.validations[0].messageExpression',
      warning:
        "/v1, Kind=ConfigMap: ERROR: <input>:1:14: undefined field 'metdata'\n | string(object.metdata.name)\n | .............^\n",
    },
  ];
  const other = { metadata: { name: 'fine' }, ...policy("object.data['a'] == 'b'") };
  await client.create({ ...POLICIES, name: 'fine' }, other);
  const status = (one: ValidatingAdmissionPolicy | undefined): unknown => one?.status ?? {};
  await until<ValidatingAdmissionPolicy>(client, target, status, {
    observedGeneration: 1,
    typeChecking: { expressionWarnings: warnings },
  });
  await until(client, { ...POLICIES, name: 'fine' }, status, { observedGeneration: 1, typeChecking: {} });
  await client.patch(target, 'merge', { spec: { validations: [{ expression: 'true' }] } });
  await until<ValidatingAdmissionPolicy>(client, target, status, { observedGeneration: 2 });
});

const text = { type: 'string' };
const kind = (name: string) => ({
  'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: name }],
});
const SCHEMAS: OpenApiSchemas = {
  Meta: {
    type: 'object',
    properties: { name: text, generateName: text, labels: { type: 'object', additionalProperties: text } },
  },
  ConfigMap: {
    type: 'object',
    properties: {
      kind: text,
      apiVersion: text,
      metadata: { allOf: [{ $ref: '#/components/schemas/Meta' }] },
      data: { type: 'object', additionalProperties: text },
      tree: { $ref: '#/components/schemas/Tree' },
      size: { $ref: '#/components/schemas/Quantity' },
      port: { format: 'int-or-string' },
      namespace: { type: 'integer' },
      'a-b': { type: 'boolean' },
      made: { type: 'string', format: 'date-time' },
      inner: { type: 'object', 'x-kubernetes-embedded-resource': true },
      unknown: { type: 'array' },
    },
    ...kind('ConfigMap'),
  },
  Tree: {
    type: 'object',
    properties: { leaf: text, trees: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
  },
  Quantity: {},
  Param: { type: 'object', properties: { most: { type: 'integer' } }, ...kind('Param') },
};
const SERVED: ServedResource[] = [
  { group: '', version: 'v1', resource: 'configmaps', singular: 'configmap', kind: 'ConfigMap' },
  { group: 'x.example.com', version: 'v1', resource: 'configmaps', singular: '', kind: 'ConfigMap' },
  { group: '', version: 'v1', resource: 'params', singular: '', kind: 'Param' },
];

async function faults(checked: ValidatingAdmissionPolicy): Promise<(string | undefined)[]> {
  const warnings = await checkPolicyTypes(checked, SERVED, async (group) => (group === '' ? SCHEMAS : undefined));
  return warnings.map(({ warning = '' }) => warning.split('\n')[0]?.replace(/^.*\d: /, ''));
}

test.each([
  ["object.data['a'] == 'b' && oldObject.kind == 'x'", []],
  ["object.metadata.name.startsWith('a') && object.metadata.labels.size() > 1", []],
  ["object.tree.trees.all(t, t.leaf == 'x')", ["undefined field 'leaf'"]],
  ['object.size == 1', ["undefined field 'size'"]],
  ["object.port == 1 || object.port == 'x'", []],
  ['object.namespace + 1 == 2 && object.a__dash__b', []],
  ['object.a == 1', ["undefined field 'a'"]],
  ["object.made < timestamp('2026-01-01T00:00:00Z')", []],
  ["object.inner.metadata.generateName == ''", []],
  ['object.inner.spec', ["undefined field 'spec'"]],
  ['object.unknown', ["undefined field 'unknown'"]],
  ['object.kind', []],
  ['object.data == 1', ["found no matching overload for '_==_' applied to '(map(string, string), int)'"]],
  ["request.name + namespaceObject.metadata.name == ''", []],
  [
    "authorizer.requestResource.check('x').allowed()",
    ["type 'kubernetes.authorization.Authorizer' does not support field selection"],
  ],
  ['params.x', ["undeclared reference to 'params' (in container '')"]],
])('%s on a ConfigMap', async (expression, expected) => {
  expect(await faults(policy(expression))).toEqual(expected);
});

test('parameters have the type of their kind, variables the types of their expressions', async () => {
  const variables = [
    { name: 'n', expression: 'object.data.size()' },
    { name: 'm', expression: 'object.metadata' },
    { name: 'bad', expression: 'object.x' },
  ];
  const given = { paramKind: { apiVersion: 'v1', kind: 'Param' }, variables };
  expect(await faults(policy('variables.n < params.most && variables.m.anything && variables.bad', given))).toEqual([]);
  expect(await faults(policy('params.least', given))).toEqual(["undefined field 'least'"]);
  expect(await faults(policy("variables.n == 'x' || variables.o", given))).toEqual([
    "found no matching overload for '_==_' applied to '(int, string)'",
  ]);
  const unknown = { ...given, paramKind: { apiVersion: 'no.example.com/v1', kind: 'Param' } };
  expect(await faults(policy('params.least', unknown))).toEqual(["undeclared reference to 'params' (in container '')"]);
});

test.each([
  [{}, ['/v1/ConfigMap', 'x.example.com/v1/ConfigMap']],
  [{ apiGroups: ['x.example.com'] }, ['x.example.com/v1/ConfigMap']],
  [{ resources: ['Param', 'configmaps/status', '*'] }, ['/v1/Param']],
  [{ apiGroups: ['*'] }, []],
  [{ apiVersions: ['v1', '*'] }, []],
  [{ apiVersions: ['v2'] }, []],
])('kinds to check for %j', (rule, expected) => {
  const rules = policy('', {}, rule).spec?.matchConstraints?.resourceRules ?? [];
  expect(kindsToCheck(rules, SERVED).map(({ group, version, kind: name }) => `${group}/${version}/${name}`)).toEqual(
    expected,
  );
});

test('no more than ten kinds of a rule are checked', () => {
  const served = Array.from({ length: 12 }, (_, i) => ({ ...(SERVED[0] as ServedResource), kind: `K${i}` }));
  expect(kindsToCheck(policy('').spec?.matchConstraints?.resourceRules ?? [], served)).toHaveLength(10);
});
