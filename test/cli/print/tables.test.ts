import { describe, expect, test } from 'vitest';
import { ColumnWriter } from '../../../src/cli/print/columns.ts';
import { goJson } from '../../../src/cli/print/go-json.ts';
import { ageText, cellText, type Table, TablePrinter } from '../../../src/cli/print/table.ts';

const table = (names: readonly string[]): Table => ({
  kind: 'Table',
  columnDefinitions: [
    { name: 'Name', type: 'string', format: 'name' },
    { name: 'Data', type: 'string' },
    { name: 'Extra', type: 'string', priority: 1 },
  ],
  rows: names.map((name, i) => ({
    cells: [name, i, 'x'],
    object: { metadata: { namespace: 'shop', labels: i === 0 ? { b: '2', a: '1' } : {} } },
  })),
});

describe('ColumnWriter', () => {
  test('columns are at least six wide, three apart; the last is as it is', () => {
    expect(
      new ColumnWriter().format([
        ['A', 'B'],
        ['longer', 'x'],
        ['é', ''],
      ]),
    ).toBe('A        B\nlonger   x\né        \n');
  });

  test('a line with fewer cells ends a block, columns never get narrower', () => {
    const writer = new ColumnWriter();
    expect(writer.format([['aaaaaaaa', 'b'], ['alone'], ['c', 'd']])).toBe('aaaaaaaa   b\nalone\nc          d\n');
    expect(writer.format([['e', 'f']])).toBe('e          f\n');
  });

  test('nothing', () => {
    expect(new ColumnWriter().format([])).toBe('');
  });
});

describe('TablePrinter', () => {
  test.each([
    [{}, 'NAME   DATA\none    0\ntwo    1\n'],
    [{ wide: true }, 'NAME   DATA   EXTRA\none    0      x\ntwo    1      x\n'],
    [{ noHeaders: true }, 'one   0\ntwo   1\n'],
    [{ withNamespace: true }, 'NAMESPACE   NAME   DATA\nshop        one    0\nshop        two    1\n'],
    [{ kindPrefix: 'pod' }, 'NAME      DATA\npod/one   0\npod/two   1\n'],
    [{ labelColumns: ['x.io/a'] }, 'NAME   DATA   A\none    0      \ntwo    1      \n'],
    [
      { labelColumns: ['a'], showLabels: true },
      'NAME   DATA   A     LABELS\none    0      1     a=1,b=2\ntwo    1            <none>\n',
    ],
  ])('%j', (options, text) => {
    expect(new TablePrinter(options).print([table(['one', 'two'])])).toBe(text);
  });

  test('an empty table prints nothing, and headers come once', () => {
    const printer = new TablePrinter({});
    expect(printer.print([table([])])).toBe('');
    expect(printer.print([table(['a'])])).toBe('NAME   DATA\na      0\n');
    expect(printer.print([{ ...table(['b']), columnDefinitions: [] }])).toBe('b      0\n');
  });

  test('events', () => {
    const printer = new TablePrinter({});
    const prefix = { header: 'EVENT', cell: 'ADDED' };
    expect(printer.print([table(['a'])], prefix)).toBe('EVENT   NAME   DATA\nADDED   a      0\n');
    expect(printer.print([table(['a'])], { header: 'EVENT', cell: 'DELETED' })).toBe('DELETED   a      0\n');
  });
});

test.each([
  ['a\nb', 'a...'],
  ['\u001b[31mred', '^[[31mred'],
  [3, '3'],
  [null, ''],
  [true, 'true'],
])('cell %j', (cell, text) => {
  expect(cellText(cell)).toBe(text);
});

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [150, '2m30s'],
  [599, '9m59s'],
  [600, '10m'],
  [3 * 3600 - 1, '179m'],
  [3 * 3600, '3h'],
  [3 * 3600 + 60, '3h1m'],
  [8 * 3600, '8h'],
  [48 * 3600, '2d'],
  [49 * 3600, '2d1h'],
  [8 * 86400, '8d'],
  [2 * 365 * 86400, '2y'],
  [3 * 365 * 86400 + 86400, '3y1d'],
  [9 * 365 * 86400, '9y'],
])('an age of %d s is %s', (seconds, text) => {
  expect(ageText('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:00Z') + seconds * 1000)).toBe(text);
});

test.each<[unknown, string]>([
  [{ b: 1, a: '<&>' }, '{"a":"\\u003c\\u0026\\u003e","b":1}'],
  [{ z: undefined, a: [] }, '{"a":[]}'],
  [JSON.parse('{"__proto__": {"x": null}}'), '{"__proto__":{"x":null}}'],
  [12345678901234567890n, '12345678901234567890'],
])('goJson %#', (value, text) => {
  expect(goJson(value)).toBe(text);
});

test('goJson indents', () => {
  expect(goJson({ b: [1, {}], a: {} }, 4)).toBe('{\n    "a": {},\n    "b": [\n        1,\n        {}\n    ]\n}');
});
