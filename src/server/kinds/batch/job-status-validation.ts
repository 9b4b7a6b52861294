/** Imitates ValidateJobUpdateStatus of kubernetes pkg/apis/batch/validation with the options of pkg/registry/batch/job. */
import { type FieldErrors, OMITTED, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { Job, JobStatus, UncountedTerminatedPods } from '../../../api/types/batch-v1.ts';
import { validateNonNegativeFields } from '../shared/field-rules.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { countIndexes, overlappingIndex } from './job-indexes.ts';
import { isTrue } from './job-table.ts';

const STATUS = Path.root('status');
const CONDITIONS = STATUS.child('conditions');
const TERMINAL = ['Failed', 'Complete', 'FailureTarget'];

/** Most rules run only where the fields they look at change, so that a faulty status does not block other writes. */
export function validateJobStatusUpdate(obj: Job, old: Job, errors: FieldErrors): void {
  const check = new StatusCheck(obj, old, errors);
  check.counters();
  check.conditions();
  check.finished();
  check.indexes();
  check.success();
  check.transition();
}

class StatusCheck {
  readonly #job: Job;
  readonly #status: JobStatus;
  readonly #old: JobStatus;
  readonly #errors: FieldErrors;

  constructor(job: Job, old: Job, errors: FieldErrors) {
    this.#job = job;
    this.#status = job.status ?? {};
    this.#old = old.status ?? {};
    this.#errors = errors;
  }

  #is(type: string): boolean {
    return isTrue(this.#status.conditions, type);
  }

  #was(type: string): boolean {
    return isTrue(this.#old.conditions, type);
  }

  #finished(status: JobStatus): boolean {
    return isTrue(status.conditions, 'Complete') || isTrue(status.conditions, 'Failed');
  }

  /** Whether any of the fields or conditions is new or different. */
  #changed(fields: readonly (keyof JobStatus)[], conditions: readonly string[] = []): boolean {
    return (
      fields.some((field) => !equalJson(this.#status[field], this.#old[field])) ||
      conditions.some((type) => this.#is(type) !== this.#was(type))
    );
  }

  #finishedChanged(field: keyof JobStatus): boolean {
    return this.#finished(this.#status) !== this.#finished(this.#old) || this.#changed([field]);
  }

  #refuse(message: string): void {
    this.#errors.invalid(CONDITIONS, OMITTED, message);
  }

  #invalid(field: keyof JobStatus, message: string): void {
    this.#errors.invalid(STATUS.child(field), this.#status[field] ?? null, message);
  }

  counters(): void {
    validateNonNegativeFields(
      this.#status,
      ['active', 'succeeded', 'failed', 'ready', 'terminating'],
      STATUS,
      this.#errors,
    );
    const { uncountedTerminatedPods } = this.#status;
    if (uncountedTerminatedPods !== undefined) validateUncounted(uncountedTerminatedPods, this.#errors);
  }

  conditions(): void {
    const complete = this.#is('Complete');
    const { startTime, completionTime } = this.#status;
    if (this.#changed([], ['Complete', 'Failed']) && complete && this.#is('Failed')) {
      this.#refuse('cannot set Complete=True and Failed=true conditions');
    }
    if (this.#changed([], ['Complete', 'FailureTarget']) && complete && this.#is('FailureTarget')) {
      this.#refuse('cannot set Complete=True and FailureTarget=true conditions');
    }
    if (this.#changed(['completionTime'], ['Complete'])) {
      if (completionTime !== undefined && !complete) {
        this.#invalid('completionTime', 'cannot set completionTime when there is no Complete=True condition');
      } else if (completionTime === undefined && complete) {
        this.#errors.required(STATUS.child('completionTime'), 'completionTime is required for Complete jobs');
      }
    }
    const backwards =
      startTime !== undefined && completionTime !== undefined && Date.parse(completionTime) < Date.parse(startTime);
    if (this.#changed(['startTime', 'completionTime']) && backwards) {
      this.#invalid('completionTime', 'must be equal to or after `startTime`');
    }
    if (this.#changed(['failedIndexes'], ['Failed']) && this.#is('Failed') && !this.#is('FailureTarget')) {
      this.#refuse('cannot set Failed=True condition without the FailureTarget=true condition');
    }
    if (this.#changed([], ['Complete', 'SuccessCriteriaMet']) && complete && !this.#is('SuccessCriteriaMet')) {
      this.#refuse('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
    }
  }

  finished(): void {
    if (!this.#finished(this.#status)) return;
    const { active = 0, startTime, uncountedTerminatedPods } = this.#status;
    if (active > 0 && this.#finishedChanged('active')) this.#invalid('active', 'active>0 is invalid for finished job');
    if (startTime === undefined && this.#finishedChanged('startTime') && !this.#neverStarts()) {
      this.#errors.required(STATUS.child('startTime'), 'startTime is required for finished job');
    }
    const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
    if (succeeded.length + failed.length > 0 && this.#finishedChanged('uncountedTerminatedPods')) {
      const shown = goValue(uncountedTerminatedPods, [
        ['Succeeded', 'succeeded'],
        ['Failed', 'failed'],
      ]);
      this.#errors.invalid(STATUS.child('uncountedTerminatedPods'), shown, 'must be empty for finished job');
    }
  }

  indexes(): void {
    const { completions, backoffLimitPerIndex, completionMode } = this.#job.spec ?? {};
    const { completedIndexes = '', failedIndexes, terminating = 0, active = 0, ready } = this.#status;
    const completedChanged = this.#changed(['completedIndexes']);
    const failedChanged = this.#changed(['failedIndexes']);
    if (completedChanged) this.#indexText('completedIndexes', completedIndexes, completions);
    if (failedChanged && backoffLimitPerIndex !== undefined && failedIndexes !== undefined) {
      this.#indexText('failedIndexes', failedIndexes, completions);
    }
    if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed') {
      this.#invalid('completedIndexes', 'cannot set non-empty completedIndexes when non-indexed completion mode');
    }
    if (failedChanged && backoffLimitPerIndex === undefined && failedIndexes !== undefined) {
      this.#invalid('failedIndexes', 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
    }
    if ((failedChanged || completedChanged) && completions !== undefined && failedIndexes !== undefined) {
      const shared = overlappingIndex(completedIndexes, failedIndexes, completions);
      const message = `failedIndexes and completedIndexes overlap at index: ${shared}`;
      if (shared !== undefined) this.#invalid('failedIndexes', message);
    }
    if (terminating > 0 && this.#finished(this.#status) && this.#finishedChanged('terminating')) {
      this.#invalid('terminating', 'terminating>0 is invalid for finished job');
    }
    if (ready !== undefined && ready > active && this.#changed(['ready', 'active'])) {
      this.#invalid('ready', 'cannot set more ready pods than active');
    }
  }

  #indexText(field: 'completedIndexes' | 'failedIndexes', text: string, completions: number | undefined): void {
    const counted = completions === undefined ? 0 : countIndexes(text, completions);
    if (typeof counted === 'number') return;
    this.#errors.invalid(STATUS.child(field), text, `error parsing ${field}: ${counted.error}`);
  }

  success(): void {
    const met = this.#is('SuccessCriteriaMet');
    if (met && this.#is('Failed')) this.#refuse('cannot set SuccessCriteriaMet=True and Failed=true conditions');
    if (met && this.#is('FailureTarget')) {
      this.#refuse('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
    }
    if (this.#job.spec?.successPolicy !== undefined && !met && this.#is('Complete')) {
      this.#refuse('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
    }
  }

  transition(): void {
    for (const type of TERMINAL) {
      if (this.#was(type) && !this.#is(type)) this.#refuse(`cannot disable the terminal ${type}=True condition`);
    }
    const { failed = 0, succeeded = 0, startTime, completionTime } = this.#status;
    if (failed < (this.#old.failed ?? 0)) this.#decreased('failed', failed);
    if (succeeded < (this.#old.succeeded ?? 0) && !this.#mayShrink()) this.#decreased('succeeded', succeeded);
    const { startTime: oldStart, completionTime: oldCompletion } = this.#old;
    if (completionTime !== undefined && oldCompletion !== undefined && completionTime !== oldCompletion) {
      this.#invalid('completionTime', 'field is immutable');
    }
    const restarted = oldStart !== undefined && startTime !== oldStart && !this.#resumes();
    if (restarted && this.#job.spec?.suspend !== true) {
      this.#invalid('startTime', 'field is immutable for unsuspended job once set');
    }
    if (this.#was('SuccessCriteriaMet') && !this.#is('SuccessCriteriaMet')) {
      this.#refuse('cannot disable the SuccessCriteriaMet=True condition');
    }
    if (this.#was('Complete') && !this.#was('SuccessCriteriaMet') && this.#is('SuccessCriteriaMet')) {
      this.#refuse('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
    }
  }

  #decreased(field: 'failed' | 'succeeded', value: number): void {
    this.#errors.invalid(STATUS.child(field), value, `cannot decrease the ${field} counter`);
  }

  /** A suspended Job that wants no completions is over before it begins. */
  #neverStarts(): boolean {
    const { suspend, completions } = this.#job.spec ?? {};
    return suspend === true && completions === 0;
  }

  /** The status follows a spec that is no longer suspended: the Job starts anew. */
  #resumes(): boolean {
    const suspended = this.#status.conditions?.filter(({ type }) => type === 'Suspended') ?? [];
    return this.#was('Suspended') && suspended.some(({ status }) => status === 'False');
  }

  /** An Indexed Job whose parallelism follows its completions may be scaled down. */
  #mayShrink(): boolean {
    const { completionMode, completions, parallelism } = this.#job.spec ?? {};
    return completionMode === 'Indexed' && completions === parallelism;
  }
}

function validateUncounted(pods: UncountedTerminatedPods, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const field of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (pods[field] ?? []).entries()) {
      const path = STATUS.child('uncountedTerminatedPods', field).index(i);
      if (uid === '') errors.invalid(path, uid, 'must not be empty');
      else if (seen.has(uid)) errors.duplicate(path, uid);
      seen.add(uid);
    }
  }
}
