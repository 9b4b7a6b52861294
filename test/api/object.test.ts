import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloneJson, equalJson, type JsonObject } from '../../src/api/object.ts';

const json = (text: string): JsonObject => JSON.parse(text) as JsonObject;

describe('equalJson', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['another order of keys', { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    ['an absent and an undefined key', { a: 1 }, { a: 1, b: undefined }, true],
    ['an undefined and an absent key', { a: 1, b: undefined }, { a: 1 }, true],
    ['undefined and null', { a: undefined }, { a: null }, false],
    ['one key more', { a: 1 }, { a: 1, b: null }, false],
    ['one key less', { a: 1, b: {} }, { a: 1 }, false],
    ['other keys, as many', { a: 1, b: 2 }, { a: 1, c: 2 }, false],
    ['a list and an object', [], {}, false],
    ['an object and a list', { 0: 1 }, [1], false],
    ['null and an object', null, {}, false],
    ['lists of other length', [1], [1, 2], false],
    ['deep', { a: [{ b: { c: 1n } }] }, { a: [{ b: { c: 1n } }] }, true],
    ['deeply different', { a: [{ b: { c: 1n } }] }, { a: [{ b: { c: 2n } }] }, false],
    ['__proto__ on one side', json('{"__proto__":{}}'), {}, false],
    ['__proto__ on the other side', {}, json('{"__proto__":{}}'), false],
    ['__proto__ instead of another', json('{"__proto__":{},"a":1}'), { a: 1, b: 2 }, false],
    ['__proto__ on both sides', json('{"__proto__":{"a":1}}'), json('{"__proto__":{"a":1}}'), true],
    ['a key that objects inherit', json('{"constructor":{}}'), json('{"toString":{}}'), false],
    ['an undefined one', { constructor: undefined }, {}, true],
  ])('%s', (_, a, b, expected) => {
    expect(equalJson(a, b)).toBe(expected);
    expect(equalJson(b, a)).toBe(expected);
  });

  test('property: as the texts with sorted keys are', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [left, right] = [json(JSON.stringify(a)), json(JSON.stringify(b))];
        expect(equalJson(left, cloneJson(left))).toBe(true);
        expect(equalJson(left, right)).toBe(sortedText(left) === sortedText(right));
      }),
    );
  });
});

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))
      : v,
  );
}

describe('cloneJson', () => {
  test('is the same text and shares nothing', () => {
    const original = json('{"a":[{"b":null},1],"__proto__":{"x":[]},"constructor":"c"}');
    const copy = cloneJson(original);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(original));
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect((copy['a'] as unknown[])[0]).not.toBe((original['a'] as unknown[])[0]);
    expect(Object.getOwnPropertyDescriptor(copy, '__proto__')?.value).not.toBe(
      Object.getOwnPropertyDescriptor(original, '__proto__')?.value,
    );
  });
});
