/** Sub-resources with a handler of their own (binding, eviction, token, approval …) and virtual kinds (reviews). */
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { badRequest } from '../../api/status-error.ts';
import { readBody } from '../http/body.ts';
import { send } from '../http/response.ts';
import type { Kind } from '../kinds/kind.ts';
import type { SubresourceHandler, SubresourceRequest, SubresourceResponse } from '../kinds/subresource.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { connectOptions } from './connect-options.ts';
import { bodyFormat, parseBody } from './decode-body.ts';
import { negotiate } from './media-type.ts';
import { parseRequestOptions } from './request-options.ts';
import { writeJson } from './write-object.ts';

export async function handleSubresource(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  expected: string,
  handler: SubresourceHandler,
): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false, tables: false });
  const request = await subresourceRequest(services, ctx, kind, expected);
  await admit(services, ctx, kind, request);
  await writeResponse(ctx, await handler(request), media);
}

const CONNECTIONS = new Set(['attach', 'exec', 'portforward', 'proxy']);

/** Admission of what is posted: a token request, a binding, a namespaced review, a connection. */
async function admit(services: Services, ctx: RequestContext, kind: Kind, request: SubresourceRequest): Promise<void> {
  const { namespace, name, subresource } = ctx.info;
  const connects = CONNECTIONS.has(subresource);
  if (!connects && (ctx.method !== 'POST' || !kind.namespaced)) return;
  const body = connects ? connection(kind, ctx) : ((request.body ?? {}) as KubeObject);
  body.metadata ??= {};
  const warn = (text: string): void => ctx.warn(text);
  const write = { user: ctx.user, dryRun: request.dryRun, subresource, options: {}, warn, trace: ctx.trace };
  await services.registry.admitBody(kind, connects ? 'CONNECT' : 'CREATE', namespace, name, body, write);
}

function connection(kind: Kind, { info, query }: RequestContext): KubeObject {
  const options = kind.subresources.get(info.subresource)?.kind ?? '';
  return connectOptions(options, query, info.parts.slice(3).join('/'));
}

async function subresourceRequest(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  expected: string,
): Promise<SubresourceRequest> {
  const writes = ctx.method !== 'GET' && ctx.method !== 'DELETE';
  const body = writes ? parseObject(ctx, await readBody(ctx), expected) : undefined;
  const dryRun =
    writes && parseRequestOptions(ctx.query, ctx.method === 'POST' ? 'CreateOptions' : 'UpdateOptions').dryRun;
  return {
    kind,
    info: ctx.info,
    user: ctx.user,
    query: ctx.query,
    body,
    dryRun,
    now: services.now(),
    warn: (text) => ctx.warn(text),
    objects: services.objects,
    identity: services.identity,
  };
}

function parseObject(ctx: RequestContext, bytes: Buffer, expected: string): JsonObject | undefined {
  if (bytes.length === 0) return undefined;
  const { value } = parseBody(bytes, bodyFormat(ctx), expected);
  if (value === null) return undefined;
  if (!isObject(value)) throw badRequest(`the object provided is unrecognized (must be of type ${expected})`);
  return value;
}

async function writeResponse(
  ctx: RequestContext,
  response: SubresourceResponse,
  media: Parameters<typeof writeJson>[3],
): Promise<void> {
  if (typeof response.body === 'string' || response.body === undefined) {
    return send(ctx, response.status, response.contentType ?? '', response.body ?? '');
  }
  await writeJson(ctx, response.status, response.body as KubeObject, media);
}
