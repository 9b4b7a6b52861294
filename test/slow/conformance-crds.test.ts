/**
 * Kubernetes' conformance tests of custom resources, replayed: custom_resource_definition.go, crd_watch.go, and of
 * crd_selectable_fields.go and crd_conversion_webhook.go what needs no webhook.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import type { WatchEvent } from '../../src/client/watch-stream.ts';
import {
  type ConformanceServer,
  field,
  nameOf,
  PATIENCE,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import {
  ALLOW_ALL,
  collection,
  DEFINITIONS,
  type Definition,
  define as defineBy,
  definition,
  definitionPath,
  undefine as undefineBy,
} from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const define = (wanted: Definition) => defineBy(server.api, wanted);
const undefine = (wanted: Definition) => undefineBy(server.api, wanted);

describe('CustomResourceDefinition resources', () => {
  const GROUP = 'mygroup.example.com';
  const random = (labels?: JsonObject) => definition(GROUP, [{ name: 'v1beta1' }], { labels });

  test('creating/deleting custom resource definition objects works', async () => {
    const wanted = random();
    const created = await define(wanted);
    expect(created.spec).toMatchObject({ group: GROUP, names: wanted.spec.names });
    await undefine(wanted);
  });

  test('listing custom resource definition objects works', async () => {
    const labels = { 'e2e-list-test-uuid': 'd0f1c6a8-6c3e-4a41-9d3a-7c8b3a7a3a10' };
    const created: Thing[] = [];
    for (let i = 0; i < 10; i++) created.push(await define(random(labels)));
    const other = random();
    await define(other);
    const labelSelector = `e2e-list-test-uuid=${labels['e2e-list-test-uuid']}`;
    const { items } = await server.api.list(DEFINITIONS, { labelSelector });
    expect(items).toHaveLength(10);
    const specs = (things: readonly Thing[]) => new Map(things.map((thing) => [nameOf(thing), thing['spec']]));
    expect(specs(items)).toEqual(specs(created));
    await server.api.remove(DEFINITIONS, undefined, { labelSelector });
    const left = async () => (await server.api.list(DEFINITIONS, { labelSelector })).items.map(nameOf);
    await expect.poll(left, PATIENCE).toEqual([]);
    expect(nameOf(await server.api.get(definitionPath(other)))).toBe(other.metadata.name);
    await undefine(other);
  });

  test('getting/updating/patching custom resource definition status sub-resource works', async () => {
    const wanted = random();
    const created = await define(wanted);
    const status = `${definitionPath(wanted)}/status`;
    const condition = (message: string) => ({ type: '', status: '', lastTransitionTime: null, message });
    const read = await server.api.get(status);
    expect(read['spec']).toEqual(created['spec']);
    const updated = await server.api.change(
      status,
      (object) => {
        (field(object, 'status.conditions') as JsonObject[]).push(condition('updated'));
      },
      status,
    );
    const messages = (object: Thing) =>
      (field(object, 'status.conditions') as JsonObject[]).filter((each) => each['type'] === '');
    expect(messages(updated)).toEqual([expect.objectContaining({ type: '', status: '', message: 'updated' })]);
    const patch = [{ op: 'add', path: '/status/conditions', value: [{ message: 'patched' }] }];
    const patched = await server.api.patch(status, 'json', patch);
    expect(messages(patched)).toContainEqual(expect.objectContaining({ message: 'patched' }));
    await undefine(wanted);
  });

  test('should include custom resource definition resources in discovery documents', async () => {
    interface Group {
      name: string;
      versions: { version: string }[];
    }
    const { groups } = await server.api.get<{ groups: Group[] }>('/apis');
    const listed = groups.find(({ name }) => name === 'apiextensions.k8s.io');
    expect(listed?.versions.map(({ version }) => version)).toContain('v1');
    const group = await server.api.get<Group>('/apis/apiextensions.k8s.io');
    expect(group.name).toBe('apiextensions.k8s.io');
    expect(group.versions.map(({ version }) => version)).toContain('v1');
    const list = await server.api.get<{ groupVersion: string; resources: { name: string }[] }>(
      '/apis/apiextensions.k8s.io/v1',
    );
    expect(list.groupVersion).toBe('apiextensions.k8s.io/v1');
    expect(list.resources.map(({ name }) => name)).toContain('customresourcedefinitions');
  });

  test('custom resource defaulting for requests and from storage works', async () => {
    const schema = { ...ALLOW_ALL, properties: { a: { type: 'string' }, b: { type: 'string' } } };
    const wanted = definition(GROUP, [{ name: 'v1beta1', schema }]);
    await define(wanted);
    const objects = collection(wanted, 'v1beta1');
    const body = (name: string) => ({
      apiVersion: `${GROUP}/v1beta1`,
      kind: wanted.spec.names.kind,
      metadata: { name },
    });
    await server.api.create(objects, body('cr-1'));
    const at = (name: string) => `/spec/versions/0/schema/openAPIV3Schema/properties/${name}/default`;
    await server.api.patch(definitionPath(wanted), 'json', [{ op: 'add', path: at('a'), value: 'A' }]);
    await expect.poll(async () => (await server.api.get(`${objects}/cr-1`))['a'], PATIENCE).toBe('A');
    expect((await server.api.create(objects, body('cr-2')))['a']).toBe('A');
    await server.api.patch(definitionPath(wanted), 'json', [
      { op: 'remove', path: at('a') },
      { op: 'add', path: at('b'), value: 'B' },
    ]);
    const read = async () => {
      const { a, b } = await server.api.get(`${objects}/cr-2`);
      expect(a).toBe('A');
      return b;
    };
    await expect.poll(read, PATIENCE).toBe('B');
    await undefine(wanted);
  });
});

test('CustomResourceDefinition Watch: watch on custom resource definition objects', async () => {
  const group = 'crd-watch.example.com';
  const wanted = definition(group, [{ name: 'v1beta1' }]);
  await define(wanted);
  const objects = collection(wanted, 'v1beta1');
  const instance = (name: string) => ({
    apiVersion: `${group}/v1beta1`,
    kind: wanted.spec.names.kind,
    metadata: { namespace: '', name },
    content: { key: 'value' },
    num: { num1: 9223372036854775807n, num2: 1000000 },
  });
  const watching = (name: string) =>
    server.api.watch(objects, { fieldSelector: `metadata.name=${name}`, timeoutSeconds: 600 });
  const watches = [await watching('name1'), await watching('name2')] as const;
  const types: WatchEvent['type'][] = [];
  // Each watch's next event is of its own object: nothing of the other's came between.
  for (const [i, name] of ['name1', 'name2'].entries()) {
    const created = await server.api.create(objects, instance(name));
    expect(created).toMatchObject({ apiVersion: `${group}/v1beta1`, kind: wanted.spec.names.kind });
    expect(created.metadata.uid).toMatch(/./);
    expect(field(created, 'num.num1')).toBe(9223372036854775807n);
    const event = await watches[i]!.next();
    expect(event).toEqual({ type: 'ADDED', object: created });
    types.push(event.type);
  }
  for (const [i, name] of ['name1', 'name2'].entries()) {
    await server.api.patch(`${objects}/${name}`, 'json', [{ op: 'add', path: '/dummy', value: 'test' }]);
    const event = await watches[i]!.next();
    expect(event).toMatchObject({ type: 'MODIFIED', object: { metadata: { name }, dummy: 'test' } });
  }
  for (const [i, name] of ['name1', 'name2'].entries()) {
    await server.api.remove(`${objects}/${name}`);
    expect(await watches[i]!.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name } } });
  }
  for (const watch of watches) watch.stop();
  await undefine(wanted);
});

describe('CustomResourceFieldSelectors', () => {
  test('MUST list and watch custom resources matching the field selector (one schema, conversion None)', async () => {
    const group = 'stable.example.com';
    const schema = { type: 'object', properties: { host: { type: 'string' }, port: { type: 'string' } } };
    const more = { selectableFields: [{ jsonPath: '.host' }, { jsonPath: '.port' }] };
    const versions = ['v2', 'v1'].map((name) => ({ name, schema, more }));
    const wanted = definition(group, versions, { scope: 'Namespaced' });
    await define(wanted);
    const namespace = await server.namespace('crd-selectable-fields');
    const at = (version: string) => `/apis/${group}/${version}/namespaces/${namespace}/${wanted.spec.names.plural}`;
    const selectors = ['host=host1', 'host=host1,port=80'];
    const watches = await Promise.all(
      ['v2', 'v1'].flatMap((version) =>
        selectors.map((fieldSelector) => server.api.watch(at(version), { fieldSelector })),
      ),
    );
    const specs = [{ host: 'host1', port: '80' }, { host: 'host1', port: '8080' }, { host: 'host2' }];
    for (const [i, spec] of specs.entries()) {
      const body = { apiVersion: `${group}/v2`, kind: wanted.spec.names.kind, metadata: { name: `cr-${i}` }, ...spec };
      await server.api.create(at('v2'), body);
    }
    const names = async (fieldSelector: string) =>
      Promise.all(
        ['v2', 'v1'].map(async (version) => (await server.api.list(at(version), { fieldSelector })).items.map(nameOf)),
      );
    expect(await names('host=host1')).toEqual([
      ['cr-0', 'cr-1'],
      ['cr-0', 'cr-1'],
    ]);
    expect(await names('host=host1,port=80')).toEqual([['cr-0'], ['cr-0']]);
    await server.api.remove(at('v2'), { gracePeriodSeconds: 0 }, { fieldSelector: 'host=host1,port=80' });
    await server.api.change(`${at('v2')}/cr-1`, (found) => {
      found['host'] = 'host2';
    });
    expect(await names('host=host1')).toEqual([[], []]);
    const heard = async (i: number, count: number) => {
      const events: string[] = [];
      for (let n = 0; n < count; n++) {
        const { type, object } = await watches[i]!.next();
        events.push(`${type} ${nameOf(object)}`);
      }
      return events;
    };
    for (const i of [0, 2]) {
      expect(await heard(i, 4)).toEqual(['ADDED cr-0', 'ADDED cr-1', 'DELETED cr-0', 'DELETED cr-1']);
      expect(await heard(i + 1, 2)).toEqual(['ADDED cr-0', 'DELETED cr-0']);
    }
    for (const watch of watches) watch.stop();
    await undefine(wanted);
  });
});

describe('CustomResourceConversion (None)', () => {
  test('should be able to convert a non homogeneous list of CRs', async () => {
    const group = 'conversion.example.com';
    const schema = { type: 'object', properties: { hostPort: { type: 'string' } } };
    const wanted = definition(
      group,
      ['v1', 'v2'].map((name) => ({ name, schema })),
      { scope: 'Namespaced' },
    );
    await define(wanted);
    const namespace = await server.namespace('crd-conversion');
    const at = (version: string) => `/apis/${group}/${version}/namespaces/${namespace}/${wanted.spec.names.plural}`;
    const body = (version: string, name: string) => ({
      apiVersion: `${group}/${version}`,
      kind: wanted.spec.names.kind,
      metadata: { name },
      hostPort: 'host1:80',
    });
    await server.api.create(at('v1'), body('v1', 'cr-instance-1'));
    expect(await server.api.get(`${at('v2')}/cr-instance-1`)).toMatchObject(body('v2', 'cr-instance-1'));
    // v1 is stored; now v2 is.
    await server.api.patch(definitionPath(wanted), 'json', [
      { op: 'replace', path: '/spec/versions/0/storage', value: false },
      { op: 'replace', path: '/spec/versions/1/storage', value: true },
    ]);
    await server.api.create(at('v1'), body('v1', 'cr-instance-2'));
    for (const version of ['v1', 'v2']) {
      const { items } = await server.api.list(at(version));
      expect(items.map(({ apiVersion, metadata, hostPort }) => [apiVersion, metadata.name, hostPort])).toEqual([
        [`${group}/${version}`, 'cr-instance-1', 'host1:80'],
        [`${group}/${version}`, 'cr-instance-2', 'host1:80'],
      ]);
    }
    const { status } = (await server.api.get(definitionPath(wanted))) as { status?: { storedVersions: string[] } };
    expect(status?.storedVersions).toEqual(['v1', 'v2']);
    await undefine(wanted);
  });
});
