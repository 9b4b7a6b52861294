/** What a request asks permission for, from its method and path; imitates apiserver pkg/endpoints/request/requestinfo.go. */
import type { RbacRequest } from '../../api/rbac/rules.ts';

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

export function requestAttributes(method: string, pathAndQuery: string): RbacRequest {
  const { pathname, searchParams } = new URL(pathAndQuery, 'http://server');
  const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const versioned = parts[0] === 'api' ? 2 : parts[0] === 'apis' ? 3 : Number.POSITIVE_INFINITY;
  if (parts.length <= versioned) return nonResource(method, pathname);
  const { namespace, rest } = scoped(parts.slice(versioned));
  const [resource = '', name = '', ...subresource] = rest;
  return {
    verb: resourceVerb(method, name, searchParams),
    isResource: true,
    path: pathname,
    group: parts[0] === 'apis' ? (parts[1] ?? '') : '',
    resource,
    subresource: subresource.join('/'),
    namespace,
    name: name || nameSelected(searchParams),
  };
}

function nonResource(method: string, path: string): RbacRequest {
  const none = { group: '', resource: '', subresource: '', namespace: '', name: '' };
  return { verb: method.toLowerCase(), isResource: false, path, ...none };
}

/** `namespaces/shop/pods/web`; `namespaces/shop` itself is an object, in its own namespace. */
function scoped(parts: readonly string[]): { namespace: string; rest: readonly string[] } {
  if (parts[0] !== 'namespaces' || parts.length === 1) return { namespace: '', rest: parts };
  const own = parts.length === 2 || (parts.length === 3 && NAMESPACE_SUBRESOURCES.has(parts[2] ?? ''));
  return { namespace: parts[1] ?? '', rest: own ? parts : parts.slice(2) };
}

function resourceVerb(method: string, name: string, query: URLSearchParams): string {
  if (method === 'GET' || method === 'HEAD') {
    if (query.has('watch') && !['false', '0'].includes(query.get('watch') ?? '')) return 'watch';
    return name === '' ? 'list' : 'get';
  }
  const verb = VERBS[method] ?? method.toLowerCase();
  return verb === 'delete' && name === '' ? 'deletecollection' : verb;
}

/** A list of one object by its name asks for that object. */
function nameSelected(query: URLSearchParams): string {
  return /^metadata\.name==?([^,!=]+)$/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';
}
