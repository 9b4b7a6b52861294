import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText } from '../../../../src/api/field-errors.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../../../src/api/types/apiextensions-v1.ts';
import {
  validateDefinition,
  validateDefinitionUpdate,
} from '../../../../src/server/kinds/apiextensions/crd-validation.ts';
import type { JSONSchemaProps } from '../../../../src/server/kinds/shared/json-schema-parts.ts';

const version = (more: CustomResourceDefinitionVersion = {}): CustomResourceDefinitionVersion => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
});

function definition(spec: CustomResourceDefinitionSpec = {}): CustomResourceDefinition {
  return {
    metadata: { name: 'boats.sea.example' },
    spec: {
      group: 'sea.example',
      scope: 'Namespaced',
      names: { plural: 'boats', singular: 'boat', kind: 'Boat', listKind: 'BoatList' },
      conversion: { strategy: 'None' },
      versions: [version()],
      ...spec,
    },
    status: { storedVersions: ['v1'] },
  };
}

function faults(crd: CustomResourceDefinition): string[] {
  const errors = new FieldErrors();
  validateDefinition(crd, errors);
  return errors.list.map(fieldErrorText);
}

const withSchema = (schema: JSONSchemaProps): string[] =>
  faults(definition({ versions: [version({ schema: { openAPIV3Schema: schema } })] }));
const withSpec = (properties: Record<string, JSONSchemaProps>): string[] =>
  withSchema({ type: 'object', properties: { spec: { type: 'object', properties } } });

/** A schema of an embedded resource whose metadata has these properties. */
const box = (properties: Record<string, JSONSchemaProps>): JSONSchemaProps => ({
  type: 'object',
  'x-kubernetes-embedded-resource': true,
  properties: { kind: { type: 'string' }, metadata: { type: 'object', properties } },
});

const SPEC = 'spec.validation.openAPIV3Schema.properties[spec]';

describe('a definition', () => {
  it('may be plain', () => expect(faults(definition())).toEqual([]));

  it('names the version of faults that not all versions share', () => {
    const versions = [
      version(),
      version({ name: 'v2', storage: false, schema: { openAPIV3Schema: { type: 'array' } } }),
    ];
    expect(faults(definition({ versions }))).toEqual([
      'spec.versions[1].schema.openAPIV3Schema.items: Required value: must be specified',
      'spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "array": must be object at the root',
    ]);
  });

  it('keeps whole-object rules out of roots whose status is validated alone', () => {
    const schema = { openAPIV3Schema: { type: 'object', minProperties: 1 } };
    const [fault = ''] = faults(definition({ versions: [version({ schema, subresources: { status: {} } })] }));
    expect(fault).toContain('spec.validation.openAPIV3Schema: Invalid value: {"ID":"","Schema":""');
    expect(fault).toContain('fields are allowed at the root of the schema if the status subresource is enabled');
  });

  it.each([
    [
      'url and service',
      { url: 'https://a', service: { name: 'a', namespace: 'b' } },
      'exactly one of url or service is required',
    ],
    ['plain http', { url: 'http://a' }, "'https' is the only allowed URL scheme; desired format: https://host[/path]"],
    ['no namespace', { service: { name: 'a' } }, 'service.name: Required value'],
  ])('refuses a conversion webhook with %s', (_, clientConfig, text) => {
    const conversion = { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } };
    expect(faults(definition({ conversion })).join()).toContain(text);
  });

  it('wants review versions that the server speaks', () => {
    const webhook = { clientConfig: { url: 'https://a' }, conversionReviewVersions: ['v7'] };
    expect(faults(definition({ conversion: { strategy: 'Webhook', webhook } }))).toEqual([
      'spec.conversion.conversionReviewVersions: Invalid value: ["v7"]: must include at least one of v1, v1beta1',
    ]);
  });
});

