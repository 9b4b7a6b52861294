/** Which handler a request goes to, once it may. */
import { badRequest, methodNotAllowed, methodNotSupported, notFound, resourceNotFound } from '../api/status-error.ts';
import { handleCreate } from './handlers/create.ts';
import { handleDelete, handleDeleteCollection } from './handlers/delete.ts';
import { handleGet } from './handlers/get.ts';
import { handleList } from './handlers/list.ts';
import { handlePatch } from './handlers/patch.ts';
import { handleScale } from './handlers/scale.ts';
import { handleSubresource } from './handlers/subresource.ts';
import { handleUpdate } from './handlers/update.ts';
import { handleWatch } from './handlers/watch.ts';
import { send } from './http/response.ts';
import type { Kind, Subresource } from './kinds/kind.ts';
import type { Handler, RequestContext } from './request/context.ts';
import type { RequestInfo } from './request/request-info.ts';
import type { Services } from './services.ts';

type ObjectHandler = (services: Services, ctx: RequestContext, kind: Kind) => Promise<void>;

const HANDLERS: Record<string, ObjectHandler> = {
  get: handleGet,
  list: handleList,
  watch: handleWatch,
  create: handleCreate,
  update: handleUpdate,
  patch: handlePatch,
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
};

/** Sub-resources that are the object itself with another strategy. */
const GENERIC_SUBRESOURCES: Record<string, ObjectHandler> = {
  get: handleGet,
  update: handleUpdate,
  patch: handlePatch,
};

/** Sub-resources whose path goes on behind their name. */
const OPEN_ENDED = new Set(['proxy']);

/** `nonResource` answers everything that is not below /api/V/ or /apis/G/V/; it says whether it did. */
export function createRouter(services: Services, nonResource: (ctx: RequestContext) => Promise<boolean>): Handler {
  const describe = async (ctx: RequestContext): Promise<void> => {
    if (!(await nonResource(ctx))) await pageNotFound(ctx);
  };
  return (ctx) => (ctx.info.isResource ? routeResource(services, ctx) : describe(ctx));
}

function pageNotFound(ctx: RequestContext): Promise<void> {
  return send(ctx, 404, 'text/plain; charset=utf-8', '404 page not found\n', { 'x-content-type-options': 'nosniff' });
}

function routeResource(services: Services, ctx: RequestContext): Promise<void> {
  const { info } = ctx;
  const kind = services.kinds.find(info.group, info.version, info.resource);
  if (kind === undefined) {
    if (!services.kinds.isBuiltInGroup(info.group)) return pageNotFound(ctx);
    throw resourceNotFound();
  }
  if (!fitsScope(kind, info)) {
    if (kind.source === 'crd') return pageNotFound(ctx);
    throw resourceNotFound();
  }
  if (kind.source === 'crd') return routeCustom(services, ctx, kind);
  if (ctx.method === 'HEAD' || ctx.method === 'OPTIONS' || info.verb === '') throw methodNotAllowed();
  if (kind.virtual !== undefined && info.named) throw resourceNotFound();
  if (info.subresource !== '') return routeSubresource(services, ctx, kind);
  const handler = HANDLERS[info.verb];
  if (handler === undefined || !kind.verbs.includes(info.verb)) throw methodNotAllowed();
  if (kind.namespaced && info.namespace === '' && info.verb !== 'list' && info.verb !== 'watch')
    throw methodNotAllowed();
  if (!info.named && (info.verb === 'update' || info.verb === 'patch')) throw methodNotAllowed();
  if (kind.strategy.deprecation !== undefined) ctx.warn(kind.strategy.deprecation);
  if (kind.virtual !== undefined) return handleSubresource(services, ctx, kind, kind.kind, kind.virtual);
  return handler(services, ctx, kind);
}

function fitsScope(kind: Kind, info: RequestInfo): boolean {
  if (!kind.namespaced && info.namespace !== '' && !isNamespaceItself(info)) return false;
  if (info.parts.length > 3 && !OPEN_ENDED.has(info.subresource)) return false;
  return !info.parts.includes('') || info.parts.length > 3;
}

/** /namespaces/NAME, but not /namespaces/NAME/namespaces. */
function isNamespaceItself({ resource, namespace, parts }: RequestInfo): boolean {
  return resource === 'namespaces' && parts[1] === namespace;
}

function routeSubresource(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const { info } = ctx;
  const sub = kind.subresources.get(info.subresource);
  if (sub === undefined || (kind.namespaced && info.namespace === '')) throw resourceNotFound();
  if (!sub.verbs.includes(info.verb)) throw methodNotAllowed();
  if (sub.handler !== undefined) return handleSubresource(services, ctx, kind, sub.kind, sub.handler);
  return genericSubresource(services, ctx, kind, sub);
}

/** Custom resources have a dispatcher of their own upstream, with other words for what it does not serve. */
function routeCustom(services: Services, ctx: RequestContext, kind: Kind): Promise<void> {
  const { verb, subresource, named, namespace, name } = ctx.info;
  if (kind.namespaced && namespace === '' && verb !== 'list' && verb !== 'watch') return pageNotFound(ctx);
  const sub = subresource === '' ? undefined : kind.subresources.get(subresource);
  if (subresource !== '' && sub === undefined) throw notFound(kind, name);
  const handler = HANDLERS[verb];
  if (handler === undefined || !(sub ?? kind).verbs.includes(verb)) throw methodNotSupported(kind, verb);
  if (!named && (verb === 'update' || verb === 'patch')) throw badRequest('name must be provided');
  if (kind.strategy.deprecation !== undefined) ctx.warn(kind.strategy.deprecation);
  if (sub !== undefined) return genericSubresource(services, ctx, kind, sub);
  return handler(services, ctx, kind);
}

function genericSubresource(services: Services, ctx: RequestContext, kind: Kind, sub: Subresource): Promise<void> {
  if (sub.name === 'scale' && kind.strategy.scale !== undefined)
    return handleScale(services, ctx, kind, kind.strategy.scale);
  const handler = GENERIC_SUBRESOURCES[ctx.info.verb];
  if (handler === undefined) throw methodNotAllowed();
  return handler(services, ctx, kind);
}
