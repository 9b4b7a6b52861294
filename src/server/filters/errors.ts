import type { Logger } from 'pino';
import { internalError, StatusError } from '../../api/status-error.ts';
import { writeStatus } from '../handlers/write-object.ts';
import type { Filter } from '../request/context.ts';

/** Turns every failure into a Status; what nobody foresaw is a 500 and a line in the log. */
export function errorFilter(log: Logger): Filter {
  return (next) => async (ctx) => {
    try {
      await next(ctx);
    } catch (error) {
      if (!(error instanceof StatusError))
        log.error({ err: error, path: ctx.info.path, auditId: ctx.auditId }, 'request failed');
      const status =
        error instanceof StatusError ? error : internalError('an unexpected error; see the server log', error);
      if (ctx.res.headersSent) ctx.res.destroy();
      else await writeStatus(ctx, status);
    }
  };
}
