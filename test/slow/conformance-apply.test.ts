/** Kubernetes' conformance tests of field validation and server-side apply, replayed: field_validation.go, apply.go. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import { type ConformanceServer, field, refusal, startConformanceServer, type Thing } from '../helpers/conformance.ts';
import { collection, define, definition, undefine, type Version } from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const GROUP = 'mygroup.example.com';
const integer = { format: 'int32', type: 'integer' };
const text = { type: 'string' };
const PORTS = {
  type: 'array',
  'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
  'x-kubernetes-list-type': 'map',
  items: {
    properties: { containerPort: integer, hostIP: text, hostPort: integer, name: text, protocol: text },
    required: ['containerPort', 'protocol'],
    type: 'object',
  },
};
const CRON = { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' };
const spec = (properties: JsonObject, more: JsonObject = {}) => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...more } },
});
const PRESERVE = { 'x-kubernetes-preserve-unknown-fields': true };
const PRECISE = spec({ foo: text, cronSpec: CRON, ports: PORTS });
const PRESERVING = spec({ foo: text, cronSpec: CRON, ports: PORTS }, PRESERVE);
const EMBEDDING = spec(
  {
    template: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { metadata: { type: 'object', properties: { name: text } }, spec: { type: 'object' } },
    },
    foo: text,
    cronSpec: CRON,
    ports: PORTS,
  },
  PRESERVE,
);

/** Two versions, of which the second is stored, each with a status sub-resource. */
const twoVersions = (schema?: unknown) =>
  definition(
    GROUP,
    ['v1beta1', 'v1'].map((name): Version => ({ name, schema, more: { subresources: { status: {} } } })),
    { stored: 'v1' },
  );

const deployment = (
  more: { metadata?: string; spec?: string; name?: string; pod?: string; container?: string } = {},
) => `{
  "apiVersion": "apps/v1",
  "kind": "Deployment",
  "metadata": { "name": "${more.name ?? 'my-dep'}", ${more.metadata ?? ''} "labels": {"app": "nginx"} },
  "spec": {
    ${more.spec ?? ''}
    "selector": { "matchLabels": { "app": "nginx" } },
    "template": {
      "metadata": { "labels": { "app": "nginx" } },
      "spec": { ${more.pod ?? ''} "containers": [{ "name": "nginx", "image": "nginx:latest" ${more.container ?? ''} }] }
    }
  }
}`;

describe('FieldValidation', () => {
  const strict = { fieldManager: 'field_validation_mgr', fieldValidation: 'Strict' };

  test.each([
    [
      'unknown and duplicate fields of a typed object',
      deployment({ spec: '"unknownField": "foo", "replicas": 2, "replicas": 3,' }),
      'strict decoding error: unknown field "spec.unknownField", duplicate field "spec.replicas"',
    ],
    [
      'unknown metadata fields of a typed object',
      deployment({ metadata: '"unknownMeta": "foo",' }),
      'strict decoding error: unknown field "metadata.unknownMeta"',
    ],
  ])('should detect %s', async (_, body, message) => {
    const path = `/apis/apps/v1/namespaces/${await server.namespace('field-validation')}/deployments`;
    const status = await refusal(server.api.create(path, body, strict));
    expect(status).toMatchObject({ code: 400, message: expect.stringContaining(message) });
  });

  /** A custom resource in YAML, applied; the first line is empty, as in the conformance test. */
  async function applied(schema: unknown, head: string, body: string): Promise<Thing> {
    const wanted = twoVersions(schema);
    await define(server.api, wanted);
    const yaml = `
apiVersion: ${GROUP}/v1beta1
kind: ${wanted.spec.names.kind}
metadata:
  name: mytest
${head}spec:
${body}  cronSpec: "* * * * */5"
  ports:
  - name: x
    containerPort: 80
    protocol: TCP`;
    try {
      return await server.api.patch(`${collection(wanted, 'v1beta1')}/mytest`, 'apply', yaml, strict);
    } finally {
      await server.api.reasonOf(
        server.api.patch(`${collection(wanted, 'v1')}/mytest`, 'merge', { metadata: { finalizers: null } }),
      );
      await undefine(server.api, wanted);
    }
  }

  const FINALIZERS = '  finalizers:\n  - test-finalizer\n';

  test('should create/apply a valid CR for CRD with validation schema', async () => {
    expect(await applied(PRECISE, FINALIZERS, '  foo: foo1\n')).toMatchObject({ spec: { foo: 'foo1' } });
  });

  test('should create/apply a CR with unknown fields for CRD with no validation schema', async () => {
    expect(await applied(undefined, FINALIZERS, '  unknown: uk1\n')).toMatchObject({ spec: { unknown: 'uk1' } });
  });

  test.each([
    [
      'should create/apply an invalid CR with extra properties for CRD with validation schema',
      PRECISE,
      `${FINALIZERS}unknownField: unknown\n`,
      '  foo: foo1\n',
      /\.unknownField: field not declared in schema/,
    ],
    [
      'should detect unknown metadata fields in both the root and embedded object of a CR',
      EMBEDDING,
      '  unknownMeta: unknown\n',
      `  template:
    apiversion: foo/v1
    kind: Sub
    metadata:
        unknownSubMeta: unknown
        name: subobject
        namespace: default
  foo: foo1
`,
      /\.spec\.template\.metadata\.unknownSubMeta: field not declared in schema|\.metadata\.unknownMeta: field not declared in schema/,
    ],
    [
      'should detect duplicates in a CR when preserving unknown fields',
      PRESERVING,
      '',
      '  unknown: uk1\n  foo: foo1\n  foo: foo2\n',
      /line 9: key "foo" already set in map/,
    ],
  ])('%s', async (_, schema, head, body, message) => {
    const status = await refusal(applied(schema, head, body));
    expect(status.message).toMatch(message);
  });
});

