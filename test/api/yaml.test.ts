import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml, stringifyYaml, YamlError } from '../../src/api/yaml.ts';

describe('parseYaml', () => {
  test.each([
    ['name: y', { name: true }],
    ['a: 010\nb: 0x1F\nc: 1_000\nd: 0b11\ne: 0o17', { a: 8, b: 31, c: 1000, d: 3, e: 15 }],
    ['a: 1.0\nb: 1e3\nc: .5', { a: 1, b: 1000, c: 0.5 }],
    ['a: ~\nb:\nc: null', { a: null, b: null, c: null }],
    ['a: "010"\nb: \'y\'', { a: '010', b: 'y' }],
    ['a: 2024-01-01\nb: 1:30', { a: '2024-01-01', b: '1:30' }],
    ['1: x\ntrue: z\n1.5: w', { 1: 'x', true: 'z', '1.5': 'w' }],
    ['a: 9007199254740993', { a: 9007199254740993n }],
    ['a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2', { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } }],
    ['a: !!str 3\nb: !!int "3"\nc: !!binary aGk=', { a: '3', b: 3, c: 'hi' }],
    ['x: |\n  a\n  b\nz: >\n  a\n  b\n', { x: 'a\nb\n', z: 'a b\n' }],
    ['---\na: 1\n---\nb: [', { a: 1 }],
    ['{"json": [true, null]}', { json: [true, null] }],
    ['', null],
    ['just words', 'just words'],
  ])('%j', (text, value) => {
    expect(parseYaml(text).value).toEqual(value);
  });

  test('repeated keys are told with their lines, and the last wins', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n name: twice\n name: again\n';
    expect(parseYaml(text)).toMatchObject({
      value: { metadata: { name: 'again' } },
      duplicates: ['line 5: key "name" already set in map'],
    });
  });

  test.each([
    ['a: [1,\n', 'yaml: line 1: did not find expected node content'],
    ['x: y\na: [b\n', "yaml: line 2: did not find expected ',' or ']'"],
    [
      'apiVersion: v1\nkind: ConfigMap\n  bad: [indent\n',
      'yaml: line 3: mapping values are not allowed in this context',
    ],
    ['a: b: c', 'yaml: line 1: mapping values are not allowed in this context'],
    ['a:\n  b: 1\n c: 2\n', 'yaml: line 2: did not find expected key'],
    ['a: *no\n', "yaml: unknown anchor 'no' referenced"],
    ['a: &a [*a]\n', "yaml: anchor 'a' value contains itself"],
    ['\ta: 1\n', 'yaml: line 1: found character that cannot start any token'],
    ['a: \u0001', 'yaml: control characters are not allowed'],
    ['a: .nan', 'json: unsupported value: NaN'],
    ['<<: 3', 'yaml: map merge requires map or sequence of maps as the value'],
  ])('%j is refused', (text, message) => {
    expect(() => parseYaml(text)).toThrow(new YamlError(message));
  });

  test('aliases do not explode', () => {
    const level = (key: string, of: string) => `${key}: &${key} [${new Array(9).fill(`*${of}`).join(',')}]\n`;
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((key, i) => level(key, 'abcdefgh'.charAt(i))).join('')}`;
    expect(() => parseYaml(bomb)).toThrow('yaml: document contains excessive aliasing');
  });

  test('bytes must be UTF-8', () => {
    expect(() => parseYaml(new Uint8Array([0x61, 0xff]))).toThrow('yaml: invalid leading UTF-8 octet');
  });
});

describe('stringifyYaml', () => {
  test('quotes and folds as kube-apiserver does', () => {
    const data = {
      a: 'yes',
      b: '0123',
      c: '1.5',
      d: 'null',
      e: '',
      f: ' lead',
      g: 'two\nlines\n',
      h: 'no end\nof line',
      i: 'a: b',
      j: '# no',
      k: '- x',
      l: 'tab\there',
      m: 'é ☃',
      n: "it's",
      o: 'say "hi"',
      p: '2024-01-01',
      q: '~',
      r: '*star',
      s: '{x}',
      t: 'back\\slash',
      u: 'y',
      v: '0x1F',
      w: `${'word '.repeat(25)}end`,
      x: '😀',
    };
    expect(stringifyYaml({ data })).toBe(`data:
  a: "yes"
  b: "0123"
  c: "1.5"
  d: "null"
  e: ""
  f: ' lead'
  g: |
    two
    lines
  h: |-
    no end
    of line
  i: 'a: b'
  j: '# no'
  k: '- x'
  l: "tab\\there"
  m: é ☃
  "n": it's
  o: say "hi"
  p: "2024-01-01"
  q: "~"
  r: '*star'
  s: '{x}'
  t: back\\slash
  u: "y"
  v: "0x1F"
  w: word word word word word word word word word word word word word word word word
    word word word word word word word word word end
  x: "\\U0001F600"
`);
  });

  test('structure: lists are not indented, keys in natural order, empties in flow form', () => {
    const value = {
      b: {},
      a10: 1,
      a2: [[1, 2], { x: 1, z: [3] }],
      A: null,
      a1: [],
      big: 9007199254740993n,
      no: undefined,
    };
    expect(stringifyYaml(value)).toBe(
      'A: null\na1: []\na2:\n- - 1\n  - 2\n- x: 1\n  z:\n  - 3\na10: 1\nb: {}\nbig: 9007199254740993\n',
    );
    expect(stringifyYaml([])).toBe('[]\n');
    expect(stringifyYaml('x')).toBe('x\n');
  });

  test('numbers', () => {
    expect(stringifyYaml([0.5, 1234567.5, 1e-7, 1e21, -3])).toBe('- 0.5\n- 1.2345675e+06\n- 1e-07\n- 1e+21\n- -3\n');
  });

  const text = fc.oneof(
    fc.string(),
    fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        '\n',
        ':',
        '-',
        '#',
        '"',
        "'",
        '0',
        '.',
        '\t',
        '\\',
        'é',
        '😀',
        '~',
        '|',
        '>',
        '%',
        '?',
      ),
    }),
    fc.string({ minLength: 100, maxLength: 300, unit: fc.constantFrom('a', ' ', "'", '"', ':') }),
  );
  test('property: strings come back as they were', () => {
    fc.assert(
      fc.property(fc.array(text), (strings) => {
        expect(parseYaml(stringifyYaml(strings)).value).toEqual(strings);
        expect(parseYaml(stringifyYaml({ nested: [{ strings }] })).value).toEqual({ nested: [{ strings }] });
      }),
      { numRuns: 500 },
    );
  });

  test('property: keys come back as they were', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.integer()), (map) => {
        expect(parseYaml(stringifyYaml(map)).value).toEqual(map);
      }),
      { numRuns: 300 },
    );
  });

  test('property: no text does anything but parse or throw YamlError', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'a',
            ': ',
            '- ',
            '\n',
            '  ',
            '[',
            ']',
            '{',
            '}',
            ',',
            '&x ',
            '*x',
            '"',
            "'",
            '|\n',
            '!t ',
            '? ',
            '#',
            '<<: ',
            '---\n',
          ),
        ),
        (parts) => {
          try {
            parseYaml(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(YamlError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
