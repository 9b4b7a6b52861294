/** Why credentials are refused: clients see only `Unauthorized`, TokenReviews and traces the reason. */
import { aggregateText } from '../../api/field-errors.ts';
import { isStatusError, StatusError } from '../../api/status-error.ts';

/** The 401 to throw. */
export function rejected(reason: string): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized', undefined, { cause: new Error(reason) });
}

/** One 401 from those of several authenticators. */
export function rejectedFor(reasons: readonly string[]): StatusError {
  return rejected(aggregateText(reasons));
}

/** The reason of a 401, or the text of any other error; unexpected errors are thrown on. */
export function rejectionReason(error: unknown): string {
  if (!isStatusError(error, 'Unauthorized')) throw error;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
