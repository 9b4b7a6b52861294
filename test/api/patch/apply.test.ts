import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldErrorText } from '../../../src/api/field-errors.ts';
import { cloneJson, type JsonObject } from '../../../src/api/object.ts';
import { type ApplyRequest, applyConfiguration } from '../../../src/api/patch/apply/apply.ts';
import { fieldSetOf } from '../../../src/api/patch/apply/field-set.ts';
import {
  intersectFields,
  listPaths,
  parseFields,
  subtractFields,
  unionFields,
} from '../../../src/api/patch/apply/fields.ts';
import { LAST_APPLIED_ANNOTATION } from '../../../src/api/patch/apply/last-applied.ts';
import { validateFieldManager } from '../../../src/api/patch/apply/manager-name.ts';
import { managedFieldsOfScale, managedFieldsOfScaled } from '../../../src/api/patch/apply/scale.ts';
import { shapeOf } from '../../../src/api/patch/apply/shape.ts';
import { validateTyped } from '../../../src/api/patch/apply/validate.ts';
import type { Schema } from '../../../src/api/schema/schema.ts';
import { schemaOfKind } from '../../../src/api/schema/type-table.ts';
import { GARDEN, list, struct, TEXT } from './garden.ts';

const CONFIG_MAP = schemaOfKind('', 'v1', 'ConfigMap');
const NOW = '2024-05-05T05:05:05Z';
const LATER = '2024-06-06T06:06:06Z';

function apply(request: Partial<ApplyRequest> & Pick<ApplyRequest, 'applied'>) {
  return applyConfiguration({
    schema: CONFIG_MAP,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    manager: 'me',
    now: NOW,
    ...request,
  });
}

function configMap(data: JsonObject | undefined, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', ...metadata }, ...(data ? { data } : {}) };
}

function stored({ object, managedFields }: { object: JsonObject; managedFields: unknown }): JsonObject {
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), uid: 'u', managedFields } };
}

const garden = (spec: JsonObject): JsonObject => ({
  apiVersion: 'g/v1',
  kind: 'Garden',
  metadata: { name: 'x' },
  spec,
});
const GARDENS = { schema: GARDEN, apiVersion: 'g/v1', kind: 'Garden' };

describe('identity', () => {
  test.each<[JsonObject, string]>([
    [{}, 'invalid object type: /, Kind='],
    [{ apiVersion: 'v2', kind: 'ConfigMap' }, 'invalid object type: /v2, Kind=ConfigMap'],
    [{ apiVersion: 'a/b', kind: 'X' }, 'invalid object type: a/b, Kind=X'],
    [{ apiVersion: 'a/b/c', kind: 'X' }, 'invalid object type: /, Kind='],
    [configMap({}, { managedFields: [] }), 'metadata.managedFields must be nil'],
    [configMap({}, { managedFields: [{}] }), 'metadata.managedFields must be nil'],
  ])('%j', (applied, message) => {
    expect(() => apply({ applied })).toThrow(expect.objectContaining({ code: 400, message }));
  });

  test('managedFields that cannot be read', () => {
    const live = configMap({}, { managedFields: [{ operation: 'Grab' }] });
    const message = 'failed to decode managed fields: operation must be `Apply` or `Update`';
    expect(() => apply({ applied: configMap({}), live })).toThrow(expect.objectContaining({ code: 500, message }));
  });
});

