import { describe, expect, it } from 'vitest';
import type { StatusError } from '../../../../src/api/status-error.ts';
import { mutatingAdmissionPolicy } from '../../../../src/server/admission/plugins/mutating-admission-policy.ts';
import { validatingAdmissionPolicy } from '../../../../src/server/admission/plugins/validating-admission-policy.ts';
import { admit, attributesOf, contextOf, FakeObjects, type Outcome, type Write } from '../../../helpers/admission.ts';

const CONFIG_MAPS = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
};

interface World {
  readonly spec?: object;
  readonly binding?: object;
}

function world(kind: 'validating' | 'mutating', { spec, binding }: World): FakeObjects {
  const constraints = { matchConstraints: CONFIG_MAPS, ...spec };
  return new FakeObjects()
    .put('namespaces', { metadata: { name: 'shop', labels: { coast: 'rocky' }, uid: 'u' } })
    .put('configmaps', { metadata: { name: 'few', namespace: 'shop' }, data: { most: '1' } })
    .put(`${kind}admissionpolicies.admissionregistration.k8s.io`, { metadata: { name: 'p' }, spec: constraints })
    .put(`${kind}admissionpolicybindings.admissionregistration.k8s.io`, {
      metadata: { name: 'b' },
      spec: { policyName: 'p', validationActions: ['Deny'], ...binding },
    });
}

function configMap(data: object, metadata: object = {}): Write {
  return { to: 'configmaps', object: { metadata: { name: 'lantern', namespace: 'shop', ...metadata }, data } };
}

async function refusal(run: Promise<unknown>): Promise<{ code: number; message: string; reason: string | undefined }> {
  const error = await run.then(
    () => undefined,
    (thrown: StatusError) => thrown,
  );
  if (error === undefined) throw new Error('nothing was refused');
  return { code: error.code, message: error.status.message ?? '', reason: error.status.reason };
}

const BY = "ValidatingAdmissionPolicy 'p' with binding 'b'";

describe('ValidatingAdmissionPolicy', () => {
  const validate = (write: Write, made: World): Promise<Outcome> =>
    admit(validatingAdmissionPolicy, write, world('validating', made));
  const rules = (...validations: object[]): World => ({ spec: { validations } });

  it.each<[string, object, string]>([
    ['the expression', { expression: 'object.data.size() > 1' }, 'failed expression: object.data.size() > 1'],
    ['the message', { expression: 'false', message: ' no ' }, 'no'],
    [
      'a message made for it',
      { expression: 'false', messageExpression: "'by ' + request.userInfo.username" },
      'by jane',
    ],
    [
      'the message where none can be made',
      { expression: 'false', message: 'no', messageExpression: 'object.data.x' },
      'no',
    ],
    [
      'what went wrong',
      { expression: 'object.data.x == 1' },
      "expression 'object.data.x == 1' resulted in error: no such key: x",
    ],
  ])('tells %s', async (_, rule, why) => {
    const { code, message, reason } = await refusal(validate(configMap({ a: '1' }), rules(rule)));
    expect({ code, reason }).toEqual({ code: 422, reason: 'Invalid' });
    expect(message).toBe(`configmaps "lantern" is forbidden: ${BY} denied request: ${why}`);
  });

  it.each<[string, string]>([
    ['the object', "object.data.a == '1' && oldObject == null"],
    [
      'the request',
      "request.operation == 'CREATE' && request.kind.kind == 'ConfigMap' && request.namespace == 'shop' && !request.dryRun",
    ],
    ['the namespace', "namespaceObject.metadata.labels['coast'] == 'rocky' && namespaceObject.metadata.UID == 'u'"],
    [
      'who may do what',
      "!authorizer.group('apps').resource('deployments').check('delete').allowed() && !authorizer.requestResource.check('x').allowed()",
    ],
  ])('sees %s', async (_, expression) => {
    await expect(validate(configMap({ a: '1' }), rules({ expression }))).resolves.toBeDefined();
  });

  it('asks the authorizers', async () => {
    const objects = world('validating', rules({ expression: "authorizer.requestResource.check('approve').allowed()" }));
    const ask = (allowed: boolean) => {
      const plugin = validatingAdmissionPolicy(
        contextOf(objects, (verb, name) => allowed && verb === 'approve' && name === 'lantern'),
      );
      return plugin.validate?.(attributesOf(configMap({}))) as Promise<void>;
    };
    await expect(ask(true)).resolves.toBeUndefined();
    expect((await refusal(ask(false))).code).toBe(422);
  });

  it('gives the code of the reason', async () => {
    const { code, reason } = await refusal(
      validate(configMap({}), rules({ expression: 'false', reason: 'RequestEntityTooLarge' })),
    );
    expect({ code, reason }).toEqual({ code: 413, reason: 'RequestEntityTooLarge' });
  });

  it('keeps variables for later expressions', async () => {
    const variables = [
      { name: 'count', expression: 'object.data.size()' },
      { name: 'few', expression: 'variables.count < int(object.data.limit)' },
    ];
    const made = { spec: { variables, validations: [{ expression: 'variables.few' }] } };
    await expect(validate(configMap({ limit: '2' }), made)).resolves.toBeDefined();
    expect((await refusal(validate(configMap({ limit: 'two' }), made))).message).toContain(
      `composited variable "few" fails to evaluate: type conversion error from 'string' to 'int'`,
    );
  });

  it('lets pass what its conditions, its failure policy or its binding leave out', async () => {
    const no = { validations: [{ expression: 'false' }] };
    const pass = async (made: World, write = configMap({})): Promise<void> => {
      await expect(validate(write, made)).resolves.toBeDefined();
    };
    await pass({ spec: { ...no, matchConditions: [{ name: 'c', expression: "object.metadata.name != 'lantern'" }] } });
    await pass({ spec: { failurePolicy: 'Ignore', validations: [{ expression: 'object.data.x == 1' }] } });
    await pass({ spec: no, binding: { policyName: 'other' } });
    await pass({ spec: no, binding: { matchResources: { namespaceSelector: { matchLabels: { coast: 'sandy' } } } } });
    await pass({ spec: no, binding: { matchResources: { objectSelector: { matchLabels: { lit: 'yes' } } } } });
    await pass({
      spec: {
        ...no,
        matchConstraints: {
          ...CONFIG_MAPS,
          excludeResourceRules: [{ ...CONFIG_MAPS.resourceRules[0], resourceNames: ['lantern'] }],
        },
      },
    });
    await pass({ spec: no }, { ...configMap({}), to: 'secrets' });
  });

  it('warns and notes where the binding says so', async () => {
    const made = {
      ...rules({ expression: 'false', message: 'no' }),
      binding: { validationActions: ['Warn', 'Audit'] },
    };
    const { warnings, annotations } = await validate(configMap({}), made);
    expect(warnings).toEqual([`Validation failed for ${BY}: no`]);
    expect(JSON.parse(annotations['validation.policy.admission.k8s.io/validation_failure'] ?? '')).toEqual([
      { message: 'no', policy: 'p', binding: 'b', expressionIndex: 0, validationActions: ['Warn', 'Audit'] },
    ]);
  });

  it('reads parameters, and says when there are none', async () => {
    const spec = {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'object.data.size() <= int(params.data.most)' }],
    };
    const bound = (paramRef: object): World => ({ spec, binding: { paramRef } });
    const named = bound({ name: 'few', parameterNotFoundAction: 'Deny' });
    await expect(validate(configMap({ a: '1' }), named)).resolves.toBeDefined();
    expect((await refusal(validate(configMap({ a: '1', b: '2' }), named))).code).toBe(422);
    const missing = { name: 'none', parameterNotFoundAction: 'Deny' };
    expect((await refusal(validate(configMap({}), bound(missing)))).message).toContain(
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
    );
    await expect(
      validate(configMap({}), bound({ ...missing, parameterNotFoundAction: 'Allow' })),
    ).resolves.toBeDefined();
  });
});

