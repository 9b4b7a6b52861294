/**
 * Kubernetes' conformance tests of rules on custom resources, replayed: crd_validation_rules.go (CEL) and
 * crd_validation_ratcheting.go (what an update may leave invalid).
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import {
  type ConformanceServer,
  PATIENCE,
  refusal,
  startConformanceServer,
  type Thing,
} from '../helpers/conformance.ts';
import {
  ALLOW_ALL,
  collection,
  DEFINITIONS,
  type Definition,
  define,
  definition,
  definitionPath,
  undefine,
} from '../helpers/conformance-definitions.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const namespace = 'default';

const struct = (properties: JsonObject, more: JsonObject = {}) => ({ type: 'object', properties, ...more });
const integer = { type: 'integer' };
const rules = (...written: string[]) => ({ 'x-kubernetes-validations': written.map((rule) => ({ rule })) });

describe('CustomResourceValidationRules', () => {
  const integers = (maxItems: number) => ({ type: 'array', maxItems, items: integer });
  const WITH_RULES = struct({
    spec: struct(
      { x: integer, y: integer, firstArray: integers(1000), secondArray: integers(1000), largeArray: integers(725) },
      rules(
        'self.x + self.y > 0',
        'self.firstArray.isSorted() && self.secondArray.isSorted() && ' +
          '((self.firstArray.sum() + self.secondArray.sum()) % 2 == 0)',
        'self.largeArray.all(x, self.largeArray.all(y, y == x))',
      ),
    ),
    status: struct({ health: { type: 'string' } }, rules("self.health == 'ok' || self.health == 'unhealthy'")),
  });
  const withSchema = (schema: unknown) =>
    definition('mygroup.example.com', [{ name: 'v1beta1', schema }], { scope: 'Namespaced' });
  const object = (wanted: Definition, spec: JsonObject) => ({
    apiVersion: 'mygroup.example.com/v1beta1',
    kind: wanted.spec.names.kind,
    metadata: { name: 'cr-1', namespace },
    spec,
  });

  async function withDefinition(schema: unknown, act: (path: string, wanted: Definition) => Promise<void>) {
    const wanted = withSchema(schema);
    await define(server.api, wanted);
    await act(collection(wanted, 'v1beta1', namespace), wanted);
    await undefine(server.api, wanted);
  }

  test('a custom resource that satisfies the rules is created', () =>
    withDefinition(WITH_RULES, async (path, wanted) => {
      const spec = { x: 1, y: 0, firstArray: [3, 4], secondArray: [5, 10], largeArray: [2, 2] };
      expect((await server.api.create(path, object(wanted, spec)))['spec']).toEqual(spec);
    }));

  test.each<[what: string, spec: JsonObject, told: string]>([
    ['does not satisfy the rules', { x: 0, y: 0 }, 'failed rule'],
    ['exceeds the cost at run time', { largeArray: Array<number>(725).fill(20) }, 'call cost exceeds limit'],
  ])('a custom resource that %s is refused', (_what, spec, told) =>
    withDefinition(WITH_RULES, async (path, wanted) => {
      expect((await refusal(server.api.create(path, object(wanted, spec)))).message).toContain(told);
    }),
  );

  const strings = { type: 'array', items: { type: 'string' } };
  const costly = rules("self.all(s, s == 'string constant')");
  test.each<[what: string, spec: JsonObject, told: string]>([
    ['refers to an unknown property', struct({ x: integer }, rules('self.z == 100')), "undefined field 'z'"],
    ['has a syntax error', { type: 'object', ...rules('self = 42') }, 'Syntax error'],
    ['may cost too much', struct({ x: { type: 'array', items: { ...strings, ...costly } } }), 'exceeds budget'],
  ])('a definition whose rule %s is refused', async (_what, spec, told) => {
    const { message } = await refusal(server.api.create(DEFINITIONS, withSchema(struct({ spec }))));
    expect(message).toContain(told);
  });

  test('an update that does not satisfy a transition rule is refused', () =>
    withDefinition(
      struct({ spec: struct({ num: { ...integer, ...rules('self > oldSelf') } }) }),
      async (path, wanted) => {
        const { metadata } = await server.api.create(path, object(wanted, { num: 10 }));
        const update = object(wanted, { num: 9 });
        const body = { ...update, metadata: { ...update.metadata, resourceVersion: metadata.resourceVersion } };
        expect((await refusal(server.api.update(`${path}/cr-1`, body))).message).toContain('failed rule');
      },
    ));
});

describe('CRDValidationRatcheting', () => {
  const SENTINEL = '__update_schema_sentinel_field__';
  let wanted: Definition;

  beforeEach(async () => {
    wanted = definition('ratcheting.example.com', [{ name: 'v1', schema: ALLOW_ALL }], { scope: 'Namespaced' });
    await define(server.api, wanted);
  });

  afterEach(() => undefine(server.api, wanted));

  function apply(name: string, fields: JsonObject, metadata: JsonObject = {}): Promise<Thing> {
    const kind = wanted.spec.names.kind;
    const body = { ...fields, apiVersion: 'ratcheting.example.com/v1', kind };
    const path = `${collection(wanted, 'v1', namespace)}/${name}`;
    const named = { ...body, metadata: { ...metadata, name, namespace } };
    return server.api.patch(path, 'apply', named, { fieldManager: 'manager' });
  }

  const resource = (fields: JsonObject, labels?: JsonObject) =>
    apply('test-resource', fields, labels ? { labels } : {});

  /** Replaces the schema; it is in force when a value only it knows is asked for in a refusal. */
  async function replaceSchema(properties: JsonObject): Promise<void> {
    const known = randomUUID();
    const schema = struct({ ...properties, [SENTINEL]: { type: 'string', enum: [known] } });
    await server.api.change(definitionPath(wanted), (object) => {
      const spec = object['spec'] as { versions: { schema: { openAPIV3Schema: unknown } }[] };
      for (const version of spec.versions) version.schema.openAPIV3Schema = schema;
    });
    const metadata = { finalizers: ['unqualified-finalizer'], labels: { '#inv/($%)/alid=': '>htt$://' } };
    let tries = 0;
    const refused = async () =>
      (await refusal(apply('sentinel-resource', { [SENTINEL]: `${++tries}` }, metadata))).message;
    await expect.poll(refused, PATIENCE).toContain(known);
  }

  /** A field in each place that can be told again after an update, under the schema that is given. */
  const everywhere = (field: JsonObject, more: JsonObject = {}, bound?: number) => ({
    field,
    ...more,
    struct: struct({ field, ...more }),
    list: {
      type: 'array',
      maxItems: bound,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key'],
      items: struct({ key: { type: 'string' }, field, ...more }, { required: ['key'] }),
    },
    map: { type: 'object', maxProperties: bound, additionalProperties: struct({ field, ...more }) },
  });
  const values = (field: string, more: JsonObject = {}, further: JsonObject[] = []) => ({
    field,
    ...more,
    struct: { field, ...more },
    list: [{ key: 'foo', field, ...more }, { key: 'bar', field, ...more }, ...further],
    map: { foo: { field, ...more }, bar: { field, ...more } },
  });
  const PLACES = ['field', 'struct.field', 'list[0].field', 'list[1].field'];
  const BY_KEY = [...PLACES, 'map[foo].field', 'map[bar].field'];
  const only = (value: string) => ({ type: 'string', enum: [value] });
  const ruled = (rule: string, more: JsonObject = {}) => ({
    type: 'string',
    'x-kubernetes-validations': [{ rule, ...more }],
  });

  async function refusedAt(places: readonly string[], request: Promise<unknown>): Promise<void> {
    const { message } = await refusal(request);
    for (const place of places) expect(message).toContain(place);
  }

  test('JSONSchema errors of unchanged correlatable fields are let pass', async () => {
    const fields = {
      field: 'foo',
      struct: { field: 'foo' },
      list: [{ key: 'first', field: 'foo' }],
      map: { foo: { field: 'foo' } },
    };
    await resource(fields);
    await replaceSchema(everywhere(only('notfoo')));
    await resource(fields, { foo: 'bar' });
  });

  const uncorrelatable = (items: JsonObject) => ({
    atomicArray: { type: 'array', items },
    setArray: { type: 'array', 'x-kubernetes-list-type': 'set', items },
  });
  test.each([
    ['JSONSchema', { type: 'string', enum: ['notfoo', 'notbar', 'notbaz'] }],
    ['validation rule', ruled('self != "foo"')],
  ])('%s errors of uncorrelatable fields are told', async (_what, items) => {
    const three = ['foo', 'bar', 'baz'];
    await resource({ setArray: three, atomicArray: three });
    await replaceSchema(uncorrelatable(items));
    const four = [...three, 'notfoo'];
    const update = resource({ setArray: four, atomicArray: four }, { foo: 'bar' });
    await refusedAt(['atomicArray', 'setArray'], update);
  });

  test.each([
    ['JSONSchema', only('foo'), [...PLACES, 'map.foo.field', 'map.bar.field']],
    ['validation rule', ruled('self == "foo"'), BY_KEY],
  ])('%s errors of changed fields are told', async (_what, field, places) => {
    await resource(values('foo'));
    await replaceSchema(everywhere(field));
    await refusedAt(places, resource(values('notfoo')));
  });

  test('validation rule errors of unchanged correlatable fields are let pass', async () => {
    await resource(values('notfoo'));
    await replaceSchema(everywhere(ruled('self == "foo"'), { otherField: { type: 'string' } }));
    const more = { otherField: 'doesntmatter' };
    await resource(values('notfoo', more, [{ key: 'baz', field: 'foo', ...more }]));
  });

  test('errors of transition rules are told even of unchanged fields', async () => {
    await resource(values('foo'));
    await replaceSchema(everywhere({ ...ruled('self != oldSelf'), maxLength: 5 }, {}, 5));
    await refusedAt(BY_KEY, resource(values('foo'), { foo: 'bar' }));
  });

  test('with optionalOldSelf a rule is asked about new values too', async () => {
    const rule = ruled('!oldSelf.hasValue() || self != oldSelf.value()', { optionalOldSelf: true });
    await replaceSchema(everywhere({ ...rule, maxLength: 5 }, {}, 5));
    await resource(values('foo'));
    await refusedAt(BY_KEY, resource(values('foo'), { foo: 'bar' }));
    await resource(values('new'));
  });
});
