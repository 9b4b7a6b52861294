/** `--trace`: measures requests, asks the server what it decided about each, and shows both. */
import { parseJson } from '../../api/json.ts';
import { pause } from '../../client/pause.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../client/transport.ts';
import { warningTexts } from '../../client/warning-header.ts';
import type { Trace } from '../../tracing/trace.ts';
import { systemClock } from '../../util/clock.ts';
import { ConnectionProbe } from './connection-probe.ts';
import { type RenderOptions, renderTrace } from './trace-format.ts';
import type { ClientSpan, TracedRequest, TraceReport } from './trace-report.ts';

export interface TracerOptions extends RenderOptions {
  readonly write: (text: string) => void;
}

/** Discovery is the client's own business: its requests are timed but not traced in the server. */
const DISCOVERY = /^\/(api|apis)(\?|$)|^\/apis\/[^/]+\/[^/?]+(\?|$)|^\/api\/[^/?]+(\?|$)|^\/openapi\//;
/** A command with more requests shows the way of these only. */
const MAX_SERVER_TRACES = 50;
/** As many are explained from RBAC objects when the server does not tell. */
const MAX_CONCLUDED = 10;
/** A trace is kept once its answer has left the server, a moment after we have it. */
const FETCH_ATTEMPTS = 8;
const FETCH_PAUSE_MS = 15;

export class RequestTracer {
  readonly #options: TracerOptions;
  readonly #origin = performance.now();
  readonly #probe = new ConnectionProbe();
  readonly #spans: ClientSpan[] = [];
  readonly #requests: TracedRequest[] = [];

  constructor(options: TracerOptions) {
    this.#options = options;
  }

  /** A step of our own that began at `start` (performance.now()) and ends now. */
  record(station: string, start: number, decision: string): void {
    this.#spans.push({ station, startMs: start - this.#origin, durationMs: performance.now() - start, decision });
  }

  wrap(inner: Transport): Transport {
    return { send: (request) => this.#send(inner, request), close: () => inner.close() };
  }

  /**
   * Fetches what the server recorded and prints everything. `reader`: without impersonation, as whoever one acts as may
   * hardly see traces and roles.
   */
  async finish(transport: Transport, reader: Transport = transport): Promise<void> {
    const totalMs = performance.now() - this.#origin;
    for (const { station, start, durationMs, decision } of this.#probe.finish()) {
      this.#spans.push({ station, startMs: start - this.#origin, durationMs, decision });
    }
    const traced = this.#requests.filter(({ traceId }) => traceId !== undefined).slice(0, MAX_SERVER_TRACES);
    for (const request of traced) request.server = await fetchTrace(reader, request.traceId as string);
    await this.#concludeOthers(transport, reader);
    this.#spans.sort((a, b) => a.startMs - b.startMs);
    const report = roundedReport({ spans: this.#spans, requests: this.#requests, totalMs });
    this.#options.write(await renderTrace(report, this.#options));
  }

  /** Requests of which the server told nothing. */
  async #concludeOthers(transport: Transport, reader: Transport): Promise<void> {
    const silent = this.#requests.filter(
      ({ status, server, path }) => status !== 0 && status !== 401 && server === undefined && !DISCOVERY.test(path),
    );
    if (silent.length === 0) return;
    const [{ concludeAuthorization }, { RestClient }] = await Promise.all([
      import('./conclude.ts'),
      import('../../client/rest-client.ts'),
    ]);
    const clients = {
      asker: new RestClient({ transport, userAgent: 'kctl' }),
      reader: new RestClient({ transport: reader, userAgent: 'kctl' }),
    };
    await concludeAuthorization(clients, silent.slice(0, MAX_CONCLUDED));
  }

  async #send(inner: Transport, request: TransportRequest): Promise<TransportResponse> {
    const { method, path } = request;
    const start = performance.now();
    const entry: TracedRequest = {
      method,
      path,
      startMs: start - this.#origin,
      headersMs: 0,
      durationMs: 0,
      status: 0,
      bytes: 0,
    };
    this.#requests.push(entry);
    const headers = DISCOVERY.test(path) ? request.headers : { ...request.headers, 'kctl-trace': '1' };
    try {
      const response = await inner.send({ ...request, headers });
      entry.headersMs = performance.now() - start;
      entry.durationMs = entry.headersMs;
      entry.status = response.status;
      entry.auditId = single(response.headers['audit-id']);
      entry.traceId = single(response.headers['kctl-trace-id']);
      const warnings = warningTexts(response.headers['warning']);
      if (warnings.length > 0) entry.warnings = warnings;
      return { ...response, body: measured(response.body, entry, start) };
    } catch (error) {
      entry.durationMs = performance.now() - start;
      entry.error = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

async function* measured(body: AsyncIterable<Buffer>, entry: TracedRequest, start: number): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    entry.bytes += chunk.length;
    entry.durationMs = performance.now() - start;
    yield chunk;
  }
  entry.durationMs = performance.now() - start;
}

/** undefined when the server no longer has it, or does not let us read it. */
async function fetchTrace(transport: Transport, id: string): Promise<Trace | undefined> {
  for (let attempt = 0; attempt < FETCH_ATTEMPTS; attempt++) {
    const { status, body } = await transport.send({
      method: 'GET',
      path: `/debug/traces/${encodeURIComponent(id)}`,
      headers: { accept: 'application/json' },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    if (status === 200) return parseJson(Buffer.concat(chunks)) as Trace;
    if (status !== 404) return undefined;
    await pause(systemClock, FETCH_PAUSE_MS);
  }
  return undefined;
}

function roundedReport({ spans, requests, totalMs }: TraceReport): TraceReport {
  const ms = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    spans: spans.map((span) => ({ ...span, startMs: ms(span.startMs), durationMs: ms(span.durationMs) })),
    requests: requests.map((r) => ({
      ...r,
      startMs: ms(r.startMs),
      headersMs: ms(r.headersMs),
      durationMs: ms(r.durationMs),
    })),
    totalMs: ms(totalMs),
  };
}
