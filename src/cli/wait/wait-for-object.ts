/** Waits until an object is as somebody wants it: looks, and then watches. */
import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import { type Selection, targetOf } from '../resources/selection.ts';

/**
 * Returns the object for which the condition came true.
 * @param timeoutMs 0: looks once; negative: as long as it takes
 * @param what is waited for, for the message
 * @throws CliError after the timeout, StatusError NotFound when the object is not there
 */
export async function waitForObject(
  client: RestClient,
  selection: Selection,
  timeoutMs: number,
  condition: (object: JsonObject) => boolean,
  what?: string,
): Promise<JsonObject> {
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  try {
    for (;;) {
      const live = await client.get<JsonObject>(targetOf(selection), { signal: timeout });
      if (condition(live)) return live;
      if (timeoutMs === 0) throw timedOut(selection, timeoutMs, what);
      const found = await duringWatch(client, selection, live, timeout, condition);
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (timeout?.aborted) throw timedOut(selection, timeoutMs, what);
    throw error;
  }
}

/** In kubectl's words. */
export function timedOut({ resource, name = '' }: Selection, timeoutMs: number, what?: string): CliError {
  if (timeoutMs === 0) return new CliError(`condition not met for ${resource.resource}/${name}`);
  return new CliError(`timed out waiting for ${what ?? `the condition on ${resource.resource}/${name}`}`);
}

async function duringWatch(
  client: RestClient,
  { name = '', ...collection }: Selection,
  live: JsonObject,
  timeout: AbortSignal | undefined,
  condition: (object: JsonObject) => boolean,
): Promise<JsonObject | undefined> {
  const { resourceVersion } = live['metadata'] as { resourceVersion?: string };
  const done = new AbortController();
  const signal = timeout === undefined ? done.signal : AbortSignal.any([timeout, done.signal]);
  try {
    const events = client.watch<JsonObject>(targetOf(collection), {
      resourceVersion,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    for await (const { type, object } of events) {
      if (type === 'DELETED') return undefined;
      if (condition(object)) return object;
    }
    return undefined;
  } catch (error) {
    if (isStatusError(error, 'Expired') || isStatusError(error, 'Gone')) return undefined;
    throw error;
  } finally {
    done.abort();
  }
}
