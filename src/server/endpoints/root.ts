/** `/`: the list of paths that this server answers; imitates apiserver pkg/server/routes/index.go. */
import type { ApiSource } from '../discovery/api-source.ts';
import { send } from '../http/response.ts';
import type { RequestContext } from '../request/context.ts';
import type { PathHandlers } from './paths.ts';

/** Keys of handlers with a trailing slash that upstream lists as paths of their own. */
const LISTED_PREFIXES = new Set(['/apis/', '/openapi/v3/']);

/** @param handlers all other non-resource paths */
export function rootHandlers(handlers: PathHandlers, source: ApiSource): PathHandlers {
  const handler = (ctx: RequestContext) =>
    send(ctx, 200, 'application/json', JSON.stringify({ paths: allPaths(handlers, source) }, undefined, 2));
  return new Map([
    ['/', handler],
    ['/index.html', handler],
  ]);
}

function allPaths(handlers: PathHandlers, source: ApiSource): string[] {
  const fixed = [...handlers.keys()].filter((path) => !path.endsWith('/') || LISTED_PREFIXES.has(path));
  const apis = source.groups().flatMap((versions) => versions.flatMap(({ group, version }) => pathsOf(group, version)));
  return [...new Set([...fixed, ...apis])].sort();
}

function pathsOf(group: string, version: string): string[] {
  return group === '' ? [`/api/${version}`] : [`/apis/${group}`, `/apis/${group}/${version}`];
}
