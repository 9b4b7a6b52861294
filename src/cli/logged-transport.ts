import type { Transport, TransportRequest } from '../client/transport.ts';
import type { Output } from './io.ts';

/** `-v 6`: one line on stderr for each answer. */
export function loggedTransport(inner: Transport, server: string, output: Output): Transport {
  return {
    async send(request: TransportRequest) {
      const started = performance.now();
      const response = await inner.send(request);
      const ms = Math.round(performance.now() - started);
      output.write(`${request.method} ${server}${request.path} ${response.status} in ${ms} milliseconds\n`);
      return response;
    },
    close: () => inner.close(),
  };
}
