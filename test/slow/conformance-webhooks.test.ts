/**
 * Kubernetes' conformance tests of admission webhooks, replayed: webhook.go. The server that answers is a process here
 * instead of a pod, behind a service of the type ExternalName.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  type ConformanceServer,
  field,
  PATIENCE,
  refusal,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import {
  ALLOW_ALL,
  collection,
  DEFINITIONS,
  define,
  definition,
  definitionPath,
} from '../helpers/conformance-definitions.ts';
import { type E2eWebhooks, startE2eWebhooks } from '../helpers/e2e-webhooks.ts';

const SERVICE = 'e2e-test-webhook';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
let server: ConformanceServer;
let webhooks: E2eWebhooks;

beforeAll(async () => {
  server = await startConformanceServer();
  webhooks = await startE2eWebhooks(`${SERVICE}.default.svc`);
  await server.api.create('/api/v1/namespaces/default/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  });
});

afterAll(async () => {
  await webhooks.close();
  await server.close();
});

type Flavor = 'Validating' | 'Mutating';
const rule = (operations: string[], group: string, resource: string, version = 'v1') => ({
  operations,
  apiGroups: [group],
  apiVersions: [version],
  resources: [resource],
});
const CREATE_CONFIG_MAPS = rule(['CREATE'], '', 'configmaps');
const pathOf = (flavor: Flavor) => `${ADMISSION}/${flavor.toLowerCase()}webhookconfigurations`;

/** A namespace whose objects alone the webhooks see, once they are seen to be called. */
async function scene() {
  const namespace = await server.namespace('webhook');
  const markers = await server.namespace('webhook-markers');
  const label = { [namespace]: 'true' };
  for (const name of [namespace, markers])
    await server.api.patch(`/api/v1/namespaces/${name}`, 'merge', { metadata: { labels: label } });
  const namespaceSelector = { matchLabels: label };
  const hook = (name: string, path: string, rules: JsonObject[], more: JsonObject = {}): JsonObject => ({
    name: `${name}.k8s.io`,
    rules,
    clientConfig: {
      service: { namespace: 'default', name: SERVICE, path, port: webhooks.port },
      caBundle: webhooks.caBundle,
    },
    sideEffects: 'None',
    admissionReviewVersions: ['v1', 'v1beta1'],
    namespaceSelector,
    ...more,
  });
  const marker = (flavor: Flavor) =>
    hook(`${flavor.toLowerCase()}-is-webhook-configuration-ready`, '/always-deny', [CREATE_CONFIG_MAPS], {
      namespaceSelector,
      objectSelector: { matchLabels: label },
    });
  const configMap = (name: string, data: JsonObject = {}, labels?: JsonObject) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    data,
  });
  const register = async (flavor: Flavor, hooks: JsonObject[], labels?: JsonObject): Promise<string> => {
    const name = `${namespace}-${flavor.toLowerCase()}-${registered++}`;
    await server.api.create(pathOf(flavor), {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${flavor}WebhookConfiguration`,
      metadata: { name, labels },
      webhooks: [...hooks, marker(flavor)],
    });
    let tries = 0;
    const marked = async () => {
      const object = configMap(`marker-${registered}-${tries++}`, {}, label);
      return await messageOf(server.api.create(`/api/v1/namespaces/${markers}/configmaps`, object));
    };
    await expect.poll(marked, PATIENCE).toContain('denied');
    return `${pathOf(flavor)}/${name}`;
  };
  const core = `/api/v1/namespaces/${namespace}`;
  return { namespace, namespaceSelector, label, core, hook, configMap, register, maps: `${core}/configmaps` };
}

let registered = 0;

/** Of a refusal; '' when there was none. */
async function messageOf(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => '',
    (error: Error) => error.message,
  );
}

const pod = (name: string, container: string, labels?: JsonObject) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: container, image: 'registry.k8s.io/pause:3.10.1' }] },
});

describe('AdmissionWebhook', () => {
  test('should be able to deny pod and configmap creation', async () => {
    const { namespaceSelector, core, maps, hook, configMap, register } = await scene();
    const matchExpressions = [{ key: 'skip-webhook-admission', operator: 'NotIn', values: ['yes'] }];
    const everything = rule(['CREATE', 'UPDATE', 'DELETE'], '', 'configmaps');
    await register('Validating', [
      hook('deny-unwanted-pod-container-name-and-label', '/pods', [rule(['CREATE'], '', 'pods')], {
        timeoutSeconds: 1,
      }),
      hook('deny-unwanted-configmap-data', '/configmaps', [everything], {
        namespaceSelector: { ...namespaceSelector, matchExpressions },
      }),
    ]);
    const label = { 'webhook-e2e-test': 'webhook-disallow' };
    const denied = await messageOf(server.api.create(`${core}/pods`, pod('disallowed-pod', 'webhook-disallow', label)));
    expect(denied).toContain('the pod contains unwanted container name');
    expect(denied).toContain('the pod contains unwanted label');

    const hanging = pod('hanging-pod', 'wait-forever', { 'webhook-e2e-test': 'wait-forever' });
    const late = await messageOf(server.api.create(`${core}/pods`, hanging));
    expect(late).toContain('webhook');
    expect(late).toContain('deadline');
    expect(await server.api.reasonOf(server.api.get(`${core}/pods/hanging-pod`))).toBe('NotFound');

    const unwanted = 'the configmap contains unwanted key and value';
    expect(await messageOf(server.api.create(maps, configMap('disallowed-configmap', label)))).toContain(unwanted);
    const allowed = `${maps}/allowed-configmap`;
    await server.api.create(maps, configMap('allowed-configmap', { admit: 'this' }));
    const disallow = (object: Thing) => {
      object['data'] = { ...(object['data'] as JsonObject), ...label };
    };
    expect(await messageOf(server.api.change(allowed, disallow))).toContain(unwanted);
    expect(await messageOf(server.api.patch(allowed, 'strategic', { data: label }))).toContain(unwanted);

    const skipped = await server.namespace('exempted');
    const labels = { ...namespaceSelector.matchLabels, 'skip-webhook-admission': 'yes' };
    await server.api.patch(`/api/v1/namespaces/${skipped}`, 'merge', { metadata: { labels } });
    await server.api.create(`/api/v1/namespaces/${skipped}/configmaps`, configMap('disallowed-configmap', label));
  });

  test('should be able to deny attaching pod', async () => {
    const { namespace, core, hook, register } = await scene();
    await register('Validating', [hook('deny-attaching-pod', '/pods/attach', [rule(['CONNECT'], '', 'pods/attach')])]);
    await server.api.create(`${core}/pods`, pod('to-be-attached-pod', 'container1'));
    const told = "attaching to pod 'to-be-attached-pod' is not allowed";
    const attach = `${core}/pods/to-be-attached-pod/attach`;
    const query = { container: 'container1', stdin: true, stdout: true };
    expect(await messageOf(server.api.send('POST', attach, { query }))).toContain(told);
    const args = ['attach', `--namespace=${namespace}`, 'to-be-attached-pod', '-i', '-c=container1'];
    const { code, stderr } = await server.kubectl(args, '');
    expect(code).not.toBe(0);
    expect(stderr).toContain(told);
  });

  test('should be able to deny custom resource creation, update and deletion', async () => {
    const { namespace, hook, register } = await scene();
    const wanted = definition(`${namespace}.example.com`, [{ name: 'v1' }], { scope: 'Namespaced' });
    await define(server.api, wanted);
    const { group, names } = wanted.spec;
    const rules = [rule(['CREATE', 'UPDATE', 'DELETE'], group, names.plural)];
    await register('Validating', [hook('deny-unwanted-custom-resource-data', '/custom-resource', rules)]);
    const path = collection(wanted, 'v1', namespace);
    const resource = (value: string) => ({
      apiVersion: `${group}/v1`,
      kind: names.kind,
      metadata: { name: 'cr-instance' },
      data: { 'webhook-e2e-test': value },
    });
    const unwanted = 'the custom resource contains unwanted data';
    expect(await messageOf(server.api.create(path, resource('webhook-disallow')))).toContain(unwanted);
    await server.api.create(path, resource('webhook-nondeletable'));
    const become = (value: string) => (object: Thing) => {
      object['data'] = { 'webhook-e2e-test': value };
    };
    const own = `${path}/cr-instance`;
    expect(await messageOf(server.api.change(own, become('webhook-disallow')))).toContain(unwanted);
    const kept = 'the custom resource cannot be deleted because it contains unwanted key and value';
    expect(await messageOf(server.api.remove(own))).toContain(kept);
    await server.api.change(own, become('webhook-allow'));
    await server.api.remove(own);
    await server.api.gone(own);
  });

  test('should unconditionally reject operations on fail closed webhook', async () => {
    const { hook, register, configMap } = await scene();
    const failing = await server.namespace('fail-closed');
    const label = { 'fail-closed-webhook': failing };
    await server.api.patch(`/api/v1/namespaces/${failing}`, 'merge', { metadata: { labels: label } });
    const service = { namespace: 'default', name: SERVICE, path: '/configmaps', port: webhooks.port };
    const namespaceSelector = {
      matchExpressions: [{ key: 'fail-closed-webhook', operator: 'In', values: [failing] }],
    };
    // Without a CA bundle the certificate is nobody's.
    const more = { clientConfig: { service }, failurePolicy: 'Fail', namespaceSelector };
    await register('Validating', [hook('fail-closed', '/configmaps', [CREATE_CONFIG_MAPS], more)]);
    const status = await refusal(server.api.create(`/api/v1/namespaces/${failing}/configmaps`, configMap('foo')));
    expect(status).toMatchObject({ code: 500, reason: 'InternalError' });
  });

  const STAGES = { 'mutation-start': 'yes', 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' };
  const START = { 'mutation-start': 'yes' };
  type Scene = Awaited<ReturnType<typeof scene>>;
  const stages = ({ hook }: Scene, path: string, rules: JsonObject[], more: JsonObject = {}) =>
    [1, 2].map((stage) => hook(`adding-data-stage-${stage}`, path, rules, more));

  test('should mutate configmap', async () => {
    const at = await scene();
    await at.register('Mutating', stages(at, '/mutating-configmaps', [CREATE_CONFIG_MAPS]));
    const { data } = await server.api.create(at.maps, at.configMap('to-be-mutated', START));
    expect(data).toEqual(STAGES);
  });

  test("should mutate everything except 'skip-me' configmaps", async () => {
    const at = await scene();
    const matchConditions = [{ name: 'skip-me', expression: "object.metadata.name != 'skip-me'" }];
    const hooks = stages(at, '/mutating-configmaps', [CREATE_CONFIG_MAPS], { matchConditions });
    await at.register('Mutating', hooks);
    const { data } = await server.api.create(at.maps, at.configMap('to-be-mutated', START));
    expect(data).toEqual(STAGES);
    const skipped = await server.api.create(at.maps, at.configMap('skip-me', START));
    expect(skipped['data']).toEqual(START);
  });

  test('should mutate pod and apply defaults after mutation', async () => {
    const { core, hook, register } = await scene();
    await register('Mutating', [hook('adding-init-container', '/mutating-pods', [rule(['CREATE'], '', 'pods')])]);
    const created = await server.api.create(`${core}/pods`, pod('webhook-to-be-mutated', 'example'));
    const containers = field(created, 'spec.initContainers');
    const container = { name: 'webhook-added-init-container', terminationMessagePolicy: 'File' };
    expect(containers).toEqual([expect.objectContaining(container)]);
  });

  test('should not be able to mutate or prevent deletion of webhook configuration objects', async () => {
    const { hook, register, namespaceSelector } = await scene();
    const group = 'admissionregistration.k8s.io';
    const both = (operations: string[]) => ({
      ...rule(operations, group, '', '*'),
      resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    });
    const all = { namespaceSelector: {} };
    await register('Validating', [
      hook('deny-webhook-configuration-deletions', '/always-deny', [both(['DELETE'])], all),
    ]);
    await register('Mutating', [hook('add-label-to-webhook-configurations', '/add-label', [both(['CREATE'])], all)]);
    for (const flavor of ['Validating', 'Mutating'] as const) {
      const name = `dummy-${flavor.toLowerCase()}`;
      const dummy = hook('dummy', '/always-deny', [rule(['CREATE'], '', 'invalid')], {
        namespaceSelector,
        failurePolicy: 'Ignore',
      });
      const created = await server.api.create(pathOf(flavor), {
        apiVersion: `${group}/v1`,
        kind: `${flavor}WebhookConfiguration`,
        metadata: { name },
        webhooks: [dummy],
      });
      expect(created.metadata.labels?.['added-label']).toBeUndefined();
      await server.api.remove(`${pathOf(flavor)}/${name}`);
      await server.api.gone(`${pathOf(flavor)}/${name}`);
    }
  });

  const strings = (...names: string[]) => ({
    type: 'object',
    properties: {
      data: { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) },
    },
  });
  test.each([
    ['custom resource', ALLOW_ALL, STAGES],
    [
      'custom resource with pruning',
      strings('mutation-start', 'mutation-stage-1'),
      { ...START, 'mutation-stage-1': 'yes' },
    ],
  ])('should mutate %s', async (_what, schema, expected) => {
    const at = await scene();
    const wanted = definition(`${at.namespace}.example.com`, [{ name: 'v1', schema }], { scope: 'Namespaced' });
    await define(server.api, wanted);
    const { group, names } = wanted.spec;
    const rules = [rule(['CREATE', 'UPDATE'], group, names.plural)];
    await at.register('Mutating', stages(at, '/mutating-custom-resource', rules));
    const { data } = await server.api.create(collection(wanted, 'v1', at.namespace), {
      apiVersion: `${group}/v1`,
      kind: names.kind,
      metadata: { name: 'cr-instance-1' },
      data: START,
    });
    expect(data).toEqual(expected);
  });

  test('should mutate custom resource with different stored version', async () => {
    const at = await scene();
    const versions = [{ name: 'v1' }, { name: 'v2' }];
    const wanted = definition(`${at.namespace}.example.com`, versions, { scope: 'Namespaced' });
    await define(server.api, wanted);
    const { group, names } = wanted.spec;
    const rules = [rule(['CREATE', 'UPDATE'], group, names.plural)];
    await at.register('Mutating', stages(at, '/mutating-custom-resource', rules));
    const path = collection(wanted, 'v1', at.namespace);
    const resource = { apiVersion: `${group}/v1`, kind: names.kind, metadata: { name: 'cr-instance-1' }, data: START };
    await server.api.create(path, resource);
    await server.api.change(definitionPath(wanted), (object) => {
      for (const version of field(object, 'spec.versions') as JsonObject[])
        version['storage'] = version['name'] === 'v2';
    });
    const patched = await server.api.patch(`${path}/cr-instance-1`, 'merge', { dummy: 'test' });
    expect(patched).toMatchObject({ dummy: 'test', data: STAGES });
  });

  test('should deny crd creation', async () => {
    const { hook, register, namespace } = await scene();
    const rules = [rule(['CREATE'], 'apiextensions.k8s.io', 'customresourcedefinitions', '*')];
    const objectSelector = { matchLabels: { [namespace]: 'true' } };
    await register('Validating', [
      hook('deny-crd-with-unwanted-label', '/crd', rules, { namespaceSelector: {}, objectSelector }),
    ]);
    const labels = { 'webhook-e2e-test': 'webhook-disallow', ...objectSelector.matchLabels };
    const wanted = definition(`${namespace}.example.com`, [{ name: 'v1' }], { labels });
    expect(await messageOf(server.api.create(DEFINITIONS, wanted))).toContain('the crd contains unwanted label');
  });

  // The server thinks for a second and a half instead of five.
  test.each([
    ['Fail', 1, false],
    ['Ignore', 1, true],
    ['Fail', 10, true],
    ['Fail', undefined, true],
  ])('should honor timeout (policy %s, %s s)', async (failurePolicy, timeoutSeconds, passes) => {
    const { hook, register, configMap, maps, namespace } = await scene();
    const objectSelector = { matchLabels: { slow: namespace } };
    const more = { failurePolicy, timeoutSeconds, objectSelector };
    await register('Validating', [
      hook('allow-configmap-with-delay', '/always-allow-delay', [CREATE_CONFIG_MAPS], more),
    ]);
    const message = await messageOf(server.api.create(maps, configMap('slow', {}, { slow: namespace })));
    if (passes) expect(message).toBe('');
    else expect(message).toContain('context deadline exceeded');
  });

  test.each<[Flavor, string]>([
    ['Validating', '/configmaps'],
    ['Mutating', '/mutating-configmaps'],
  ])('patching/updating a %s webhook should work, and listing and deleting all', async (flavor, path) => {
    const { hook, register, configMap, maps } = await scene();
    const mutates = flavor === 'Mutating';
    const uuid = { 'e2e-list-test-uuid': `${flavor}-${registered}` };
    const own = await register(flavor, [hook('reconfigured', path, [CREATE_CONFIG_MAPS])], uuid);
    const data = mutates ? START : { 'webhook-e2e-test': 'webhook-disallow' };
    let tries = 0;
    /** Whether the webhook was asked about a new ConfigMap. */
    const asked = async () => {
      const name = `probe-${tries++}`;
      const request = server.api.create(maps, configMap(name, data));
      if (!mutates) return (await messageOf(request)).includes('denied');
      return field(await request, 'data.mutation-stage-1') === 'yes';
    };
    const operations = (value: string) => [{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: [value] }];
    await expect.poll(asked, PATIENCE).toBe(true);
    await server.api.change(own, (object) => {
      (field(object, 'webhooks.0.rules.0') as JsonObject)['operations'] = ['UPDATE'];
    });
    await expect.poll(asked, PATIENCE).toBe(false);
    await server.api.patch(own, 'json', operations('CREATE'));
    await expect.poll(asked, PATIENCE).toBe(true);
    const labelSelector = `e2e-list-test-uuid=${uuid['e2e-list-test-uuid']}`;
    expect((await server.api.list(pathOf(flavor), { labelSelector })).items).toHaveLength(1);
    await server.api.remove(pathOf(flavor), undefined, { labelSelector });
    await expect.poll(asked, PATIENCE).toBe(false);
  });
});
