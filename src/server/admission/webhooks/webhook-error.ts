/** A webhook that could not be asked, or whose answer cannot be used: what its failurePolicy is about. */
import { internalError, type StatusError } from '../../../api/status-error.ts';

export class WebhookError extends Error {
  override readonly name = 'WebhookError';

  constructor(webhook: string, reason: string, options?: ErrorOptions) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${reason}`, options);
  }

  /** What the client is told when the webhook must not fail. */
  toStatus(): StatusError {
    return internalError(this.message, this);
  }
}
