import type { LongRunning, Metrics } from '../endpoints/metrics/metrics.ts';
import type { Filter, RequestContext } from '../request/context.ts';
import { isLongRunning } from './in-flight.ts';

/** Answers by which the server defends itself: too many requests, too long a request. */
const TERMINATIONS = new Set([429, 504]);

/** Counts and times every request. */
export function metricsFilter(metrics: Metrics): Filter {
  const over = (ctx: RequestContext): void => {
    if (TERMINATIONS.has(ctx.status)) metrics.terminated(ctx.status);
    observe(metrics, ctx, (performance.now() - ctx.begunAt) / 1000);
  };
  const watchLongRunning = (ctx: RequestContext): void => {
    const long = longRunning(ctx);
    metrics.longRunning(long, 1);
    ctx.whenOver(() => metrics.longRunning(long, -1));
  };
  return (next) => (ctx) => {
    if (isLongRunning(ctx)) watchLongRunning(ctx);
    ctx.whenOver(over);
    return next(ctx);
  };
}

function observe(metrics: Metrics, ctx: RequestContext, seconds: number): void {
  const { verb, group, version, resource, subresource } = ctx.info;
  const scope = scopeOf(ctx);
  metrics.observe({
    verb,
    group,
    version,
    resource,
    subresource,
    scope,
    code: ctx.status,
    seconds,
    bytes: ctx.sentBytes,
  });
}

function longRunning(ctx: RequestContext): LongRunning {
  const { verb, group, version, resource, subresource } = ctx.info;
  return { verb: verb === 'watch' ? 'WATCH' : 'CONNECT', group, version, resource, subresource, scope: scopeOf(ctx) };
}

function scopeOf({ info }: RequestContext): '' | 'cluster' | 'namespace' | 'resource' {
  if (!info.isResource) return '';
  if (info.name !== '') return 'resource';
  return info.namespace !== '' ? 'namespace' : 'cluster';
}
