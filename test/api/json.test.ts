import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonSyntaxError, parseJson, parseJsonDocument, stringifyJson } from '../../src/api/json.ts';

describe('parseJson', () => {
  test('keeps integers beyond 2^53 exactly', () => {
    const text = '{"a":9007199254740993,"b":-9223372036854775808,"c":9007199254740991}';
    expect(parseJson(text)).toEqual({ a: 9007199254740993n, b: -9223372036854775808n, c: 9007199254740991 });
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  test('wherever they stand', () => {
    for (let before = 0; before < 40; before++) {
      const text = `{"${'1a'.repeat(before)}":[12345678901234567,-1],"b":"${'x'.repeat(before)}","c":9007199254740993}`;
      expect(stringifyJson(parseJson(text))).toBe(text);
    }
  });

  test('makes a double of what no int64 holds', () => {
    expect(parseJson('99999999999999999999')).toBe(1e20);
  });

  test('reads bytes, replacing what is no UTF-8', () => {
    expect(parseJson(new Uint8Array([0x22, 0x61, 0xff, 0x22]))).toBe('a\ufffd');
  });

  test('replaces lone surrogates', () => {
    expect(parseJsonDocument('["\\ud800","\\ud83d\\ude00"]').value).toEqual(['\ufffd', '😀']);
  });

  test('keeps __proto__ as a key', () => {
    const value = parseJsonDocument('{"__proto__":{"a":1},"n":12345678901234567890}').value as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'n']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('syntax errors speak as Go', () => {
  test.each([
    ['', 'unexpected end of JSON input'],
    ['{"kind":"ConfigMap",', 'unexpected end of JSON input'],
    ['{"a":1} trailing', "invalid character 't' after top-level value"],
    ['apiVersion: v1', "invalid character 'a' looking for beginning of value"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['nul1', "invalid character '1' in literal null (expecting 'l')"],
    ['"\u0001"', "invalid character '\\x01' in string literal"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1ex', "invalid character 'x' in exponent of numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['['.repeat(20_000) + ']'.repeat(20_000), 'exceeded max depth'],
  ])('%j', (text, message) => {
    expect(() => parseJsonDocument(text)).toThrow(new JsonSyntaxError(message));
  });

  test('the byte order mark of a body is refused too', () => {
    expect(() => parseJson(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toThrow("invalid character 'ï'");
  });
});

describe('parseJsonDocument', () => {
  test('names repeated keys by path, in document order; the last value wins', () => {
    const document = parseJsonDocument('{"a":{"b":[{"c":1,"c":2}]},"d":1,"a":{"x":3}}');
    expect(document.duplicates).toEqual(['a.b[0].c', 'a']);
    expect(document.value).toEqual({ a: { x: 3 }, d: 1 });
  });

  test.each(['{"a":":","b":"\\":","c":"{\\"d\\":1}"}', '{"a\\\\":":\\\\","b":[":",{}]}', '"::"'])(
    '%s repeats nothing',
    (text) => {
      expect(parseJsonDocument(text)).toMatchObject({ value: JSON.parse(text), duplicates: [] });
    },
  );

  test('remembers how numbers were written where the value does not say it', () => {
    const { value, literals } = parseJsonDocument('{"a":1.0,"b":[1e3,0.5,7],"c":99999999999999999999}');
    const { b } = value as { b: object };
    expect([...(literals.get(value as object) ?? [])]).toEqual([
      ['a', '1.0'],
      ['c', '99999999999999999999'],
    ]);
    expect([...(literals.get(b) ?? [])]).toEqual([['0', '1e3']]);
  });

  test('property: any JSON value survives a round trip, pretty or not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, pretty) => {
        const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
        const document = parseJsonDocument(text);
        expect(document.duplicates).toEqual([]);
        expect(stringifyJson(document.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('property: the careful reader agrees with JSON.parse on what is JSON', () => {
    const pieces = fc.array(
      fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '"\\n"', '1', '-0.5e2', 'true', 'null', ' ', '"', '\\'),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (valid) expect(() => parseJsonDocument(text)).not.toThrow();
        else expect(() => parseJsonDocument(text)).toThrow(JsonSyntaxError);
      }),
      { numRuns: 2000 },
    );
  });
});
