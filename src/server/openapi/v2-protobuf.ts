/** The Swagger document as protobuf: kubectl and client-go ask for nothing else. Field numbers of gnostic OpenAPIv2.proto. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { encodeMessage, type Messages } from './protobuf-encoder.ts';
import { anyValue, extensions, mapObject, renamed, SCHEMA_SCALARS } from './protobuf-shapes.ts';

const PARAMETER_FIELDS = {
  required: [1, 'bool'],
  in: [2, 'string'],
  description: [3, 'string'],
  name: [4, 'string'],
} as const;

const MESSAGES: Messages = {
  Document: {
    swagger: [1, 'string'],
    info: [2, 'Info'],
    paths: [8, 'Paths'],
    definitions: [9, 'Definitions'],
    parameters: [10, 'Parameters'],
    security: [12, 'SecurityRequirement[]'],
    securityDefinitions: [13, 'SecurityDefinitions'],
  },
  Info: { title: [1, 'string'], version: [2, 'string'] },
  Paths: { path: [2, 'NamedPathItem{}'] },
  NamedPathItem: { name: [1, 'string'], value: [2, 'PathItem'] },
  PathItem: {
    get: [2, 'Operation'],
    put: [3, 'Operation'],
    post: [4, 'Operation'],
    delete: [5, 'Operation'],
    options: [6, 'Operation'],
    head: [7, 'Operation'],
    patch: [8, 'Operation'],
    parameters: [9, 'ParametersItem[]'],
  },
  Operation: {
    tags: [1, 'string[]'],
    description: [3, 'string'],
    operationId: [5, 'string'],
    produces: [6, 'string[]'],
    consumes: [7, 'string[]'],
    parameters: [8, 'ParametersItem[]'],
    responses: [9, 'Responses'],
    schemes: [10, 'string[]'],
    extensions: [13, 'NamedAny{}'],
  },
  ParametersItem: { parameter: [1, 'Parameter'], reference: [2, 'Reference'] },
  Reference: { $ref: [1, 'string'] },
  Parameters: { all: [1, 'NamedParameter{}'] },
  NamedParameter: { name: [1, 'string'], value: [2, 'Parameter'] },
  Parameter: { body: [1, 'BodyParameter'], other: [2, 'NonBodyParameter'] },
  BodyParameter: {
    description: [1, 'string'],
    name: [2, 'string'],
    in: [3, 'string'],
    required: [4, 'bool'],
    schema: [5, 'Schema'],
  },
  NonBodyParameter: { query: [3, 'QueryParameter'], path: [4, 'PathParameter'] },
  QueryParameter: { ...PARAMETER_FIELDS, type: [6, 'string'], uniqueItems: [20, 'bool'] },
  PathParameter: { ...PARAMETER_FIELDS, type: [5, 'string'], uniqueItems: [19, 'bool'] },
  Responses: { code: [1, 'NamedResponse{}'] },
  NamedResponse: { name: [1, 'string'], value: [2, 'ResponseValue'] },
  ResponseValue: { response: [1, 'Response'] },
  Response: { description: [1, 'string'], schema: [2, 'SchemaItem'] },
  SchemaItem: { schema: [1, 'Schema'] },
  SecurityRequirement: { all: [1, 'NamedStrings{}'] },
  NamedStrings: { name: [1, 'string'], value: [2, 'Strings'] },
  Strings: { value: [1, 'string[]'] },
  SecurityDefinitions: { all: [1, 'NamedSecurity{}'] },
  NamedSecurity: { name: [1, 'string'], value: [2, 'Security'] },
  Security: { apiKey: [2, 'ApiKey'] },
  ApiKey: { type: [1, 'string'], name: [2, 'string'], in: [3, 'string'], description: [4, 'string'] },
  Definitions: { all: [1, 'NamedSchema{}'] },
  NamedSchema: { name: [1, 'string'], value: [2, 'Schema'] },
  NamedAny: { name: [1, 'string'], value: [2, 'Any'] },
  Any: { yaml: [2, 'string'] },
  Schema: {
    $ref: [1, 'string'],
    format: [2, 'string'],
    title: [3, 'string'],
    description: [4, 'string'],
    default: [5, 'Any'],
    multiple_of: [6, 'double'],
    maximum: [7, 'double'],
    exclusive_maximum: [8, 'bool'],
    minimum: [9, 'double'],
    exclusive_minimum: [10, 'bool'],
    max_length: [11, 'int64'],
    min_length: [12, 'int64'],
    pattern: [13, 'string'],
    max_items: [14, 'int64'],
    min_items: [15, 'int64'],
    unique_items: [16, 'bool'],
    max_properties: [17, 'int64'],
    min_properties: [18, 'int64'],
    required: [19, 'string[]'],
    enum: [20, 'Any[]'],
    additionalProperties: [21, 'AdditionalProperties'],
    type: [22, 'Strings'],
    items: [23, 'Items'],
    properties: [25, 'Definitions'],
    extensions: [31, 'NamedAny{}'],
  },
  AdditionalProperties: { schema: [1, 'Schema'], boolean: [2, 'bool'] },
  Items: { schema: [1, 'Schema[]'] },
};

/** @param document what `v2Document` made */
export function v2Protobuf(document: JsonObject): Buffer {
  return encodeMessage(MESSAGES, 'Document', {
    swagger: document.swagger,
    info: document.info,
    paths: { path: mapObject(document.paths, pathShape) },
    definitions: { all: mapObject(document.definitions, schemaShape) },
    parameters: { all: mapObject(document.parameters, parameterShape) },
    security: (document.security as JsonObject[]).map((one) => ({ all: mapObject(one, (value) => ({ value })) })),
    securityDefinitions: { all: mapObject(document.securityDefinitions, (apiKey) => ({ apiKey })) },
  });
}

