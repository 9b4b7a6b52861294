import { describe, expect, test } from 'vitest';
import { cloneJson, type JsonObject } from '../../../src/api/object.ts';
import { applyJsonPatch, decodeJsonPatch, jsonPatchStrictError } from '../../../src/api/patch/json-patch.ts';
import { isStatusError } from '../../../src/api/status-error.ts';

const DOC: JsonObject = { a: { b: 'x', 'c/d': 1, 'e~f': 2 }, list: [1, 2, 3], deep: [{ k: [0] }], nil: null };

function failure(run: () => unknown): [number, string] {
  try {
    run();
  } catch (error) {
    if (isStatusError(error)) return [error.code, error.message];
    throw error;
  }
  throw new Error('did not fail');
}

describe('applying', () => {
  test.each<[string, unknown[], JsonObject]>([
    ['adds', [{ op: 'add', path: '/a/n', value: 1 }], { a: { b: 'x', 'c/d': 1, 'e~f': 2, n: 1 } }],
    ['replaces a missing key', [{ op: 'replace', path: '/new', value: 1 }], { new: 1 }],
    [
      'unescapes',
      [
        { op: 'remove', path: '/a/c~1d' },
        { op: 'remove', path: '/a/e~0f' },
      ],
      { a: { b: 'x' } },
    ],
    ['inserts before an index', [{ op: 'add', path: '/list/1', value: 9 }], { list: [1, 9, 2, 3] }],
    ['appends', [{ op: 'add', path: '/list/-', value: 9 }], { list: [1, 2, 3, 9] }],
    ['appends at the length', [{ op: 'add', path: '/list/3', value: 9 }], { list: [1, 2, 3, 9] }],
    ['counts from the end when adding', [{ op: 'add', path: '/list/-1', value: 9 }], { list: [1, 2, 3, 9] }],
    ['counts from the end when removing', [{ op: 'remove', path: '/list/-1' }], { list: [1, 2] }],
    ['counts from the end when replacing', [{ op: 'replace', path: '/list/-3', value: 9 }], { list: [9, 2, 3] }],
    [
      'copies a missing key as null',
      [{ op: 'copy', from: '/a/none', path: '/a/b' }],
      { a: { b: null, 'c/d': 1, 'e~f': 2 } },
    ],
    [
      'copies deeply',
      [
        { op: 'copy', from: '/deep/0', path: '/deep/-' },
        { op: 'add', path: '/deep/0/k/-', value: 1 },
      ],
      { deep: [{ k: [0, 1] }, { k: [0] }] },
    ],
    ['moves', [{ op: 'move', from: '/a/b', path: '/list/0' }], { a: { 'c/d': 1, 'e~f': 2 }, list: ['x', 1, 2, 3] }],
    ['tests without regard to key order', [{ op: 'test', path: '/a', value: { 'e~f': 2, 'c/d': 1, b: 'x' } }], {}],
    [
      'tests a missing key as null',
      [
        { op: 'test', path: '/none', value: null },
        { op: 'test', path: '/nil' },
      ],
      {},
    ],
    ['ignores what is before the first slash', [{ op: 'add', path: 'list/x', value: 1 }], { x: 1 }],
    ['takes an absent value as null', [{ op: 'add', path: '/a/b' }], { a: { b: null, 'c/d': 1, 'e~f': 2 } }],
    [
      'sets keys that are special in JavaScript',
      [{ op: 'add', path: '/constructor', value: 1 }],
      { constructor: 1 } as unknown as JsonObject,
    ],
  ])('%s', (_, operations, changes) => {
    const before = cloneJson(DOC);
    expect(applyJsonPatch(DOC, operations)).toEqual({ ...DOC, ...changes });
    expect(DOC).toEqual(before);
  });

  test('replaces the whole document', () => {
    expect(applyJsonPatch(DOC, [{ op: 'replace', path: '', value: { z: 1 } }])).toEqual({ z: 1 });
  });

  test('shares nothing with the operations', () => {
    const value = { inner: [] as number[] };
    const out = applyJsonPatch({}, [
      { op: 'add', path: '/v', value },
      { op: 'add', path: '/v/inner/-', value: 1 },
    ]);
    expect(out).toEqual({ v: { inner: [1] } });
    expect(value.inner).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['unknown operation', { op: 'blend', path: '/a' }],
    ['no operation', { path: '/a' }],
    ['null', null],
    ['no path', { op: 'add', value: 1 }],
    ['no from', { op: 'copy', path: '/a' }],
    ['path of a missing parent', { op: 'add', path: '/none/x', value: 1 }],
    ['path through a scalar', { op: 'add', path: '/a/b/c', value: 1 }],
    ['path through null', { op: 'add', path: '/nil/x', value: 1 }],
    ['adding the root', { op: 'add', path: '', value: {} }],
    ['removing a missing key', { op: 'remove', path: '/none' }],
    ['removing an inherited key', { op: 'remove', path: '/constructor' }],
    ['index beyond the end', { op: 'add', path: '/list/4', value: 1 }],
    ['index before the start', { op: 'remove', path: '/list/-4' }],
    ['word as index', { op: 'add', path: '/list/first', value: 1 }],
    ['replacing beyond the end', { op: 'replace', path: '/list/3', value: 1 }],
    ['moving what is missing', { op: 'move', from: '/none', path: '/a' }],
    ['moving into itself', { op: 'move', from: '/a', path: '/a/b' }],
    ['test that fails', { op: 'test', path: '/a/b', value: 'y' }],
    ['test of a missing item', { op: 'test', path: '/list/9', value: null }],
  ])('one 422 for: %s', (_, operation) => {
    const expected = [422, 'the server rejected our request due to an error in our request'];
    expect(failure(() => applyJsonPatch(DOC, [operation]))).toEqual(expected);
  });

  test('copies that double the document end in the same 422', () => {
    const double = { op: 'copy', from: '/list', path: '/list/-' };
    expect(
      failure(() =>
        applyJsonPatch(
          DOC,
          Array.from({ length: 60 }, () => double),
        ),
      )[0],
    ).toBe(422);
  });
});