describe('MutatingAdmissionPolicy', () => {
  const mutate = (data: object, made: World): Promise<Outcome> =>
    admit(mutatingAdmissionPolicy, configMap(data, { labels: { watched: 'yes' } }), world('mutating', made));
  const apply = (expression: string): object => ({
    patchType: 'ApplyConfiguration',
    applyConfiguration: { expression },
  });
  const patch = (expression: string): object => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

  it('merges what is applied', async () => {
    const mutations = [
      apply('Object{metadata: Object.metadata{labels: {"lit": "yes"}}, data: {"n": string(object.data.size())}}'),
    ];
    const { object } = await mutate({ a: '1' }, { spec: { mutations } });
    expect(object).toMatchObject({ metadata: { labels: { watched: 'yes', lit: 'yes' } }, data: { a: '1', n: '1' } });
  });

  it('patches, each mutation on top of the one before', async () => {
    const mutations = [
      patch('[JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("x"), value: variables.shout}]'),
      patch('"x" in object.data ? [JSONPatch{op: "move", from: "/data/x", path: "/data/y"}] : []'),
      patch('[JSONPatch{op: "test", path: "/data/y", value: "other"}, JSONPatch{op: "remove", path: "/data/y"}]'),
    ];
    const variables = [{ name: 'shout', expression: 'object.metadata.name.upperAscii()' }];
    expect((await mutate({ a: '1' }, { spec: { variables, mutations } })).object).toMatchObject({
      data: { a: '1', y: 'LANTERN' },
    });
  });

  it('refuses what it cannot do, or lets it pass', async () => {
    const failing = { mutations: [patch('[JSONPatch{op: "remove", path: "/data/none"}]')] };
    const { code, message } = await refusal(mutate({}, { spec: failing }));
    expect({ code, message }).toEqual({
      code: 403,
      message:
        "policy 'p' with binding 'b' denied request: JSON Patch: error in remove for path: '/data/none': Unable to remove nonexistent key: none: missing value",
    });
    expect((await mutate({ a: '1' }, { spec: { ...failing, failurePolicy: 'Ignore' } })).object).toMatchObject({
      data: { a: '1' },
    });
  });
});