describe('what does not fit the schema', () => {
  const bed = (...beds: unknown[]) => garden({ beds });

  test.each<[Schema, JsonObject, string]>([
    [CONFIG_MAP, configMap({ a: 1 }), '.data.a: expected string, got &value.valueUnstructured{Value:1}'],
    [
      CONFIG_MAP,
      configMap({ a: { b: ['c'] } }),
      '.data.a: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"b":[]interface {}{"c"}}}',
    ],
    [CONFIG_MAP, { ...configMap({}), immutable: 'yes' }, '.immutable: expected boolean, got &{yes}'],
    [CONFIG_MAP, { ...configMap({}), data: 'x' }, '.data: expected map, got &{x}'],
    [CONFIG_MAP, { ...configMap({}), colour: 1 }, '.colour: field not declared in schema'],
    [
      CONFIG_MAP,
      { ...configMap({ a: 1 }), colour: 1 },
      'errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:1}\n  .colour: field not declared in schema',
    ],
    [GARDEN, garden({ gnomes: 'x' }), '.spec.gnomes: expected numeric (int or float), got string'],
    [GARDEN, garden({ gnomes: true }), '.spec.gnomes: expected numeric (int or float), got bool'],
    [GARDEN, garden({ herbs: { a: 1 } }), '.spec.herbs: expected list, got &{map[a:1]}'],
    [
      GARDEN,
      garden({ herbs: [['x']] }),
      '.spec.herbs: element 0: not supported: associative list with lists as elements',
    ],
    [
      GARDEN,
      garden({ herbs: ['a', null] }),
      ".spec.herbs: element 1: associative list without keys has an element that's an explicit null",
    ],
    [GARDEN, garden({ herbs: [1] }), '.spec.herbs[=1]: expected string, got &value.valueUnstructured{Value:1}'],
    [
      GARDEN,
      garden({ paths: [{ to: 1 }] }),
      '.spec.paths[0].to: expected string, got &value.valueUnstructured{Value:1}',
    ],
    [GARDEN, bed({ row: 1 }, { row: 1, side: 'left' }), '.spec.beds: duplicate entries for key [row=1,side="left"]'],
    [GARDEN, bed(null), '.spec.beds: element 0: associative list with keys may not have a null element'],
    [GARDEN, bed('x'), '.spec.beds: element 0: associative list with keys may not have non-map elements'],
    [GARDEN, bed({ row: 1, worm: 1 }), '.spec.beds[row=1,side="left"].worm: field not declared in schema'],
  ])('%#', (schema, applied, text) => {
    expect(validateTyped(shapeOf(schema), applied)).toBe(text);
  });

  test('every key of an item missing', () => {
    const schema = struct({ l: list(struct({ a: TEXT }), { listType: 'map', listMapKeys: ['a', 'b'] }) });
    const text =
      '.l: element 0: associative list with keys has an element that omits all key fields ["a" "b"] (and doesn\'t have default values for any key fields)';
    expect(validateTyped(shapeOf(schema), { l: [{}] })).toBe(text);
  });

  test('is a 500 that names the object', () => {
    const message =
      'failed to create typed patch object (n/x; /v1, Kind=ConfigMap): .colour: field not declared in schema';
    const run = () => apply({ applied: { ...configMap({}, { namespace: 'n' }), colour: 1 } });
    expect(run).toThrow(expect.objectContaining({ code: 500, reason: '', message }));
  });
});

describe('ownership', () => {
  test('an apply that changes nothing keeps the time; one that only shares gets none', () => {
    const live = stored(apply({ applied: configMap({ a: '1' }) }));
    const again = apply({ applied: configMap({ a: '1' }), live, now: LATER });
    expect(again).toMatchObject({ changed: false, managedFields: [{ manager: 'me', time: NOW }] });
    const shared = apply({ applied: configMap({ a: '1' }), live, manager: 'you', now: LATER });
    expect(shared.managedFields?.map(({ manager, time }) => [manager, time])).toEqual([
      ['you', undefined],
      ['me', NOW],
    ]);
  });

  test('conflicts name every manager in order, and force takes the fields', () => {
    const one = stored(apply({ applied: configMap({ a: '1' }), manager: 'one' }));
    const live = stored(apply({ applied: configMap({ b: '1' }), manager: 'two', live: one }));
    const message = 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\nconflicts with "two":\n- .data.b';
    const applied = configMap({ a: '2', b: '2' });
    expect(() => apply({ applied, live })).toThrow(expect.objectContaining({ code: 409, reason: 'Conflict', message }));
    expect(apply({ applied, live, force: true }).managedFields?.map(({ manager }) => manager)).toEqual(['me']);
  });

  test('nothing that was given is changed or shared', () => {
    const live = stored(apply({ applied: configMap({ a: '1' }, { labels: { l: '1' } }) }));
    const applied = configMap({ b: '1' }, { labels: { m: '1' } });
    const before = cloneJson([live, applied]);
    const { object } = apply({ applied, live });
    (object['metadata'] as JsonObject)['labels'] = 'changed';
    (object['data'] as JsonObject)['b'] = 'changed';
    expect([live, applied]).toEqual(before);
  });

  test('lists keep the order of the configuration and of the others', () => {
    const live = { ...garden({ beds: [{ row: 1 }, { row: 2 }, { row: 3 }].map((b) => ({ ...b, side: 'left' })) }) };
    const { object } = apply({
      ...GARDENS,
      live,
      applied: garden({ beds: [{ row: 3 }, { row: 9 }, { row: 1 }] }),
      force: true,
    });
    expect((object['spec'] as { beds: { row: number }[] }).beds.map(({ row }) => row)).toEqual([2, 3, 9, 1]);
  });

  test('a manager of a dropped version goes, one of another version conflicts', () => {
    const V1 = struct({ apiVersion: TEXT, kind: TEXT, size: TEXT });
    const V2 = struct({ apiVersion: TEXT, kind: TEXT, width: TEXT, height: TEXT });
    const version = (apiVersion: string) => ({ operation: 'Apply', apiVersion, fieldsType: 'FieldsV1' });
    const managedFields = [
      { manager: 'old', ...version('g/v1'), fieldsV1: { 'f:size': {} } },
      { manager: 'dead', ...version('g/v0'), fieldsV1: { 'f:size': {} } },
    ];
    const versions = (apiVersion: string) => {
      if (apiVersion === 'g/v1')
        return { schema: V1, convert: (o: JsonObject) => ({ apiVersion, kind: 'K', size: o['width'] ?? o['size'] }) };
      return apiVersion === 'g/v2'
        ? { schema: V2, convert: (o: JsonObject) => ({ apiVersion, kind: 'K', width: o['size'] ?? o['width'] }) }
        : undefined;
    };
    const live = { apiVersion: 'g/v2', kind: 'K', metadata: { managedFields }, width: '1' };
    const open = { ...V2, preserveUnknown: true };
    const request = { schema: open, apiVersion: 'g/v2', kind: 'K', live, versions };
    expect(() => apply({ ...request, applied: { apiVersion: 'g/v2', kind: 'K', width: '2' } })).toThrow(
      'conflict with "old": .size',
    );
    const { managedFields: after } = apply({ ...request, applied: { apiVersion: 'g/v2', kind: 'K', width: '1' } });
    expect(after?.map(({ manager }) => manager)).toEqual(['me', 'old']);
  });
});

