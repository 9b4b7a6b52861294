import { RecentMap } from '../../util/recent-map.ts';

/**
 * What a request is about, read from its method, path and query once, before anything else looks at it.
 * Imitates apiserver pkg/endpoints/request/requestinfo.go.
 */
export interface RequestInfo {
  readonly isResource: boolean;
  /** Decoded path without query. */
  readonly path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection; for non-resource requests the lower-case method. */
  readonly verb: string;
  readonly apiPrefix: '' | 'api' | 'apis';
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** Plural, '' for non-resource requests. */
  readonly resource: string;
  readonly subresource: string;
  /** For list and watch: the name that `fieldSelector=metadata.name=x` asks for. */
  readonly name: string;
  /** Whether the name stands in the path. */
  readonly named: boolean;
  /** Path segments from the resource on: resource, name, subresource, … */
  readonly parts: readonly string[];
  /** Raw selector texts of list, watch and deletecollection, for selector-aware authorization. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

const VERBS: Record<string, string> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Recent paths by method: clients ask for the same few again and again. */
const RECENT_PATHS = 512;
const MAX_REMEMBERED_PATH = 256;
const recent = new Map(Object.keys(VERBS).map((method) => [method, new RecentMap<string, RequestInfo>(RECENT_PATHS)]));
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** `path` is percent-decoded already. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const remembered = query.size === 0 && path.length <= MAX_REMEMBERED_PATH ? recent.get(method) : undefined;
  if (remembered === undefined) return readRequestInfo(method, path, query);
  const known = remembered.get(path);
  if (known !== undefined) return known;
  const info = readRequestInfo(method, path, query);
  remembered.set(path, info);
  return info;
}

function readRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = splitPath(path);
  const prefix = parts[0];
  if (prefix !== 'api' && prefix !== 'apis') return nonResource(method, path);
  // api/VERSION/RESOURCE or apis/GROUP/VERSION/RESOURCE; anything shorter is discovery.
  const fixed = prefix === 'api' ? 2 : 3;
  if (parts.length <= fixed) return nonResource(method, path);
  const group = prefix === 'api' ? '' : (parts[1] as string);
  return resourceRequest(method, path, query, prefix, group, parts[fixed - 1] as string, parts.slice(fixed));
}

function resourceRequest(
  method: string,
  path: string,
  query: URLSearchParams,
  apiPrefix: 'api' | 'apis',
  group: string,
  version: string,
  rest: string[],
): RequestInfo {
  let parts = rest;
  let verb = VERBS[method] ?? '';
  if (parts[0] === 'watch' && parts.length > 1) {
    verb = 'watch';
    parts = parts.slice(1);
  }
  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1] as string;
    if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2] as string)) parts = parts.slice(2);
  }
  const named = parts[1] !== undefined && parts[1] !== '';
  let name = parts[1] ?? '';
  if (!named && verb === 'get') {
    verb = isWatch(query) ? 'watch' : 'list';
    name = nameFromSelector(query.get('fieldSelector'));
  } else if (!named && verb === 'watch') name = nameFromSelector(query.get('fieldSelector'));
  else if (!named && verb === 'delete') verb = 'deletecollection';
  const info = {
    isResource: true,
    path,
    verb,
    apiPrefix,
    group,
    version,
    namespace,
    resource: parts[0] ?? '',
    subresource: parts[2] ?? '',
    name,
    named,
    parts,
  };
  return withSelectors(info, query);
}

function withSelectors(info: RequestInfo, query: URLSearchParams): RequestInfo {
  if (info.verb !== 'list' && info.verb !== 'watch' && info.verb !== 'deletecollection') return info;
  const fieldSelector = query.get('fieldSelector');
  const labelSelector = query.get('labelSelector');
  if (!fieldSelector && !labelSelector) return info;
  return { ...info, ...(fieldSelector ? { fieldSelector } : {}), ...(labelSelector ? { labelSelector } : {}) };
}

function nonResource(method: string, path: string): RequestInfo {
  const verb = method.toLowerCase();
  return {
    isResource: false,
    path,
    verb,
    apiPrefix: '',
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    named: false,
    parts: [],
  };
}

function splitPath(path: string): string[] {
  let start = 0;
  let end = path.length;
  while (start < end && path[start] === '/') start++;
  while (end > start && path[end - 1] === '/') end--;
  return start === end ? [] : path.slice(start, end).split('/');
}

/** Any value but `false` and `0` asks for a watch, the empty one too. */
export function isWatch(query: URLSearchParams): boolean {
  const value = query.get('watch');
  return (
    value !== null &&
    value !== 'false' &&
    value !== '0' &&
    value !== 'False' &&
    value !== 'FALSE' &&
    value !== 'f' &&
    value !== 'F'
  );
}

/** The name when the selector pins metadata.name to one valid value. */
function nameFromSelector(selector: string | null): string {
  if (!selector) return '';
  for (const term of selector.split(',')) {
    const match = /^metadata\.name={1,2}([^=!,\\]+)$/.exec(term);
    if (match?.[1] !== undefined && !match[1].includes('/') && !match[1].includes('%')) return match[1];
  }
  return '';
}
