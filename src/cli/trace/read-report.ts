/** A trace that was kept: our own JSON, or what `/debug/traces/ID` answered. */
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import type { Trace } from '../../tracing/trace.ts';
import { CliError } from '../errors.ts';
import type { TraceReport } from './trace-report.ts';

/** @throws CliError when it is neither */
export function readReport(text: string, where: string): TraceReport {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new CliError(`${where} is no trace: ${(error as Error).message}`, { cause: error });
  }
  if (isObject(value) && isReport(value)) return value as unknown as TraceReport;
  if (isObject(value) && isTrace(value)) return reportOfTrace(value as unknown as Trace);
  throw new CliError(`${where} is no trace: make one with kctl trace -o json COMMAND`);
}

/** As if the server's time were all there was. */
export function reportOfTrace(trace: Trace): TraceReport {
  const { method, path, status, durationMs, auditId, id } = trace;
  const request = { method, path, status, startMs: 0, headersMs: durationMs, durationMs, bytes: 0, auditId };
  return { spans: [], requests: [{ ...request, traceId: id, server: trace }], totalMs: durationMs };
}

function isReport(value: JsonObject): boolean {
  const { spans, requests, totalMs } = value;
  return typeof totalMs === 'number' && areSpans(spans) && Array.isArray(requests) && requests.every(isRequest);
}

function isRequest(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { method, path, startMs, durationMs, status, bytes, server, concluded, warnings } = value;
  return (
    [method, path].every((text) => typeof text === 'string') &&
    [startMs, durationMs, status, bytes].every((number) => typeof number === 'number') &&
    (server === undefined || (isObject(server) && isTrace(server))) &&
    (concluded === undefined || (isObject(concluded) && typeof concluded['decision'] === 'string')) &&
    (warnings === undefined || (Array.isArray(warnings) && warnings.every((text) => typeof text === 'string')))
  );
}

function isTrace({ id, durationMs, spans }: JsonObject): boolean {
  return typeof id === 'string' && typeof durationMs === 'number' && areSpans(spans);
}

function areSpans(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (span) =>
        isObject(span) &&
        typeof span['station'] === 'string' &&
        typeof span['decision'] === 'string' &&
        typeof span['startMs'] === 'number' &&
        typeof span['durationMs'] === 'number',
    )
  );
}
