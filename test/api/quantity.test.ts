import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  Quantity,
  QuantityError,
} from '../../src/api/quantity.ts';

describe('canonicalQuantity', () => {
  test.each([
    ['0', '0'],
    ['00', '0'],
    ['0m', '0'],
    ['-0', '0'],
    ['.', '0'],
    ['+', '0'],
    ['+1', '+1'],
    ['0100m', '0100m'],
    ['1.', '1.'],
    ['1e3', '1e3'],
    ['1E3', '1E3'],
    ['12e6', '12e6'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.5', '1500m'],
    ['1000m', '1'],
    ['1000', '1k'],
    ['1000k', '1M'],
    ['100000', '100k'],
    ['1024Mi', '1Gi'],
    ['8Mi', '8Mi'],
    ['1025Ki', '1025Ki'],
    ['512Ki', '512Ki'],
    ['0.5Gi', '512Mi'],
    ['1.5Gi', '1536Mi'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['8Ki', '8Ki'],
    ['12e-1', '1200e-3'],
    ['1e-10', '1e-9'],
    ['0.0000000001', '1n'],
    ['1.0000000001', '1000000001n'],
    ['-1.0000000001', '-1000000001n'],
    ['-1', '-1'],
    ['-0.5', '-500m'],
    ['1u', '1u'],
    ['1000n', '1u'],
    ['123456789123456789123', '123456789123456789123'],
    ['9223372036854775808Ki', '9223372036854775807'],
    ['8Ei', '9223372036854775807'],
    ['1Ei', '1Ei'],
    ['1E', '1E'],
    [' 1 ', '1'],
    ['123456789Gi', '123456789Gi'],
  ])('%s → %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  const wrongSuffix = "unable to parse quantity's suffix";
  test.each([
    ['', wrongFormat],
    ['1.5.5', wrongFormat],
    ['1 Gi', wrongFormat],
    ['lots', wrongFormat],
    ['1gi', wrongFormat],
    ['true', wrongFormat],
    ['1K', wrongSuffix],
    ['--1', wrongSuffix],
    ['1e', wrongSuffix],
    ['1Mii', wrongSuffix],
    ['1ki', wrongSuffix],
    ['1e9999999', wrongSuffix],
  ])('%j is refused', (text, message) => {
    expect(() => canonicalQuantity(text)).toThrow(new QuantityError(message));
  });
});

describe('arithmetic', () => {
  const sum = (a: string, b: string) => parseQuantity(a).add(parseQuantity(b)).toString();
  test.each([
    ['100m', '900m', '1'],
    ['1Gi', '1Mi', '1025Mi'],
    ['0', '1Ki', '1Ki'],
    ['1', '1Ki', '1025'],
    ['1Gi', '500m', '1073741824500m'],
  ])('%s + %s = %s', (a, b, expected) => {
    expect(sum(a, b)).toBe(expected);
  });

  test('differences keep the format', () => {
    expect(parseQuantity('1Gi').sub(parseQuantity('512Mi')).toString()).toBe('512Mi');
    expect(parseQuantity('1').sub(parseQuantity('3')).toString()).toBe('-2');
  });

  test('values round away from zero', () => {
    expect(parseQuantity('1500m').value()).toBe(2n);
    expect(parseQuantity('-1500m').value()).toBe(-2n);
    expect(parseQuantity('1.0001').milliValue()).toBe(1001n);
    expect(parseQuantity('2Ki').value()).toBe(2048n);
  });

  test('rounding up to milli keeps the text of what is coarse enough', () => {
    expect(parseQuantity('+1').roundUp(-3).toString()).toBe('+1');
    expect(parseQuantity('1u').roundUp(-3).toString()).toBe('1m');
  });

  test.each([
    ['1', '1000m', 0],
    ['1Ki', '1k', 1],
    ['-1', '0', -1],
    ['1e3', '1k', 0],
    ['1e500', '2', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareQuantities(a, b))).toBe(sign);
  });
});

const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-2', 'E6');
const amount = fc
  .tuple(fc.constantFrom('', '-', '+'), fc.nat(1_000_000), fc.option(fc.nat(9999)), suffix)
  .map(([sign, whole, part, unit]) => `${sign}${whole}${part === null ? '' : `.${part}`}${unit}`);

describe('properties', () => {
  test('the canonical form is worth the same and is its own canonical form', () => {
    fc.assert(
      fc.property(amount, (text) => {
        const canonical = canonicalQuantity(text);
        expect(compareQuantities(text, canonical)).toBe(0);
        expect(canonicalQuantity(canonical)).toBe(canonical);
      }),
    );
  });

  test('sums commute, and taking away what was added leaves nothing more', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [x, y] = [parseQuantity(a), parseQuantity(b)];
        expect(x.add(y).compare(y.add(x))).toBe(0);
        expect(x.add(y).sub(y).equals(x)).toBe(true);
      }),
    );
  });

  test('integers compare as integers', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 17n), 10n ** 17n), fc.bigInt(-(10n ** 17n), 10n ** 17n), (a, b) => {
        expect(Math.sign(Quantity.ofInteger(a).compare(Quantity.ofInteger(b)))).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });

  test('no text does anything but parse or throw QuantityError', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.+-eEinumkKMGTP') })),
        (text) => {
          try {
            parseQuantity(text).toString();
          } catch (error) {
            expect(error).toBeInstanceOf(QuantityError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('isWhole', () => {
  test.each([
    ['0', true],
    ['3', true],
    ['64Mi', true],
    ['2e3', true],
    ['3000m', true],
    ['-2', true],
    ['1500m', false],
    ['0.5', false],
    ['0.5Ki', true],
    ['0.0001', false],
    ['1.9999', true],
  ] as const)('%s: %s, after rounding to thousandths', (text, whole) => {
    expect(parseQuantity(text).isWhole()).toBe(whole);
  });
});
