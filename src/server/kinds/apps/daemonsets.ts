import { Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { DaemonSet } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age, labelsText, selectorText } from '../printing.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { applyPodTemplateDefaults } from '../shared/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { containerCells } from '../shared/workload-table.ts';
import { validateDaemonSet, validateDaemonSetStatus, validateDaemonSetUpdate } from './daemonsets-validation.ts';

const TEMPLATE = Path.root('spec').child('template');

/** Counts changes of the template; the server owns it. It was a field of the spec before apps/v1. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Imitates pkg/apis/apps/v1 defaults and pkg/registry/apps/daemonset. */
export const daemonsets = defineKind<DaemonSet>('apps', 'v1', 'daemonsets', {
  applyDefaults,
  prepareForCreate(obj) {
    obj.status = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
    setTemplateGeneration(obj, Math.max(1, templateGeneration(obj)));
    dropDisabledTemplateFields(obj.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropDisabledTemplateFields(obj.spec?.template, old.spec?.template);
    const changed = !equalJson(obj.spec?.template, old.spec?.template);
    setTemplateGeneration(obj, templateGeneration(old) + (changed ? 1 : 0));
  },
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  metadataOnUpdate: 'full+update',
  warnings(obj, old) {
    if (old !== undefined && equalJson(obj.spec?.template, old.spec?.template)) return [];
    return podTemplateWarnings(obj.spec?.template, TEMPLATE);
  },
  generation: 'spec',
  status: {
    prepareForUpdate(obj, old) {
      if (old.spec !== undefined) obj.spec = old.spec;
      setTemplateGeneration(obj, templateGeneration(old));
    },
    validateUpdate: validateDaemonSetStatus,
  },
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function applyDefaults(obj: DaemonSet): void {
  obj.spec ??= {};
  const { spec } = obj;
  applyPodTemplateDefaults(spec.template);
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function templateGeneration(obj: DaemonSet): number {
  const text = obj.metadata?.annotations?.[TEMPLATE_GENERATION] ?? '';
  return /^[+-]?[0-9]{1,15}$/.test(text) ? Number(text) : 0;
}

function setTemplateGeneration(obj: DaemonSet, generation: number): void {
  obj.metadata ??= {};
  obj.metadata.annotations ??= {};
  obj.metadata.annotations[TEMPLATE_GENERATION] = String(generation);
}

function cells(obj: DaemonSet, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  return [
    obj.metadata?.name ?? '',
    status.desiredNumberScheduled ?? 0,
    status.currentNumberScheduled ?? 0,
    status.numberReady ?? 0,
    status.updatedNumberScheduled ?? 0,
    status.numberAvailable ?? 0,
    labelsText(spec.template?.spec?.nodeSelector),
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(spec.template?.spec?.containers),
    selectorText(spec.selector),
  ];
}
