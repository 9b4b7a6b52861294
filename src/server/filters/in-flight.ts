import { tooManyRequests } from '../../api/status-error.ts';
import type { Filter, Handler, RequestContext } from '../request/context.ts';

const LONG_RUNNING_SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);
const READ_VERBS = new Set(['get', 'list', 'watch']);

/** Watches and streams: not counted, never timed out. */
export function isLongRunning(ctx: RequestContext): boolean {
  const { verb, subresource } = ctx.info;
  return verb === 'watch' || (subresource !== '' && LONG_RUNNING_SUBRESOURCES.has(subresource));
}

export interface InFlight {
  readonly filter: Filter;
  /** Requests under way now. */
  count(): { readOnly: number; mutating: number };
}

/**
 * At most so many requests at once (--max-requests-inflight, --max-mutating-requests-inflight; 0 = no limit);
 * the others get 429 with Retry-After. system:masters is exempt.
 */
export function inFlightFilter(maxReadOnly: number, maxMutating: number): InFlight {
  let readOnly = 0;
  let mutating = 0;
  const readOver = (): void => void readOnly--;
  const writeOver = (): void => void mutating--;
  const counted = (ctx: RequestContext, next: Handler): Promise<void> => {
    const reads = READ_VERBS.has(ctx.info.verb) || ctx.method === 'HEAD';
    const exempt = ctx.user.groups.includes('system:masters');
    const count = reads ? readOnly : mutating;
    const max = reads ? maxReadOnly : maxMutating;
    if (!exempt && max > 0 && count >= max) throw tooManyRequests('Too many requests, please try again later.', 1);
    if (reads) readOnly++;
    else mutating++;
    ctx.whenOver(reads ? readOver : writeOver);
    return next(ctx);
  };
  const filter: Filter = (next) => (ctx) => (isLongRunning(ctx) ? next(ctx) : counted(ctx, next));
  return { filter, count: () => ({ readOnly, mutating }) };
}
