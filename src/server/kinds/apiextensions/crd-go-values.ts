/** Internal structs of apiextensions as field errors show them; see shared/pod-go-values.ts. */
import { isObject, type JsonObject } from '../../../api/object.ts';
import type { CustomResourceDefinitionVersion, ValidationRule } from '../../../api/types/apiextensions-v1.ts';
import type { JSONSchemaProps } from '../shared/json-schema-parts.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';

const RULE: GoShape = [
  ['Rule', 'rule', ''],
  ['Message', 'message', ''],
  ['MessageExpression', 'messageExpression', ''],
  ['Reason', 'reason'],
  ['FieldPath', 'fieldPath', ''],
  ['OptionalOldSelf', 'optionalOldSelf'],
];

const SCALE: GoShape = [
  ['SpecReplicasPath', 'specReplicasPath', ''],
  ['StatusReplicasPath', 'statusReplicasPath', ''],
  ['LabelSelectorPath', 'labelSelectorPath'],
];

const COLUMN: GoShape = [
  ['Name', 'name', ''],
  ['Type', 'type', ''],
  ['Format', 'format', ''],
  ['Description', 'description', ''],
  ['Priority', 'priority', 0],
  ['JSONPath', 'jsonPath', ''],
];

const VERSION: GoShape = [
  ['Name', 'name', ''],
  ['Served', 'served', false],
  ['Storage', 'storage', false],
  ['Deprecated', 'deprecated', false],
  ['DeprecationWarning', 'deprecationWarning'],
  ['Schema', 'schema'],
  [
    'Subresources',
    'subresources',
    null,
    [
      ['Status', 'status'],
      ['Scale', 'scale', null, SCALE],
    ],
  ],
  ['AdditionalPrinterColumns', 'additionalPrinterColumns', null, COLUMN],
  ['SelectableFields', 'selectableFields', null, [['JSONPath', 'jsonPath', '']]],
];

type Reshape = (value: never) => unknown;

const SCHEMA_FIELDS: readonly (readonly [goName: string, field: string, zero: unknown, reshape?: Reshape])[] = [
  ['ID', 'id', ''],
  ['Schema', '$schema', ''],
  ['Ref', '$ref', null],
  ['Description', 'description', ''],
  ['Type', 'type', ''],
  ['Nullable', 'nullable', false],
  ['Format', 'format', ''],
  ['Title', 'title', ''],
  ['Default', 'default', null],
  ['Maximum', 'maximum', null],
  ['ExclusiveMaximum', 'exclusiveMaximum', false],
  ['Minimum', 'minimum', null],
  ['ExclusiveMinimum', 'exclusiveMinimum', false],
  ['MaxLength', 'maxLength', null],
  ['MinLength', 'minLength', null],
  ['Pattern', 'pattern', ''],
  ['MaxItems', 'maxItems', null],
  ['MinItems', 'minItems', null],
  ['UniqueItems', 'uniqueItems', false],
  ['MultipleOf', 'multipleOf', null],
  ['Enum', 'enum', null],
  ['MaxProperties', 'maxProperties', null],
  ['MinProperties', 'minProperties', null],
  ['Required', 'required', null],
  ['Items', 'items', null, goItems],
  ['AllOf', 'allOf', null, goSchemas],
  ['OneOf', 'oneOf', null, goSchemas],
  ['AnyOf', 'anyOf', null, goSchemas],
  ['Not', 'not', null, goSchema],
  ['Properties', 'properties', null, goSchemaMap],
  ['AdditionalProperties', 'additionalProperties', null, goSchemaOrBool],
  ['PatternProperties', 'patternProperties', null, goSchemaMap],
  ['Dependencies', 'dependencies', null],
  ['AdditionalItems', 'additionalItems', null, goSchemaOrBool],
  ['Definitions', 'definitions', null, goSchemaMap],
  ['ExternalDocs', 'externalDocs', null],
  ['Example', 'example', null],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', null],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', false],
  ['XIntOrString', 'x-kubernetes-int-or-string', false],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', null],
  ['XListType', 'x-kubernetes-list-type', null],
  ['XMapType', 'x-kubernetes-map-type', null],
  ['XValidations', 'x-kubernetes-validations', null, goRules],
];

export function goSchema(schema: JSONSchemaProps): JsonObject {
  const fields = SCHEMA_FIELDS.map(([goName, field, zero, reshape]) => {
    const value = (schema as JsonObject)[field];
    if (value === undefined || value === null) return [goName, zero];
    return [goName, reshape === undefined ? value : reshape(value as never)];
  });
  return Object.fromEntries(fields) as JsonObject;
}

/** Go's names of the fields that a schema sets, in the struct's order. */
export function goFieldsOf(schema: JSONSchemaProps): string[] {
  const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && value !== false;
  return SCHEMA_FIELDS.filter(([, field]) => isSet((schema as JsonObject)[field])).map(([goName]) => goName);
}

export function goVersions(versions: readonly CustomResourceDefinitionVersion[]): unknown {
  if (versions.length === 0) return null;
  return (goValue(versions, VERSION) as JsonObject[]).map((version, i) => {
    const schema = versions[i]?.schema?.openAPIV3Schema;
    return schema === undefined ? version : { ...version, Schema: { OpenAPIV3Schema: goSchema(schema) } };
  });
}

export function goRule(rule: ValidationRule): unknown {
  return goValue(rule, RULE);
}

function goRules(rules: ValidationRule[]): unknown {
  return goValue(rules, RULE);
}

function goSchemas(schemas: JSONSchemaProps[]): unknown {
  return schemas.map(goSchema);
}

function goSchemaMap(schemas: Record<string, JSONSchemaProps>): unknown {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, goSchema(schema)]));
}

function goItems(items: JSONSchemaProps | JSONSchemaProps[]): unknown {
  return Array.isArray(items)
    ? { Schema: null, JSONSchemas: items.map(goSchema) }
    : { Schema: goSchema(items), JSONSchemas: null };
}

function goSchemaOrBool(value: JSONSchemaProps | boolean): unknown {
  return isObject(value) ? { Allows: true, Schema: goSchema(value) } : { Allows: value, Schema: null };
}
