/** Requests from inside the process: the same handlers and rules, without a socket. */
import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { type Handler, type HttpRequest, type HttpResponse, RequestContext } from '../request/context.ts';
import type { UserInfo } from '../request/user.ts';
import { splitTarget } from './target.ts';

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
}

/** Structurally the client layer's Transport. */
export interface LocalTransport {
  send(request: LocalRequest): Promise<LocalResponse>;
  close(): Promise<void>;
}

/** `handler` is the chain behind authentication; every request is `user`'s. */
export function localTransport(handler: Handler, user: UserInfo, now: () => number): LocalTransport {
  return {
    send: (request) => dispatch(handler, user, now, request),
    close: async () => {},
  };
}

function dispatch(handler: Handler, user: UserInfo, now: () => number, request: LocalRequest): Promise<LocalResponse> {
  return new Promise((resolve, reject) => {
    if (request.signal?.aborted) return reject(request.signal.reason);
    const target = splitTarget(request.path);
    if (target === undefined) return reject(new Error(`malformed path: ${request.path}`));
    const res = new LocalServerResponse((status, headers) => resolve({ status, headers, body: res }));
    const abort = (): void => {
      res.destroy();
      reject(request.signal?.reason);
    };
    request.signal?.addEventListener('abort', abort, { once: true });
    res.once('close', () => request.signal?.removeEventListener('abort', abort));
    const req = localRequest(request);
    const ctx = new RequestContext(req, res, target.path, target.query, randomUUID(), now());
    ctx.user = user;
    // Handlers leave an answer out when nobody is there to read it.
    handler(ctx).then(() => reject(new Error('the request ended without an answer')), reject);
  });
}

function localRequest({ method, headers, body }: LocalRequest): HttpRequest {
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
  const stream = Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
  const lower = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.assign(stream, {
    method,
    headers: { ...lower, 'content-length': String(bytes.length) },
  }) as unknown as HttpRequest;
}

/** What handlers need of a ServerResponse, over a stream that the caller reads. */
class LocalServerResponse extends PassThrough implements HttpResponse {
  headersSent = false;
  readonly #onHead: (status: number, headers: Record<string, string | string[] | undefined>) => void;

  constructor(onHead: (status: number, headers: Record<string, string | string[] | undefined>) => void) {
    super();
    this.#onHead = onHead;
    this.on('error', () => {});
  }

  writeHead(status: number, headers: Record<string, unknown>): this {
    this.headersSent = true;
    const text = Object.entries(headers).map(([name, value]): [string, string | string[]] => [
      name,
      Array.isArray(value) ? value : String(value),
    ]);
    this.#onHead(status, Object.fromEntries(text));
    return this;
  }

  flushHeaders(): void {}
}
