import type { Job, JobCondition } from '../../../api/types/batch-v1.ts';
import type { CellValue } from '../kind.ts';
import { age, humanDuration, selectorText } from '../printing.ts';
import { containerCells } from '../shared/workload-table.ts';

/** Imitates printJob of kubernetes pkg/printers/internalversion. */
export function jobCells(obj: Job, now: Date): CellValue[] {
  const { spec = {} } = obj;
  return [
    obj.metadata?.name ?? '',
    statusText(obj),
    completionsText(obj),
    durationText(obj, now),
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(spec.template?.spec?.containers),
    selectorText(spec.selector),
  ];
}

function statusText(obj: Job): string {
  const conditions = obj.status?.conditions;
  if (isTrue(conditions, 'Complete')) return 'Complete';
  if (isTrue(conditions, 'Failed')) return 'Failed';
  if (obj.metadata?.deletionTimestamp !== undefined) return 'Terminating';
  for (const type of ['Suspended', 'FailureTarget', 'SuccessCriteriaMet']) if (isTrue(conditions, type)) return type;
  return 'Running';
}

function completionsText({ spec = {}, status = {} }: Job): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status = {} }: Job, now: Date): string {
  if (status.startTime === undefined) return '';
  const end = status.completionTime === undefined ? now.getTime() : Date.parse(status.completionTime);
  return humanDuration(end - Date.parse(status.startTime));
}

/** Whether the condition of that type is True. */
export function isTrue(conditions: readonly JobCondition[] | undefined, type: string): boolean {
  return (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}
