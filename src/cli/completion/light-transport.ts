/** Requests on Node's own client: a Tab has no time to load undici. One connection for all of them. */
import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ClientConfig } from '../../client/client-config.ts';
import { impersonationHeaders } from '../../client/credentials.ts';
import { tlsOptions } from '../../client/tls-options.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../client/transport.ts';

/** Reads only; each request ends after `timeoutMs`. Proxies are passed over. */
export async function lightTransport(config: ClientConfig, timeoutMs: number): Promise<Transport> {
  const { protocol, hostname, port, pathname } = new URL(config.server);
  const secure = protocol === 'https:';
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1, ...(await tlsOptions(config)) })
    : new HttpAgent();
  const own = { ...(await config.credentials.headers()), ...impersonationHeaders(config.impersonate) };
  const base: RequestOptions = { agent, hostname: hostname.replace(/^\[|\]$/g, ''), port: port || undefined };
  const send = ({ method, path, headers }: TransportRequest): Promise<TransportResponse> => {
    const options = {
      ...base,
      method,
      path: pathname.replace(/\/+$/, '') + path,
      headers: { ...own, ...headers } as Record<string, string>,
      signal: AbortSignal.timeout(timeoutMs),
    };
    return new Promise((resolve, reject) => {
      const request = secure ? httpsRequest(options) : httpRequest(options);
      request.on('response', (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      request.on('error', reject);
      request.end();
    });
  };
  return { send, close: async () => agent.destroy() };
}
