import { randomUUID } from 'node:crypto';
import { type TraceBuffer, TraceRecorder } from '../../tracing/trace.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { Filter, RequestContext } from '../request/context.ts';

/** Starts a trace when `Kctl-Trace: 1` asks for one; whether the caller may is decided once it is known who asks. */
export function startTrace(ctx: RequestContext): void {
  if (ctx.header('kctl-trace') !== '1') return;
  ctx.trace = new TraceRecorder(randomUUID(), () => performance.now());
  const { info } = ctx;
  const target = info.isResource
    ? `${info.verb} ${info.resource}${info.subresource === '' ? '' : `/${info.subresource}`}`
    : `${info.verb} ${info.path}`;
  ctx.trace.decide('request-info', target, { ...info });
}

/** Keeps the traces of callers that may read /debug/traces; the others' requests go on untraced. */
export function traceFilter(authorizer: Authorizer, traces: TraceBuffer): Filter {
  return (next) => {
    const traced = async (ctx: RequestContext, trace: TraceRecorder): Promise<void> => {
      if (await mayTrace(authorizer, ctx)) keepWhenClosed(ctx, trace, traces);
      else ctx.trace = undefined;
      return next(ctx);
    };
    return (ctx) => (ctx.trace === undefined ? next(ctx) : traced(ctx, ctx.trace));
  };
}

function keepWhenClosed(ctx: RequestContext, trace: TraceRecorder, traces: TraceBuffer): void {
  ctx.res.once('close', () => {
    const { auditId, receivedAt, method, user, status } = ctx;
    traces.add(
      trace.finish({
        auditId,
        startedAt: new Date(receivedAt).toISOString(),
        method,
        path: ctx.info.path,
        user: user.name,
        status,
      }),
    );
  });
}

async function mayTrace(authorizer: Authorizer, ctx: RequestContext): Promise<boolean> {
  const { user } = ctx;
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  const decision = await authorizer.authorize({ user, verb: 'get', isResource: false, path: '/debug/traces', ...none });
  return decision.verdict === 'allow';
}
