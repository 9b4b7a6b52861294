/** Expressions of x-kubernetes-validations at the time a definition is written. */
import { describe, expect, it } from 'vitest';
import { escapeName } from '../../../../src/api/cel/escape.ts';
import { FieldErrors, fieldErrorText, Path } from '../../../../src/api/field-errors.ts';
import type { ValidationRule } from '../../../../src/api/types/apiextensions-v1.ts';
import { budgetText } from '../../../../src/server/kinds/apiextensions/crd-cel.ts';
import { validateSchema } from '../../../../src/server/kinds/apiextensions/crd-schema-validation.ts';
import type { JSONSchemaProps } from '../../../../src/server/kinds/shared/json-schema-parts.ts';

const TEXT: JSONSchemaProps = { type: 'string' };
const object = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...more,
});
const withRules = (schema: JSONSchemaProps, ...rules: (string | ValidationRule)[]): JSONSchemaProps => ({
  ...schema,
  'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});

function faults(schema: JSONSchemaProps, unchanged = false): string[] {
  const errors = new FieldErrors();
  validateSchema({ openAPIV3Schema: schema }, { statusEnabled: false, unchanged }, Path.root('v'), errors);
  return errors.list.map(fieldErrorText);
}

const inSpec = (schema: JSONSchemaProps): string[] =>
  faults(object({ spec: schema })).map((text) => text.replaceAll('v.openAPIV3Schema.properties[spec]', 'SPEC'));
const RULE = 'SPEC.x-kubernetes-validations[0].rule';

describe('rules', () => {
  it.each<[string, JSONSchemaProps]>([
    [
      'see the metadata of a resource',
      withRules(object({}), "self.metadata.name != 'x' && self.kind == self.apiVersion"),
    ],
    [
      'see escaped and reserved names',
      object({
        spec: withRules(
          object({ 'a-b': TEXT, namespace: TEXT, a__b: TEXT }),
          'self.a__dash__b == self.namespace || self.__namespace__ == self.a__underscores__b',
        ),
      }),
    ],
    [
      'compare with the old value',
      object({ spec: withRules(TEXT, { rule: 'self == oldSelf', messageExpression: "'was ' + oldSelf" }) }),
    ],
    [
      'may have no old value',
      object({ spec: withRules(TEXT, { rule: "oldSelf.orValue('x') == self", optionalOldSelf: true }) }),
    ],
    [
      'see keyed items',
      object({
        spec: {
          type: 'array',
          maxItems: 5,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: withRules(object({ k: { ...TEXT, maxLength: 5 } }, { required: ['k'] }), 'self == oldSelf'),
        },
      }),
    ],
    [
      'see maps',
      object({
        spec: withRules(
          { type: 'object', maxProperties: 9, additionalProperties: { type: 'integer' } },
          'self.all(k, self[k] > 0)',
        ),
      }),
    ],
    [
      'see times, bytes and numbers',
      object({
        spec: withRules(
          object({
            t: { ...TEXT, format: 'date-time' },
            d: { ...TEXT, format: 'duration' },
            b: { ...TEXT, format: 'byte' },
            n: { type: 'number' },
            y: { type: 'boolean' },
          }),
          "self.t + self.d > timestamp('2020-01-01T00:00:00Z') && self.b == b'x' && self.n < 1.5 && self.y",
        ),
      }),
    ],
    [
      'see integers or strings as anything',
      object({
        spec: withRules({ 'x-kubernetes-int-or-string': true }, "type(self) == int ? self < 5 : self == '50%'"),
      }),
    ],
    [
      'see the metadata of an embedded resource',
      object({
        spec: withRules(
          { ...object({ kind: TEXT }), 'x-kubernetes-embedded-resource': true },
          "self.metadata.name == 'x'",
        ),
      }),
    ],
  ])('%s', (_, schema) => expect(faults(schema)).toEqual([]));

  const shown = (rule: ValidationRule): string =>
    JSON.stringify({
      Rule: '',
      Message: '',
      MessageExpression: '',
      Reason: null,
      FieldPath: '',
      OptionalOldSelf: null,
      ...rule,
    });
  const N = object({ n: { type: 'integer' } });

  it.each<[string, JSONSchemaProps, string[]]>([
    [
      'do not compile',
      withRules(N, 'self.missing == 1'),
      [
        `${RULE}: Invalid value: ${shown({ Rule: 'self.missing == 1' } as ValidationRule)}: compilation failed: ERROR: <input>:1:5: undefined field 'missing'\n | self.missing == 1\n | ....^`,
      ],
    ],
    [
      'are not true or false',
      withRules(N, 'self.n'),
      [
        `${RULE}: Invalid value: ${shown({ Rule: 'self.n' } as ValidationRule)}: cel expression must evaluate to a bool`,
      ],
    ],
    [
      'have messages that are no text',
      withRules(N, { rule: 'true', messageExpression: 'self.n' }),
      [
        `SPEC.x-kubernetes-validations[0].messageExpression: Invalid value: ${shown({ Rule: 'true', MessageExpression: 'self.n' } as ValidationRule)}: messageExpression must evaluate to a string`,
      ],
    ],
    [
      'have an optional old value that they do not use',
      withRules(N, { rule: 'true', optionalOldSelf: true }),
      [
        'SPEC.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule',
      ],
    ],
    [
      'compare what cannot be found again',
      {
        type: 'array',
        maxItems: 3,
        items: object({ l: { type: 'array', maxItems: 3, items: withRules({ type: 'integer' }, 'self == oldSelf') } }),
      },
      [
        'SPEC.items.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within SPEC',
      ],
    ],
    [
      'compare parts of what is replaced whole',
      object({ a: withRules({ type: 'integer' }, 'self == oldSelf') }, { 'x-kubernetes-map-type': 'atomic' }),
      [
        'SPEC.properties[a].x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within SPEC',
      ],
    ],
    [
      'look into what has no type',
      withRules({ 'x-kubernetes-preserve-unknown-fields': true }, 'true'),
      [
        'SPEC.x-kubernetes-validations: Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations',
      ],
    ],
    [
      'stand beside faults of the schema',
      withRules(object({ a: { ...TEXT, uniqueItems: true } }), 'self.missing'),
      [
        'SPEC.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ],
    ],
  ])('are refused when they %s', (_, schema, expected) => expect(inSpec(schema)).toEqual(expected));
});

describe('the cost of rules', () => {
  const ADVICE =
    '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
  const quadratic = 'self.all(x, self.all(y, x == y))';
  const bounded: JSONSchemaProps = { type: 'array', maxItems: 10, items: { ...TEXT, maxLength: 10 } };

  it('is bounded', () => expect(inSpec(withRules(bounded, quadratic))).toEqual([]));

  it('is told with the total, and the total even of unchanged schemas', () => {
    const schema = object({ spec: withRules({ type: 'array', items: TEXT }, quadratic) });
    const total = [
      'v.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
      `v.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${ADVICE}`,
    ];
    const own = `v.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${ADVICE}`;
    expect(faults(schema)).toEqual([own, ...total]);
    expect(faults(schema, true)).toEqual(total);
  });

  it('grows with the number of values', () => {
    const items = (maxItems: number) =>
      inSpec({ type: 'array', maxItems, items: withRules({ ...TEXT, maxLength: 250 }, "self.contains('0123456789')") });
    expect(items(10)).toEqual([]);
    // 100 times a tenth of 1000 bytes, each compared with a tenth of 10: 101 and 1 for the variable.
    expect(items(200_000)).toEqual([
      expect.stringMatching(
        /^SPEC\.items\.x-kubernetes-validations\[0\]\.rule: Forbidden: estimated rule cost exceeds budget by factor of 2\.0x /,
      ),
    ]);
  });

  it.each([
    [1.4, '1.400000x'],
    [1.5, '1.5x'],
    [2.25, '2.2x'],
    [2.75, '2.8x'],
    [100, '100.0x'],
    [101, 'more than 100x'],
  ])('is %d of the limit: %s', (factor, text) =>
    expect(budgetText('estimated rule cost', factor * 1000, 1000)).toBe(
      `estimated rule cost exceeds budget by factor of ${text} ${ADVICE}`,
    ),
  );
});

it.each<[string, string | undefined]>([
  ['a', 'a'],
  ['a.b-c/d', 'a__dot__b__dash__c__slash__d'],
  ['a__b', 'a__underscores__b'],
  ['if', '__if__'],
  ['1a', undefined],
  ['', undefined],
  ['a b', undefined],
])('%j is seen as %j', (name, escaped) => expect(escapeName(name)).toBe(escaped));
