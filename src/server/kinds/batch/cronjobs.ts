import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, maxLengthMessage } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { CronJob, CronJobSpec, JobTemplateSpec } from '../../../api/types/batch-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age, selectorText } from '../printing.ts';
import { validateSchedule, validateTimeZone } from '../shared/cron.ts';
import { validateNonNegative } from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { containerCells } from '../shared/workload-table.ts';
import { podNameWarnings } from '../shared/workload-template.ts';
import { applyJobTemplateDefaults } from './job-defaults.ts';
import { jobSpecWarnings, validateJobSpec } from './job-spec-validation.ts';

const SPEC = Path.root('spec');
const JOB_TEMPLATE = SPEC.child('jobTemplate');
/** A Job's name is its CronJob's and 11 characters; it must fit a label. */
const MAX_NAME = 52;
const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'];
const ZONE_WARNING =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ' +
  'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

/** Imitates pkg/apis/batch/v1 defaults, ValidateCronJobCreate and pkg/registry/batch/cronjob. */
export const cronjobs = defineKind<CronJob>('batch', 'v1', 'cronjobs', {
  applyDefaults,
  prepareForCreate(obj) {
    obj.status = {};
    dropDisabledTemplateFields(obj.spec?.jobTemplate?.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropDisabledTemplateFields(obj.spec?.jobTemplate?.spec?.template, old.spec?.jobTemplate?.spec?.template);
  },
  validate(obj, errors) {
    validateSpec(obj.spec ?? {}, undefined, errors);
    const name = obj.metadata?.name ?? '';
    if (byteLength(name) > MAX_NAME)
      errors.invalid(Path.root('metadata').child('name'), name, maxLengthMessage(MAX_NAME));
  },
  validateUpdate(obj, old, errors) {
    validateSpec(obj.spec ?? {}, old.spec, errors);
  },
  warnings,
  generation: 'spec',
  status: { validateUpdate() {} },
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function applyDefaults(obj: CronJob): void {
  obj.spec ??= {};
  const { spec } = obj;
  if (spec.jobTemplate?.spec !== undefined) applyJobTemplateDefaults(spec.jobTemplate.spec);
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
}

function validateSpec(spec: CronJobSpec, old: CronJobSpec | undefined, errors: FieldErrors): void {
  const { schedule = '', timeZone, concurrencyPolicy = '' } = spec;
  if (schedule === '') errors.required(SPEC.child('schedule'));
  else {
    const allowZoneInSchedule = old?.schedule?.includes('TZ') === true;
    validateSchedule(schedule, SPEC.child('schedule'), errors, { allowZoneInSchedule, timeZone });
  }
  validateNonNegative(spec.startingDeadlineSeconds, SPEC.child('startingDeadlineSeconds'), errors);
  if (old === undefined || old.timeZone !== timeZone) validateTimeZone(timeZone, SPEC.child('timeZone'), errors);
  if (concurrencyPolicy === '') errors.required(SPEC.child('concurrencyPolicy'));
  else if (!CONCURRENCY_POLICIES.includes(concurrencyPolicy)) {
    errors.notSupported(SPEC.child('concurrencyPolicy'), concurrencyPolicy, CONCURRENCY_POLICIES);
  }
  validateJobTemplate(spec.jobTemplate ?? {}, old?.jobTemplate, errors);
  validateNonNegative(spec.successfulJobsHistoryLimit, SPEC.child('successfulJobsHistoryLimit'), errors);
  validateNonNegative(spec.failedJobsHistoryLimit, SPEC.child('failedJobsHistoryLimit'), errors);
}

/** Its Jobs get generated selectors. */
function validateJobTemplate(template: JobTemplateSpec, old: JobTemplateSpec | undefined, errors: FieldErrors): void {
  const spec = template.spec ?? {};
  const path = JOB_TEMPLATE.child('spec');
  validateJobSpec(spec, old?.spec?.template, path, errors);
  if (spec.selector !== undefined) {
    errors.invalid(path.child('selector'), shownSelector(spec.selector), '`selector` will be auto-generated');
  }
  if (spec.manualSelector === true) errors.notSupported(path.child('manualSelector'), true, ['nil', 'false']);
}

function warnings(obj: CronJob, old: CronJob | undefined): string[] {
  const { schedule = '', jobTemplate } = obj.spec ?? {};
  const list = old === undefined ? podNameWarnings(obj.metadata?.name) : [];
  if (old === undefined || !equalJson(obj.spec, old.spec)) {
    list.push(...jobSpecWarnings(jobTemplate?.spec ?? {}, JOB_TEMPLATE.child('spec')));
  }
  if (schedule.includes('TZ')) list.push(ZONE_WARNING);
  return list;
}

function cells(obj: CronJob, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  const jobSpec = spec.jobTemplate?.spec;
  return [
    obj.metadata?.name ?? '',
    spec.schedule ?? '',
    spec.timeZone ?? '<none>',
    spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False',
    (status.active ?? []).length,
    status.lastScheduleTime === undefined ? '<none>' : age(status.lastScheduleTime, now),
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(jobSpec?.template?.spec?.containers),
    selectorText(jobSpec?.selector),
  ];
}