describe('from client-side apply', () => {
  const annotation = (data: JsonObject) =>
    `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data })}\n`;
  const owned = {
    manager: 'kubectl-client-side-apply',
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
  };
  const live = (applied: JsonObject) =>
    configMap(
      { a: '1', b: '1' },
      { uid: 'u', annotations: { [LAST_APPLIED_ANNOTATION]: annotation(applied) }, managedFields: [owned] },
    );

  test('kubectl takes over what the annotation names, and brings it up to date', () => {
    const { object, managedFields } = apply({
      applied: configMap({ a: '2' }),
      live: live({ a: '1', b: '1' }),
      manager: 'kubectl',
    });
    expect(managedFields?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['kubectl', { 'f:data': { 'f:a': {} } }],
      ['kubectl-client-side-apply', { 'f:data': { '.': {}, 'f:b': {} } }],
    ]);
    const text = (object['metadata'] as { annotations: Record<string, string> }).annotations[LAST_APPLIED_ANNOTATION];
    expect(text).toBe('{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"x"}}\n');
  });

  test.each([
    ['the annotation has another value', 'kubectl', live({ a: '7' })],
    ['the annotation does not name it', 'kubectl', live({ b: '1' })],
    ['the manager is another', 'helm', live({ a: '1' })],
  ])('not when %s', (_, manager, object) => {
    const message = 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .data.a';
    expect(() => apply({ applied: configMap({ a: '2' }), live: object, manager })).toThrow(
      expect.objectContaining({ code: 409, message }),
    );
  });
});

describe('scale', () => {
  const PATHS = { 'apps/v1': ['spec', 'replicas'] };
  const item = (manager: string, operation: string, fieldsV1: JsonObject, more: JsonObject = {}) => ({
    manager,
    operation,
    apiVersion: 'apps/v1',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  });
  const entries = [
    item('a', 'Apply', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } }, { time: NOW }),
    item('b', 'Update', { 'f:spec': { 'f:paused': {} } }),
  ];
  const scaler = {
    manager: 's',
    operation: 'Update',
    apiVersion: 'autoscaling/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    subresource: 'scale',
    time: NOW,
  };

  test('shows the owners of the replicas', () => {
    expect(managedFieldsOfScale(entries, PATHS)).toEqual([
      item('a', 'Apply', { 'f:spec': { 'f:replicas': {} } }, { apiVersion: 'autoscaling/v1', time: NOW }),
    ]);
  });

  test('who scales takes them, without a time', () => {
    expect(managedFieldsOfScaled(entries, [scaler], 'apps/v1', PATHS)).toEqual([
      item('a', 'Apply', { 'f:spec': { 'f:paused': {} } }, { time: NOW }),
      item('b', 'Update', { 'f:spec': { 'f:paused': {} } }),
      item('s', 'Update', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' }),
    ]);
  });

  /** As upstream: the version is part of who updates, and the Scale's is another. */
  test('who updated them owns them in an entry of its own after any write to the scale', () => {
    const updater = [item('u', 'Update', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } }, { time: NOW })];
    expect(managedFieldsOfScaled(updater, managedFieldsOfScale(updater, PATHS), 'apps/v1', PATHS)).toEqual([
      item('u', 'Update', { 'f:spec': { 'f:replicas': {} } }),
      item('u', 'Update', { 'f:spec': { 'f:paused': {} } }, { time: NOW }),
    ]);
  });

  test('who keeps them is left alone; unknown versions go', () => {
    const kept = managedFieldsOfScale(entries, PATHS);
    expect(managedFieldsOfScaled(entries, kept, 'apps/v1', PATHS)).toEqual(entries);
    expect(
      managedFieldsOfScaled([item('x', 'Apply', {}, { apiVersion: 'apps/v0' })], [], 'apps/v1', PATHS),
    ).toBeUndefined();
  });
});

