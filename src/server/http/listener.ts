/** The TLS listener: HTTP/1.1 and HTTP/2 on one port, timeouts against slow peers, and a drain that ends quickly. */
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../request/context.ts';

export interface ListenerOptions {
  readonly address: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  /** PEM bundle that client certificates may be signed by; verification is authentication's business. */
  readonly clientCa: string;
  readonly onRequest: (req: HttpRequest, res: HttpResponse) => void;
  readonly onUpgrade?: (req: HttpRequest, socket: Duplex, head: Buffer) => void;
}

export interface Listener {
  readonly port: number;
  readonly address: string;
  /** Stops accepting, lets short requests finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
const IDLE_TIMEOUT_MS = 90_000;
const LINGER_MS = 500;
const MAX_HEADER_BYTES = 64 << 10;

/** @throws Error (code EADDRINUSE, EACCES …) when the address cannot be bound. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const server = createSecureServer(
    {
      cert: options.cert,
      key: options.key,
      ca: options.clientCa,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      allowHTTP1: true,
      maxHeaderListPairs: 200,
      settings: { maxConcurrentStreams: 250, initialWindowSize: 1 << 20, maxHeaderListSize: MAX_HEADER_BYTES },
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      noDelay: true,
    } as Parameters<typeof createSecureServer>[0],
    (req, res) => options.onRequest(req, res as unknown as HttpResponse),
  );
  const connections = track(server);
  if (options.onUpgrade !== undefined) server.on('upgrade', options.onUpgrade as never);
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.on('clientError', refuse);
  server.on('sessionError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return { port: bound.port, address: bound.address, close: (graceMs) => drain(server, connections, graceMs) };
}

/** What cannot be read as HTTP/1.1 is answered as Go's server does, then cut off. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n`;
  socket.end(head + status);
  // A client that is still sending would lose the answer to a reset; the listener takes the socket from the parser.
  socket.removeAllListeners('data').on('data', () => {});
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

interface Connections {
  sockets: Set<Socket>;
  sessions: Set<ServerHttp2Session>;
}

function track(server: Http2SecureServer): Connections {
  const connections: Connections = { sockets: new Set(), sessions: new Set() };
  server.on('connection', (socket: Socket) => {
    connections.sockets.add(socket);
    socket.on('close', () => connections.sockets.delete(socket));
  });
  server.on('session', (session) => {
    connections.sessions.add(session);
    session.setTimeout(IDLE_TIMEOUT_MS * 4);
    session.on('close', () => connections.sessions.delete(session));
    session.on('error', () => {});
  });
  return connections;
}

function drain(server: Http2SecureServer, { sockets, sessions }: Connections, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    for (const session of sessions) session.close();
    (server as unknown as { closeIdleConnections?(): void }).closeIdleConnections?.();
  });
}
