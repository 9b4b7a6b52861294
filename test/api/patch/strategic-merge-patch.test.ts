import { describe, expect, test } from 'vitest';
import { cloneJson, type JsonObject } from '../../../src/api/object.ts';
import { goString, goSyntax, goType, goValue } from '../../../src/api/patch/go-format.ts';
import { strategicPatchUnsupported } from '../../../src/api/patch/strategic-merge-errors.ts';
import { applyStrategicMergePatch } from '../../../src/api/patch/strategic-merge-patch.ts';
import { schemaOf } from '../../../src/api/schema/type-table.ts';
import { list, map, struct, TEXT } from './garden.ts';

const POD_SPEC = schemaOf('io.k8s.api.core.v1.PodSpec');
const META = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
const spec = (...names: string[]) => ({ containers: names.map((name) => ({ name, image: `${name}:1` })) });
const names = (out: JsonObject) => (out['containers'] as JsonObject[]).map(({ name }) => name).join(' ');

describe('lists', () => {
  test.each<[string, string[], JsonObject[], string]>([
    ['new items go in front', ['a', 'b'], [{ name: 'c' }], 'c a b'],
    ['new items stand as the patch has them', ['a', 'b'], [{ name: 'c' }, { name: 'a' }], 'c a b'],
    ['shared items keep the server’s others between', ['a', 'x', 'b'], [{ name: 'b' }, { name: 'c' }], 'a x b c'],
    ['the patch reorders shared items', ['a', 'x', 'b'], [{ name: 'b' }, { name: 'a' }], 'x b a'],
    ['delete', ['a', 'b'], [{ $patch: 'delete', name: 'a' }], 'b'],
    ['delete of a missing item', ['a', 'b'], [{ $patch: 'delete', name: 'z' }], 'a b'],
    ['replace', ['a', 'b'], [{ $patch: 'replace' }, { name: 'c' }], 'c'],
    [
      'replace drops other directives',
      ['a'],
      [{ name: 'c' }, { $patch: 'delete', name: 'a' }, { $patch: 'replace' }],
      'c',
    ],
    ['delete and add', ['a', 'b'], [{ $patch: 'delete', name: 'b' }, { name: 'c' }], 'c a'],
  ])('%s', (_, before, patch, after) => {
    const doc = spec(...before);
    const [original, sent] = [cloneJson(doc), cloneJson(patch)];
    expect(names(applyStrategicMergePatch(POD_SPEC, doc, { containers: patch }))).toBe(after);
    expect(doc).toEqual(original);
    expect(patch).toEqual(sent);
  });

  test('$setElementOrder with a deletion', () => {
    const patch = {
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
      containers: [
        { name: 'c', image: 'c' },
        { name: 'b', $patch: 'delete' },
      ],
    };
    expect(names(applyStrategicMergePatch(POD_SPEC, spec('a', 'b', 'x'), patch))).toBe('c a x');
  });

  test('$setElementOrder alone reorders, and keeps unnamed items near their places', () => {
    const order = [{ name: 'd' }, { name: 'b' }];
    expect(
      names(applyStrategicMergePatch(POD_SPEC, spec('a', 'b', 'c', 'd'), { '$setElementOrder/containers': order })),
    ).toBe('a c d b');
  });

  test('a list that is absent is taken without nulls and directives', () => {
    const volumes = [
      { name: 'v', emptyDir: { medium: null, sizeLimit: '1' } },
      { name: 'w', $patch: 'delete' },
    ];
    expect(applyStrategicMergePatch(POD_SPEC, {}, { volumes })).toEqual({
      volumes: [{ name: 'v', emptyDir: { sizeLimit: '1' } }],
    });
  });

  test.each<[JsonObject, string[] | undefined]>([
    [{ finalizers: ['c', 'a'] }, ['c', 'a', 'b']],
    [{ '$deleteFromPrimitiveList/finalizers': ['a', 'z'] }, ['b']],
    [
      { '$deleteFromPrimitiveList/finalizers': ['a'], '$setElementOrder/finalizers': ['b', 'c'], finalizers: ['c'] },
      ['b', 'c'],
    ],
    [{ '$deleteFromPrimitiveList/finalizers': 'a' }, ['a', 'b']],
    [{ finalizers: null }, undefined],
    [{ finalizers: [] }, ['a', 'b']],
  ])('of scalars: %j', (patch, expected) => {
    expect(applyStrategicMergePatch(META, { finalizers: ['a', 'b'] }, patch)['finalizers']).toEqual(expected);
  });
});

