/** Reads a request body into memory, bounded. */
import { badRequest, requestEntityTooLarge, unsupportedMediaType } from '../../api/status-error.ts';
import { type HttpRequest, isGone, type RequestContext } from '../request/context.ts';
import type { Bursts } from './bursts.ts';

/** Upstream's MaxRequestBodyBytes. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/**
 * @throws StatusError 413 above MAX_BODY_BYTES (the rest is read and dropped, so that the client gets the answer), 415 for a content encoding,
 * 400 when the client goes away half-way.
 */
export function readBody({ req, bursts }: Pick<RequestContext, 'req' | 'bursts'>): Promise<Buffer> {
  const declared = Number(req.headers['content-length'] ?? 0);
  if (declared > MAX_BODY_BYTES) return Promise.reject(tooLarge());
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(unsupportedMediaType(`the body's content encoding is not supported: ${encoding}`));
  }
  if (isGone(req)) return Promise.reject(cutShort());
  const whole = wholeBody(req);
  if (whole === undefined) return collect(req).then((body) => beside(bursts, body));
  return whole.length > MAX_BODY_BYTES ? Promise.reject(tooLarge()) : Promise.resolve(whole);
}

/** Goes on with the bodies that are there in this turn. */
function beside(bursts: Bursts | undefined, body: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    if (bursts === undefined) resolve(body);
    else bursts.join(() => resolve(body));
  });
}

function collect(req: HttpRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    let ended = false;
    req.on('end', () => {
      ended = true;
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    req.on('error', (error) => reject(badRequest(`cannot read the body: ${error.message}`)));
    req.on('close', () => {
      if (!ended) reject(cutShort());
    });
  });
}

/** Most bodies have come with the head: they need nobody who waits for them. */
function wholeBody(req: HttpRequest): Buffer | undefined {
  if (req.complete !== true || req.stream !== undefined) return undefined;
  return (req.read() as Buffer | null) ?? Buffer.alloc(0);
}

function cutShort(): Error {
  return badRequest('the client closed the connection before the body ended');
}

function tooLarge(): Error {
  return requestEntityTooLarge(`limit is ${MAX_BODY_BYTES}`);
}
