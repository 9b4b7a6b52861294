import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../src/api/field-errors.ts';
import type { JSONSchemaProps } from '../../../src/api/types/apiextensions-v1.ts';
import { ValidationRules } from '../../../src/server/extensions/validation-rules.ts';

interface Told {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

function told(spec: JSONSchemaProps, value: unknown, old?: unknown): Told {
  const rules = new ValidationRules({ type: 'object', properties: { spec } });
  const errors = new FieldErrors();
  const warnings: string[] = [];
  const whole = (part: unknown): unknown => ({ metadata: { name: 'gull' }, spec: part });
  rules.validate(whole(value), old === undefined ? undefined : whole(old), errors, (text) => warnings.push(text));
  return { errors: errors.list.map(fieldErrorText), warnings };
}

const text: JSONSchemaProps = { type: 'string' };
const integer: JSONSchemaProps = { type: 'integer' };

function withRules(schema: JSONSchemaProps, ...rules: (string | object)[]): JSONSchemaProps {
  return { ...schema, 'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)) };
}

function object(properties: Record<string, JSONSchemaProps>): JSONSchemaProps {
  return { type: 'object', properties };
}

describe('what rules see', () => {
  const everything: JSONSchemaProps = object({
    n: { type: 'number' },
    i: integer,
    when: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    long: { type: 'string', format: 'duration' },
    raw: { type: 'string', format: 'byte' },
    either: { 'x-kubernetes-int-or-string': true },
    free: { type: 'object', additionalProperties: integer },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
    keyed: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: object({ k: text, v: integer }),
    },
    nullable: { type: 'string', nullable: true },
    'a-b': integer,
    namespace: text,
    __x: integer,
    embedded: { type: 'object', 'x-kubernetes-embedded-resource': true },
  });
  const value = {
    n: 1,
    i: 3,
    when: '2024-01-01T00:00:00Z',
    day: '2024-01-01',
    long: '90s',
    raw: 'aGk=',
    either: '5%',
    free: { x: 1, y: 2 },
    set: ['a', 'b'],
    keyed: [
      { k: 'a', v: 1 },
      { k: 'b', v: 2 },
    ],
    nullable: null,
    'a-b': 7,
    namespace: 'ns',
    __x: 9,
    embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
    unknown: 1,
  };
  it.each([
    'self.n == 1.0 && type(self.n) == double && self.i == 3',
    "self.when == timestamp('2024-01-01T00:00:00Z') && self.day == self.when",
    "self.long == duration('1m30s') && self.raw == b'hi'",
    "type(self.either) == string && self.either.matches('^[0-9]+%$')",
    "self.free['x'] == 1 && self.free.all(k, self.free[k] > 0) && self.free.size() == 2",
    "self.set == ['b', 'a'] && self.set + ['b', 'c'] == ['a', 'b', 'c']",
    'self.keyed.filter(e, e.v > 1)[0].k == "b" && self.keyed == self.keyed',
    'has(self.nullable) && dyn(self.nullable) == null',
    "self.a__dash__b == 7 && self.__namespace__ == 'ns' && self.namespace == 'ns' && self.__underscores__x == 9",
    "self.embedded.kind == 'Pod' && self.embedded.metadata.name == 'p'",
  ])('%s', (rule) => expect(told(withRules(everything, rule), value)).toEqual({ errors: [], warnings: [] }));
});

describe('what rules say', () => {
  it.each<[string, JSONSchemaProps, unknown, string[]]>([
    [
      'the rule',
      withRules(object({ a: integer }), 'self.a > 1'),
      { a: 1 },
      ['spec: Invalid value: failed rule: self.a > 1'],
    ],
    [
      'a message',
      object({ a: withRules(integer, { rule: 'self > 1', message: ' more! ' }) }),
      { a: 1 },
      ['spec.a: Invalid value: 1: more!'],
    ],
    [
      'an expression',
      object({ a: withRules(integer, { rule: 'self > 1', messageExpression: "'not ' + string(self)" }) }),
      { a: 1 },
      ['spec.a: Invalid value: 1: not 1'],
    ],
    [
      'the message when the expression fails',
      object({ a: withRules(integer, { rule: 'self > 1', message: 'no', messageExpression: 'string(self / 0)' }) }),
      { a: 1 },
      ['spec.a: Invalid value: 1: no'],
    ],
    [
      'a reason and a path',
      withRules(object({ a: object({ b: text }) }), {
        rule: 'has(self.a.b)',
        reason: 'FieldValueRequired',
        fieldPath: '.a.b',
        message: 'b!',
      }),
      { a: {} },
      ['spec.a.b: Required value: b!'],
    ],
    [
      'items and members',
      object({
        l: { type: 'array', items: withRules(integer, 'self > 1') },
        m: { type: 'object', additionalProperties: withRules(text, "self != ''") },
      }),
      { l: [1, 2], m: { x: '' } },
      ['spec.l[0]: Invalid value: 1: failed rule: self > 1', 'spec.m[x]: Invalid value: "": failed rule: self != \'\''],
    ],
    [
      'what went wrong',
      object({ a: withRules({ 'x-kubernetes-int-or-string': true }, 'self + 1 > 0', '1 / int(self) > 0') }),
      { a: '0' },
      [
        'spec.a: Invalid value: "": \'no such overload\': call arguments did not match a supported operator, function or macro signature for rule: self + 1 > 0',
        'spec.a: Invalid value: "": division by zero evaluating rule: 1 / int(self) > 0',
      ],
    ],
    [
      'that it costs too much, and no more',
      withRules(
        object({ l: { type: 'array', items: integer } }),
        'self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))',
        'false',
      ),
      { l: Array.from({ length: 200 }, (_, i) => i) },
      [
        'spec: Invalid value: "object": \'operation cancelled: actual cost limit exceeded\': no further validation rules will be run due to call cost exceeds limit for rule: self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))',
      ],
    ],
  ])('%s', (_, schema, value, errors) => expect(told(schema, value).errors).toEqual(errors));
});

describe('changes', () => {
  const immutable = object({ a: withRules(text, 'self == oldSelf') });
  const keyed = object({
    l: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: object({ k: text, v: withRules(integer, 'self >= oldSelf') }),
    },
  });
  const optional = object({ a: withRules(text, { rule: "oldSelf.orValue('none') != self", optionalOldSelf: true }) });

  it('are judged only where there was something', () => {
    expect(told(immutable, { a: 'x' }).errors).toEqual([]);
    expect(told(immutable, { a: 'x' }, {}).errors).toEqual([]);
    expect(told(immutable, { a: 'x' }, { a: 'x' }).errors).toEqual([]);
    expect(told(immutable, { a: 'x' }, { a: 'y' }).errors).toEqual([
      'spec.a: Invalid value: "x": failed rule: self == oldSelf',
    ]);
  });

  it('find items again by their keys', () => {
    const old = {
      l: [
        { k: 'a', v: 1 },
        { k: 'b', v: 5 },
      ],
    };
    expect(
      told(
        keyed,
        {
          l: [
            { k: 'b', v: 4 },
            { k: 'a', v: 2 },
            { k: 'c', v: 0 },
          ],
        },
        old,
      ).errors,
    ).toEqual(['spec.l[0].v: Invalid value: 4: failed rule: self >= oldSelf']);
  });

  it('with optionalOldSelf are judged always', () => {
    expect(told(optional, { a: 'none' }).errors).toHaveLength(1);
    expect(told(optional, { a: 'x' }).errors).toEqual([]);
    expect(told(optional, { a: 'x' }, { a: 'x' }).errors).toHaveLength(1);
  });

  it('warn of what was wrong before', () => {
    const schema = object({ a: withRules(integer, { rule: 'self < 5', message: 'few' }), b: integer });
    expect(told(schema, { a: 9, b: 2 }, { a: 9, b: 1 })).toEqual({
      errors: [],
      warnings: ['spec.a: Invalid value: 9: few'],
    });
    expect(told(schema, { a: 8, b: 2 }, { a: 9, b: 1 })).toEqual({
      errors: ['spec.a: Invalid value: 8: few'],
      warnings: [],
    });
  });
});
