import { ClientError } from '../client/client-error.ts';
import type { Transport, TransportRequest } from '../client/transport.ts';

const MESSAGE =
  'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)';

/** Ends each request after `timeoutMs`; 0 = no limit. */
export function timeoutTransport(inner: Transport, timeoutMs: number): Transport {
  if (timeoutMs === 0) return inner;
  return {
    async send(request: TransportRequest) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
      try {
        return await inner.send({ ...request, signal });
      } catch (error) {
        if (timeout.aborted) throw new ClientError('unreachable', MESSAGE, { cause: error });
        throw error;
      }
    },
    close: () => inner.close(),
  };
}
