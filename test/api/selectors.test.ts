import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeFieldValue,
  FieldSelector,
  parseFieldSelector,
  unescapeFieldValue,
} from '../../src/api/field-selectors.ts';
import {
  parseLabelSelector,
  SELECT_NOTHING,
  SelectorError,
  selectorOfLabels,
  selectorOfObject,
} from '../../src/api/selectors.ts';

describe('label selectors', () => {
  test.each([
    ['', ''],
    ['a in (b),!c,d!=e', 'a in (b),!c,d!=e'],
    ['x in (foo,,baz),y,z notin ()', 'x in (,baz,foo),y,z notin ()'],
    [' z = 1 , a == 2 ', 'a==2,z=1'],
    ['in in (in)', 'in in (in)'],
    ['a=', 'a='],
    ['a=,b', 'a=,b'],
    ['a in (,)', 'a in ()'],
    ['a>5,b<3', 'a>5,b<3'],
  ])('%j reads as %j', (text, shown) => {
    const selector = parseLabelSelector(text);
    expect(selector.toString()).toBe(shown);
    expect(parseLabelSelector(shown).toString()).toBe(shown);
  });

  test.each([
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a,', "found '', expected: identifier after ','"],
    ['a=!b', "unable to parse requirement: found '!', expected: identifier"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a in (=', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    [
      'a>b',
      "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      `a=${'v'.repeat(64)}`,
      `unable to parse requirement: values[0][a]: Invalid value: "${'v'.repeat(64)}": must be no more than 63 bytes`,
    ],
    ['a/b/c', expect.stringContaining('unable to parse requirement: <nil>: Invalid value: "a/b/c": a valid label key')],
  ])('%j is refused', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(
      expect.objectContaining({ name: 'SelectorError', message }) as Error,
    );
  });

  test.each([
    ['a=1', { a: '1' }, true],
    ['a=1', { a: '2' }, false],
    ['a!=1', {}, true],
    ['a notin (1,2)', { a: '3' }, true],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['a>5', { a: '10' }, true],
    ['a<5', { a: 'x' }, false],
    ['constructor', {}, false],
    ['a=1,b=2', { a: '1' }, false],
    ['', undefined, true],
  ])('%s on %j', (text, labels, matches) => {
    expect(parseLabelSelector(text).matches(labels)).toBe(matches);
  });

  test('objects: absent selects nothing, empty everything', () => {
    expect(selectorOfObject(undefined)).toBe(SELECT_NOTHING);
    expect(SELECT_NOTHING.matches({})).toBe(false);
    expect(selectorOfObject({}).isEmpty()).toBe(true);
    const selector = selectorOfObject({
      matchLabels: { b: '1' },
      matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['y', 'x'] }],
    });
    expect(selector.toString()).toBe('a notin (x,y),b=1');
    expect(selector.exactValue('b')).toBe('1');
    expect(selectorOfLabels({ b: '1', a: '2' }).toString()).toBe('a=2,b=1');
    expect(() => selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toThrow(
      '"Near" is not a valid label selector operator',
    );
    expect(() => selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'In' }] })).toThrow(SelectorError);
  });

  test('property: no text does anything but parse or throw SelectorError', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'b', ' ', ',', '=', '!', '(', ')', '<', '>', 'in ', 'notin ', '\0', '1'),
        }),
        (text) => {
          try {
            const selector = parseLabelSelector(text);
            expect(parseLabelSelector(selector.toString()).toString()).toBe(selector.toString());
          } catch (error) {
            expect(error).toBeInstanceOf(SelectorError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('field selectors', () => {
  test('terms are sorted, and empty ones are passed over', () => {
    expect(parseFieldSelector('b!=2,a==1,').terms).toEqual([
      { field: 'a', operator: '=', value: '1' },
      { field: 'b', operator: '!=', value: '2' },
    ]);
    expect(parseFieldSelector('').isEmpty()).toBe(true);
    expect(parseFieldSelector(' a=b').terms[0]?.field).toBe(' a');
  });

  test.each([
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('%j is refused', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(new SelectorError(message));
  });

  test('matching', () => {
    const fields: Record<string, string> = { 'metadata.name': 'a' };
    const get = (field: string) => fields[field] ?? '';
    expect(parseFieldSelector('metadata.name=a,x!=b').matches(get)).toBe(true);
    expect(parseFieldSelector('metadata.name!=a').matches(get)).toBe(false);
    expect(parseFieldSelector('metadata.name=a').exactValue('metadata.name')).toBe('a');
  });

  test('property: any value survives escaping', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(unescapeFieldValue(escapeFieldValue(value))).toBe(value);
        const selector = new FieldSelector([{ field: 'f', operator: '=', value }]);
        expect(parseFieldSelector(selector.toString()).terms).toEqual(selector.terms);
      }),
    );
  });
});