describe('maps', () => {
  test.each<[JsonObject, JsonObject]>([
    [{ labels: { a: null, c: '3' } }, { labels: { b: '2', c: '3' } }],
    [{ labels: { $patch: 'replace', c: '3' } }, { labels: { c: '3' } }],
    [{ labels: { $patch: 'delete' } }, { labels: {} }],
    [{ labels: { $retainKeys: ['b', 'c'], c: '3' } }, { labels: { b: '2', c: '3' } }],
    [{ $retainKeys: ['name'], name: 'n', labels: null }, { name: 'n' }],
    [{ annotations: { $patch: 'delete' } }, { labels: { a: '1', b: '2' } }],
    [{ labels: null, absent: null }, {}],
  ])('%j', (patch, expected) => {
    expect(applyStrategicMergePatch(META, { labels: { a: '1', b: '2' } }, patch)).toEqual(expected);
  });
});

describe('errors', () => {
  const doc: JsonObject = { ...spec('a'), nodeSelector: { k: 'v' } };

  test.each<[JsonObject, number, string]>([
    [{ containers: [{ image: 'x' }] }, 500, 'map: map[image:x] does not contain declared merge key: name'],
    [{ containers: [{ $patch: 'delete' }] }, 500, 'map: map[$patch:delete] does not contain declared merge key: name'],
    [{ containers: [{ $patch: 'merge', name: 'a' }] }, 500, 'merging lists cannot yet be specified in the patch'],
    [{ containers: [{ $patch: 'x', name: 'a' }] }, 500, 'unknown patch type: x in map: map[$patch:x name:a]'],
    [{ containers: ['a'] }, 500, 'list element types are not identical: [[map[image:a:1 name:a]] [a]]'],
    [
      { containers: [{ name: 'a', args: ['x'] }, 1.5] },
      500,
      'list element types are not identical: [[map[image:a:1 name:a]] [map[args:[x] name:a] 1.5]]',
    ],
    [{ nodeSelector: { $patch: true } }, 500, 'unknown patch type: %!s(bool=true) in map: map[$patch:true]'],
    [{ nodeSelector: { $patch: null } }, 500, 'unknown patch type: %!s(<nil>) in map: map[$patch:<nil>]'],
    [{ nodeSelector: { $retainKeys: 'k' } }, 400, 'invalid patch format of retainKeys'],
    [{ nodeSelector: { $retainKeys: ['k'], z: '1' } }, 400, 'invalid patch format of retainKeys'],
    [{ '$setElementOrder/containers': 'a' }, 500, 'expected a []interface {}, but received a string'],
    [{ $setElementOrder: [] }, 400, 'invalid patch format of setElementOrder list'],
    [{ $deleteFromPrimitiveList: ['a'] }, 400, 'invalid patch format of primitive list'],
    [
      { '$setElementOrder/bottles': [] },
      500,
      'unable to find api field in struct PodSpec for the json field "bottles"',
    ],
    [
      { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'a' }] },
      500,
      "The order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
    ],
    [
      { '$setElementOrder/containers': [{}], containers: [{ name: 'a' }] },
      500,
      'map: map[] does not contain declared merge key: name',
    ],
  ])('%j', (patch, code, message) => {
    expect(() => applyStrategicMergePatch(POD_SPEC, doc, patch)).toThrow(expect.objectContaining({ code, message }));
  });

  test('lists of lists, and lists without a key', () => {
    const odd = struct({
      rows: list(list(TEXT), { patchStrategy: ['merge'] }),
      loose: list(map(TEXT), { patchStrategy: ['merge'] }),
    });
    expect(() => applyStrategicMergePatch(odd, { rows: [['a']] }, { rows: [['b']] })).toThrow(
      expect.objectContaining({ code: 422 }),
    );
    const message = 'cannot merge lists without merge key for type struct';
    expect(() => applyStrategicMergePatch(odd, { loose: [{}] }, { loose: [{}] })).toThrow(
      expect.objectContaining({ code: 500, message }),
    );
  });

  test('custom resources refuse it', () => {
    expect(strategicPatchUnsupported()).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  });
});

test('Go’s texts of values', () => {
  const value = { b: [1, 'x', null, true], a: { c: 1.5 } };
  expect(goValue(value)).toBe('map[a:map[c:1.5] b:[1 x <nil> true]]');
  expect(goSyntax(value)).toBe(
    'map[string]interface {}{"a":map[string]interface {}{"c":1.5}, "b":[]interface {}{1, "x", interface {}(nil), true}}',
  );
  expect(goString(7)).toBe('%!s(int64=7)');
  expect([0.00001, 1e21, 1e-7, 12345678].map(goValue)).toEqual(['1e-05', '1e+21', '1e-07', '12345678']);
  expect([null, [], {}, 1, 1.5, 10n, true, ''].map(goType)).toEqual([
    '<nil>',
    '[]interface {}',
    'map[string]interface {}',
    'int64',
    'float64',
    'int64',
    'bool',
    'string',
  ]);
});
