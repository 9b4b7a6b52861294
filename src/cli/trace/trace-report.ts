/** What one command did, as seen from here and, request by request, from inside the server. */
import type { Span, Trace } from '../../tracing/trace.ts';

export interface ClientSpan {
  readonly station: string;
  /** Milliseconds since the command opened its session. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly decision: string;
}

export interface TracedRequest {
  readonly method: string;
  readonly path: string;
  readonly startMs: number;
  /** Until the head of the answer. */
  headersMs: number;
  /** Until its last byte; the same as headersMs while it still streams. */
  durationMs: number;
  /** 0 when there was no answer. */
  status: number;
  bytes: number;
  auditId?: string;
  traceId?: string;
  error?: string;
  /** Texts of Warning headers. */
  warnings?: readonly string[];
  /** What the server recorded; absent when it is not kctl or the caller may not read traces. */
  server?: Trace;
  /** Without that: why its RBAC objects allow or refuse it, concluded here. */
  concluded?: Pick<Span, 'station' | 'decision' | 'details'>;
}

export interface TraceReport {
  readonly spans: readonly ClientSpan[];
  readonly requests: readonly TracedRequest[];
  readonly totalMs: number;
}
