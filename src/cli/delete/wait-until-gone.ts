/** Waits for an object to disappear: finalizers and graceful deletion take their time. */
import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import { objectText } from '../resources/find-resource.ts';
import { type Selection, targetOf } from '../resources/selection.ts';

/**
 * Returns when the object is gone, or another one with the same name took its place.
 * @param timeoutMs 0 = as long as it takes
 * @throws CliError after the timeout, StatusError
 */
export async function waitUntilGone(
  client: RestClient,
  selection: Selection,
  uid: string | undefined,
  timeoutMs: number,
): Promise<void> {
  const timeout = timeoutMs === 0 ? undefined : AbortSignal.timeout(timeoutMs);
  try {
    while (!(await goneNow(client, selection, uid, timeout)));
  } catch (error) {
    if (!timeout?.aborted) throw error;
    const name = objectText(selection.resource, selection.name ?? '');
    throw new CliError(`timed out waiting for the condition on ${name.replace(/^[^/]*/, selection.resource.resource)}`);
  }
}

/** Looks, and then watches until the object goes or the server ends the watch. */
async function goneNow(
  client: RestClient,
  selection: Selection,
  uid: string | undefined,
  timeout: AbortSignal | undefined,
): Promise<boolean> {
  let live: JsonObject;
  try {
    live = await client.get<JsonObject>(targetOf(selection), { signal: timeout });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return true;
    throw error;
  }
  const metadata = live['metadata'] as { uid?: string; resourceVersion?: string };
  if (uid !== undefined && metadata.uid !== uid) return true;
  return deletedDuringWatch(client, selection, metadata.resourceVersion ?? '', timeout);
}

async function deletedDuringWatch(
  client: RestClient,
  selection: Selection,
  resourceVersion: string,
  timeout: AbortSignal | undefined,
): Promise<boolean> {
  const { name = '', ...collection } = selection;
  const done = new AbortController();
  const signal = timeout === undefined ? done.signal : AbortSignal.any([timeout, done.signal]);
  try {
    const events = client.watch(targetOf(collection), {
      resourceVersion,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    for await (const { type } of events) if (type === 'DELETED') return true;
    return false;
  } catch (error) {
    if (isStatusError(error, 'Expired') || isStatusError(error, 'Gone')) return false;
    throw error;
  } finally {
    done.abort();
  }
}
