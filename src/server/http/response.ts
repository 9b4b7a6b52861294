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
export function send(
  ctx: RequestContext,
  status: number,
  contentType: string,
  body: Buffer | string,
  extra?: Headers,
): Promise<void> {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  if (bytes.length >= GZIP_THRESHOLD_BYTES && acceptsGzip(ctx))
    return sendCompressed(ctx, status, contentType, bytes, extra);
  sendBytes(ctx, status, contentType, bytes, extra);
  return DONE;
}

const DONE = Promise.resolve();

async function sendCompressed(
  ctx: RequestContext,
  status: number,
  contentType: string,
  bytes: Buffer,
  extra?: Headers,
): Promise<void> {
  ctx.status = status;
  const packed = await compress(bytes);
  sendBytes(ctx, status, contentType, packed, { ...extra, 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
}

function sendBytes(ctx: RequestContext, status: number, contentType: string, bytes: Buffer, extra?: Headers): void {
  const { res } = ctx;
  if (res.headersSent || res.destroyed) return;
  ctx.status = status;
  ctx.sentBytes = bytes.length;
  const headers = commonHeaders(ctx);
  if (contentType !== '') headers['content-type'] = contentType;
  headers['content-length'] = bytes.length;
  if (extra !== undefined) Object.assign(headers, extra);
  res.writeHead(status, headers);
  if (ctx.method === 'HEAD') res.end();
  else if (bytes.length > TEXT_BYTES) res.end(bytes);
  else res.end(bytes.toString('latin1'), 'latin1');
}

/** Up to this size a body goes out as text: Node joins it to the headers, and one write is cheaper than two. */
const TEXT_BYTES = 16 * 1024;

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
