/**
 * Kubernetes' conformance tests of kinds whose effect on other requests is not looked at here, replayed: flowcontrol.go,
 * validatingadmissionpolicy.go, mutatingadmissionpolicy.go, webhook.go (what needs no webhook), aggregator.go (the
 * APIService alone).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  type ConformanceServer,
  field,
  nameOf,
  refusal,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import { performOnStatus, performOperations } from '../helpers/conformance-operations.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const set = (path: string, key: string, value: unknown) => (object: Thing) => {
  (field(object, path) as JsonObject)[key] = value;
};

describe('API priority and fairness', () => {
  const group = 'flowcontrol.apiserver.k8s.io';

  test('should support FlowSchema API operations', () =>
    performOperations(server.api, {
      group,
      version: 'v1',
      kind: 'FlowSchema',
      resource: 'flowschemas',
      subresources: ['status'],
      spec: {
        matchingPrecedence: 10000,
        priorityLevelConfiguration: { name: 'global-default' },
        distinguisherMethod: { type: 'ByUser' },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'example-e2e-non-existent-user' } }],
            nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          },
        ],
      },
      patch: { matchingPrecedence: 9999 },
      patched: { matchingPrecedence: 9999 },
      update: set('spec', 'matchingPrecedence', 9000),
      updated: { matchingPrecedence: 9000 },
      more: (own, created) => performOnStatus(server.api, own, created, null),
    }));

  test('should support PriorityLevelConfiguration API operations', () =>
    performOperations(server.api, {
      group,
      version: 'v1',
      kind: 'PriorityLevelConfiguration',
      resource: 'prioritylevelconfigurations',
      subresources: ['status'],
      spec: { type: 'Limited', limited: { nominalConcurrencyShares: 2, limitResponse: { type: 'Reject' } } },
      patch: { limited: { nominalConcurrencyShares: 4 } },
      patched: { limited: { nominalConcurrencyShares: 4 } },
      update: set('spec.limited', 'nominalConcurrencyShares', 6),
      updated: { limited: { nominalConcurrencyShares: 6 } },
      more: (own, created) => performOnStatus(server.api, own, created, null),
    }));
});

const DEPLOYMENTS = { apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] };

describe('admission policies', () => {
  const group = 'admissionregistration.k8s.io';
  const matchConstraints = { resourceRules: [{ operations: ['CREATE'], ...DEPLOYMENTS }] };

  test('should support ValidatingAdmissionPolicy API operations', () =>
    performOperations(server.api, {
      group,
      version: 'v1',
      kind: 'ValidatingAdmissionPolicy',
      resource: 'validatingadmissionpolicies',
      subresources: ['status'],
      spec: { validations: [{ expression: 'object.spec.replicas <= 100' }], matchConstraints },
      patch: { failurePolicy: 'Ignore' },
      patched: { failurePolicy: 'Ignore' },
      update: set('spec', 'failurePolicy', 'Fail'),
      updated: { failurePolicy: 'Fail' },
      more: (own, created) => performOnStatus(server.api, own, created, '2024-01-01T00:00:00Z'),
    }));

  test('should support MutatingAdmissionPolicy API operations', () =>
    performOperations(server.api, {
      group,
      version: 'v1',
      kind: 'MutatingAdmissionPolicy',
      resource: 'mutatingadmissionpolicies',
      spec: {
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: {
              expression: `
							Object{
								metadata: Object.metadata{
									annotations: {
										"my-foo-annotation": "myAnnotationValue"
									}
								}
							}`,
            },
          },
        ],
        matchConstraints,
      },
      patch: { failurePolicy: 'Ignore' },
      patched: { failurePolicy: 'Ignore' },
      update: set('spec', 'failurePolicy', 'Fail'),
      updated: { failurePolicy: 'Fail' },
    }));

  const binding = (kind: string) => ({ group, version: 'v1', kind, resource: `${kind.toLowerCase()}s` });

  test('should support ValidatingAdmissionPolicyBinding API operations', () =>
    performOperations(server.api, {
      ...binding('ValidatingAdmissionPolicyBinding'),
      spec: { policyName: 'replicalimit-policy.example.com', validationActions: ['Deny'] },
      patch: { validationActions: ['Warn'] },
      patched: { validationActions: ['Warn'] },
      update: set('spec', 'validationActions', ['Deny']),
      updated: { validationActions: ['Deny'] },
    }));

  test('should support MutatingAdmissionPolicyBinding API operations', () =>
    performOperations(server.api, {
      ...binding('MutatingAdmissionPolicyBinding'),
      spec: { policyName: 'replicalimit-policy.example.com' },
      patch: { matchResources: { matchPolicy: 'Exact' } },
      patched: { matchResources: { matchPolicy: 'Exact' } },
      update: set('spec.matchResources', 'matchPolicy', 'Equivalent'),
      updated: { matchResources: { matchPolicy: 'Equivalent' } },
    }));
});

describe('AdmissionWebhook', () => {
  const group = 'admissionregistration.k8s.io';
  const clientConfig = (path: string) => ({
    service: { namespace: 'default', name: 'e2e-test-webhook', path, port: 8443 },
    // What setupServerCert would make; it is only kept here.
    caBundle: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
  });
  const webhook = (name: string, path: string, more: JsonObject = {}) => ({
    name,
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
    clientConfig: clientConfig(path),
    sideEffects: 'None',
    admissionReviewVersions: ['v1', 'v1beta1'],
    namespaceSelector: { matchLabels: { 'e2e-webhook': 'true' } },
    ...more,
  });
  const configuration = (kind: string, name: string, webhooks: readonly JsonObject[], labels?: JsonObject) => ({
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name, labels },
    webhooks,
  });
  const KINDS = [
    ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', '/always-deny'],
    ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', '/mutating-configmaps'],
  ] as const;

  test('should include webhook resources in discovery documents', async () => {
    interface Group {
      name: string;
      versions: { version: string }[];
    }
    const { groups } = await server.api.get<{ groups: Group[] }>('/apis');
    const found = groups.find(({ name }) => name === group);
    expect(found?.versions.map(({ version }) => version)).toContain('v1');
    const own = await server.api.get<Group>(`/apis/${group}`);
    expect(own).toMatchObject({
      name: group,
      versions: expect.arrayContaining([expect.objectContaining({ version: 'v1' })]),
    });
    const list = await server.api.get<{ groupVersion: string; resources: { name: string }[] }>(`/apis/${group}/v1`);
    expect(list.groupVersion).toBe(`${group}/v1`);
    const names = list.resources.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(KINDS.map(([, resource]) => resource)));
  });

  test.each(KINDS)('listing, patching, updating and deleting a collection of %s', async (kind, resource, path) => {
    const at = `/apis/${group}/v1/${resource}`;
    const labels = { 'e2e-list-test-uuid': kind };
    const labelSelector = `e2e-list-test-uuid=${kind}`;
    for (let i = 0; i < 10; i++) {
      await server.api.create(at, configuration(kind, `e2e-${i}`, [webhook('a.k8s.io', path)], labels));
    }
    expect((await server.api.list(at, { labelSelector })).items).toHaveLength(10);
    const operations = (object: Thing) => field(object, 'webhooks.0.rules.0.operations');
    const updated = await server.api.change(`${at}/e2e-0`, set('webhooks.0.rules.0', 'operations', ['UPDATE']));
    expect(operations(updated)).toEqual(['UPDATE']);
    const patch = [{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['CREATE'] }];
    expect(operations(await server.api.patch(`${at}/e2e-0`, 'json', patch))).toEqual(['CREATE']);
    await server.api.remove(at, undefined, { labelSelector });
    expect((await server.api.list(at, { labelSelector })).items).toEqual([]);
  });

  test.each(KINDS)('should be able to create and update %s with match conditions', async (kind, resource, path) => {
    const at = `/apis/${group}/v1/${resource}`;
    const conditions = [
      { name: 'expression-1', expression: "object.metadata.namespace == 'production'" },
      { name: 'expression-2', expression: "object.metadata.namespace == 'staging'" },
    ];
    const before = conditions.slice(0, 1);
    const hook = webhook('with-match-conditions.k8s.io', path, { matchConditions: before });
    await server.api.create(at, configuration(kind, 'e2e-conditions', [hook]));
    const shown = async () => field(await server.api.get(`${at}/e2e-conditions`), 'webhooks.0.matchConditions');
    expect(await shown()).toEqual(before);
    await server.api.change(`${at}/e2e-conditions`, set('webhooks.0', 'matchConditions', conditions));
    expect(await shown()).toEqual(conditions);
    await server.api.remove(`${at}/e2e-conditions`);
  });

  test.each(KINDS)('should reject %s with invalid match conditions', async (kind, resource, path) => {
    const matchConditions = [{ name: 'invalid-expression-1', expression: '... [] bad expression' }];
    const body = configuration(kind, 'e2e-invalid', [webhook('invalid.k8s.io', path, { matchConditions })]);
    const status = await refusal(server.api.create(`/apis/${group}/v1/${resource}`, body));
    expect(status).toMatchObject({ code: 422, message: expect.stringContaining('compilation failed') });
  });
});

test('Aggregator: an APIService is created, listed, patched, updated and deleted, its status too', async () => {
  const path = '/apis/apiregistration.k8s.io/v1/apiservices';
  const name = 'v1alpha1.wardle.example.com';
  const label = { 'e2e-wardle': 'true' };
  await server.api.create(path, {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name, labels: label },
    spec: {
      service: { namespace: 'default', name: 'sample-api', port: 7443 },
      group: 'wardle.example.com',
      version: 'v1alpha1',
      caBundle: Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64'),
      groupPriorityMinimum: 2000,
      versionPriority: 200,
    },
  });
  const own = `${path}/${name}`;
  const read = await server.api.get(`${own}/status`);
  expect(read).toMatchObject({ kind: 'APIService', metadata: { name } });
  const patched = await server.api.patch(own, 'merge', { spec: { versionPriority: 400 } });
  expect(patched).toMatchObject({ spec: { versionPriority: 400 } });
  const { items } = await server.api.list(path);
  expect(items.find((item) => nameOf(item) === name)).toMatchObject({ spec: { versionPriority: 400 } });
  const labelled = await server.api.patch(own, 'merge', { metadata: { labels: { [name]: 'patched' } } });
  expect(labelled.metadata.labels).toMatchObject({ [name]: 'patched' });
  const condition = (type: string) => ({ type, status: 'True', reason: 'E2E', message: 'Set from e2e test' });
  const types = (object: Thing) => (field(object, 'status.conditions') as JsonObject[]).map(({ type }) => type);
  const updated = await server.api.change(
    `${own}/status`,
    (found) => {
      const conditions = (field(found, 'status.conditions') ?? []) as JsonObject[];
      found['status'] = { conditions: [...conditions, { ...condition('StatusUpdated'), lastTransitionTime: null }] };
    },
    `${own}/status`,
  );
  expect(types(updated)).toContain('StatusUpdated');
  const status = { conditions: [condition('StatusPatched')] };
  expect(types(await server.api.patch(`${own}/status`, 'merge', { status }))).toContain('StatusPatched');
  const relabelled = await server.api.change(own, (found) => {
    found.metadata.labels = { ...found.metadata.labels, [name]: 'updated' };
  });
  expect(relabelled.metadata.labels).toMatchObject({ [name]: 'updated' });
  await server.api.remove(path, undefined, { labelSelector: `${name}=updated` });
  await server.api.gone(own);
});