describe('a structural schema', () => {
  const cases: [string, Record<string, JSONSchemaProps>, string[]][] = [
    [
      'int or string',
      { a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] } },
      [],
    ],
    [
      'types in combinators',
      { a: { type: 'string', anyOf: [{ type: 'string' }, { pattern: 'x' }] } },
      [`${SPEC}.properties[a].anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'patterns that are none',
      { a: { type: 'string', pattern: '[a' } },
      [
        `${SPEC}.properties[a].pattern: Invalid value: "[a": must be a valid regular expression, but isn't: error parsing regexp: missing closing ]: \`[a\``,
      ],
    ],
    [
      'embedded resources without a type',
      { a: { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } },
      [`${SPEC}.properties[a].type: Required value: must be object if x-kubernetes-embedded-resource is true`],
    ],
    [
      'map keys that may be absent',
      {
        a: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: { type: 'object', properties: { k: { type: 'string' } } },
        },
      },
      [
        `${SPEC}.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      'rules without an expression',
      { a: { type: 'string', 'x-kubernetes-validations': [{ rule: ' ' }, { rule: 'true', reason: 'Why' }] } },
      [
        `${SPEC}.properties[a].x-kubernetes-validations[0].rule: Required value: rule is not specified`,
        `${SPEC}.properties[a].x-kubernetes-validations[1].reason: Unsupported value: "Why": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
      ],
    ],
    [
      'parts of what is refused as a whole',
      { a: { type: 'array', items: [{ type: 'string' }, { type: 'rope' }] as never } },
      [
        `${SPEC}.properties[a].items: Forbidden: items must be a schema object and not an array`,
        `${SPEC}.properties[a].items[1].type: Unsupported value: "rope": supported values: "array", "boolean", "integer", "number", "object", "string"`,
      ],
    ],
    ['a default of embedded metadata that fits', { a: box({ labels: { type: 'object', default: { a: 'b' } } }) }, []],
    [
      'a default of embedded metadata that does not fit',
      { a: box({ name: { type: 'string', default: 'a/b' } }) },
      [
        `${SPEC}.properties[a].properties[metadata].properties[name].default: Invalid value: "a/b": must result in valid metadata: spec.a.metadata.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
    [
      'metadata in the default of an embedded resource',
      { a: { ...box({}), default: { metadata: { labels: { b: 1, a: 'x' } } } } },
      [
        `${SPEC}.properties[a].default.metadata: Invalid value: {"labels":{"a":"x","b":1}}: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string`,
      ],
    ],
  ];
  it.each(cases)('%s', (_, properties, expected) => expect(withSpec(properties)).toEqual(expected));

  it('must specify at the root what its combinators speak of', () => {
    const not = { properties: { b: { pattern: 'x' } } };
    const root = 'spec.validation.openAPIV3Schema';
    expect(withSchema({ type: 'object', not })).toEqual([
      `${root}.properties[b]: Required value: because it is defined in ${root}.not.properties[b]`,
    ]);
  });

  it('may say little about metadata', () => {
    const metadata = (schema: JSONSchemaProps): string[] =>
      withSchema({ type: 'object', properties: { metadata: schema } });
    expect(metadata({ type: 'object', properties: { name: { type: 'string', maxLength: 9 } } })).toEqual([]);
    expect(metadata({ type: 'object', description: 'mine' })).toHaveLength(1);
    expect(metadata({ type: 'object', default: {} })).toEqual([
      'spec.validation.openAPIV3Schema.properties[metadata].default: Forbidden: must not be set in top-level metadata',
    ]);
  });
});

describe('selectable fields', () => {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
    },
  };
  const select = (...paths: string[]): string[] =>
    faults(definition({ versions: [version({ schema, selectableFields: paths.map((jsonPath) => ({ jsonPath })) })] }));

  it.each([
    ['.spec.a', []],
    ['spec.a', ['is an invalid path: expected [ or . but got: spec']],
    ["['spec'].a", ['is an invalid path: array notation is not allowed']],
    ['.spec.', ['is an invalid path: unexpected end of JSON path']],
    ['.spec', ['must point to a field of type string, boolean or integer.']],
  ])('%s', (path, expected) => {
    const found = select(path);
    expect(found).toHaveLength(expected.length);
    for (const [i, text] of expected.entries()) expect(found[i]).toContain(text);
  });

  it('are distinct', () => expect(select('.spec.a', '.spec.a').join()).toContain('Duplicate value: ".spec.a"'));
});

describe('an update', () => {
  const established = {
    ...definition(),
    status: { storedVersions: ['v1'], conditions: [{ type: 'Established', status: 'True' }] },
  };
  const changed = (spec: CustomResourceDefinitionSpec): string[] => {
    const errors = new FieldErrors();
    const crd = { ...established, spec: { ...established.spec, ...spec } };
    validateDefinitionUpdate(crd, established, errors);
    return errors.list.map(fieldErrorText);
  };

  it('leaves scope and kind', () => {
    const names = { ...established.spec?.names, kind: 'Ship' };
    expect(changed({ scope: 'Cluster', names })).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Ship": field is immutable',
    ]);
  });

  it('brings a CA bundle that can be read', () => {
    const clientConfig = { url: 'https://sea.example/convert', caBundle: 'AAAA' };
    const webhook = { clientConfig, conversionReviewVersions: ['v1'] };
    const conversion = { strategy: 'Webhook', webhook };
    expect(changed({ conversion })).toEqual([
      'spec.conversion.webhookClientConfig.caBundle: Invalid value: "AAAA": unable to load root certificates: data does not contain any valid RSA or ECDSA certificates',
    ]);
    expect(faults(definition({ conversion }))).toEqual([]);
  });

  it('keeps stored versions', () => {
    expect(changed({ versions: [version({ name: 'v2' })] }).join()).toContain(
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version',
    );
  });
});
