import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloneJson, isObject, type JsonObject } from '../../../src/api/object.ts';
import { applyMergePatch, createMergePatch } from '../../../src/api/patch/merge-patch.ts';
import { decodeMergePatch, decodeStrategicPatch, patchSyntaxError } from '../../../src/api/patch/patch-body.ts';

describe('merge patch', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['sets and removes', { a: 'b', c: { d: 1, e: 2 } }, { a: null, c: { d: null, f: 3 } }, { c: { e: 2, f: 3 } }],
    ['replaces lists', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['drops nulls in what is new', { a: 1 }, { b: { c: null, d: { e: null } } }, { a: 1, b: { d: {} } }],
    ['keeps null items, not null keys in items', { a: [1] }, { a: [null, { x: null, y: 1 }] }, { a: [null, { y: 1 }] }],
    ['takes a list for an object as it is', { a: { b: 1 } }, { a: [{ x: null }] }, { a: [{ x: null }] }],
    ['makes an object of a scalar', { a: 'x' }, { a: { b: 1, c: null } }, { a: { b: 1 } }],
    ['fills a null', { a: null }, { a: { b: null } }, { a: {} }],
    ['empties nothing', { a: { b: 1 } }, { a: {} }, { a: { b: 1 } }],
    ['a list instead of the object', { a: 1 }, [1, null], [1, null]],
  ])('%s', (_, doc, patch, expected) => {
    expect(applyMergePatch(doc, patch)).toEqual(expected);
  });

  test('keys that are special in JavaScript are keys', () => {
    const patch = JSON.parse('{"__proto__":{"x":1},"constructor":"c"}') as JsonObject;
    const out = applyMergePatch({}, patch) as JsonObject;
    expect(JSON.stringify(out)).toBe('{"__proto__":{"x":1},"constructor":"c"}');
    expect(({} as JsonObject)['x']).toBeUndefined();
  });

  const document = fc.dictionary(fc.string({ maxLength: 3 }), nonNull(), { maxKeys: 4 });

  test('a created patch turns one document into the other', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const original = cloneJson(before);
        expect(applyMergePatch(before, createMergePatch(before, after))).toEqual(after);
        expect(before).toEqual(original);
        expect(createMergePatch(after, after)).toEqual({});
      }),
      { numRuns: 200 },
    );
  });
});

/** JSON without null: a merge patch cannot say null. */
function nonNull(): fc.Arbitrary<unknown> {
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.array(tie('node'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.string({ maxLength: 3 }), tie('node'), { maxKeys: 3 }),
  }));
  return node.filter((value) => !isObject(value) || Object.keys(value).length > 0 || value !== null);
}

describe('bodies', () => {
  const MAP = 'Go value of type map[string]interface {}';

  test.each<[() => unknown, string]>([
    [() => decodeMergePatch([], 'Warn'), `error decoding patch: json: cannot unmarshal array into ${MAP}`],
    [() => decodeMergePatch('tea', 'Strict'), `error decoding patch: json: cannot unmarshal string into ${MAP}`],
    [() => decodeMergePatch(true, 'Warn'), `error decoding patch: json: cannot unmarshal bool into ${MAP}`],
    [() => decodeMergePatch(null, 'Warn'), 'Invalid JSON Patch'],
    [() => decodeMergePatch(7, 'Ignore'), 'Invalid JSON Patch'],
    [() => decodeStrategicPatch([]), `json: cannot unmarshal array into ${MAP}`],
    [() => decodeStrategicPatch(7), `json: cannot unmarshal number into ${MAP}`],
  ])('%s', (run, message) => {
    expect(run).toThrow(expect.objectContaining({ code: 400, message }));
  });

  test('what passes', () => {
    expect(decodeMergePatch([1], 'Ignore')).toEqual([1]);
    expect(decodeMergePatch({ a: 1 }, 'Strict')).toEqual({ a: 1 });
    expect(decodeStrategicPatch(null)).toEqual({});
  });

  test.each([
    ['json', 'Warn', 'error decoding patch: eof'],
    ['json', 'Ignore', 'eof'],
    ['merge', 'Strict', 'error decoding patch: eof'],
    ['merge', 'Ignore', 'Invalid JSON Patch'],
    ['strategic', 'Warn', 'eof'],
  ] as const)('syntax error in a %s patch with %s', (kind, validation, message) => {
    expect(patchSyntaxError(kind, 'eof', validation)).toMatchObject({ code: 400, message });
  });
});
