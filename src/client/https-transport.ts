/** Requests over the network: TLS, kept-alive connections, streaming answers. */
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { ClientConfig } from './client-config.ts';
import { ClientError } from './client-error.ts';
import { plainConnectionError } from './connection-error.ts';
import { type ClientCertificate, impersonationHeaders } from './credentials.ts';
import { tlsOf } from './tls-options.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

export interface HttpsTransportOptions {
  /** Milliseconds to connect; default 10,000. */
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

/** Nothing is connected before the first request. */
export function createHttpsTransport(config: ClientConfig, options: HttpsTransportOptions = {}): Transport {
  return new HttpsTransport(config, options);
}

class HttpsTransport implements Transport {
  readonly #config: ClientConfig;
  readonly #options: HttpsTransportOptions;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #impersonation: Record<string, string | string[]> | undefined;
  #agent: Promise<Dispatcher> | undefined;

  constructor(config: ClientConfig, options: HttpsTransportOptions) {
    const url = serverUrl(config.server);
    this.#config = config;
    this.#options = options;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#impersonation = impersonationHeaders(config.impersonate);
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const response = await this.#sendOnce(request);
    if (response.status !== 401 || !(await this.#config.credentials.renew())) return response;
    for await (const _ of response.body);
    await this.#reconnect();
    return this.#sendOnce(request);
  }

  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await (await agent)?.destroy();
  }

  async #sendOnce(request: TransportRequest): Promise<TransportResponse> {
    const { credentials } = this.#config;
    const [agent, own] = await Promise.all([this.#connect(), credentials.headers()]);
    try {
      const { statusCode, headers, body } = await agent.request({
        origin: this.#origin,
        path: this.#basePath + request.path,
        method: request.method as Dispatcher.HttpMethod,
        headers: { ...own, ...this.#impersonation, ...request.headers },
        body: request.body,
        signal: request.signal,
      });
      return { status: statusCode, headers, body: body as AsyncIterable<Buffer> };
    } catch (error) {
      request.signal?.throwIfAborted();
      throw await plainConnectionError(error, this.#config);
    }
  }

  #connect(): Promise<Dispatcher> {
    if (this.#agent === undefined) {
      const made = this.#config.credentials.certificate().then((certificate) => this.#makeAgent(certificate));
      this.#agent = made;
      made.catch(() => {
        if (this.#agent === made) this.#agent = undefined;
      });
    }
    return this.#agent;
  }

  #makeAgent(certificate: ClientCertificate | undefined): Dispatcher {
    const tls = tlsOf(this.#config, certificate);
    // Watches are silent for minutes and some answers take as long: the caller's signal ends them.
    const shared = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS, allowH2: false };
    const timeout = this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const { proxyUrl } = this.#config;
    if (proxyUrl !== undefined) return new ProxyAgent({ ...shared, uri: proxyUrl, requestTls: { ...tls, timeout } });
    return new Agent({ ...shared, connect: { ...tls, timeout, keepAlive: true, keepAliveInitialDelay: 30_000 } });
  }

  /** The certificate belongs to the connection: a new one needs new connections. */
  async #reconnect(): Promise<void> {
    const agent = await this.#agent;
    this.#agent = undefined;
    // Streams that are under way end by themselves.
    void agent?.close().catch(() => {});
  }
}

/** @throws ClientError 'kubeconfig' */
function serverUrl(server: string): URL {
  const text = /^[a-z]+:\/\//i.test(server) ? server : `http://${server}`;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ClientError('kubeconfig', `"${server}" is no URL of a server`);
  }
  return url;
}
