import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import { defaultBySchema } from '../../../../src/server/kinds/shared/json-schema-default.ts';
import { isKnownFormat, stringFormat } from '../../../../src/server/kinds/shared/json-schema-formats.ts';
import { validateListTypes } from '../../../../src/server/kinds/shared/json-schema-lists.ts';
import type { JSONSchemaProps } from '../../../../src/server/kinds/shared/json-schema-parts.ts';
import { pruneBySchema } from '../../../../src/server/kinds/shared/json-schema-prune.ts';
import { reportFaults } from '../../../../src/server/kinds/shared/json-schema-result.ts';
import { SchemaValidator } from '../../../../src/server/kinds/shared/json-schema-validator.ts';

function faults(schema: JSONSchemaProps, value: unknown, path = ''): string[] {
  const errors = new FieldErrors();
  reportFaults(new SchemaValidator(schema).validate(value), path, errors);
  return errors.list.map(fieldErrorText);
}

const a = (schema: JSONSchemaProps): JSONSchemaProps => ({ type: 'object', properties: { a: schema } });

describe('a value against a schema', () => {
  const cases: [string, JSONSchemaProps, unknown, string[]][] = [
    ['fits', { type: 'integer' }, 3, []],
    ['big integers fit', { type: 'integer' }, 2n ** 60n, []],
    [
      'wrong type',
      { type: 'string' },
      true,
      ['a: Invalid value: "boolean": a in body must be of type string: "boolean"'],
    ],
    ['null', { type: 'string' }, null, ['a: Invalid value: "null": a in body must be of type string: "null"']],
    ['null allowed', { type: 'string', nullable: true }, null, []],
    ['integers are numbers', { type: 'number' }, 4, []],
    ['int or string', { 'x-kubernetes-int-or-string': true }, '50%', []],
    [
      'neither int nor string',
      { 'x-kubernetes-int-or-string': true },
      [],
      ['a: Invalid value: "array": a in body must be of type integer,string: "array"'],
    ],
    [
      'minimum',
      { type: 'integer', minimum: 2 },
      1,
      ['a: Invalid value: 1: a in body should be greater than or equal to 2'],
    ],
    [
      'exclusive maximum',
      { type: 'number', maximum: 0.5, exclusiveMaximum: true },
      0.5,
      ['a: Invalid value: 0.5: a in body should be less than 0.5'],
    ],
    ['multiple', { type: 'number', multipleOf: 0.1 }, 0.3, []],
    [
      'no multiple',
      { type: 'integer', multipleOf: 5 },
      7,
      ['a: Invalid value: 7: a in body should be a multiple of 5'],
    ],
    [
      'out of int32',
      { type: 'integer', format: 'int32' },
      2 ** 31,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in a'],
    ],
    ['too long', { type: 'string', maxLength: 2 }, 'abc', ['a: Too long: may not be more than 2 bytes']],
    ['characters are counted, not bytes', { type: 'string', maxLength: 2 }, '\u{1f6f6}é', []],
    [
      'too short',
      { type: 'string', minLength: 2 },
      'x',
      ['a: Invalid value: "x": a in body should be at least 2 chars long'],
    ],
    [
      'pattern',
      { type: 'string', pattern: '^[a-z]+$' },
      'A',
      [`a: Invalid value: "A": a in body should match '^[a-z]+$'`],
    ],
    ['format', { type: 'string', format: 'date' }, 'x', ['a: Invalid value: "x": a in body must be of type date: "x"']],
    ['unknown format', { type: 'string', format: 'colour' }, 'x', []],
    ['enum', { type: 'string', enum: ['x', 'y'] }, 'z', ['a: Unsupported value: "z": supported values: "x", "y"']],
    ['enum of numbers', { type: 'integer', enum: [1, 2] }, 2, []],
    ['too many items', { type: 'array', maxItems: 1 }, [1, 2], ['a: Too many: 2: must have at most 1 item']],
    [
      'item',
      { type: 'array', items: { type: 'string' } },
      ['x', 1],
      ['a[1]: Invalid value: "integer": a[1] in body must be of type string: "integer"'],
    ],
    [
      'too few properties',
      { type: 'object', minProperties: 1 },
      {},
      ['a: Invalid value: 0: a in body should have at least 1 properties'],
    ],
    ['required', { type: 'object', required: ['b'] }, {}, ['a.b: Required value']],
    [
      'closed',
      { type: 'object', additionalProperties: false },
      { b: 1 },
      ['a: Invalid value: "b": a.b in body is a forbidden property'],
    ],
    [
      'additional',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { b: 'x' },
      ['a.b: Invalid value: "string": a.b in body must be of type integer: "string"'],
    ],
    [
      'none of anyOf tells the best',
      { type: 'object', anyOf: [{ required: ['x'] }, { required: ['y'] }] },
      {},
      ['<nil>: Invalid value: "": "a" must validate at least one schema (anyOf)', 'a.x: Required value'],
    ],
    [
      'two of oneOf',
      { type: 'integer', oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      ['<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      'allOf',
      { type: 'integer', allOf: [{ minimum: 5 }] },
      3,
      [
        'a: Invalid value: 3: a in body should be greater than or equal to 5',
        '<nil>: Invalid value: "": "a" must validate all the schemas (allOf). None validated',
      ],
    ],
    [
      'not',
      { type: 'string', not: { enum: ['x'] } },
      'x',
      ['<nil>: Invalid value: "": "a" must not validate the schema (not)'],
    ],
    [
      'inherited names are no properties',
      { type: 'object', required: ['constructor'] },
      {},
      ['a.constructor: Required value'],
    ],
  ];
  it.each(cases)('%s', (_, schema, value, expected) => expect(faults(a(schema), { a: value })).toEqual(expected));

  it('names faults below a path', () => {
    expect(faults({ type: 'integer' }, 'x', 'status.speed')).toEqual([
      'status.speed: Invalid value: "string":  in body must be of type integer: "string"',
    ]);
  });

  it('is done in linear time whatever the pattern', () => {
    const started = performance.now();
    faults({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(5000)}!`);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('has a bounded number of faults', () => {
    const items = Array.from({ length: 5000 }, () => 1);
    expect(faults(a({ type: 'array', items: { type: 'string' } }), { a: items })).toHaveLength(1000);
  });
});

describe('formats', () => {
  const good: [string, string][] = [
    ['date-time', '2024-02-03T04:05:06.7+01:00'],
    ['date', '2024-02-29'],
    ['duration', '1h30m'],
    ['duration', '2 days'],
    ['email', 'Ann <ann@sea.example>'],
    ['hostname', 'sea.example'],
    ['ipv4', '1.2.3.4'],
    ['ipv6', '::ffff:1.2.3.4'],
    ['cidr', '10.0.0.0/8'],
    ['mac', '0011.2233.4455'],
    ['uri', '/relative/path'],
    ['uuid4', '6f1d2c3b-1a2b-4c3d-8e4f-5a6b7c8d9e0f'],
    ['byte', 'YQ=='],
    ['creditcard', '4111 1111 1111 1111'],
    ['isbn', '978-0321751041'],
    ['rgbcolor', 'rgb(255, 0,7)'],
    ['hexcolor', '#fff'],
    ['k8s-short-name', 'gull'],
  ];
  it.each(good)('%s takes %s', (format, text) => expect(stringFormat(format)?.(text)).toBe(true));

  const bad: [string, string][] = [
    ['date-time', '2024-02-03 04:05:06Z'],
    ['date-time', '2024-02-03T24:05:06Z'],
    ['date', '2023-02-29'],
    ['duration', 'soon'],
    ['email', 'ann@'],
    ['hostname', '-sea'],
    ['ipv4', '::1'],
    ['ipv6', '1.2.3.4'],
    ['cidr', '10.0.0.0/33'],
    ['mac', '00:11:22:33:44'],
    ['uri', 'no scheme'],
    ['uuid4', '6f1d2c3b-1a2b-1c3d-8e4f-5a6b7c8d9e0f'],
    ['byte', 'YQ='],
    ['creditcard', '4111 1111 1111 1112'],
    ['isbn10', '0321751044'],
    ['k8s-short-name', 'a.b'],
  ];
  it.each(bad)('%s refuses %s', (format, text) => expect(stringFormat(format)?.(text)).toBe(false));

  it('belong to types', () => {
    expect(isKnownFormat('integer', 'int64')).toBe(true);
    expect(isKnownFormat('string', 'int64')).toBe(false);
    expect(isKnownFormat('array', 'date')).toBe(false);
  });
});

describe('pruning', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: {
      closed: { type: 'object', properties: { x: { type: 'string' } } },
      open: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { in: { type: 'object', properties: {} } },
      },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { x: { type: 'string' } } } },
      any: { type: 'object', additionalProperties: true },
      list: { type: 'array', items: { type: 'object', properties: { x: { type: 'string' } } } },
    },
  };

  it('takes what the schema does not know and says where it was', () => {
    const value = {
      apiVersion: 'v1',
      metadata: { odd: 1 },
      closed: { x: 'x', y: 1 },
      open: { z: { deep: 1 }, in: { gone: 1 } },
      map: { k: { x: 'x', y: 1 } },
      any: { k: { lost: 1 } },
      list: [{ y: 1 }, 'scalar'],
    };
    expect(pruneBySchema(value, schema, true)).toEqual([
      'any.k.lost',
      'closed.y',
      'list[0].y',
      'map.k.y',
      'open.in.gone',
    ]);
    expect(value).toEqual({
      apiVersion: 'v1',
      metadata: { odd: 1 },
      closed: { x: 'x' },
      open: { z: { deep: 1 }, in: {} },
      map: { k: { x: 'x' } },
      any: { k: {} },
      list: [{}, 'scalar'],
    });
  });

  it('leaves alone what stands in the items of an open list, and goes on below', () => {
    const inner: JSONSchemaProps = { type: 'object', properties: { x: { type: 'string' } } };
    const items: JSONSchemaProps = { type: 'object', properties: { in: inner } };
    const open: JSONSchemaProps = { type: 'array', 'x-kubernetes-preserve-unknown-fields': true, items };
    const value = { list: [{ y: 1, in: { x: 'x', y: 2 } }] };
    expect(pruneBySchema(value, { type: 'object', properties: { list: open } }, false)).toEqual(['list[0].in.y']);
    expect(value).toEqual({ list: [{ y: 1, in: { x: 'x' } }] });
  });

  it('is not fooled by inherited names', () => {
    const value = JSON.parse('{"closed":{"__proto__":{"x":1},"constructor":1}}') as object;
    expect(pruneBySchema(value, schema, false)).toEqual(['closed.__proto__', 'closed.constructor']);
  });
});

describe('defaulting', () => {
  it('fills what is absent or wrongly null, then drops other nulls', () => {
    const schema: JSONSchemaProps = {
      type: 'object',
      properties: {
        n: { type: 'integer', default: 2 },
        rig: { type: 'object', default: {}, properties: { masts: { type: 'integer', default: 1 } } },
        absent: { type: 'object', properties: { x: { type: 'string', default: 'no' } } },
        nullable: { type: 'string', nullable: true, default: 'none' },
        crew: { type: 'array', items: { type: 'object', properties: { role: { type: 'string', default: 'hand' } } } },
        plain: { type: 'string' },
        map: { type: 'object', additionalProperties: { type: 'integer', default: 7 } },
      },
    };
    const value = { n: null, nullable: null, crew: [{}, null], plain: null, map: { k: 1, none: null } };
    defaultBySchema(value, schema);
    expect(value).toEqual({
      n: 2,
      rig: { masts: 1 },
      nullable: null,
      crew: [{ role: 'hand' }, null],
      map: { k: 1, none: 7 },
    });
  });

  it('copies: two objects never share a default', () => {
    const schema: JSONSchemaProps = { type: 'object', properties: { o: { type: 'object', default: { x: [1] } } } };
    const [one, two] = [{}, {}] as { o?: { x: number[] } }[];
    defaultBySchema(one, schema);
    defaultBySchema(two, schema);
    one?.o?.x.push(2);
    expect(two?.o?.x).toEqual([1]);
  });
});

describe('list types', () => {
  const check = (schema: JSONSchemaProps, value: unknown): string[] => {
    const errors = new FieldErrors();
    validateListTypes({ l: value }, { type: 'object', properties: { l: { type: 'array', ...schema } } }, '', errors);
    return errors.list.map(fieldErrorText);
  };

  it('finds the second of equal items', () => {
    expect(check({ 'x-kubernetes-list-type': 'set' }, ['a', 'b', 'a', 'a'])).toEqual(['l[2]: Duplicate value: "a"']);
    expect(
      check({ 'x-kubernetes-list-type': 'set' }, [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ]),
    ).toHaveLength(1);
    expect(check({ 'x-kubernetes-list-type': 'set' }, [1, '1'])).toEqual([]);
  });

  it('compares items of maps by their keys', () => {
    const map = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
    expect(check(map, [{ k: 'a' }, { k: 'a', v: 1 }])).toEqual(['l[1]: Duplicate value: {"k":"a"}']);
    expect(check(map, [{ k: 'a' }, 7])).toEqual([
      'l[1]: Invalid value: 7: must be an object for an array of list-type map',
    ]);
  });
});
