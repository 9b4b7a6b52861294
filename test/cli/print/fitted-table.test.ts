import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breakText, fittedTable } from '../../../src/cli/print/fitted-table.ts';

const header = ['NAME', 'WHAT'];

test('columns of their own width, nothing behind the last', () => {
  expect(
    fittedTable({
      header,
      rows: [
        ['a', 'one two'],
        ['longer', ''],
      ],
    }),
  ).toBe('NAME     WHAT\na        one two\nlonger\n');
});

test('without headers, without rows', () => {
  expect(fittedTable({ header, rows: [['a', 'b']], noHeaders: true })).toBe('a   b\n');
  expect(fittedTable({ header, rows: [] })).toBe('');
});

test('breaks at blanks first', () => {
  expect(fittedTable({ header, rows: [['a', 'one two three four']], width: 20 })).toBe(
    'NAME   WHAT\na      one two three\n       four\n',
  );
});

test('some columns stay whole', () => {
  const rows = [['2026-11-22T10:00:00Z', 'one two three four']];
  expect(fittedTable({ header, rows, whole: ['NAME'], width: 34 })).toBe(
    'NAME                   WHAT\n2026-11-22T10:00:00Z   one two\n                       three four\n',
  );
});

test.each([
  ['one two', 7, ['one two']],
  ['one two', 5, ['one', 'two']],
  ['deployments.apps/scale', 12, ['deployments.', 'apps/scale']],
  ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
  ['', 5, ['']],
])('%j in %d', (text, width, lines) => {
  expect(breakText(text, width)).toEqual(lines);
});

test('no line is wider than the terminal, and nothing is lost', () => {
  const cell = fc.stringMatching(/^[a-z./ ]{0,40}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 40, max: 120 }),
      (rows, width) => {
        const text = fittedTable({ header: ['A', 'B', 'C'], rows, width });
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
        const letters = (part: string): string => [...part.replace(/[^a-z]/g, '')].sort().join('');
        expect(letters(text)).toBe(letters(rows.flat().join('')));
      },
    ),
  );
});
