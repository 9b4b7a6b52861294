/** Writes answers: common headers, Warning headers, gzip where kube-apiserver compresses. */
import { gzip } from 'node:zlib';
import type { RequestContext } from '../request/context.ts';

/** Upstream compresses read answers from this size on. */
const GZIP_THRESHOLD_BYTES = 128 * 1024;

export type Headers = Record<string, string | number | string[]>;

/** The headers that every answer carries. */
export function commonHeaders(ctx: RequestContext): Headers {
  const headers: Headers = { 'audit-id': ctx.auditId, 'cache-control': 'no-cache, private' };
  if (ctx.trace !== undefined) headers['kctl-trace-id'] = ctx.trace.id;
  if (ctx.warnings.size > 0) headers.warning = [...ctx.warnings].map(warningHeader);
  return headers;
}

/** RFC 7234 warn-code 299, as apimachinery NewWarningHeader renders it; control characters become spaces. */
function warningHeader(text: string): string {
  const clean = text.replace(/[\x00-\x1f\x7f]/g, ' ');
  return `299 - ${quoteHeader(clean)}`;
}

function quoteHeader(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&');
  return /^[\x20-\x7e]*$/.test(escaped) ? `"${escaped}"` : `"${Buffer.from(escaped, 'utf8').toString('latin1')}"`;
}

/** Sends a whole body. Does nothing when the client is gone or an answer has begun. */
export async function send(
  ctx: RequestContext,
  status: number,
  contentType: string,
  body: Buffer | string,
  extra?: Headers,
): Promise<void> {
  if (ctx.res.headersSent || ctx.res.destroyed) return;
  ctx.status = status;
  const headers = commonHeaders(ctx);
  let bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  if (bytes.length >= GZIP_THRESHOLD_BYTES && acceptsGzip(ctx)) {
    bytes = await compress(bytes);
    headers['content-encoding'] = 'gzip';
    headers.vary = 'Accept-Encoding';
  }
  if (contentType !== '') headers['content-type'] = contentType;
  headers['content-length'] = bytes.length;
  ctx.sentBytes = bytes.length;
  if (extra !== undefined) Object.assign(headers, extra);
  if (ctx.res.headersSent || ctx.res.destroyed) return;
  ctx.res.writeHead(status, headers);
  if (ctx.method === 'HEAD') ctx.res.end();
  else ctx.res.end(bytes);
}

function acceptsGzip(ctx: RequestContext): boolean {
  if (ctx.method !== 'GET') return false;
  const accepted = ctx.header('accept-encoding') ?? '';
  return accepted.split(',').some((part) => part.trim().split(';')[0] === 'gzip');
}

function compress(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(bytes, { level: 1 }, (error, packed) => (error === null ? resolve(packed) : reject(error)));
  });
}
