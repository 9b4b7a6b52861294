/** `/openapi/v2` and `/openapi/v3/…`; imitates kube-openapi pkg/handler and pkg/handler3. */

import { clauseMatches, parseAcceptClauses } from '../discovery/accept.ts';
import { type PathHandlers, TEXT } from '../endpoints/paths.ts';
import { commonHeaders, type Headers, send } from '../http/response.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { Handler, RequestContext } from '../request/context.ts';
import type { Descriptions } from './descriptions.ts';
import { OpenApiDocuments, type OpenApiFormat } from './openapi-documents.ts';

export interface OpenApiServices {
  readonly kinds: KindTable;
  /** Default: the file that the build made. */
  descriptions?(): Descriptions;
}

interface Served {
  readonly format: OpenApiFormat;
  readonly contentType: string;
}

const V3 = '/openapi/v3';

export function openApiHandlers(services: OpenApiServices): PathHandlers {
  const documents = new OpenApiDocuments(services.kinds, services.descriptions);
  const started = new Date().toUTCString();
  return new Map<string, Handler>([
    ['/openapi/v2', (ctx) => serveV2(ctx, documents, started)],
    [V3, (ctx) => serveIndex(ctx, documents)],
    [`${V3}/`, (ctx) => serveV3(ctx, documents, started)],
  ]);
}

function serveV2(ctx: RequestContext, documents: OpenApiDocuments, started: string): Promise<void> {
  const served = negotiate(ctx, 'v2');
  if (served === undefined) return sendBare(ctx, 406, { vary: 'Accept' });
  const headers = { etag: `"${documents.v2Hash()}"`, vary: 'Accept', 'last-modified': started };
  return sendDocument(ctx, served, headers, () => documents.v2(served.format));
}

function serveIndex(ctx: RequestContext, documents: OpenApiDocuments): Promise<void> {
  const entries = [...documents.index()].map(([name, hash]) => [
    name,
    { serverRelativeURL: `${V3}/${name}?hash=${hash}` },
  ]);
  return send(ctx, 200, TEXT, JSON.stringify({ paths: Object.fromEntries(entries) }), {
    etag: `"${documents.v2Hash()}"`,
  });
}

function serveV3(ctx: RequestContext, documents: OpenApiDocuments, started: string): Promise<void> {
  const name = ctx.info.path.slice(V3.length + 1);
  const served = negotiate(ctx, 'v3');
  if (served === undefined) return sendBare(ctx, 406, { vary: 'Accept' });
  const hash = documents.index().get(name);
  if (hash === undefined) return sendBare(ctx, 404, { vary: 'Accept' });
  const headers: Headers = { etag: `"${hash}"`, vary: 'Accept', 'last-modified': started };
  const wanted = ctx.query.get('hash') ?? '';
  if (wanted !== '' && wanted !== hash) {
    const location = `${V3}/${name}?hash=${hash}`;
    return sendBare(ctx, 301, { ...headers, location, 'content-type': served.contentType });
  }
  // A URL with the right hash names these bytes forever.
  if (wanted !== '') Object.assign(headers, { 'cache-control': 'public, immutable', expires: inOneYear() });
  return sendDocument(ctx, served, headers, () => documents.v3(name, served.format));
}

async function sendDocument(ctx: RequestContext, served: Served, headers: Headers, body: () => Buffer): Promise<void> {
  if (ctx.header('if-none-match') === headers.etag) return sendBare(ctx, 304, headers);
  return send(ctx, 200, served.contentType, body(), headers);
}

/** By the order of the Accept header; both spellings of the protobuf type are answered with the newer one. */
function negotiate(ctx: RequestContext, version: 'v2' | 'v3'): Served | undefined {
  const protobuf = `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`;
  const offers: (Served & { asked: string })[] = [
    { asked: 'application/json', format: 'json', contentType: 'application/json' },
    { asked: protobuf, format: 'protobuf', contentType: protobuf },
    { asked: protobuf.replace('.v1.0', '@v1.0'), format: 'protobuf', contentType: protobuf },
  ];
  for (const clause of parseAcceptClauses(ctx.header('accept') || '*/*')) {
    const offer = offers.find(({ asked }) => clauseMatches(clause, asked));
    if (offer !== undefined) return offer;
  }
  return undefined;
}

async function sendBare(ctx: RequestContext, status: number, headers: Headers): Promise<void> {
  if (ctx.res.headersSent || ctx.res.destroyed) return;
  ctx.status = status;
  const length = status === 304 ? {} : { 'content-length': 0 };
  ctx.res.writeHead(status, { ...commonHeaders(ctx), ...length, ...headers });
  ctx.res.end();
}

function inOneYear(): string {
  const date = new Date();
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  return date.toUTCString();
}
