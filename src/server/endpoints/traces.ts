/** `/debug/traces`: what the pipeline decided about requests that asked to be traced (design §6). */
import { methodNotAllowed, StatusError } from '../../api/status-error.ts';
import type { Trace, TraceBuffer } from '../../tracing/trace.ts';
import { send } from '../http/response.ts';
import type { RequestContext } from '../request/context.ts';
import type { PathHandlers } from './paths.ts';

const PREFIX = '/debug/traces/';

/** The list answers summaries, newest first; `/debug/traces/ID` one whole trace. */
export function traceHandlers(traces: TraceBuffer): PathHandlers {
  return new Map([
    ['/debug/traces', (ctx) => sendJson(ctx, { traces: traces.list().map(summary) })],
    [PREFIX, (ctx) => sendJson(ctx, find(traces, ctx.info.path.slice(PREFIX.length)))],
  ]);
}

function summary({ spans, ...facts }: Trace): object {
  return { ...facts, stations: spans.length };
}

/** @throws StatusError 404 when it was never recorded or has been pushed out */
function find(traces: TraceBuffer, id: string): Trace {
  const trace = traces.get(id);
  if (trace !== undefined) return trace;
  throw new StatusError(404, 'NotFound', `trace ${JSON.stringify(id)} not found: only the newest traces are kept`, {
    name: id,
  });
}

async function sendJson(ctx: RequestContext, value: unknown): Promise<void> {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw methodNotAllowed();
  return send(ctx, 200, 'application/json', `${JSON.stringify(value, undefined, 2)}\n`);
}
