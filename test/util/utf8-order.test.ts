import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareUtf8, prefixEnd } from '../../src/util/utf8-order.ts';

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'b', '/', '\uD7FF', '\uE000', '\uFFFD', '\u{10000}', '\u{10FFFF}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('compareUtf8', () => {
  test('orders as the bytes do', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe('prefixEnd', () => {
  test.each([
    ['', undefined],
    ['/a/', '/a0'],
    ['\uD7FF', '\uE000'],
    ['a\u{10FFFF}', 'b'],
    ['\u{10FFFF}\u{10FFFF}', undefined],
    ['\uFFFF', '\u{10000}'],
  ])('of %j is %j', (prefix, end) => {
    expect(prefixEnd(prefix)).toBe(end);
  });

  test('separates what starts with the prefix from what is greater', () => {
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const end = prefixEnd(prefix);
        const within = compareUtf8(other, prefix) >= 0 && (end === undefined || compareUtf8(other, end) < 0);
        expect(within).toBe(other.startsWith(prefix));
      }),
    );
  });
});
