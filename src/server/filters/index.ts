// The way of a request through the server, outermost first.
import type { Logger } from 'pino';
import type { TraceBuffer } from '../../tracing/trace.ts';
import type { Authenticator } from '../authentication/authenticator.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { Filter, Handler } from '../request/context.ts';
import { authenticationFilter } from './authentication.ts';
import { authorizationFilter } from './authorization.ts';
import { endingsFilter } from './endings.ts';
import { errorFilter } from './errors.ts';
import { impersonationFilter } from './impersonation.ts';
import { timeoutFilter } from './timeout.ts';
import { traceFilter } from './tracing.ts';

export interface FilterOptions {
  readonly log: Logger;
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly authorizer: Authorizer;
  readonly traces: TraceBuffer;
  readonly inFlight: Filter;
  readonly metrics: Filter;
  readonly requestTimeoutMs: number;
}

/** The chain around a handler. */
export function filterChain(options: FilterOptions, handler: Handler): Handler {
  const filters: Filter[] = [
    endingsFilter,
    options.metrics,
    errorFilter(options.log),
    authenticationFilter(options.authenticator),
    traceFilter(options.authorizer, options.traces),
    impersonationFilter(options.authorizer),
    timeoutFilter(options.requestTimeoutMs),
    options.inFlight,
    authorizationFilter(options.authorizer),
  ];
  return filters.reduceRight((next, filter) => filter(next), handler);
}
