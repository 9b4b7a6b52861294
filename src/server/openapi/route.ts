/** One operation of the API, before it is written as OpenAPI v2 or v3. */
import type { GroupVersionKind } from './type-facts.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description?: string;
}

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

export interface Route {
  readonly path: string;
  readonly method: Method;
  readonly operationId: string;
  readonly tag: string;
  readonly description: string;
  readonly action?: string;
  readonly kind?: GroupVersionKind;
  /** Without the body; by name in order. */
  readonly parameters: readonly Parameter[];
  /** Name of the definition that a body has. */
  readonly body?: { readonly type: string; readonly required: boolean };
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** By code: the definition that is answered, `string` for text, or nothing. */
  readonly responses: Readonly<Record<string, string | undefined>>;
}

export const STATUS_TEXTS: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  401: 'Unauthorized',
};

/** Routes by path, with the parameters that all of a path's routes share taken out of them. */
export interface PathGroup {
  readonly path: string;
  readonly common: readonly Parameter[];
  readonly routes: readonly Route[];
}

export function groupByPath(routes: readonly Route[]): PathGroup[] {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, own]) => groupOf(path, own));
}

function groupOf(path: string, routes: readonly Route[]): PathGroup {
  const counts = new Map<string, number>();
  for (const { parameters } of routes)
    for (const parameter of parameters) counts.set(keyOf(parameter), (counts.get(keyOf(parameter)) ?? 0) + 1);
  const shared = (parameter: Parameter) => counts.get(keyOf(parameter)) === routes.length;
  const rest = routes.map((route) => ({
    ...route,
    parameters: route.parameters.filter((parameter) => !shared(parameter)),
  }));
  return { path, common: sortParameters((routes[0] as Route).parameters.filter(shared)), routes: rest };
}

export function sortParameters(parameters: readonly Parameter[]): Parameter[] {
  return [...parameters].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf(parameter: Parameter): string {
  return `${parameter.name} ${parameter.in}`;
}
