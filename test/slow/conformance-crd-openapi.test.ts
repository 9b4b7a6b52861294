/**
 * Kubernetes' conformance tests of published OpenAPI, crd_publish_openapi.go, replayed with the real kubectl, as there.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneJson, type JsonObject } from '../../src/api/object.ts';
import { type ConformanceServer, field, PATIENCE, startConformanceServer } from '../helpers/conformance.ts';
import {
  ALLOW_ALL,
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

const BARS = {
  description: 'List of Bars and their statuses.',
  type: 'array',
  items: { type: 'object' },
};
const WALDO_SPEC = {
  description: 'Specification of Waldo',
  type: 'object',
  properties: { dummy: { description: 'Dummy property.', type: 'object' } },
};
const WALDO_STATUS = { description: 'Status of Waldo', type: 'object', properties: { bars: BARS } };
const WALDO = {
  description: 'Waldo CRD for Testing',
  type: 'object',
  properties: { spec: WALDO_SPEC, status: WALDO_STATUS },
};
const PRESERVE_ROOT = {
  ...WALDO,
  description: 'preserve-unknown-properties at root for Testing',
  'x-kubernetes-preserve-unknown-fields': true,
};
const PRESERVE_NESTED = {
  ...WALDO,
  description: 'preserve-unknown-properties in nested field for Testing',
  properties: { spec: { ...WALDO_SPEC, 'x-kubernetes-preserve-unknown-fields': true }, status: WALDO_STATUS },
};
const text = (description: string, more: JsonObject = {}) => ({ description, type: 'string', ...more });
const FOO = {
  description: 'Foo CRD for Testing',
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      description: 'Specification of Foo',
      properties: {
        bars: {
          description: 'List of Bars and their specs.',
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: text('Name of Bar.'),
              age: text('Age of Bar.'),
              feeling: text('Whether Bar is feeling great.', { enum: ['Great', 'Down'] }),
              bazs: { description: 'List of Bazs.', items: { type: 'string' }, type: 'array' },
            },
          },
        },
      },
    },
    status: {
      description: 'Status of Foo',
      type: 'object',
      properties: {
        bars: {
          description: 'List of Bars and their statuses.',
          type: 'array',
          items: {
            type: 'object',
            properties: {
              name: text('Name of Bar.'),
              available: { description: 'Whether the Bar is installed.', type: 'boolean' },
              quxType: text('Indicates to external qux type.', { pattern: 'in-tree|out-of-tree' }),
            },
          },
        },
      },
    },
  },
};

describe('CustomResourcePublishOpenAPI', () => {
  /** As the conformance test keeps them between its requests. */
  let known = { etag: '', definitions: {} as JsonObject };

  /** /openapi/v2 as clients read it: by ETag, without an Accept header of theirs. */
  async function definitions(): Promise<JsonObject> {
    const headers: Record<string, string> = { accept: '*/*' };
    if (known.etag !== '') headers['if-none-match'] = known.etag;
    const { code, text: body, etag } = await server.api.raw('/openapi/v2', headers);
    if (code === 304) return known.definitions;
    expect(code).toBe(200);
    expect(etag).toMatch(/^".+"$/);
    known = { etag, definitions: (JSON.parse(body) as { definitions: JsonObject }).definitions };
    return known.definitions;
  }

  const definitionName = ({ spec: { group, names } }: Definition, version: string) =>
    [...group.split('.').reverse(), version, names.kind].join('.');

  /** Without what the server adds to every schema. */
  function withoutAdded(schema: unknown): unknown {
    const copy = cloneJson(schema) as JsonObject | undefined;
    if (copy === undefined) return undefined;
    const properties = copy['properties'] as JsonObject | undefined;
    for (const key of ['metadata', 'apiVersion', 'kind']) delete properties?.[key];
    if (properties !== undefined && Object.keys(properties).length === 0) delete copy['properties'];
    delete copy['x-kubernetes-group-version-kind'];
    delete copy['x-kubernetes-selectable-fields'];
    return copy;
  }

  const published = (wanted: Definition, version: string, schema: unknown) =>
    expect
      .poll(async () => withoutAdded((await definitions())[definitionName(wanted, version)]), PATIENCE)
      .toEqual(schema);
  const unpublished = (wanted: Definition, version: string) =>
    expect.poll(async () => Object.hasOwn(await definitions(), definitionName(wanted, version)), PATIENCE).toBe(false);

  /** `expected`: null when only its being there is looked at. */
  async function setUp(schema: unknown, suffix: string, versions: readonly string[], expected = schema) {
    const group = `crd-publish-openapi-test-${suffix}.example.com`;
    const wanted = definition(
      group,
      versions.map((name) => ({ name, schema })),
      { scope: 'Namespaced' },
    );
    await define(wanted);
    for (const version of versions) {
      if (expected === null) await expect.poll(definitions, PATIENCE).toHaveProperty([definitionName(wanted, version)]);
      else await published(wanted, version, expected);
    }
    return wanted;
  }

  async function cleanUp(wanted: Definition): Promise<void> {
    await undefine(wanted);
    for (const { name } of wanted.spec.versions) await unpublished(wanted, name);
  }

  async function ok(args: readonly string[], stdin?: string): Promise<string> {
    const result = await server.kubectl(args, stdin);
    expect(result, args.join(' ')).toMatchObject({ code: 0, stderr: '' });
    return result.stdout;
  }

  const object = ({ spec: { names, group, versions } }: Definition, name: string, more: JsonObject) =>
    JSON.stringify({ kind: names.kind, apiVersion: `${group}/${versions[0]?.name}`, metadata: { name }, ...more });

  /** kubectl create and apply, each followed by a deletion. */
  async function accepts(wanted: Definition, name: string, more: JsonObject): Promise<void> {
    const namespace = `--namespace=${await server.namespace('crd-publish-openapi')}`;
    for (const verb of ['create', 'apply']) {
      await ok([namespace, verb, '-f', '-'], object(wanted, name, more));
      await ok([namespace, 'delete', wanted.spec.names.plural, name]);
    }
  }

  async function refuses(wanted: Definition, more: JsonObject, why: RegExp): Promise<void> {
    for (const verb of ['create', 'apply']) {
      const { code, stderr } = await server.kubectl([verb, '-f', '-'], object(wanted, 'test-foo', more));
      expect(code).not.toBe(0);
      expect(stderr).toMatch(why);
    }
  }

  const explains = async (what: string, pattern: RegExp, ...flags: readonly string[]) =>
    expect(await ok(['explain', what, ...flags])).toMatch(pattern);

  test('works for CRD with validation schema', async () => {
    const wanted = await setUp(FOO, 'foo', ['v1']);
    const { plural } = wanted.spec.names;
    await accepts(wanted, 'test-foo', { spec: { bars: [{ name: 'test-bar' }] } });
    await refuses(
      wanted,
      { spec: { bars: [{ name: 'test-bar', feeling: 'NonExistentValue' }] } },
      /Unsupported value: "NonExistentValue"/,
    );
    await refuses(wanted, { spec: { foo: true } }, /unknown field "(spec\.)?foo"/);
    await refuses(
      wanted,
      { spec: { bars: [{ age: '10' }] } },
      /missing required field "name"|spec\.bars\[0\]\.name: Required value/,
    );
    await explains(
      plural,
      /DESCRIPTION:.*Foo CRD for Testing.*FIELDS:.*apiVersion.*<string>.*APIVersion defines.*spec.*<Object>.*Specification of Foo/s,
    );
    await explains(
      `${plural}.metadata`,
      /DESCRIPTION:.*Standard object's metadata.*FIELDS:.*creationTimestamp.*<string>.*CreationTimestamp is a timestamp/s,
    );
    await explains(
      `${plural}.spec`,
      /DESCRIPTION:.*Specification of Foo.*FIELDS:.*bars.*<\[\]Object>.*List of Bars and their specs/s,
    );
    await explains(
      `${plural}.spec.bars`,
      /(RESOURCE|FIELD):.*bars.*<\[\]Object>.*DESCRIPTION:.*List of Bars and their specs.*FIELDS:.*bazs.*<\[\]string>.*List of Bazs.*name.*<string>.*Name of Bar/s,
    );
    const wrong = await server.kubectl(['explain', `${plural}.spec.bars2`]);
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain('field "bars2" does not exist');
    await cleanUp(wanted);
  });

  test('works for CRD without validation schema', async () => {
    const wanted = await setUp(ALLOW_ALL, 'empty', ['v1'], { type: 'object' });
    await accepts(wanted, 'test-cr', { a: { b: [{ c: 'd' }] } });
    await explains(wanted.spec.names.plural, /DESCRIPTION:.*<empty>/s);
    await cleanUp(wanted);
  });

  test('works for CRD preserving unknown fields at the schema root', async () => {
    const wanted = await setUp(PRESERVE_ROOT, 'unknown-at-root', ['v1'], null);
    await accepts(wanted, 'test-cr', { a: { b: [{ c: 'd' }] } });
    await explains(wanted.spec.names.plural, new RegExp(`KIND:.*${wanted.spec.names.kind}`, 's'));
    await cleanUp(wanted);
  });

  test('works for CRD preserving unknown fields in an embedded object', async () => {
    const wanted = await setUp(PRESERVE_NESTED, 'unknown-in-nested', ['v1'], null);
    await accepts(wanted, 'test-cr', { spec: { a: null, b: [{ c: 'd' }] } });
    await explains(wanted.spec.names.plural, /DESCRIPTION:.*preserve-unknown-properties in nested field for Testing/s);
    await cleanUp(wanted);
  });

  test.each([
    ['different groups', ['foo', 'v1'], ['waldo', 'v1beta1']],
    ['same group but different versions', ['common-group', 'v4'], ['common-group', 'v5']],
    ['same group and version but different kinds', ['common-group', 'v6'], ['common-group', 'v6']],
  ] as const)('works for multiple CRDs of %s', async (_, [fooGroup, fooVersion], [waldoGroup, waldoVersion]) => {
    const foo = await setUp(FOO, fooGroup, [fooVersion]);
    const waldo = await setUp(WALDO, waldoGroup, [waldoVersion]);
    expect(foo.spec.group === waldo.spec.group).toBe(fooGroup === (waldoGroup as string));
    await published(waldo, waldoVersion, WALDO);
    await published(foo, fooVersion, FOO);
    await cleanUp(foo);
    await cleanUp(waldo);
  });

  test('works for multiple CRDs of same group but different versions: one multiversion CRD', async () => {
    const wanted = await setUp(FOO, 'multi-ver', ['v2', 'v3']);
    await published(wanted, 'v3', FOO);
    await published(wanted, 'v2', FOO);
    await cleanUp(wanted);
  });

  test('updates the published spec when one version gets renamed', async () => {
    const wanted = await setUp(FOO, 'multi-ver', ['v2', 'v3']);
    await server.api.patch(definitionPath(wanted), 'json', [
      { op: 'test', path: '/spec/versions/1/name', value: 'v3' },
      { op: 'replace', path: '/spec/versions/1/name', value: 'v4' },
    ]);
    await published(wanted, 'v4', FOO);
    await unpublished(wanted, 'v3');
    await published(wanted, 'v2', FOO);
    wanted.spec.versions[1]!.name = 'v4';
    await cleanUp(wanted);
  });

  test('removes definition from spec when one version gets changed to not be served', async () => {
    const wanted = await setUp(FOO, 'multi-to-single-ver', ['v5', 'v6alpha1']);
    await server.api.change(definitionPath(wanted), (found) => {
      (field(found, 'spec.versions.1') as JsonObject)['served'] = false;
    });
    await unpublished(wanted, 'v6alpha1');
    await published(wanted, 'v5', FOO);
    await cleanUp(wanted);
  });

  test('kubectl explain works for CR with the same resource name as built-in object', async () => {
    const schema = {
      description: 'CustomService CRD for Testing',
      type: 'object',
      properties: {
        spec: {
          description: 'Specification of CustomService',
          type: 'object',
          properties: { dummy: { description: 'Dummy property.', type: 'string' } },
        },
      },
    };
    const group = 'crd-publish-openapi-test-service.example.com';
    const wanted = definition(group, [{ name: 'v1', schema }], { scope: 'Namespaced' });
    wanted.metadata.name = `services.${group}`;
    const names = { plural: 'services', singular: 'service', listKind: 'ServiceList', kind: 'Service' };
    wanted.spec.names = names;
    await define({ ...wanted, spec: { ...wanted.spec, names: { ...names, shortNames: ['ksvc-1'] } as typeof names } });
    await published(wanted, 'v1', schema);
    await explains(
      'ksvc-1.spec',
      /DESCRIPTION:.*Specification of CustomService.*FIELDS:.*dummy.*<string>.*Dummy property/s,
      // Short names come from kubectl's cache, which knows what was there ten minutes ago.
      `--cache-dir=${server.directory}/fresh`,
    );
    await cleanUp(wanted);
  });
});
