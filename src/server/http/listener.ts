/** The TLS listener: HTTP/1.1 and HTTP/2 on one port, timeouts against slow peers, and a drain that ends quickly. */
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../request/context.ts';
import { superviseSession } from './http2-session.ts';

export interface ListenerTimeouts {
  /** TLS handshake and the headers of a request. */
  readonly headersMs: number;
  /** From the first byte of a request to the last byte of its body. */
  readonly requestMs: number;
  /** A connection without a request under way. */
  readonly idleMs: number;
}

export interface ListenerOptions {
  readonly address: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  /** PEM bundle that client certificates may be signed by; verification is authentication's business. */
  readonly clientCa: string;
  readonly timeouts?: Partial<ListenerTimeouts>;
  readonly onRequest: (req: HttpRequest, res: HttpResponse) => void;
  readonly onUpgrade?: (req: HttpRequest, socket: Duplex, head: Buffer) => void;
}

export interface Listener {
  readonly port: number;
  readonly address: string;
  /** Stops accepting, lets short requests finish for `graceMs`, then cuts what is left. Resolves soon after that. */
  close(graceMs: number): Promise<void>;
}

/** Upstream: 90 s idle; a request has 60 s (its handler answers 504 then), and a little more to be read. */
export const DEFAULT_TIMEOUTS: ListenerTimeouts = { headersMs: 15_000, requestMs: 70_000, idleMs: 90_000 };
const MAX_CHECK_INTERVAL_MS = 5000;
/** A peer that vanished without a word is noticed after a few of these. */
const KEEP_ALIVE_PROBE_MS = 180_000;
const LINGER_MS = 500;
/** How long the server's own bookkeeping may take after every connection was cut. */
const CUT_MS = 100;
const MAX_HEADER_BYTES = 64 << 10;
const MAX_HEADER_PAIRS = 200;

/** @throws Error (code EADDRINUSE, EACCES …) when the address cannot be bound. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const server = createServer(options, timeouts);
  const connections = new Connections(server);
  if (options.onUpgrade !== undefined) server.on('upgrade', options.onUpgrade as never);
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.on('clientError', refuse);
  server.on('sessionError', () => {});
  server.on('session', (session) => superviseSession(session, timeouts));
  await bind(server, options);
  const { port, address } = server.address() as AddressInfo;
  return { port, address, close: (graceMs) => drain(server, connections, graceMs) };
}

function createServer(options: ListenerOptions, { headersMs, requestMs, idleMs }: ListenerTimeouts): Http2SecureServer {
  return createSecureServer(
    {
      cert: options.cert,
      key: options.key,
      ca: options.clientCa,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      allowHTTP1: true,
      maxHeaderListPairs: MAX_HEADER_PAIRS,
      settings: { maxConcurrentStreams: 250, initialWindowSize: 1 << 20, maxHeaderListSize: MAX_HEADER_BYTES },
      handshakeTimeout: headersMs,
      headersTimeout: Math.min(headersMs, requestMs),
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: Math.min(MAX_CHECK_INTERVAL_MS, headersMs, requestMs),
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      noDelay: true,
    } as Parameters<typeof createSecureServer>[0],
    (req, res) => options.onRequest(req, res as unknown as HttpResponse),
  );
}

function bind(server: Http2SecureServer, { port, address }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What cannot be read as HTTP/1.1 is answered as Go's server does, then cut off. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const head = `HTTP/1.1 ${refusal(error)}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n`;
  socket.end(head + refusal(error));
  // A client that is still sending would lose the answer to a reset; the listener takes the socket from the parser.
  socket.removeAllListeners('data').on('data', () => {});
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function refusal({ code }: NodeJS.ErrnoException): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
}

/** Every socket that was accepted and is still there, before and after its TLS handshake. */
class Connections {
  readonly #sockets = new Set<Socket>();
  #closing = false;

  constructor(server: Http2SecureServer) {
    server.on('connection', (socket: Socket) => {
      if (this.#closing) return void socket.destroy();
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Whoever still waited in the queue of the port comes too late. */
  refuseNew(): void {
    this.#closing = true;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** `server.close` tells HTTP/2 clients to go, ends idle HTTP/1.1 connections and waits for the others. */
function drain(server: Http2SecureServer, connections: Connections, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(cut);
      clearTimeout(end);
      resolve();
    };
    const cut = setTimeout(() => connections.cut(), graceMs);
    const end = setTimeout(done, graceMs + CUT_MS);
    connections.refuseNew();
    server.close(done);
  });
}