describe('ServerSideApply', () => {
  const managed = (object: Thing, manager: string): unknown =>
    (object.metadata.managedFields ?? []).find((entry) => entry.manager === manager)?.fieldsV1;

  test.each([
    [
      'pods',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'test-pod' },
        spec: { containers: [{ name: 'test-container', image: 'test-image' }] },
      },
      { 'f:spec': { 'f:containers': { 'k:{"name":"test-container"}': { '.': {}, 'f:image': {}, 'f:name': {} } } } },
    ],
    [
      'services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'test-svc' },
        spec: { ports: [{ port: 8080, protocol: 'UDP' }] },
      },
      { 'f:spec': { 'f:ports': { 'k:{"port":8080,"protocol":"UDP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} } } } },
    ],
  ])('should create an applied object if it does not already exist: %s', async (resource, body, fields) => {
    const path = `/api/v1/namespaces/${await server.namespace('apply')}/${resource}/${body.metadata.name}`;
    await server.api.patch(path, 'apply', body, { fieldManager: 'apply_test' });
    await server.api.get(path);
    const object = await server.api.patch(path, 'apply', body, { fieldManager: 'apply_test_2' });
    for (const manager of ['apply_test', 'apply_test_2']) expect(managed(object, manager)).toEqual(fields);
  });

  test('should work for subresources', async () => {
    const path = `/api/v1/namespaces/${await server.namespace('apply')}/pods/test-pod`;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'test-pod' } };
    const containers = [{ name: 'nginx', image: 'nginx' }];
    await server.api.patch(path, 'apply', { ...pod, spec: { containers } }, { fieldManager: 'apply_test' });
    await server.api.get(path);
    const status = { ...pod, status: { conditions: [{ type: 'MyStatus', status: 'True' }] } };
    const types = async () => {
      const found = field(await server.api.get(path), 'status.conditions') as { type: string }[] | undefined;
      return (found ?? []).map(({ type }) => type);
    };
    await server.api.patch(path, 'apply', status, { fieldManager: 'apply_test2' });
    expect(await types()).not.toContain('MyStatus');
    await server.api.patch(`${path}/status`, 'apply', status, { fieldManager: 'apply_test2' });
    expect(await types()).toContain('MyStatus');
  });

  const deployments = async () => `/apis/apps/v1/namespaces/${await server.namespace('apply')}/deployments`;

  test('should remove a field if it is owned but removed in the apply request', async () => {
    const path = `${await deployments()}/deployment`;
    const name = 'deployment';
    const replicas = '"replicas": 3,';
    const ports = ', "ports": [{ "containerPort": 80, "protocol": "TCP" }]';
    const query = { fieldManager: 'apply_test' };
    await server.api.patch(path, 'apply', deployment({ name, spec: replicas, container: ports }), query);
    // YAML allows the comma before a closing bracket that the conformance test leaves behind.
    await server.api.patch(path, 'apply', deployment({ name, spec: replicas, container: ',' }), query);
    expect(field(await server.api.get(path), 'spec.template.spec.containers.0.ports')).toBeUndefined();
  });

  test('should not remove a field if an owner unsets the field but other managers still have ownership', async () => {
    const path = `${await deployments()}/deployment-shared-unset`;
    const name = 'deployment-shared-unset';
    const full = deployment({ name, spec: '"replicas": 3,', pod: '"hostname": "test-hostname",' });
    for (const fieldManager of ['shared_owner_1', 'shared_owner_2']) {
      await server.api.patch(path, 'apply', full, { fieldManager });
    }
    const patched = await server.api.patch(path, 'apply', deployment({ name }), { fieldManager: 'shared_owner_1' });
    expect(patched).toMatchObject({ spec: { replicas: 3, template: { spec: { hostname: 'test-hostname' } } } });
  });

  test('should ignore conflict errors if force apply is used', async () => {
    const path = `${await deployments()}/deployment`;
    const body = deployment({ name: 'deployment', spec: '"replicas": 3,' });
    const query = { fieldManager: 'apply_test' };
    await server.api.patch(path, 'apply', body, query);
    await server.api.patch(path, 'merge', { spec: { replicas: 5 } });
    const status = await refusal(server.api.patch(path, 'apply', body, query));
    expect(status).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(status.details?.causes?.length).toBeGreaterThanOrEqual(1);
    const forced = await server.api.patch(path, 'apply', body, { ...query, force: true });
    expect(forced).toMatchObject({ spec: { replicas: 3 } });
  });

  test('should give up ownership of a field if forced applied by a controller', async () => {
    const name = 'deployment-shared-map-item-removal';
    const path = `${await deployments()}/${name}`;
    const query = { fieldManager: 'test_applier' };
    await server.api.patch(path, 'apply', deployment({ name, spec: '"replicas": 3,' }), query);
    await server.api.change(path, (found) => {
      (found['spec'] as JsonObject)['replicas'] = 4;
    });
    const patched = await server.api.patch(path, 'apply', deployment({ name }), query);
    expect(patched).toMatchObject({ spec: { replicas: 4 } });
  });

  test('should work for CRDs', async () => {
    const wanted = twoVersions(spec({ cronSpec: CRON, ports: PORTS }, PRESERVE));
    await define(server.api, wanted);
    const { kind } = wanted.spec.names;
    const path = `${collection(wanted, 'v1beta1')}/mytest`;
    const yaml = (version: string, head: string, body: string) =>
      `\napiVersion: ${GROUP}/${version}\nkind: ${kind}\nmetadata:\n  name: mytest\n${head}spec:\n${body}`;
    const ports = (name: string, port: number) =>
      `  ports:\n  - name: "${name}"\n    containerPort: ${port}\n    protocol: TCP`;
    const content = `  cronSpec: "* * * * */5"\n  replicas: 1\n${ports('x', 80)}`;
    const body = yaml('v1beta1', '  finalizers:\n  - test-finalizer\n', content);
    const query = { fieldManager: 'apply_test' };
    const expected = (replicas: number, finalizers: readonly string[]) => ({
      metadata: { finalizers },
      spec: { replicas, ports: [{ containerPort: 80 }] },
    });
    const apply = (text: string, more: JsonObject = {}) =>
      server.api.patch(path, 'apply', text, { ...query, ...more } as typeof query);

    expect(await apply(body)).toMatchObject(expected(1, ['test-finalizer']));
    const other = `${collection(wanted, 'v1')}/mytest`;
    expect(await server.api.patch(other, 'apply', yaml('v1', '', content), query)).toMatchObject({
      spec: { replicas: 1, ports: [{ containerPort: 80 }] },
    });
    const both = ['test-finalizer', 'another-one'];
    const merged = await server.api.patch(path, 'merge', { metadata: { finalizers: both } });
    expect(merged.metadata.finalizers).toEqual(both);
    const again = await apply(body);
    expect(new Set(again.metadata.finalizers)).toEqual(new Set(both));
    expect(again.metadata.finalizers).toHaveLength(2);
    expect(await server.api.patch(path, 'merge', { spec: { replicas: 5 } })).toMatchObject({ spec: { replicas: 5 } });
    const conflict = await refusal(apply(body));
    expect(conflict).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(conflict.details?.causes).toHaveLength(1);
    expect(await apply(body, { force: true })).toMatchObject({ spec: { replicas: 1 } });
    // Another applier changes an item of the list, then adds one.
    const fieldManager = 'apply_test_2';
    const item = await refusal(apply(yaml('v1beta1', '', ports('y', 80)), { fieldManager }));
    expect(item.details?.causes).toHaveLength(1);
    const added = await apply(yaml('v1beta1', '', ports('y', 8080)), { fieldManager });
    expect(field(added, 'spec.ports')).toHaveLength(2);
    const absent = {
      apiVersion: `${GROUP}/v1beta1`,
      kind,
      metadata: { name: 'should-not-exist', finalizers: ['test-finalizer'] },
      spec: { cronSpec: '* * * * */5', replicas: 1, ports: [{ name: 'x', containerPort: 80 }] },
      protocol: 'TCP',
    };
    const put = server.api.update(`${collection(wanted, 'v1beta1')}/should-not-exist`, absent, query);
    expect(await server.api.reasonOf(put)).toBe('NotFound');
    await server.api.patch(path, 'merge', { metadata: { finalizers: [] } });
    await undefine(server.api, wanted);
  });

  test('should work for CRDs: the contents of an atomic list are replaced', async () => {
    const list = { type: 'array', 'x-kubernetes-list-type': 'atomic', items: text };
    const wanted = definition(GROUP, [{ name: 'v1beta1', schema: spec({ atomicList: list }, PRESERVE) }]);
    await define(server.api, wanted);
    const path = `${collection(wanted, 'v1beta1')}/mytest`;
    const yaml = (item: string) =>
      `\napiVersion: ${GROUP}/v1beta1\nkind: ${wanted.spec.names.kind}\nmetadata:\n  name: mytest\nspec:\n  atomicList:\n  - "${item}"`;
    const first = await server.api.patch(path, 'apply', yaml('item1'), { fieldManager: 'apply_test' });
    expect(field(first, 'spec.atomicList')).toEqual(['item1']);
    const query = { fieldManager: 'apply_test_2', force: true };
    expect(field(await server.api.patch(path, 'apply', yaml('item2'), query), 'spec.atomicList')).toEqual(['item2']);
    await undefine(server.api, wanted);
  });
});
