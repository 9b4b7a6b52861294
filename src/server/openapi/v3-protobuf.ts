/** OpenAPI v3 documents as protobuf. Field numbers of gnostic OpenAPIv3.proto. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { encodeMessage, type Messages } from './protobuf-encoder.ts';
import { anyValue, extensions, mapObject, renamed, SCHEMA_SCALARS } from './protobuf-shapes.ts';

const MESSAGES: Messages = {
  Document: { openapi: [1, 'string'], info: [2, 'Info'], paths: [4, 'Paths'], components: [5, 'Components'] },
  Info: { title: [1, 'string'], version: [6, 'string'] },
  Paths: { path: [1, 'NamedPathItem{}'] },
  NamedPathItem: { name: [1, 'string'], value: [2, 'PathItem'] },
  PathItem: {
    get: [4, 'Operation'],
    put: [5, 'Operation'],
    post: [6, 'Operation'],
    delete: [7, 'Operation'],
    options: [8, 'Operation'],
    head: [9, 'Operation'],
    patch: [10, 'Operation'],
    parameters: [13, 'ParameterOrReference[]'],
  },
  Operation: {
    tags: [1, 'string[]'],
    description: [3, 'string'],
    operationId: [5, 'string'],
    parameters: [6, 'ParameterOrReference[]'],
    requestBody: [7, 'RequestBodyOrReference'],
    responses: [8, 'Responses'],
    extensions: [13, 'NamedAny{}'],
  },
  ParameterOrReference: { parameter: [1, 'Parameter'] },
  Parameter: {
    name: [1, 'string'],
    in: [2, 'string'],
    description: [3, 'string'],
    required: [4, 'bool'],
    schema: [10, 'SchemaOrReference'],
  },
  RequestBodyOrReference: { requestBody: [1, 'RequestBody'] },
  RequestBody: { content: [2, 'MediaTypes'], required: [3, 'bool'] },
  MediaTypes: { all: [1, 'NamedMediaType{}'] },
  NamedMediaType: { name: [1, 'string'], value: [2, 'MediaType'] },
  MediaType: { schema: [1, 'SchemaOrReference'] },
  Responses: { code: [2, 'NamedResponse{}'] },
  NamedResponse: { name: [1, 'string'], value: [2, 'ResponseOrReference'] },
  ResponseOrReference: { response: [1, 'Response'] },
  Response: { description: [1, 'string'], content: [3, 'MediaTypes'] },
  Components: { schemas: [1, 'Schemas'], securitySchemes: [7, 'SecuritySchemes'] },
  Schemas: { all: [1, 'NamedSchema{}'] },
  NamedSchema: { name: [1, 'string'], value: [2, 'SchemaOrReference'] },
  SecuritySchemes: { all: [1, 'NamedSecurityScheme{}'] },
  NamedSecurityScheme: { name: [1, 'string'], value: [2, 'SecuritySchemeOrReference'] },
  SecuritySchemeOrReference: { scheme: [1, 'SecurityScheme'] },
  SecurityScheme: { type: [1, 'string'], description: [2, 'string'], name: [3, 'string'], in: [4, 'string'] },
  SchemaOrReference: { schema: [1, 'Schema'], reference: [2, 'Reference'] },
  Reference: { $ref: [1, 'string'] },
  NamedAny: { name: [1, 'string'], value: [2, 'Any'] },
  Any: { yaml: [2, 'string'] },
  Default: { number: [1, 'double'], boolean: [2, 'bool'], string: [3, 'string'] },
  Schema: {
    nullable: [1, 'bool'],
    title: [9, 'string'],
    multiple_of: [10, 'double'],
    maximum: [11, 'double'],
    exclusive_maximum: [12, 'bool'],
    minimum: [13, 'double'],
    exclusive_minimum: [14, 'bool'],
    max_length: [15, 'int64'],
    min_length: [16, 'int64'],
    pattern: [17, 'string'],
    max_items: [18, 'int64'],
    min_items: [19, 'int64'],
    unique_items: [20, 'bool'],
    max_properties: [21, 'int64'],
    min_properties: [22, 'int64'],
    required: [23, 'string[]'],
    enum: [24, 'Any[]'],
    type: [25, 'string'],
    allOf: [26, 'SchemaOrReference[]'],
    oneOf: [27, 'SchemaOrReference[]'],
    anyOf: [28, 'SchemaOrReference[]'],
    not: [29, 'Schema'],
    items: [30, 'Items'],
    properties: [31, 'Schemas'],
    additionalProperties: [32, 'AdditionalProperties'],
    default: [33, 'Default'],
    description: [34, 'string'],
    format: [35, 'string'],
    extensions: [36, 'NamedAny{}'],
  },
  AdditionalProperties: { schema: [1, 'SchemaOrReference'], boolean: [2, 'bool'] },
  Items: { schema: [1, 'SchemaOrReference[]'] },
};

/** @param document what `v3Document` made */
export function v3Protobuf(document: JsonObject): Buffer {
  const components = document.components as JsonObject;
  return encodeMessage(MESSAGES, 'Document', {
    openapi: document.openapi,
    info: document.info,
    paths: { path: mapObject(document.paths, pathShape) },
    components: {
      schemas: { all: mapObject(components.schemas, schemaOrReference) },
      securitySchemes: { all: mapObject(components.securitySchemes, (scheme) => ({ scheme })) },
    },
  });
}

