import type { Transport, TransportRequest, TransportResponse } from '../../src/client/transport.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  /** A JSON value, or chunks of a stream. */
  readonly body?: unknown;
  readonly chunks?: Iterable<string> | AsyncIterable<string>;
}

/** Answers from a function and remembers what was asked. */
export function fakeTransport(
  answer: (request: TransportRequest, index: number) => Answer | Promise<Answer>,
): Transport & { readonly requests: TransportRequest[] } {
  const requests: TransportRequest[] = [];
  return {
    requests,
    async send(request): Promise<TransportResponse> {
      request.signal?.throwIfAborted();
      requests.push(request);
      const { status = 200, headers = {}, body, chunks } = await answer(request, requests.length - 1);
      return { status, headers, body: stream(chunks ?? [JSON.stringify(body ?? {})], request.signal) };
    },
    close: async () => {},
  };
}

/** Ends with the signal's reason, as a real connection would. */
async function* stream(chunks: Iterable<string> | AsyncIterable<string>, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next.done) return;
    yield Buffer.from(next.value);
  }
}

/** A stream that stays open until `end` or the signal. */
export function openStream(): { push(text: string): void; end(): void; chunks: AsyncIterable<string> } {
  const queue: string[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  return {
    push(text) {
      queue.push(text);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    chunks: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          for (let text = queue.shift(); text !== undefined; text = queue.shift()) yield text;
          if (ended) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    },
  };
}
