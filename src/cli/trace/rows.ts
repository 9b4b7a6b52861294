/** A trace as one list in order: steps of our own, requests, and below each request the server's stations. */
import type { Span, Trace } from '../../tracing/trace.ts';
import type { TracedRequest, TraceReport } from './trace-report.ts';

export interface Row {
  readonly indent: number;
  readonly name: string;
  /** For lessons: `request` for any method. */
  readonly station: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly text: string;
  readonly tone: 'client' | 'request' | 'server' | 'bad';
  readonly details?: Readonly<Record<string, unknown>>;
}

export function rowsOf({ spans, requests }: TraceReport): Row[] {
  const groups: Row[][] = [
    ...spans.map((span): Row[] => [{ ...span, name: span.station, indent: 0, text: span.decision, tone: 'client' }]),
    ...requests.map(requestRows),
  ];
  return groups.sort((a, b) => (a[0]?.startMs ?? 0) - (b[0]?.startMs ?? 0)).flat();
}

function requestRows(request: TracedRequest): Row[] {
  const { method, path, startMs, durationMs, status, server, concluded, warnings = [] } = request;
  const failed = status === 0 || status >= 400;
  const text = `${path} → ${outcome(request)}`;
  const head: Row = {
    indent: 0,
    name: method,
    station: 'request',
    startMs,
    durationMs,
    text,
    tone: failed ? 'bad' : 'request',
  };
  const inside = server === undefined ? [] : server.spans.map((span) => serverRow(span, request, server));
  const guessed = concluded === undefined ? [] : [noTime(concluded.station, concluded.decision, request)];
  return [head, ...inside, ...guessed, ...warnings.map((warning) => noTime('warning', warning, request))];
}

/** Known, but not when. */
function noTime(station: string, text: string, { startMs, durationMs }: TracedRequest): Row {
  return { indent: 1, name: station, station, startMs: startMs + durationMs / 2, durationMs: 0, text, tone: 'server' };
}

function outcome({ status, bytes, error, auditId }: TracedRequest): string {
  if (status === 0) return `no answer: ${error ?? 'the connection ended'}`;
  // A trace of the server does not say how much it sent.
  const sent = bytes === 0 ? '' : `, ${size(bytes)}`;
  return `${status}${sent}${auditId === undefined ? '' : `, audit-id ${auditId}`}`;
}

/** The clocks differ: the server's time is laid in the middle of ours, half of the rest being the way there. */
function serverRow(span: Span, request: TracedRequest, trace: Trace): Row {
  const way = Math.max(0, (request.durationMs - trace.durationMs) / 2);
  return {
    indent: 1,
    name: span.station,
    station: span.station,
    startMs: request.startMs + way + span.startMs,
    durationMs: span.durationMs,
    text: span.decision,
    tone: 'server',
    ...(span.details === undefined ? {} : { details: span.details }),
  };
}

/** What bars are measured against. */
export function totalOf({ totalMs }: TraceReport, rows: readonly Row[]): number {
  return Math.max(totalMs, ...rows.map(({ startMs, durationMs }) => startMs + durationMs));
}

export function headline({ requests, totalMs }: TraceReport): string {
  return `trace of ${requests.length} request${requests.length === 1 ? '' : 's'} in ${milliseconds(totalMs)}`;
}

export function footnotes({ requests }: TraceReport): string[] {
  const answered = requests.filter(({ status }) => status !== 0);
  const silent = answered.length > 0 && answered.every(({ server }) => server === undefined);
  return silent
    ? ['The server told nothing about its side: it is not kctl, or you may not get the non-resource URL /debug/traces.']
    : [];
}

export function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
