/**
 * Keeps what quotas say is used true: counts when a quota's limits change, and when objects go or change that it counts.
 * Creations are charged by admission already; they are counted a little later, should a charged write have failed.
 * Imitates pkg/controller/resourcequota.
 */
import { equalJson, type KubeObject } from '../../api/object.ts';
import { add, amountsOf, mask, toResourceList } from '../../api/quota/amounts.ts';
import { quotaEvaluator } from '../../api/quota/evaluators.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { ResourceQuota } from '../../api/types/core-v1.ts';
import { Informer, keyOf, splitKey } from '../../client/informer.ts';
import type { ChangeType } from '../../client/reflector.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import type { FeedResource, FeedSink } from '../shared/object-feed.ts';
import { countUsage } from './count-usage.ts';

const NAME = 'resourcequota-controller';
const QUOTAS = { group: '', version: 'v1', resource: 'resourcequotas', kind: 'ResourceQuota', namespaced: true };
const CONCURRENCY = 5;
/** Changes of counted objects come in bursts. */
const CHANGED_DELAY_MS = 250;
/** When a write that was charged is stored, or has failed. */
const ADDED_DELAY_MS = 2000;
/** A status that somebody else wrote stands so long; upstream's --resource-quota-sync-period. */
const RESYNC_MS = 5 * 60_000;

type Quota = KubeObject & ResourceQuota;

export const resourceQuotas: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const quotas = new Informer<Quota>({ indexes: { namespace: ({ metadata }) => [metadata.namespace ?? ''] } });
  const queue = controllerQueue<string>(context, NAME, {
    concurrency: CONCURRENCY,
    async reconcile(key, signal) {
      const { namespace, name } = splitKey(key);
      const quota = quotas.get(namespace, name);
      if (quota === undefined) return;
      const now = new Date(context.clock.now());
      const counted = await countUsage({ client, discovery: context.discovery, quota, now, signal });
      const next = settled(quota, counted);
      if (next === undefined) return;
      try {
        await client.update({ ...QUOTAS, namespace, name, subresource: 'status' }, next, { signal });
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    },
  });
  quotas.handle({
    added: (quota) => queue.add(keyOf(quota)),
    updated: (quota, old) => {
      if (!equalJson(quota.spec ?? {}, old.spec ?? {})) queue.add(keyOf(quota));
    },
  });
  const changed = (resource: FeedResource, type: ChangeType, object: KubeObject): void => {
    const delay = delayOf(resource, type);
    if (delay === undefined) return;
    for (const quota of quotas.byIndex('namespace', object.metadata.namespace ?? '')) {
      if (countsResource(quota, resource)) queue.addAfter(keyOf(quota), delay);
    }
  };
  context.feed.subscribe(QUOTAS, quotas, { full: true });
  context.feed.subscribeAll((resource) => changesOnly((type, object) => changed(resource, type, object)));
  const resync = repeatedly(context.clock, RESYNC_MS, () => {
    for (const quota of quotas.list()) queue.add(keyOf(quota));
  });
  return {
    stop() {
      resync.stop();
      return queue.stop();
    },
  };
}

function repeatedly(clock: Clock, intervalMs: number, work: () => void): { stop(): void } {
  const schedule = (): Timer => {
    const timer = clock.setTimeout(() => {
      work();
      next = schedule();
    }, intervalMs);
    timer.unref();
    return timer;
  };
  let next = schedule();
  return { stop: () => next.cancel() };
}

function changesOnly(changed: FeedSink['changed']): FeedSink {
  return { listStarted: () => {}, listed: () => {}, listEnded: () => {}, changed };
}

/** Milliseconds until a change is counted; undefined when it cannot matter. */
function delayOf({ group, resource }: FeedResource, type: ChangeType): number | undefined {
  if (type === 'DELETED') return 0;
  if (type === 'ADDED') return ADDED_DELAY_MS;
  return group === '' && ['pods', 'services', 'persistentvolumeclaims'].includes(resource)
    ? CHANGED_DELAY_MS
    : undefined;
}

function countsResource({ spec }: ResourceQuota, { group, resource }: FeedResource): boolean {
  const evaluator = quotaEvaluator(group, resource);
  return Object.keys(spec?.hard ?? {}).some((name) => evaluator.tracks(name));
}

/** The quota with its new status; undefined when it has it already. What could not be counted keeps its old count. */
function settled(quota: Quota, counted: ReadonlyMap<string, unknown>): Quota | undefined {
  const { spec = {}, status = {} } = quota;
  const hard = spec.hard ?? {};
  const known = amountsOf(status.used as Record<string, string> | undefined);
  for (const name of counted.keys()) known.delete(name);
  const used = mask(add(known, counted as ReturnType<typeof amountsOf>), Object.keys(hard));
  const same =
    status.hard !== undefined &&
    status.used !== undefined &&
    equalJson(status.hard, hard) &&
    equalJson(toResourceList(used), status.used);
  return same ? undefined : { ...quota, status: { hard, used: toResourceList(used) } };
}
