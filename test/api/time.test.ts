import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBase64, IllegalBase64 } from '../../src/api/base64.ts';
import { intOrStringValue, percentOf, scaledValue } from '../../src/api/int-or-string.ts';
import {
  canonicalMicroTime,
  canonicalTime,
  formatDuration,
  formatMicroTime,
  formatTime,
  parseDuration,
  TimeError,
} from '../../src/api/time.ts';

describe('times', () => {
  test.each([
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
    ['2024-02-29T03:04:05Z', '2024-02-29T03:04:05Z'],
    ['2024-01-02T03:04:05.999Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05+02:00', '2024-01-02T01:04:05Z'],
    ['2024-01-01T00:00:00,5-01:30', '2024-01-01T01:30:00Z'],
    ['2024-01-02T3:04:05Z', '2024-01-02T03:04:05Z'],
    ['0001-01-01T00:00:00Z', null],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00Z'],
  ])('%s → %s', (text, canonical) => {
    expect(canonicalTime(text)).toBe(canonical);
  });

  test.each([
    ['yesterday', 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'],
    ['', 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'],
    ['2024-13-01T00:00:00Z', 'parsing time "2024-13-01T00:00:00Z": month out of range'],
    ['2023-02-29T00:00:00Z', 'parsing time "2023-02-29T00:00:00Z": day out of range'],
    ['2024-01-01T24:00:00Z', 'parsing time "2024-01-01T24:00:00Z": hour out of range'],
    [
      '2024-01-01T00:00:00',
      'parsing time "2024-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
    ],
    ['2024-01-01T00:00:00Z!', 'parsing time "2024-01-01T00:00:00Z!": extra text: "!"'],
    [
      '2024-01-01 00:00:00Z',
      'parsing time "2024-01-01 00:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 00:00:00Z" as "T"',
    ],
    ['é', 'parsing time "\\xc3\\xa9" as "2006-01-02T15:04:05Z07:00": cannot parse "\\xc3\\xa9" as "2006"'],
  ])('%j is refused', (text, message) => {
    expect(() => canonicalTime(text)).toThrow(new TimeError(message));
  });

  test('micro times need six decimals', () => {
    expect(canonicalMicroTime('2024-01-01T00:00:00.000001+01:00')).toBe('2023-12-31T23:00:00.000001Z');
    expect(() => canonicalMicroTime('2024-01-01T00:00:00Z')).toThrow(
      'parsing time "2024-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    );
  });

  test('property: every instant is canonical as it is formatted', () => {
    const instant = fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, (date) => {
        expect(canonicalTime(formatTime(date))).toBe(formatTime(date));
        expect(canonicalMicroTime(formatMicroTime(date))).toBe(formatMicroTime(date));
      }),
    );
  });
});

describe('durations', () => {
  test.each([
    ['1h30m', '1h30m0s'],
    ['90s', '1m30s'],
    ['1.5s', '1.5s'],
    ['300ms', '300ms'],
    ['0', '0s'],
    ['-1h', '-1h0m0s'],
    ['1us', '1µs'],
    ['0.5h', '30m0s'],
  ])('%s → %s', (text, shown) => {
    expect(formatDuration(parseDuration(text))).toBe(shown);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['1', 'time: missing unit in duration "1"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['x', 'time: invalid duration "x"'],
    ['9999999h', 'time: invalid duration "9999999h"'],
  ])('%j is refused', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new TimeError(message));
  });
});

describe('base64', () => {
  test.each([
    ['', ''],
    ['AAEC', 'AAEC'],
    ['AA==', 'AA=='],
    ['AB==', 'AA=='],
    ['AAF=', 'AAE='],
    ['AA\nEC\r\n', 'AAEC'],
  ])('%j → %j', (text, canonical) => {
    expect(canonicalBase64(text)).toBe(canonical);
  });

  test.each([
    ['not base64!', 3],
    ['A', 0],
    ['AA', 0],
    ['AAAAA', 4],
    ['AA=', 3],
    ['A===', 1],
    ['AA=A', 2],
    ['AA==A', 4],
    ['AA===', 4],
    ['é', 0],
  ])('%j is refused at byte %d', (text, byte) => {
    expect(() => canonicalBase64(text)).toThrow(new IllegalBase64(byte));
  });

  test('property: bytes survive', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(canonicalBase64(text)).toBe(text);
      }),
    );
  });
});

describe('numbers or texts', () => {
  test('percentages are of a total, rounded', () => {
    expect(scaledValue('25%', 10, 'up')).toBe(3);
    expect(scaledValue('25%', 10, 'down')).toBe(2);
    expect(scaledValue(4, 10, 'up')).toBe(4);
    expect(() => scaledValue('x', 1, 'up')).toThrow(
      'invalid value for IntOrString: invalid type: string is not a percentage',
    );
    expect(percentOf('5')).toBeUndefined();
    expect(intOrStringValue('80')).toBe(80);
  });
});