test.each([
  ['', []],
  ['ok name', []],
  ['m'.repeat(129), ['fieldManager: Too long: may not be more than 128 bytes']],
  ['tab\tin', ['fieldManager: Invalid value: "tab\\tin": invalid character U+0009 (at position 3)']],
  ['é\u0007', ['fieldManager: Invalid value: "é\\a": invalid character U+0007 (at position 2)']],
])('field manager %j', (name, texts) => {
  expect(validateFieldManager(name).map(fieldErrorText)).toEqual(texts);
});

describe('properties', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const bed = fc.record(
    { row: fc.integer({ min: 1, max: 3 }), side: fc.constantFrom('left', 'right'), plant: word },
    { requiredKeys: ['row'] },
  );
  const beds = fc.uniqueArray(bed, { selector: ({ row, side }) => `${row}${side ?? 'left'}`, maxLength: 4 });
  const spec = fc.record(
    {
      soil: word,
      gnomes: fc.integer({ min: 0, max: 2 }),
      herbs: fc.uniqueArray(word),
      beds,
      tags: fc.dictionary(word, word),
      fence: fc.record({ wood: word }),
      pond: fc.record({ depth: fc.integer({ min: 0, max: 2 }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>;
  const fields = (value: JsonObject) => fieldSetOf(shapeOf(GARDEN), garden(value));
  const check = (run: (a: JsonObject, b: JsonObject) => void) =>
    fc.assert(fc.property(spec, spec, run), { numRuns: 150 });

  test('applying twice changes nothing', () => {
    check((a) => {
      const live = stored(apply({ ...GARDENS, applied: garden(a) }));
      const again = apply({ ...GARDENS, applied: garden(a), live, now: LATER });
      expect(again.changed).toBe(false);
      expect(again.managedFields).toEqual((live['metadata'] as JsonObject)['managedFields']);
    });
  });

  test('a later configuration of the same applier leaves what it names, and owns just that', () => {
    check((a, b) => {
      const live = stored(apply({ ...GARDENS, applied: garden(a) }));
      const { object, managedFields } = apply({ ...GARDENS, applied: garden(b), live });
      const fresh = apply({ ...GARDENS, applied: garden(b) });
      expect(managedFields?.[0]?.fieldsV1).toEqual(fresh.managedFields?.[0]?.fieldsV1);
      const left = fields((object['spec'] ?? {}) as JsonObject);
      expect(subtractFields(fields(b), left) ?? {}).toEqual({});
    });
  });

  test('forced applies of two managers never own the same changed field', () => {
    check((a, b) => {
      const live = stored(apply({ ...GARDENS, applied: garden(a), manager: 'one' }));
      const { managedFields } = apply({ ...GARDENS, applied: garden(b), manager: 'two', live, force: true });
      const two = managedFields?.find(({ manager }) => manager === 'two');
      expect(two?.fieldsV1 ?? {}).toEqual(
        apply({ ...GARDENS, applied: garden(b), manager: 'two' }).managedFields?.[0]?.fieldsV1 ?? {},
      );
    });
  });

  test('field sets behave as sets', () => {
    check((a, b) => {
      const [x, y] = [fields(a), fields(b)];
      const paths = (set: unknown) => new Set(listPaths(parseFields(set)));
      const both = paths(unionFields(x, y));
      expect(both).toEqual(new Set([...paths(x), ...paths(y)]));
      expect(paths(intersectFields(x, y) ?? {})).toEqual(new Set([...paths(x)].filter((path) => paths(y).has(path))));
      expect(paths(subtractFields(x, y) ?? {})).toEqual(new Set([...paths(x)].filter((path) => !paths(y).has(path))));
      expect(parseFields(JSON.parse(JSON.stringify(x)))).toEqual(x);
    });
  });
});
