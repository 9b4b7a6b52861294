/** Takes pods off a node: evictions, which budgets may put off, or plain deletions; then waits until they are gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isStatusError } from '../../api/status-error.ts';
import { formatDuration } from '../../api/time.ts';
import type { Pod } from '../../api/types/core-v1.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { waitUntilGone } from '../delete/wait-until-gone.ts';
import { type DryRun, withDryRun } from '../dry-run.ts';
import { CliError } from '../errors.ts';
import { mapParallel } from '../parallel.ts';
import { type Selection, targetOf } from '../resources/selection.ts';
import { isGoing, podText } from './pods-to-drain.ts';

export interface EvictionOptions {
  readonly client: RestClient;
  readonly pods: DiscoveredResource;
  /** Delete them, whatever budgets say. */
  readonly disableEviction: boolean;
  /** Seconds; negative: as each pod says. */
  readonly gracePeriod: number;
  readonly dryRun: DryRun;
  /** 0 = as long as it takes. */
  readonly timeoutMs: number;
  readonly skipWaitSeconds: number;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const RETRY_MS = 5000;
const PARALLEL = 100;

/** @returns what went wrong, pod by pod */
export async function removePods(leaving: readonly Pod[], options: EvictionOptions): Promise<Error[]> {
  const signal = options.timeoutMs > 0 ? AbortSignal.timeout(options.timeoutMs) : undefined;
  if (options.disableEviction) return deleteAll(leaving, options, signal);
  const results = await mapParallel(leaving, PARALLEL, (pod) => evictOne(pod, options, signal));
  return results.filter((error) => error !== undefined);
}

async function deleteAll(
  leaving: readonly Pod[],
  options: EvictionOptions,
  signal: AbortSignal | undefined,
): Promise<Error[]> {
  const { client, gracePeriod, dryRun } = options;
  for (const pod of leaving) {
    try {
      await client.delete(targetOf(selectionOf(pod, options)), {
        ...grace(gracePeriod),
        ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
      });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) return [error as Error];
    }
  }
  const results = await mapParallel(leaving, PARALLEL, (pod) => gone(pod, options, 'deleted', signal));
  return results.filter((error) => error !== undefined);
}

async function evictOne(
  pod: Pod,
  options: EvictionOptions,
  signal: AbortSignal | undefined,
): Promise<Error | undefined> {
  const { metadata = {} } = pod;
  const where = `pods/${JSON.stringify(metadata.name)} -n ${JSON.stringify(metadata.namespace)}`;
  for (;;) {
    options.out(`evicting pod ${withDryRun(podText(pod), options.dryRun)}\n`);
    if (signal?.aborted) {
      return new CliError(`error when evicting ${where}: global timeout reached: ${durationText(options.timeoutMs)}`);
    }
    try {
      await evict(pod, options);
      break;
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      const why = (error as Error).message;
      const terminating = isStatusError(error, 'Forbidden') && isTerminatingNamespace(error);
      if (terminating && metadata.deletionTimestamp) break;
      if (isStatusError(error, 'TooManyRequests')) {
        options.err(`error when evicting ${where} (will retry after 5s): ${why}\n`);
      } else if (terminating) {
        const names = `pod ${JSON.stringify(metadata.name)} from terminating namespace ${JSON.stringify(metadata.namespace)}`;
        options.err(`error when evicting ${names} (will retry after 5s): ${why}\n`);
      } else return new CliError(`error when evicting ${where}: ${why}`, { cause: error });
      await sleep(RETRY_MS);
    }
  }
  return options.dryRun === 'server' ? undefined : gone(pod, options, 'evicted', signal);
}

function isTerminatingNamespace(error: { status: { details?: { causes?: readonly { reason?: string }[] } } }): boolean {
  return (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}

function evict({ metadata = {} }: Pod, { client, gracePeriod, dryRun }: EvictionOptions): Promise<unknown> {
  const { name = '', namespace = '' } = metadata;
  const deleteOptions = { ...grace(gracePeriod), ...(dryRun === 'server' ? { dryRun: ['All'] } : {}) };
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions };
  return client.create({ group: '', version: 'v1', resource: 'pods', namespace, name, subresource: 'eviction' }, body);
}

function grace(seconds: number): { gracePeriodSeconds?: number } {
  return seconds < 0 ? {} : { gracePeriodSeconds: seconds };
}

/** Waits, and says so. */
async function gone(
  pod: Pod,
  options: EvictionOptions,
  operation: 'evicted' | 'deleted',
  signal: AbortSignal | undefined,
): Promise<Error | undefined> {
  const { name, namespace, uid } = pod.metadata ?? {};
  const skipped = isGoing(pod, options.skipWaitSeconds, Date.now());
  try {
    if (!skipped && options.dryRun === 'none') {
      await waitUntilGone(options.client, selectionOf(pod, options), uid, options.timeoutMs);
    }
    options.out(`pod/${name} ${withDryRun(operation, options.dryRun)}\n`);
    return undefined;
  } catch (error) {
    const late = signal?.aborted === true || /^timed out/.test((error as Error).message);
    const why = late ? `global timeout reached: ${durationText(options.timeoutMs)}` : (error as Error).message;
    if (operation === 'deleted') return new CliError(why, { cause: error });
    return new CliError(
      `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${why}`,
      { cause: error },
    );
  }
}

function selectionOf({ metadata = {} }: Pod, { pods }: EvictionOptions): Selection {
  return { resource: pods, namespace: metadata.namespace, name: metadata.name ?? '' };
}

function durationText(ms: number): string {
  return formatDuration(BigInt(ms) * 1_000_000n);
}
