/** Requests from inside the process: the same handlers and rules, without a socket. */
import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import {
  type Handler,
  type HttpRequest,
  type HttpResponse,
  RequestContext,
  type WatchedObject,
  type WatchedObjects,
} from '../request/context.ts';
import type { UserInfo } from '../request/user.ts';
import { splitTarget } from './target.ts';

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
  /** Events of a watch are to come as objects, where the server can. */
  readonly objects?: boolean;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Buffer>;
  /** A watch's events instead of its body: all that have come, each time. */
  readonly events?: AsyncIterable<readonly WatchedObject[]>;
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
    const res = new LocalServerResponse(request.objects === true, (status, headers, events) =>
      resolve({ status, headers, body: res, ...(events === undefined ? {} : { events }) }),
    );
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

type OnHead = (
  status: number,
  headers: Record<string, string | string[] | undefined>,
  events: LocalEvents | undefined,
) => void;

/** What handlers need of a ServerResponse, over a stream that the caller reads. */
class LocalServerResponse extends PassThrough implements HttpResponse {
  headersSent = false;
  readonly #takesObjects: boolean;
  readonly #onHead: OnHead;
  #events: LocalEvents | undefined;

  constructor(takesObjects: boolean, onHead: OnHead) {
    super();
    this.#takesObjects = takesObjects;
    this.#onHead = onHead;
    this.on('error', () => {});
  }

  takeObjects(): WatchedObjects | undefined {
    if (this.#takesObjects) this.#events ??= new LocalEvents(this);
    return this.#events;
  }

  writeHead(status: number, headers: Record<string, unknown>): this {
    this.headersSent = true;
    const text: Record<string, string | string[]> = {};
    for (const name of Object.keys(headers)) {
      const value = headers[name];
      text[name] = Array.isArray(value) ? value : String(value);
    }
    this.#onHead(status, text, this.#events);
    return this;
  }

  flushHeaders(): void {}
}

/** Events that wait for their one reader, who takes all that are there at once. */
class LocalEvents implements WatchedObjects, AsyncIterable<readonly WatchedObject[]> {
  readonly #stream: PassThrough;
  #waiting: WatchedObject[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  /** Ends when the stream is closed; closes it when it ends. */
  constructor(stream: PassThrough) {
    this.#stream = stream;
    stream.once('close', () => this.end());
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  push(event: WatchedObject): void {
    this.#waiting.push(event);
    this.#wake?.();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake?.();
    this.#stream.destroy();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly WatchedObject[]> {
    try {
      while (this.#waiting.length > 0 || !this.#ended) {
        if (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
        const events = this.#waiting;
        this.#waiting = [];
        this.#stream.emit('drain');
        if (events.length > 0) yield events;
      }
    } finally {
      // A reader that stops reading ends the watch.
      this.end();
    }
  }
}
