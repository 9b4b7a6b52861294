/** `wait --for=create`: looks again and again, as what is not there cannot be watched by every user. */
import { setTimeout as pause } from 'node:timers/promises';
import { isStatusError } from '../../api/status-error.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../io.ts';
import { findObjects, type ObjectRequest } from '../resources/find-objects.ts';
import type { Session } from '../session.ts';

const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 1000;

/** Returns when everything that was named is there, and at least one object. @throws CliError after the timeout */
export async function waitForCreation(
  session: Session,
  request: ObjectRequest,
  stdin: Terminal['stdin'],
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let delay = FIRST_PAUSE_MS; ; delay = Math.min(2 * delay, MAX_PAUSE_MS)) {
    const { found, errors } = await findObjects(session, request, stdin);
    const serious = errors.find((error) => !isStatusError(error, 'NotFound'));
    if (serious !== undefined) throw serious;
    if (errors.length === 0 && found.length > 0) return;
    const left = deadline - performance.now();
    if (left <= 0) throw new CliError('timed out waiting for the condition');
    await pause(Math.min(delay, left));
  }
}