function pathShape(item: JsonObject): JsonObject {
  const { parameters, ...methods } = item;
  return {
    ...mapObject(methods, operationShape),
    ...(parameters === undefined ? {} : { parameters: referencesShape(parameters) }),
  };
}

function operationShape(operation: JsonObject): JsonObject {
  return {
    ...operation,
    parameters: referencesShape(operation.parameters ?? []),
    responses: { code: mapObject(operation.responses, responseShape) },
    extensions: extensions(operation),
  };
}

/** Operations refer to the document's parameters only. */
function referencesShape(parameters: unknown): JsonObject[] {
  return (parameters as JsonObject[]).map((reference) => ({ reference }));
}

function parameterShape(parameter: JsonObject): JsonObject {
  if (parameter.in === 'body') return { body: { ...parameter, schema: schemaShape(parameter.schema as JsonObject) } };
  return { other: { [parameter.in as string]: parameter } };
}

function responseShape({ description, schema }: JsonObject): JsonObject {
  return { response: { description, ...(isObject(schema) ? { schema: { schema: schemaShape(schema) } } : {}) } };
}

function schemaShape(schema: JsonObject): JsonObject {
  const { $ref, type, items, properties, additionalProperties } = schema;
  return {
    ...renamed(schema, SCHEMA_SCALARS),
    ...($ref === undefined ? {} : { $ref }),
    ...(type === undefined ? {} : { type: { value: [type] } }),
    ...(schema.default === undefined ? {} : { default: anyValue(schema.default) }),
    ...(Array.isArray(schema.enum) ? { enum: schema.enum.map(anyValue) } : {}),
    ...(isObject(items) ? { items: { schema: [schemaShape(items)] } } : {}),
    ...(isObject(properties) ? { properties: { all: mapObject(properties, schemaShape) } } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: additionalShape(additionalProperties) }),
    extensions: extensions(schema),
  };
}

function additionalShape(value: unknown): JsonObject {
  return isObject(value) ? { schema: schemaShape(value) } : { boolean: value === true };
}
