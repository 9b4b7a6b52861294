/** Kubernetes' conformance tests of what admission policies decide, replayed: validatingadmissionpolicy.go, mutatingadmissionpolicy.go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import { type ConformanceServer, field, PATIENCE, refusal, startConformanceServer } from '../helpers/conformance.ts';
import { DEFINITIONS } from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
type Flavor = 'Validating' | 'Mutating';

/** A namespace with a label of its own, and what policies for it alone look like. */
async function marked(flavor: Flavor) {
  const namespace = await server.namespace('admission-policy');
  const path = `/api/v1/namespaces/${namespace}`;
  await server.api.patch(path, 'merge', { metadata: { labels: { [namespace]: 'true' } } });
  const namespaceSelector = { matchLabels: { [namespace]: 'true' } };
  const policies = `${ADMISSION}/${flavor.toLowerCase()}admissionpolicies`;
  const of = (kind: string, name: string, spec: JsonObject) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${flavor}AdmissionPolicy${kind}`,
    metadata: { name: `${namespace}.${name}.example.com` },
    spec,
  });
  const rule = (group: string, resource: string) => ({
    operations: ['CREATE', 'UPDATE'],
    apiGroups: [group],
    apiVersions: ['v1'],
    resources: [resource],
  });
  return {
    apps: `/apis/apps/v1/namespaces/${namespace}`,
    /** @returns its path */
    async policy(name: string, spec: JsonObject, group = 'apps', resource = 'deployments'): Promise<string> {
      const matchConstraints = { namespaceSelector, resourceRules: [rule(group, resource)] };
      const made = of('', name, { ...spec, matchConstraints });
      await server.api.create(policies, made);
      return `${policies}/${made.metadata.name}`;
    },
    async bind(policy: string, spec: JsonObject): Promise<void> {
      const policyName = policy.slice(policy.lastIndexOf('/') + 1);
      const made = of('Binding', 'binding', { policyName, matchResources: { namespaceSelector }, ...spec });
      await server.api.create(`${ADMISSION}/${flavor.toLowerCase()}admissionpolicybindings`, made);
    },
  };
}

const workload = (kind: string, name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, labels: { app: 'nginx' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { labels: { app: 'nginx' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:latest' }] },
    },
  },
});

describe('ValidatingAdmissionPolicy', () => {
  test.each<[what: string, spec: JsonObject, allowed: number, told: string]>([
    [
      'should validate against a Deployment',
      {
        validations: [
          {
            expression: 'object.spec.replicas > 1',
            messageExpression: "'wants replicas > 1, got ' + object.spec.replicas",
          },
        ],
      },
      2,
      'failed expression: object.spec.replicas > 1',
    ],
    [
      'should allow expressions to refer variables',
      {
        variables: [
          { name: 'replicas', expression: 'object.spec.replicas' },
          { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' },
        ],
        validations: [{ expression: 'variables.replicas > 1' }, { expression: 'variables.oddReplicas' }],
      },
      3,
      'failed expression: variables.replicas > 1',
    ],
  ])('%s', async (_what, spec, allowed, told) => {
    const { apps, policy, bind } = await marked('Validating');
    await bind(await policy('policy', spec), { validationActions: ['Deny'] });
    const attempt = async () => {
      const reason = await server.api.reasonOf(
        server.api.create(`${apps}/deployments`, workload('Deployment', 'marker-deployment', 1)),
      );
      if (reason === '') await server.api.remove(`${apps}/deployments/marker-deployment`);
      return reason;
    };
    await expect.poll(attempt, PATIENCE).toBe('Invalid');
    const denied = server.api.create(`${apps}/deployments`, workload('Deployment', 'marker-deployment', 1));
    expect((await refusal(denied)).message).toContain(told);
    await server.api.create(`${apps}/deployments`, workload('Deployment', 'replicated', allowed));
    await server.api.create(`${apps}/replicasets`, workload('ReplicaSet', 'non-replicated', 1));
  });

  const typeChecking = async (path: string) => field(await server.api.get(path), 'status.typeChecking');
  const checked = async (path: string) => {
    await expect.poll(() => typeChecking(path), PATIENCE).toBeDefined();
    return field(await typeChecking(path), 'expressionWarnings') ?? [];
  };
  const warnings = (...told: [fieldRef: string, warning: string][]) =>
    told.map(([fieldRef, warning]) => ({
      fieldRef: `spec.validations${fieldRef}`,
      warning: expect.stringContaining(warning),
    }));
  const INT_OR_STRING = "found no matching overload for '_>_' applied to '(int, string)'";
  const right = { validations: [{ expression: 'object.spec.replicas > 1' }] };

  test('should type check validation expressions', async () => {
    const { policy } = await marked('Validating');
    expect(await checked(await policy('correct-policy', right))).toEqual([]);
    const messageExpression = "'wants replicas > 1, got ' + object.spec.replicas";
    const confused = { validations: [{ expression: "object.spec.replicas > '1'", messageExpression }] };
    expect(await checked(await policy('confused-policy', confused))).toEqual(
      warnings(
        ['[0].expression', INT_OR_STRING],
        ['[0].messageExpression', "found no matching overload for '_+_' applied to '(string, int)'"],
      ),
    );
  });

  test('should type check a CRD', async () => {
    const { policy } = await marked('Validating');
    const group = 'stable.policies.example.com';
    const string = { type: 'string' };
    const spec = { type: 'object', properties: { cronSpec: string, image: string, replicas: { type: 'integer' } } };
    await server.api.create(DEFINITIONS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `crontabs.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'crontabs', singular: 'crontab', kind: 'CronTab', shortNames: ['ct'] },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
          },
        ],
      },
    });
    const published = async () => (await server.api.raw(`/openapi/v3/apis/${group}/v1`)).code;
    await expect.poll(published, PATIENCE).toBe(200);
    expect(await checked(await policy('correct-crd-policy', right, group, 'crontabs'))).toEqual([]);
    const validations = [{ expression: "object.spec.replicas > '1'" }, { expression: 'object.spec.maxRetries < 10' }];
    const path = await policy('confused-crd-policy', { validations }, group, 'crontabs');
    let touches = 0;
    // As in the Go test: whoever checked before the definition was known looks again when the policy changes.
    const found = async () => {
      const warned = (await checked(path)) as unknown[];
      if (warned.length === 0)
        await server.api.patch(path, 'merge', { metadata: { labels: { touched: `a${++touches}` } } });
      return warned;
    };
    await expect
      .poll(found, PATIENCE)
      .toEqual(warnings(['[0].expression', INT_OR_STRING], ['[1].expression', "undefined field 'maxRetries'"]));
  });
});

describe('MutatingAdmissionPolicy', () => {
  test('should mutate a Deployment', async () => {
    const { apps, policy, bind } = await marked('Mutating');
    const expression = `
							Object{
								metadata: Object.metadata{
									annotations: {
										"mutated-by": "admission-policy"
									}
								}
							}`;
    const mutations = [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }];
    await bind(await policy('policy', { mutations, reinvocationPolicy: 'Never' }), {});
    const attempt = async () => {
      const created = await server.api.create(`${apps}/deployments`, workload('Deployment', 'test-deployment', 2));
      await server.api.remove(`${apps}/deployments/test-deployment`);
      return created.metadata.annotations;
    };
    await expect.poll(attempt, PATIENCE).toMatchObject({ 'mutated-by': 'admission-policy' });
  });
});
