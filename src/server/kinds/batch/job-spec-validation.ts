/** Rules for job specs, of Jobs and inside CronJobs; imitates validateJobSpec of kubernetes pkg/apis/batch/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDomainPrefixedPath } from '../../../api/names.ts';
import type { JobSpec } from '../../../api/types/batch-v1.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import { validateNonNegativeFields } from '../shared/field-rules.ts';
import { podTemplateOptions } from '../shared/pod-options.ts';
import { validatePodTemplateSpec } from '../shared/pod-template-validation.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policies-validation.ts';

export const JOB_SPEC_PATH = Path.root('spec');
const MAX_INDEXED_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
/** Above so many completions the limits below hold, if failures are counted by index. */
const MANY_COMPLETIONS = 100_000;
const MANY_COMPLETIONS_PARALLELISM = 10_000;
const MANY_COMPLETIONS_FAILED_INDEXES = 10_000;
const MAX_MANAGED_BY = 63;
const MANY_COMPLETIONS_WARNING =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, ' +
  'Kubernetes might not be able to track completedIndexes when a big number of indexes fail';

/** All but the selector; `oldTemplate` is the stored one. */
export function validateJobSpec(
  spec: JobSpec,
  oldTemplate: PodTemplateSpec | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  validateNumbers(spec, path, errors);
  validateManagedBy(spec.managedBy, path.child('managedBy'), errors);
  validateCompletionMode(spec, path, errors);
  if (spec.podFailurePolicy !== undefined) {
    validatePodFailurePolicy(spec, spec.podFailurePolicy, path.child('podFailurePolicy'), errors);
  }
  if (spec.successPolicy !== undefined) {
    validateSuccessPolicy(spec, spec.successPolicy, path.child('successPolicy'), errors);
  }
  validatePodReplacementPolicy(spec, path.child('podReplacementPolicy'), errors);
  validatePodTemplateSpec(spec.template ?? {}, path.child('template'), errors, podTemplateOptions(oldTemplate));
  validateRestartPolicy(spec, path.child('template', 'spec', 'restartPolicy'), errors);
}

function validateNumbers(spec: JobSpec, path: Path, errors: FieldErrors): void {
  validateNonNegativeFields(
    spec,
    [
      'parallelism',
      'completions',
      'activeDeadlineSeconds',
      'backoffLimit',
      'ttlSecondsAfterFinished',
      'backoffLimitPerIndex',
      'maxFailedIndexes',
    ],
    path,
    errors,
  );
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified');
  }
}

function validateManagedBy(managedBy: string | undefined, path: Path, errors: FieldErrors): void {
  if (managedBy === undefined) return;
  if (managedBy === '') errors.required(path);
  else for (const { value, message } of isDomainPrefixedPath(managedBy)) errors.invalid(path, value, message);
  if (byteLength(managedBy) > MAX_MANAGED_BY) errors.tooLong(path, MAX_MANAGED_BY);
}

function validateCompletionMode(spec: JobSpec, path: Path, errors: FieldErrors): void {
  const { completionMode } = spec;
  if (completionMode === 'Indexed') {
    validateIndexed(spec, path, errors);
  } else if (completionMode === undefined || completionMode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[field] !== undefined) errors.invalid(path.child(field), spec[field], 'requires indexed completion mode');
    }
  } else {
    errors.notSupported(path.child('completionMode'), completionMode, ['NonIndexed', 'Indexed']);
  }
}

function validateIndexed(spec: JobSpec, path: Path, errors: FieldErrors): void {
  const { completions, parallelism = 0, maxFailedIndexes = 0 } = spec;
  if (completions === undefined) errors.required(path.child('completions'), 'when completion mode is Indexed');
  if (parallelism > MAX_INDEXED_PARALLELISM) {
    const message = `must be less than or equal to ${MAX_INDEXED_PARALLELISM} when completion mode is Indexed`;
    errors.invalid(path.child('parallelism'), parallelism, message);
  }
  if (completions !== undefined && maxFailedIndexes > completions) {
    errors.invalid(path.child('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions');
  }
  if (maxFailedIndexes > MAX_FAILED_INDEXES) {
    const message = `must be less than or equal to ${MAX_FAILED_INDEXES}`;
    errors.invalid(path.child('maxFailedIndexes'), maxFailedIndexes, message);
  }
  const many = completions !== undefined && completions > MANY_COMPLETIONS;
  if (many && spec.backoffLimitPerIndex !== undefined) validateManyCompletions(spec, path, errors);
}

function validateManyCompletions(spec: JobSpec, path: Path, errors: FieldErrors): void {
  const { parallelism = 0, maxFailedIndexes } = spec;
  if (maxFailedIndexes === undefined) {
    const message = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.required(path.child('maxFailedIndexes'), message);
  }
  const limit = (max: number) =>
    `must be less than or equal to ${max} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (parallelism > MANY_COMPLETIONS_PARALLELISM) {
    errors.invalid(path.child('parallelism'), parallelism, limit(MANY_COMPLETIONS_PARALLELISM));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > MANY_COMPLETIONS_FAILED_INDEXES) {
    errors.invalid(path.child('maxFailedIndexes'), maxFailedIndexes, limit(MANY_COMPLETIONS_FAILED_INDEXES));
  }
}

function validatePodReplacementPolicy(spec: JobSpec, path: Path, errors: FieldErrors): void {
  const { podReplacementPolicy: policy } = spec;
  const allowed = spec.podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  if (policy !== undefined && !allowed.includes(policy)) errors.notSupported(path, policy, allowed);
}

function validateRestartPolicy(spec: JobSpec, path: Path, errors: FieldErrors): void {
  const policy = spec.template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') errors.required(path, 'valid values: "OnFailure", "Never"');
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.notSupported(path, policy, ['OnFailure', 'Never']);
  else if (spec.podFailurePolicy !== undefined && policy !== 'Never') {
    errors.invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

/** Imitates WarningsForJobSpec of kubernetes pkg/api/job; `path` is the spec's. */
export function jobSpecWarnings(spec: JobSpec, path: Path): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  const many = completions > MANY_COMPLETIONS && parallelism > MANY_COMPLETIONS_PARALLELISM;
  const ofTemplate = podTemplateWarnings(spec.template, path.child('template'));
  return completionMode === 'Indexed' && many ? [`${path}: ${MANY_COMPLETIONS_WARNING}`, ...ofTemplate] : ofTemplate;
}