describe('decoding', () => {
  test.each<[unknown, string]>([
    [{ op: 'add' }, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp'],
    [[1], 'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [
      [{ op: 1 }],
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    ],
    [
      [{ path: [] }],
      'error decoding patch: json: cannot unmarshal array into Go struct field jsonPatchOp.path of type string',
    ],
  ])('%j', (body, message) => {
    expect(failure(() => decodeJsonPatch(body, 'Warn'))).toEqual([400, message]);
  });

  test('without validation the words differ and types of fields are not checked', () => {
    const message = 'json: cannot unmarshal object into Go value of type jsonpatch.Patch';
    expect(failure(() => decodeJsonPatch({}, 'Ignore'))).toEqual([400, message]);
    expect(decodeJsonPatch([{ op: 1 }], 'Ignore').operations).toHaveLength(1);
  });

  test('null is no operation; unknown fields are reported', () => {
    expect(decodeJsonPatch(null, 'Warn')).toEqual({ operations: [], strictErrors: [] });
    expect(decodeJsonPatch([{ op: 'add', path: '/x', extra: 1 }], 'Strict').strictErrors).toEqual([
      'json patch unknown field "[0].extra"',
    ]);
    expect(jsonPatchStrictError('duplicate field "[0].op"')).toBe('json patch duplicate field "[0].op"');
  });

  test('10,000 operations at most', () => {
    const operations = (length: number) => Array.from({ length }, () => ({ op: 'add', path: '/n', value: 1 }));
    expect(applyJsonPatch({}, decodeJsonPatch(operations(10_000), 'Warn').operations)).toEqual({ n: 1 });
    const message = 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001';
    expect(failure(() => decodeJsonPatch(operations(10_001), 'Warn'))).toEqual([413, message]);
  });
});
