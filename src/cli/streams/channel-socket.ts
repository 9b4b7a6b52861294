/** WebSockets to an API server: the connection and credentials of the kubeconfig, errors of the server as they are. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { ClientConfig } from '../../client/client-config.ts';
import { plainConnectionError } from '../../client/connection-error.ts';
import { impersonationHeaders } from '../../client/credentials.ts';
import { errorOfResponse } from '../../client/error-response.ts';
import { tlsOptions } from '../../client/tls-options.ts';

const MAX_ERROR_BYTES = 1 << 20;
const HANDSHAKE_TIMEOUT_MS = 30_000;

/**
 * @param path with its query
 * @param onMessage gets everything, also what comes together with the answer to the handshake
 * @throws StatusError when the server refuses, ClientError when it cannot be reached
 */
export async function openSocket(
  config: ClientConfig,
  path: string,
  protocols: readonly string[],
  onMessage: (message: Buffer) => void,
): Promise<WebSocket> {
  const [tls, own] = await Promise.all([tlsOptions(config), config.credentials.headers()]);
  const headers = { ...own, ...impersonationHeaders(config.impersonate), 'user-agent': 'kctl' } as Record<
    string,
    string
  >;
  const options = { ...tls, headers, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, perMessageDeflate: false };
  const socket = new WebSocket(`${config.server.replace(/^http/, 'ws')}${path}`, [...protocols], options);
  socket.on('message', (data) => onMessage(data as Buffer));
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      // What follows on this connection is told already, or nothing.
      socket.on('error', () => {});
      const { socket: connection } = response;
      void refusal(response)
        .then(reject, reject)
        .finally(() => connection.destroy());
    });
    socket.once('error', (error) => void plainConnectionError(error, config).then(reject));
  });
}

async function refusal(response: IncomingMessage): Promise<Error> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ERROR_BYTES) break;
    chunks.push(chunk);
  }
  return errorOfResponse({ status: response.statusCode ?? 0, headers: response.headers }, Buffer.concat(chunks));
}
