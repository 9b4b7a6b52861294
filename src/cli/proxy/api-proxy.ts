/** An HTTP server on this machine that hands requests on to the API server, with the credentials of the kubeconfig. */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ClientConfig } from '../../client/client-config.ts';
import { plainConnectionError } from '../../client/connection-error.ts';
import { impersonationHeaders } from '../../client/credentials.ts';
import { tlsOptions } from '../../client/tls-options.ts';
import { hostOf, type RequestFilter } from './request-filter.ts';
import type { FileServer } from './static-files.ts';

export interface ProxyOptions {
  readonly config: ClientConfig;
  readonly filter: RequestFilter;
  /** `/`: what lies below is the API. */
  readonly apiPrefix: string;
  /** Whether the path of the server goes before that of the request; otherwise only its host counts. */
  readonly appendServerPath: boolean;
  /** How often upgraded connections to the server are probed; 0 = never. */
  readonly keepAliveMs: number;
  /** Answers what lies below its prefix, if that is longer than the API's. */
  readonly files?: FileServer;
}

/** Headers that belong to one connection, not to the request. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'host',
  'authorization',
];

export function apiProxy(options: ProxyOptions): Server {
  const server = createServer((req, res) => {
    if (options.files?.serves(req, options.apiPrefix)) return void options.files.answer(req, res);
    const path = allowedPath(req, options);
    if (path === undefined) res.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end('Forbidden\n');
    else void handOn(req, res, path, options);
  });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = allowedPath(req, options);
    if (path === undefined) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else void handUpgradeOn(req, socket, head, path, options);
  });
  return server;
}

/** undefined when the filter says no or the prefix is another. */
function allowedPath(req: IncomingMessage, { filter, apiPrefix }: ProxyOptions): string | undefined {
  const { url = '/', method = 'GET', headers } = req;
  const prefix = apiPrefix.replace(/\/+$/, '');
  if (!url.startsWith(`${prefix}/`)) return undefined;
  const path = url.slice(prefix.length);
  const bare = path.replace(/\?.*$/s, '');
  return filter({ method, path: bare, host: hostOf(headers.host ?? '') }) ? path : undefined;
}

async function upstream(req: IncomingMessage, path: string, { config, appendServerPath }: ProxyOptions) {
  const [tls, own] = await Promise.all([tlsOptions(config), config.credentials.headers()]);
  const kept = Object.entries(req.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  const { hostname, port, protocol, pathname } = new URL(config.server);
  const options: RequestOptions = {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port || undefined,
    method: req.method,
    path: (appendServerPath ? pathname.replace(/\/+$/, '') : '') + path,
    headers: { ...Object.fromEntries(kept), ...own, ...impersonationHeaders(config.impersonate) },
  };
  return (headers: Record<string, string> = {}) => {
    const all = { ...options, headers: { ...(options.headers as Record<string, string>), ...headers } };
    return protocol === 'https:' ? httpsRequest({ ...tls, ...all }) : httpRequest(all);
  };
}

async function handOn(req: IncomingMessage, res: ServerResponse, path: string, options: ProxyOptions): Promise<void> {
  try {
    const request = (await upstream(req, path, options))();
    request.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    request.on('error', (error) => void fail(res, error, options.config));
    res.on('close', () => request.destroy());
    req.pipe(request);
  } catch (error) {
    await fail(res, error, options.config);
  }
}

async function fail(res: ServerResponse, error: unknown, config: ClientConfig): Promise<void> {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { message } = await plainConnectionError(error, config);
  res.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

/** exec, attach and port-forward through the proxy, when --reject-paths lets them. */
async function handUpgradeOn(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  path: string,
  options: ProxyOptions,
): Promise<void> {
  try {
    const request = (await upstream(req, path, options))({ connection: 'Upgrade', upgrade: req.headers.upgrade ?? '' });
    request.on('upgrade', (answer, other, otherHead) => {
      if (options.keepAliveMs > 0) (other as Socket).setKeepAlive(true, options.keepAliveMs);
      socket.write(rawHead(answer));
      socket.write(otherHead);
      other.write(head);
      socket.pipe(other).pipe(socket);
      for (const one of [socket, other]) one.on('error', () => [socket, other].forEach((each) => void each.destroy()));
    });
    request.on('response', (answer) => {
      socket.write(rawHead(answer));
      answer.pipe(socket);
    });
    request.on('error', () => socket.destroy());
    request.end();
  } catch {
    socket.destroy();
  }
}

function rawHead({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
