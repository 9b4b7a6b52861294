import { badRequest, serverTimeout } from '../../api/status-error.ts';
import { parseDuration } from '../../api/time.ts';
import { writeStatus } from '../handlers/write-object.ts';
import type { Filter, RequestContext } from '../request/context.ts';
import { isLongRunning } from './in-flight.ts';

const NANOSECONDS_PER_MS = 1_000_000;

/**
 * Answers 504 when a request takes longer than `maximumMs` (--request-timeout) or its own, shorter `?timeout=`; an
 * answer that has begun is cut off. The handler is not interrupted. Watches and streams have no deadline.
 * @throws StatusError 400 for a timeout that is no duration
 */
export function timeoutFilter(maximumMs: number): Filter {
  return (next) => async (ctx) => {
    if (isLongRunning(ctx)) return next(ctx);
    const wanted = ctx.query.get('timeout');
    const allowed = wanted === null || wanted === '' ? maximumMs : allowedMs(wanted, maximumMs);
    // Timers of one length cost next to nothing: the moment that the request has been here already is not subtracted.
    const timer = setTimeout(() => void expire(ctx), allowed);
    try {
      await next(ctx);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Zero, negative and longer ones mean the server's own limit. */
function allowedMs(wanted: string, maximumMs: number): number {
  try {
    const ms = Number(parseDuration(wanted)) / NANOSECONDS_PER_MS;
    return ms > 0 && ms < maximumMs ? ms : maximumMs;
  } catch (error) {
    throw badRequest(`invalid timeout specified in the request URL - ${(error as Error).message}`);
  }
}

async function expire(ctx: RequestContext): Promise<void> {
  if (ctx.res.headersSent) ctx.res.destroy();
  else await writeStatus(ctx, serverTimeout('request did not complete within the allotted timeout'));
}
