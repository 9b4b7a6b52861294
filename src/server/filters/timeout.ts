import { badRequest } from '../../api/status-error.ts';
import { parseDuration } from '../../util/duration.ts';
import type { Filter } from '../request/context.ts';
import { isLongRunning } from './in-flight.ts';

/** Reads `?timeout=`, the time that the client gives the request. @throws StatusError 400 for what is no duration */
export const timeoutFilter: Filter = (next) => async (ctx) => {
  const wanted = ctx.query.get('timeout');
  if (wanted !== null && wanted !== '' && !isLongRunning(ctx) && parseDuration(wanted) === undefined) {
    throw badRequest(`invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(wanted)}`);
  }
  return next(ctx);
};
