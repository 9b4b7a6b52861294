import { badRequest, serverTimeout } from '../../api/status-error.ts';
import { parseDuration } from '../../api/time.ts';
import { LinkedList } from '../../util/linked-list.ts';
import { writeStatus } from '../handlers/write-object.ts';
import type { Filter, RequestContext } from '../request/context.ts';
import { isLongRunning } from './in-flight.ts';

const NANOSECONDS_PER_MS = 1_000_000;
/** Longer ones fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Answers 504 when a request takes longer than `maximumMs` (--request-timeout) or its own, shorter `?timeout=`; an
 * answer that has begun is cut off. The handler is not interrupted. Watches and streams have no deadline.
 * @throws StatusError 400 for a timeout that is no duration
 */
export function timeoutFilter(maximumMs: number): Filter {
  const ordinary = new Deadlines(maximumMs);
  return (next) => (ctx) => {
    if (isLongRunning(ctx)) return next(ctx);
    const wanted = ctx.query.get('timeout');
    const allowed = wanted === null || wanted === '' ? maximumMs : allowedMs(wanted, maximumMs);
    if (allowed === maximumMs) {
      ctx.whenOver(ordinary.add(ctx));
    } else {
      const timer = setTimeout(() => void expire(ctx), allowed);
      ctx.whenOver(() => clearTimeout(timer));
    }
    return next(ctx);
  };
}

/** One timer for all requests that may take equally long: they expire in the order in which they came. */
class Deadlines {
  readonly #allowedMs: number;
  readonly #underWay = new LinkedList<RequestContext>();
  #armed = false;

  constructor(allowedMs: number) {
    this.#allowedMs = allowedMs;
  }

  /** Gives what is to be called when the request is over. */
  add(ctx: RequestContext): () => void {
    const link = this.#underWay.add(ctx);
    if (!this.#armed) this.#arm(this.#allowedMs);
    return () => this.#underWay.delete(link);
  }

  #arm(ms: number): void {
    this.#armed = true;
    setTimeout(() => this.#expireOldest(), Math.min(Math.ceil(ms), MAX_TIMER_MS)).unref();
  }

  #expireOldest(): void {
    this.#armed = false;
    const now = performance.now();
    for (let link = this.#underWay.first; link !== undefined; link = this.#underWay.first) {
      const left = link.item.begunAt + this.#allowedMs - now;
      if (left > 0) {
        this.#arm(left);
        return;
      }
      this.#underWay.delete(link);
      void expire(link.item);
    }
  }
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
