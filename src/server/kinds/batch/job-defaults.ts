/** Imitates SetDefaults_Job and kin of kubernetes pkg/apis/batch/v1. */
import type { Job, JobSpec } from '../../../api/types/batch-v1.ts';
import { applyPodTemplateDefaults } from '../shared/pod-defaults.ts';

const MAX_INT32 = 2_147_483_647;
const BACKOFF_LIMIT = 6;

export function applyJobDefaults(obj: Job): void {
  obj.metadata ??= {};
  obj.spec ??= {};
  const { spec } = obj;
  applyJobTemplateDefaults(spec);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? BACKOFF_LIMIT : MAX_INT32;
  shareTemplateLabels(obj);
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
}

/** What a CronJob's job template gets as well: only its pods' and policies' defaults. */
export function applyJobTemplateDefaults(spec: JobSpec): void {
  applyPodTemplateDefaults(spec.template);
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  }
}

/**
 * A Job without labels takes its template's. It shares the very map, as upstream does, so that the labels that
 * `generateSelector` adds to the template appear on the Job too.
 */
function shareTemplateLabels({ metadata = {}, spec = {} }: Job): void {
  const labels = spec.template?.metadata?.labels;
  if (labels !== undefined && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels;
}
