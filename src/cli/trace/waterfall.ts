/** A trace as text: one line a station, with a bar for when and how long. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { Span, Trace } from '../../tracing/trace.ts';
import type { TracedRequest, TraceReport } from './trace-report.ts';

export interface WaterfallOptions {
  readonly color: boolean;
  /** Columns of the terminal; lines are cut there. */
  readonly width: number;
}

interface Row {
  readonly indent: number;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly text: string;
  readonly tone: 'client' | 'request' | 'server' | 'bad';
}

const BAR = 24;
const NAME = 20;

/**
 *   trace  kctl → https://127.0.0.1:6443                     12.4 ms
 *     kubeconfig           ▕█                       ▏   1.1 ms  context kctl: …
 *     GET /api/v1/pods     ▕   ████                 ▏   4.0 ms  200, 1.2 kB
 *       authentication     ▕    █                   ▏   0.2 ms  client certificate …
 */
export function waterfall(report: TraceReport, options: WaterfallOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const rows = [
    ...report.spans.map(
      (span): Row => ({ ...span, indent: 0, name: span.station, text: span.decision, tone: 'client' }),
    ),
    ...report.requests.flatMap(requestRows),
  ];
  const ordered = rows
    .map((row, i) => ({ row, i }))
    .sort((a, b) => groupStart(a.row, rows) - groupStart(b.row, rows) || a.i - b.i);
  const total = Math.max(report.totalMs, ...rows.map(({ startMs, durationMs }) => startMs + durationMs));
  const head = paint.bold(
    `trace of ${report.requests.length} request${report.requests.length === 1 ? '' : 's'} in ${milliseconds(report.totalMs)}`,
  );
  const lines = ordered.map(({ row }) => line(row, total, options.width, paint));
  return `${[head, ...lines, ...footnotes(report)].join('\n')}\n`;
}

/** Server stations stay below their request. */
function groupStart(row: Row, rows: readonly Row[]): number {
  if (row.indent === 0) return row.startMs;
  const index = rows.indexOf(row);
  const parent = rows.slice(0, index).findLast(({ indent }) => indent === 0);
  return parent?.startMs ?? row.startMs;
}

function requestRows(request: TracedRequest): Row[] {
  const failed = request.status === 0 || request.status >= 400;
  const head: Row = {
    indent: 0,
    name: request.method,
    startMs: request.startMs,
    durationMs: request.durationMs,
    text: `${request.path} → ${outcome(request)}`,
    tone: failed ? 'bad' : 'request',
  };
  if (request.server === undefined) return [head];
  return [head, ...request.server.spans.map((span) => serverRow(span, request, request.server as Trace))];
}

function outcome({ status, bytes, error, auditId }: TracedRequest): string {
  if (status === 0) return `no answer: ${error ?? 'the connection ended'}`;
  return `${status}, ${size(bytes)}${auditId === undefined ? '' : `, audit-id ${auditId}`}`;
}

/** The clocks differ: the server's time is laid in the middle of ours, half of the rest being the way there. */
function serverRow(span: Span, request: TracedRequest, trace: Trace): Row {
  const way = Math.max(0, (request.durationMs - trace.durationMs) / 2);
  return {
    indent: 1,
    name: span.station,
    startMs: request.startMs + way + span.startMs,
    durationMs: span.durationMs,
    text: span.decision,
    tone: 'server',
  };
}

function line(row: Row, totalMs: number, width: number, paint: ChalkInstance): string {
  const name = `${'  '.repeat(row.indent + 1)}${row.name}`.padEnd(NAME);
  const time = milliseconds(row.durationMs).padStart(9);
  const room = Math.max(20, width - NAME - BAR - time.length - 6);
  const text = row.text.replace(/\s*\n\s*/g, ' ');
  const cut = text.length > room ? `${text.slice(0, room - 1)}…` : text;
  return `${tone(row.tone, paint)(name)} ${paint.dim('▕')}${bar(row, totalMs)}${paint.dim('▏')}${time}  ${cut}`.trimEnd();
}

function tone(name: Row['tone'], paint: ChalkInstance): ChalkInstance {
  return { client: paint.cyan, request: paint.green, server: paint.yellow, bad: paint.red }[name];
}

function bar({ startMs, durationMs }: Row, totalMs: number): string {
  const scale = totalMs <= 0 ? 0 : BAR / totalMs;
  const from = Math.min(BAR - 1, Math.max(0, Math.floor(startMs * scale)));
  const length = Math.min(BAR - from, Math.max(1, Math.round(durationMs * scale)));
  return ' '.repeat(from) + '█'.repeat(length) + ' '.repeat(BAR - from - length);
}

function footnotes({ requests }: TraceReport): string[] {
  const answered = requests.filter(({ status }) => status !== 0);
  const silent = answered.length > 0 && answered.every(({ server }) => server === undefined);
  return silent
    ? ['The server told nothing about its side: it is not kctl, or you may not get the non-resource URL /debug/traces.']
    : [];
}

function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
