/** Deletes finished Jobs when their ttlSecondsAfterFinished is over; imitates pkg/controller/ttlafterfinished. */
import type { KubeObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import type { Job } from '../api/types/batch-v1.ts';
import { splitKey } from '../client/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';

const NAME = 'ttl-after-finished-controller';
const JOBS = { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true };
const CONCURRENCY = 5;
const FINISHED = ['Complete', 'Failed'];

export const ttlAfterFinished: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const { clock } = context;
  const queue = controllerQueue<string>(context, NAME, {
    concurrency: CONCURRENCY,
    async reconcile(key, signal) {
      const target = { ...JOBS, ...splitKey(key) };
      try {
        const job = await client.get<Job>(target, { signal });
        const remaining = remainingMs(job, clock.now());
        if (remaining === undefined || remaining > 0) return remaining;
        const { uid } = job.metadata ?? {};
        await client.delete(target, { propagationPolicy: 'Foreground', preconditions: { uid } }, { signal });
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    },
  });
  const look = (job: KubeObject): void => {
    const remaining = remainingMs(job as Job, clock.now());
    if (remaining !== undefined) queue.addAfter(`${job.metadata.namespace}/${job.metadata.name}`, remaining);
  };
  const sink = {
    listStarted: () => {},
    listed: look,
    listEnded: () => {},
    changed: (type: string, job: KubeObject) => (type === 'DELETED' ? undefined : look(job)),
  };
  context.feed.subscribe(JOBS, sink, { full: true });
  return { stop: () => queue.stop() };
}

/** Milliseconds until a job is to be deleted; undefined when it is not to be. */
export function remainingMs({ metadata, spec, status }: Job, nowMs: number): number | undefined {
  const seconds = spec?.ttlSecondsAfterFinished;
  if (seconds === undefined || metadata?.deletionTimestamp !== undefined) return undefined;
  const finished = status?.conditions?.find(
    ({ type, status: value }) => FINISHED.includes(type ?? '') && value === 'True',
  );
  if (finished?.lastTransitionTime === undefined) return undefined;
  return Math.max(0, Date.parse(finished.lastTransitionTime) + seconds * 1000 - nowMs);
}
