/** Writes answers: common headers, Warning headers, gzip where kube-apiserver compresses. */
import { pipeline, Readable } from 'node:stream';
import { createGzip, gzip } from 'node:zlib';
import type { RequestContext } from '../request/context.ts';
import { warningTexts } from './warning-texts.ts';

/** Upstream compresses read answers from this size on. */
const GZIP_THRESHOLD_BYTES = 128 * 1024;

export type Headers = Record<string, string | number | string[]>;

/** The headers that every answer carries. */
export function commonHeaders(ctx: RequestContext): Headers {
  const headers: Headers = { 'audit-id': ctx.auditId, 'cache-control': 'no-cache, private' };
  if (ctx.trace !== undefined) headers['kctl-trace-id'] = ctx.trace.id;
  if (ctx.warnings.size > 0) headers.warning = warningTexts(ctx.warnings).map(warningHeader);
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

/** Sends a whole body, which may come in parts. Does nothing when the client is gone or an answer has begun. */
export function send(
  ctx: RequestContext,
  status: number,
  contentType: string,
  body: Buffer | string | readonly Buffer[],
  extra?: Headers,
): Promise<void> {
  const parts = typeof body === 'string' ? [Buffer.from(body, 'utf8')] : Array.isArray(body) ? body : [body as Buffer];
  const size = sizeOf(parts);
  if (size >= GZIP_THRESHOLD_BYTES && acceptsGzip(ctx)) return sendCompressed(ctx, status, contentType, parts, extra);
  sendParts(ctx, status, contentType, parts, size, extra);
  return DONE;
}

const DONE = Promise.resolve();

function sizeOf(parts: readonly Buffer[]): number {
  let size = 0;
  for (const part of parts) size += part.length;
  return size;
}

async function sendCompressed(
  ctx: RequestContext,
  status: number,
  contentType: string,
  parts: readonly Buffer[],
  extra?: Headers,
): Promise<void> {
  ctx.status = status;
  const packed = await compress(Buffer.concat(parts));
  sendParts(ctx, status, contentType, [packed], packed.length, { ...extra, ...GZIP_HEADERS });
}

const GZIP_HEADERS: Headers = { 'content-encoding': 'gzip', vary: 'Accept-Encoding' };
/** Up to this size a body goes out as text: Node joins it to the headers, and one write is cheaper than two. */
export const TEXT_BYTES = 16 * 1024;

/** As `send`, of at most TEXT_BYTES whose text is at hand: each of its characters is a byte. */
export function sendText(ctx: RequestContext, status: number, contentType: string, bytes: string): Promise<void> {
  if (writeHead(ctx, status, contentType, bytes.length)) endWithText(ctx, bytes);
  return DONE;
}

function sendParts(
  ctx: RequestContext,
  status: number,
  contentType: string,
  parts: readonly Buffer[],
  size: number,
  extra?: Headers,
): void {
  if (!writeHead(ctx, status, contentType, size, extra)) return;
  if (size <= TEXT_BYTES) endWithText(ctx, textOf(parts));
  else endWithParts(ctx, parts);
}

function endWithParts({ method, res }: RequestContext, parts: readonly Buffer[]): void {
  if (method === 'HEAD') return void res.end();
  for (let i = 0; i < parts.length - 1; i++) res.write(parts[i] as Buffer);
  res.end(parts.at(-1));
}

/** False when there is nobody to answer, or an answer has begun. */
function writeHead(ctx: RequestContext, status: number, contentType: string, size: number, extra?: Headers): boolean {
  const { res } = ctx;
  if (res.headersSent || res.destroyed) return false;
  ctx.status = status;
  ctx.sentBytes = size;
  const headers = commonHeaders(ctx);
  if (contentType !== '') headers['content-type'] = contentType;
  headers['content-length'] = size;
  if (extra !== undefined) Object.assign(headers, extra);
  res.writeHead(status, headers);
  return true;
}

function endWithText(ctx: RequestContext, bytes: string): void {
  if (ctx.method === 'HEAD') ctx.res.end();
  else if (ctx.bursts === undefined) ctx.res.end(bytes, 'latin1');
  else ctx.bursts.end(ctx.res, bytes);
}

function textOf(parts: readonly Buffer[]): string {
  let text = '';
  for (const part of parts) text += part.toString('latin1');
  return text;
}

/**
 * Sends a body of unknown length piece by piece, each when the client has taken the one before. An error after the
 * first piece cuts the connection: the client must not take half an answer for a whole one.
 */
export async function sendPieces(
  ctx: RequestContext,
  status: number,
  contentType: string,
  pieces: AsyncIterable<Buffer>,
): Promise<void> {
  const { res } = ctx;
  const packed = acceptsGzip(ctx);
  let begun = false;
  let wake = (): void => {};
  for (const event of ['drain', 'close'] as const) res.on(event, () => wake());
  for await (const piece of packed ? compressed(pieces) : pieces) {
    if (res.destroyed) return;
    if (!begun) beginPieces(ctx, status, contentType, packed);
    begun = true;
    ctx.sentBytes += piece.length;
    const full = !res.write(piece);
    if (full && !res.destroyed) await new Promise<void>((resolve) => (wake = resolve));
  }
  if (!res.destroyed) res.end();
}

function beginPieces(ctx: RequestContext, status: number, contentType: string, packed: boolean): void {
  ctx.status = status;
  const extra = packed ? GZIP_HEADERS : {};
  ctx.res.writeHead(status, { ...commonHeaders(ctx), 'content-type': contentType, ...extra });
}

function compressed(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const packer = createGzip({ level: 1 });
  pipeline(Readable.from(pieces), packer, () => {});
  return packer;
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
