/** Writes routes and definitions as a Swagger 2.0 document: what helm and older kubectl validate with. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../api/object.ts';
import type { Definitions } from './definitions.ts';
import { groupByPath, type Parameter, type PathGroup, type Route, STATUS_TEXTS } from './route.ts';
import { BEARER_TOKEN, BUILTIN_INFO } from './v3-document.ts';

/** `definitions` must have dialect v2; what the routes need is added to it. */
export function v2Document(routes: readonly Route[], definitions: Definitions): JsonObject {
  const shared = new SharedParameters();
  const paths = Object.fromEntries(
    groupByPath(routes).map((group) => [group.path, pathItem(group, definitions, shared)]),
  );
  return {
    swagger: '2.0',
    info: BUILTIN_INFO,
    paths,
    definitions: definitions.all(),
    parameters: shared.all(),
    securityDefinitions: { BearerToken: BEARER_TOKEN },
    security: [{ BearerToken: [] }],
  };
}

/** Parameters stand once in the document, under their name and a hash of what they say; operations refer to them. */
class SharedParameters {
  readonly #names = new Map<string, string>();
  readonly #parameters = new Map<string, JsonObject>();

  ref(parameter: JsonObject & { name: string }): JsonObject {
    const text = JSON.stringify(parameter);
    let name = this.#names.get(text);
    if (name === undefined) {
      name = `${parameter.name}-${createHash('sha256').update(text).digest('base64url').slice(0, 8)}`;
      this.#names.set(text, name);
      this.#parameters.set(name, parameter);
    }
    return { $ref: `#/parameters/${name}` };
  }

  all(): JsonObject {
    return Object.fromEntries([...this.#parameters].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function pathItem({ common, routes }: PathGroup, definitions: Definitions, shared: SharedParameters): JsonObject {
  return {
    ...Object.fromEntries(routes.map((route) => [route.method, operation(route, definitions, shared)])),
    ...(common.length > 0 ? { parameters: common.map((one) => shared.ref(parameter(one))) } : {}),
  };
}

function operation(route: Route, definitions: Definitions, shared: SharedParameters): JsonObject {
  const parameters = [
    ...(route.body === undefined ? [] : [body(route.body, definitions)]),
    ...route.parameters.map(parameter),
  ];
  return {
    tags: [route.tag],
    description: route.description,
    operationId: route.operationId,
    consumes: route.consumes,
    produces: route.produces,
    schemes: ['https'],
    ...(parameters.length > 0 ? { parameters: parameters.map((one) => shared.ref(one)) } : {}),
    responses: Object.fromEntries(
      Object.entries(route.responses).map(([code, type]) => [code, response(code, type, definitions)]),
    ),
    ...(route.action === undefined ? {} : { 'x-kubernetes-action': route.action }),
    ...(route.kind === undefined ? {} : { 'x-kubernetes-group-version-kind': route.kind }),
  };
}

function parameter({ name, in: where, type, description }: Parameter): JsonObject & { name: string } {
  return {
    name,
    in: where,
    ...(description === undefined ? {} : { description }),
    ...(where === 'path' ? { required: true } : {}),
    type,
    uniqueItems: true,
  };
}

function body({ type, required }: NonNullable<Route['body']>, definitions: Definitions): JsonObject & { name: string } {
  return { name: 'body', in: 'body', ...(required ? { required: true } : {}), schema: definitions.anyRef(type) };
}

function response(code: string, type: string | undefined, definitions: Definitions): JsonObject {
  const description = STATUS_TEXTS[code] ?? '';
  if (type === undefined) return { description };
  return { description, schema: type === 'string' ? { type: 'string' } : definitions.anyRef(type) };
}
