import { quote } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { Job } from '../../../api/types/batch-v1.ts';
import { defineKind } from '../define.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { podNameWarnings } from '../shared/workload-template.ts';
import { applyJobDefaults } from './job-defaults.ts';
import { generateSelector } from './job-selector.ts';
import { JOB_SPEC_PATH, jobSpecWarnings } from './job-spec-validation.ts';
import { validateJobStatusUpdate } from './job-status-validation.ts';
import { jobCells } from './job-table.ts';
import { validateJob, validateJobUpdate } from './jobs-validation.ts';

/** Imitates pkg/apis/batch/v1 defaults and pkg/registry/batch/job. */
export const jobs = defineKind<Job>('batch', 'v1', 'jobs', {
  applyDefaults: applyJobDefaults,
  prepareForCreate(obj) {
    obj.status = {};
    if (obj.spec?.manualSelector !== true) generateSelector(obj);
    dropDisabledTemplateFields(obj.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropDisabledTemplateFields(obj.spec?.template, old.spec?.template);
  },
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  metadataOnUpdate: 'full+update',
  warnings(obj, old) {
    if (old !== undefined && equalJson(obj.spec, old.spec)) return [];
    const aboutName = old === undefined ? podNameWarnings(obj.metadata?.name) : [];
    return [...aboutName, ...jobSpecWarnings(obj.spec ?? {}, JOB_SPEC_PATH)];
  },
  generation: 'spec',
  status: { validateUpdate: validateJobStatusUpdate },
  defaultPropagation: 'Orphan',
  deleteWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or ' +
    'set propagationPolicy=Orphan to suppress this warning',
  selectableFields: { 'status.successful': (obj) => String(obj.status?.succeeded ?? 0) },
  fieldLabelError: (label) => `field label ${quote(label)} not supported for Job`,
  cells: jobCells,
});
