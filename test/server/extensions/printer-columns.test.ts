import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { JsonPathError, parseJsonPath } from '../../../src/server/extensions/json-path.ts';
import { tablePrinter } from '../../../src/server/extensions/printer-columns.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const OBJECT = {
  metadata: { name: 'gull', creationTimestamp: '2025-12-31T23:55:00Z', annotations: { 'a.b/c': 'x' } },
  spec: {
    n: 3,
    half: 2.5,
    fast: true,
    gone: null,
    crew: [
      { name: 'bo', age: 3 },
      { name: 'cy', age: 40 },
    ],
    empty: [],
  },
  status: {
    conditions: [
      { type: 'Afloat', status: 'False' },
      { type: 'Ready', status: 'True' },
    ],
  },
} as unknown as KubeObject;

describe('a JSON path', () => {
  const cases: [string, unknown][] = [
    ['.spec.n', [3]],
    ['.spec.none.deeper', []],
    ['.spec.crew[0].name', ['bo']],
    ['.spec.crew[-1].name', ['cy']],
    ['.spec.crew[*].name', ['bo', 'cy']],
    ['.spec.crew[0:1].name', ['bo']],
    ['.spec.crew[0,1].age', [3, 40]],
    ['.spec.crew[7].name', undefined],
    ['.spec.empty[*]', []],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type=='Ready')].status", ['True']],
    ['.status.conditions[?(@.type != "Ready")].status', ['False']],
    ['.spec.crew[?(@.age>10)].name', ['cy']],
    ['.spec.crew[?(@.missing)].name', []],
    ['.metadata.annotations.a\\.b/c', ['x']],
    ["['metadata'].name", ['gull']],
    ["['metadata']['name']", ['gull']],
    ['..age', [3, 40]],
    ['.spec.n[0]', undefined],
    ['.constructor', []],
  ];
  it.each(cases)('%s', (path, expected) => expect(parseJsonPath(path).find(OBJECT)).toEqual(expected));

  it.each(['spec', '.a[', '.a[?(@.b ~ 1)', '.a[x]', '.'.repeat(2)])('%s is none', (path) =>
    expect(() => parseJsonPath(path)).toThrow(JsonPathError),
  );
});

describe('a table', () => {
  it('has Name and Age when the definition says nothing', () => {
    const table = tablePrinter([]);
    expect(table.columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
    expect(table.cells(OBJECT, NOW)).toEqual(['gull', '5m']);
  });

  const cell = (type: string, jsonPath: string) => tablePrinter([{ name: 'X', type, jsonPath }]).cells(OBJECT, NOW)[1];
  it.each([
    ['integer', '.spec.half', 2],
    ['number', '.spec.half', 2.5],
    ['integer', '.metadata.name', null],
    ['boolean', '.spec.fast', true],
    ['boolean', '.spec.n', null],
    ['string', '.spec.n', '3'],
    ['string', '.spec.fast', 'true'],
    ['string', '.spec.crew[0]', '{"age":3,"name":"bo"}'],
    ['string', '.spec.none', null],
    ['date', '.metadata.creationTimestamp', '5m'],
    ['date', '.metadata.name', '<invalid>'],
    ['date', '.spec.gone', null],
  ])('shows %s %s', (type, path, expected) => expect(cell(type, path)).toEqual(expected));

  it('ends before a column whose path cannot be read', () => {
    const column = (name: string, jsonPath: string) => ({ name, type: 'string', jsonPath });
    const table = tablePrinter([column('A', '.spec.n'), column('B', '.spec[*'), column('C', '.spec.n')]);
    expect(table.columns.map(({ name }) => name)).toEqual(['Name', 'A']);
  });
});

describe('columns of a definition', () => {
  it('say what they show', () => {
    const columns = [
      { name: 'N', type: 'integer', jsonPath: '.spec.n' },
      { name: 'Crew', type: 'string', jsonPath: '.spec.crew[0]', description: 'who steers', priority: 1 },
    ];
    const printer = tablePrinter(columns);
    expect(printer.columns.slice(1).map(({ description }) => description)).toEqual([
      'Custom resource definition column (in JSONPath format): .spec.n',
      'who steers',
    ]);
    expect(printer.cells(OBJECT, NOW)).toEqual(['gull', 3, '{"age":3,"name":"bo"}']);
  });
});
