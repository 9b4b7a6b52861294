/**
 * Requests on Node's own client: a Tab has no time to load undici. One connection for all of them. Not even by `import
 * 'node:http'`: that reads all its exports, and WebSocket among them loads Node's own undici, which takes 80 ms.
 */
import type { RequestOptions } from 'node:http';
import type { ClientConfig } from '../../client/client-config.ts';
import { impersonationHeaders } from '../../client/credentials.ts';
import { tlsOptions } from '../../client/tls-options.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../client/transport.ts';

/** Reads only; each request ends after `timeoutMs`. Proxies are passed over. */
export async function lightTransport(config: ClientConfig, timeoutMs: number): Promise<Transport> {
  const { protocol, hostname, port, pathname } = new URL(config.server);
  const { Agent, request } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  const tls = protocol === 'https:' ? await tlsOptions(config) : {};
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...tls });
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
      const sent = request(options);
      sent.on('response', (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
      });
      sent.on('error', reject);
      sent.end();
    });
  };
  return { send, close: async () => agent.destroy() };
}
