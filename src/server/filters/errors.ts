import type { Logger } from 'pino';
import { internalError, StatusError } from '../../api/status-error.ts';
import { writeStatus } from '../handlers/write-object.ts';
import type { Filter, RequestContext } from '../request/context.ts';

/** Turns every failure into a Status; what nobody foresaw is a 500 and a line in the log. Never throws before it returns. */
export function errorFilter(log: Logger): Filter {
  const refuse = async (ctx: RequestContext, error: unknown): Promise<void> => {
    if (!(error instanceof StatusError))
      log.error({ err: error, path: ctx.info.path, auditId: ctx.auditId }, 'request failed');
    const status =
      error instanceof StatusError ? error : internalError('an unexpected error; see the server log', error);
    if (ctx.res.headersSent) ctx.res.destroy();
    else await writeStatus(ctx, status);
  };
  return (next) => (ctx) => {
    try {
      return next(ctx).then(undefined, (error: unknown) => refuse(ctx, error));
    } catch (error) {
      return refuse(ctx, error);
    }
  };
}