function pathShape(item: JsonObject): JsonObject {
  const { parameters, ...methods } = item;
  return { ...mapObject(methods, operationShape), parameters: parametersShape(parameters) };
}

function operationShape(operation: JsonObject): JsonObject {
  const { requestBody } = operation;
  return {
    ...operation,
    parameters: parametersShape(operation.parameters),
    ...(isObject(requestBody)
      ? { requestBody: { requestBody: { ...requestBody, content: contentShape(requestBody.content) } } }
      : { requestBody: undefined }),
    responses: { code: mapObject(operation.responses, responseShape) },
    extensions: extensions(operation),
  };
}

function parametersShape(parameters: unknown): JsonObject[] {
  return ((parameters ?? []) as JsonObject[]).map((parameter) => ({
    parameter: { ...parameter, schema: schemaOrReference(parameter.schema as JsonObject) },
  }));
}

function responseShape({ description, content }: JsonObject): JsonObject {
  return { response: { description, ...(content === undefined ? {} : { content: contentShape(content) }) } };
}

function contentShape(content: unknown): JsonObject {
  return { all: mapObject(content, ({ schema }) => ({ schema: schemaOrReference(schema as JsonObject) })) };
}

function schemaOrReference(schema: JsonObject): JsonObject {
  return schema.$ref === undefined ? { schema: schemaShape(schema) } : { reference: { $ref: schema.$ref } };
}

function schemaShape(schema: JsonObject): JsonObject {
  const { items, properties, additionalProperties, not } = schema;
  const several = (key: string) =>
    Array.isArray(schema[key]) ? { [key]: (schema[key] as JsonObject[]).map(schemaOrReference) } : {};
  return {
    ...renamed(schema, { ...SCHEMA_SCALARS, type: 'type', nullable: 'nullable' }),
    ...several('allOf'),
    ...several('oneOf'),
    ...several('anyOf'),
    ...(isObject(not) ? { not: schemaShape(not) } : {}),
    ...defaultShape(schema.default),
    ...(Array.isArray(schema.enum) ? { enum: schema.enum.map(anyValue) } : {}),
    ...(isObject(items) ? { items: { schema: [schemaOrReference(items)] } } : {}),
    ...(isObject(properties) ? { properties: { all: mapObject(properties, schemaOrReference) } } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: additionalShape(additionalProperties) }),
    extensions: extensions(schema),
  };
}

/** The message has room for scalars only. */
function defaultShape(value: unknown): JsonObject {
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? { default: { [type]: value } } : {};
}

function additionalShape(value: unknown): JsonObject {
  return isObject(value) ? { schema: schemaOrReference(value) } : { boolean: value === true };
}
