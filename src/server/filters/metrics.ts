import type { Metrics } from '../endpoints/metrics/metrics.ts';
import type { Filter, RequestContext } from '../request/context.ts';

/** Counts and times every request; the outermost station. */
export function metricsFilter(metrics: Metrics): Filter {
  return (next) => async (ctx) => {
    const startedAt = performance.now();
    try {
      await next(ctx);
    } finally {
      const { verb, group, version, resource, subresource } = ctx.info;
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.observe({
        verb,
        group,
        version,
        resource,
        subresource,
        scope: scopeOf(ctx),
        code: ctx.status,
        seconds,
        bytes: ctx.sentBytes,
      });
    }
  };
}

function scopeOf({ info }: RequestContext): '' | 'cluster' | 'namespace' | 'resource' {
  if (!info.isResource) return '';
  if (info.name !== '') return 'resource';
  return info.namespace !== '' ? 'namespace' : 'cluster';
}
