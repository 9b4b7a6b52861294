/** What runs pods to their end: Jobs and CronJobs. */
import { SelectorError } from '../../api/selectors.ts';
import type { CronJob, Job } from '../../api/types/batch-v1.ts';
import { ageText } from '../print/table.ts';
import type { Describer } from './describer.ts';
import { boolText, type Description, longTime, plainSelector } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeTemplate } from './pod-text.ts';
import { controlledBy, heading } from './workloads-text.ts';

const MAX_INDEXES = 50;

export const describeJob: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as Job;
  heading(object, out, false);
  out.line(0, `Selector:\t${jobSelector(spec.selector)}`);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  controlledBy(object, out);
  if (spec.parallelism !== undefined) out.line(0, `Parallelism:\t${spec.parallelism}`);
  out.line(0, `Completions:\t${spec.completions ?? '<unset>'}`);
  if (spec.completionMode !== undefined) out.line(0, `Completion Mode:\t${spec.completionMode}`);
  if (spec.suspend !== undefined) out.line(0, `Suspend:\t${spec.suspend}`);
  if (spec.backoffLimit !== undefined) out.line(0, `Backoff Limit:\t${spec.backoffLimit}`);
  if (spec.ttlSecondsAfterFinished !== undefined)
    out.line(0, `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}`);
  jobTimes(object as Job, out);
  if (spec.activeDeadlineSeconds !== undefined) out.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`;
  out.line(
    0,
    `Pods Statuses:\t${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`,
  );
  if (spec.completionMode === 'Indexed')
    out.line(0, `Completed Indexes:\t${cappedIndexes(status.completedIndexes ?? '')}`);
  describeTemplate(spec.template, out);
  await describeEvents(object, out, around);
};

function jobSelector(selector: unknown): string {
  try {
    return plainSelector(selector);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return `Failed to get selector: ${error.message}`;
  }
}

/** Cut at the first comma past fifty characters. */
function cappedIndexes(indexes: string): string {
  const comma = indexes.indexOf(',', MAX_INDEXES);
  return comma === -1 ? indexes || '<none>' : `${indexes.slice(0, comma + 1)}...`;
}

function jobTimes({ status = {} }: Job, out: Description): void {
  const { startTime, completionTime } = status;
  if (startTime !== undefined) out.line(0, `Start Time:\t${longTime(startTime)}`);
  if (completionTime !== undefined) out.line(0, `Completed At:\t${longTime(completionTime)}`);
  if (startTime !== undefined && completionTime !== undefined) {
    out.line(0, `Duration:\t${ageText(startTime, Date.parse(completionTime))}`);
  }
}

export const describeCronJob: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {}, status = {} } = object as CronJob;
  heading(object, out, false);
  out.labels('Labels', metadata.labels);
  out.annotations('Annotations', metadata.annotations);
  out.line(0, `Schedule:\t${spec.schedule ?? ''}`);
  out.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy ?? ''}`);
  out.line(0, `Suspend:\t${boolText(spec.suspend)}`);
  out.line(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? '<unset>'}`);
  out.line(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? '<unset>'}`);
  out.line(
    0,
    `Starting Deadline Seconds:\t${spec.startingDeadlineSeconds === undefined ? '<unset>' : `${spec.startingDeadlineSeconds}s`}`,
  );
  const job = spec.jobTemplate?.spec ?? {};
  out.line(0, `Selector:\t${job.selector === undefined ? '<unset>' : jobSelector(job.selector)}`);
  out.line(0, `Parallelism:\t${job.parallelism ?? '<unset>'}`);
  out.line(0, `Completions:\t${job.completions ?? '<unset>'}`);
  if (job.activeDeadlineSeconds !== undefined) out.line(0, `Active Deadline Seconds:\t${job.activeDeadlineSeconds}s`);
  describeTemplate(job.template, out);
  out.line(
    0,
    `Last Schedule Time:\t${status.lastScheduleTime === undefined ? '<unset>' : longTime(status.lastScheduleTime)}`,
  );
  const active = (status.active ?? []).map(({ name = '' }) => name);
  out.line(0, `Active Jobs:\t${active.length === 0 ? '<none>' : active.join(', ')}`);
  await describeEvents(object, out, around);
};
