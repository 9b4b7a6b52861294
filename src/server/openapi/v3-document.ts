/** Writes routes and definitions as an OpenAPI 3.0 document. */
import type { JsonObject } from '../../api/object.ts';
import type { Definitions } from './definitions.ts';
import { groupByPath, type Parameter, type PathGroup, type Route, STATUS_TEXTS } from './route.ts';

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
}

export const BUILTIN_INFO: DocumentInfo = { title: 'Kubernetes', version: '1.36' };
export const CUSTOM_INFO: DocumentInfo = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };
export const BEARER_TOKEN = {
  description: 'Bearer Token authentication',
  in: 'header',
  name: 'authorization',
  type: 'apiKey',
};

/** `definitions` must have dialect v3; what the routes need is added to it. */
export function v3Document(info: DocumentInfo, routes: readonly Route[], definitions: Definitions): JsonObject {
  const paths = Object.fromEntries(groupByPath(routes).map((group) => [group.path, pathItem(group, definitions)]));
  return {
    openapi: '3.0.0',
    info,
    paths,
    components: {
      schemas: definitions.all(),
      ...(info === BUILTIN_INFO ? { securitySchemes: { BearerToken: BEARER_TOKEN } } : {}),
    },
  };
}

function pathItem({ common, routes }: PathGroup, definitions: Definitions): JsonObject {
  return {
    ...Object.fromEntries(routes.map((route) => [route.method, operation(route, definitions)])),
    ...(common.length > 0 ? { parameters: common.map(parameter) } : {}),
  };
}

function operation(route: Route, definitions: Definitions): JsonObject {
  return {
    tags: [route.tag],
    description: route.description,
    operationId: route.operationId,
    ...(route.parameters.length > 0 ? { parameters: route.parameters.map(parameter) } : {}),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route, route.body, definitions) }),
    responses: Object.fromEntries(
      Object.entries(route.responses).map(([code, type]) => [code, response(code, type, route.produces, definitions)]),
    ),
    ...(route.action === undefined ? {} : { 'x-kubernetes-action': route.action }),
    ...(route.kind === undefined ? {} : { 'x-kubernetes-group-version-kind': route.kind }),
  };
}

function parameter({ name, in: where, type, description }: Parameter): JsonObject {
  return {
    name,
    in: where,
    ...(description === undefined ? {} : { description }),
    ...(where === 'path' ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  };
}

function requestBody(route: Route, body: NonNullable<Route['body']>, definitions: Definitions): JsonObject {
  return {
    content: content(route.consumes, definitions.anyRef(body.type)),
    ...(body.required ? { required: true } : {}),
  };
}

function response(
  code: string,
  type: string | undefined,
  produces: readonly string[],
  definitions: Definitions,
): JsonObject {
  const description = STATUS_TEXTS[code] ?? '';
  if (type === undefined) return { description };
  return { description, content: content(produces, type === 'string' ? { type: 'string' } : definitions.anyRef(type)) };
}

function content(types: readonly string[], schema: JsonObject): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}
