/** One request on its way through the server: facts that are computed once and what the stations found out. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TraceRecorder } from '../../tracing/trace.ts';
import type { Bursts } from '../http/bursts.ts';
import { parseRequestInfo, type RequestInfo } from './request-info.ts';
import { ANONYMOUS, type UserInfo } from './user.ts';

/** What the server uses of a request, be it HTTP/1.1, HTTP/2 or from inside the process. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly socket?: Duplex;
  /** Everything was read; in HTTP/1.1 also: the client is gone. */
  readonly destroyed: boolean;
  /** HTTP/1.1: the last byte of the request has come. HTTP/2 means something else by it. */
  readonly complete?: boolean;
  /** HTTP/2 only. */
  readonly stream?: { readonly destroyed?: boolean; readonly session?: { readonly socket: Duplex } | undefined };
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  /** All that has come and was not read yet; null when there is nothing. */
  read(): unknown;
}

/** Whether the client of a request that nobody has read yet is gone. */
export function isGone({ destroyed, stream }: HttpRequest): boolean {
  return destroyed || stream?.destroyed === true;
}

export interface WatchedObject {
  readonly type: string;
  /** Shared with others: never to be changed. */
  readonly object: unknown;
}

/** A watch's events on their way to a reader inside this process. */
export interface WatchedObjects {
  push(event: WatchedObject): void;
  /** Events that the reader has not taken yet. */
  readonly waiting: number;
  end(): void;
}

/** What the server uses of a response. */
export interface HttpResponse {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  /** Bytes that the client has not taken yet. */
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown;
  flushHeaders(): void;
  write(chunk: Buffer): boolean;
  end(chunk?: Buffer): unknown;
  /** The text's characters are bytes. */
  end(chunk: string, encoding: 'latin1'): unknown;
  destroy(error?: Error): unknown;
  on(event: 'close' | 'drain', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  /** For who reads a watch inside this process: its events go there, not into bytes. Before the head is written. */
  takeObjects?(): WatchedObjects | undefined;
}

export class RequestContext {
  readonly req: HttpRequest;
  readonly res: HttpResponse;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly info: RequestInfo;
  readonly auditId: string;
  readonly receivedAt: number;
  /** Set by authentication. */
  user: UserInfo = ANONYMOUS;
  /** Set by impersonation: who really sent it. */
  impersonator: UserInfo | undefined;
  /** What it goes through together with others; absent inside the process. */
  readonly bursts: Bursts | undefined;
  /** Present while this request is traced. */
  trace: TraceRecorder | undefined;
  /** Texts for Warning headers, without duplicates, in order. Nearly no request has one. */
  #warnings: Set<string> | undefined;
  /** HTTP code of the answer, once it was sent. */
  status = 0;
  /** Bytes of the answer's body so far. */
  sentBytes = 0;
  /** On the clock of `performance.now()`. */
  readonly begunAt = performance.now();
  #endings: Ending[] = [];

  constructor(
    req: HttpRequest,
    res: HttpResponse,
    path: string,
    query: URLSearchParams,
    auditId: string,
    receivedAt: number,
    bursts?: Bursts,
  ) {
    this.req = req;
    this.res = res;
    this.method = req.method ?? 'GET';
    this.query = query;
    this.info = parseRequestInfo(this.method, path, query);
    this.auditId = auditId;
    this.receivedAt = receivedAt;
    this.bursts = bursts;
  }

  header(name: string): string | undefined {
    const value = this.req.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  warn(text: string): void {
    if (text === '') return;
    this.#warnings ??= new Set();
    this.#warnings.add(text);
  }

  get warnings(): ReadonlySet<string> {
    return this.#warnings ?? NO_WARNINGS;
  }

  /** For filters: `ending` is called once the request is over, answered or not. Cheaper than to wait for it in each. */
  whenOver(ending: Ending): void {
    this.#endings.push(ending);
  }

  /** Called by the outermost filter. */
  end(): void {
    const endings = this.#endings;
    this.#endings = [];
    for (let i = 0; i < endings.length; i++) (endings[i] as Ending)(this);
  }
}

const NO_WARNINGS: ReadonlySet<string> = new Set();

export type Ending = (ctx: RequestContext) => void;

export type Handler = (ctx: RequestContext) => Promise<void>;
export type Filter = (next: Handler) => Handler;
