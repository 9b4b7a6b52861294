import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson, getOwn } from '../../../api/object.ts';
import type { PodTemplateSpec, ReplicationController, ReplicationControllerSpec } from '../../../api/types/core-v1.ts';
import { validateReplicaCounts } from '../apps/replicasets-validation.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age, labelsText } from '../printing.ts';
import { validateNonNegative } from '../shared/field-rules.ts';
import { shownMap } from '../shared/go-maps.ts';
import { applyPodTemplateDefaults } from '../shared/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { podTemplateOptions } from '../shared/pod-options.ts';
import { validatePodTemplateSpec } from '../shared/pod-template-validation.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { labelMapScale } from '../shared/scale.ts';
import { validateTemplateLabels } from '../shared/template-selector.ts';
import { containerCells } from '../shared/workload-table.ts';
import { podNameWarnings, validateAlwaysRunning } from '../shared/workload-template.ts';

const SPEC = Path.root('spec');
const TEMPLATE = SPEC.child('template');
const NON_CONVERTIBLE = 'non-convertible.kubernetes.io';

/** Imitates pkg/apis/core/v1 defaults, ValidateReplicationController and pkg/registry/core/replicationcontroller. */
export const replicationcontrollers = defineKind<ReplicationController>('', 'v1', 'replicationcontrollers', {
  applyDefaults,
  prepareForCreate(obj) {
    obj.status = { replicas: 0 };
    dropDisabledTemplateFields(obj.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropDisabledTemplateFields(obj.spec?.template, old.spec?.template);
  },
  validate(obj, errors) {
    validateSpec(obj.spec ?? {}, undefined, errors);
  },
  validateUpdate(obj, old, errors) {
    validateSpec(obj.spec ?? {}, old.spec?.template, errors);
    validateSpec(obj.spec ?? {}, old.spec?.template, errors);
    validateNonConvertible(obj, old, errors);
  },
  metadataOnUpdate: 'full+update',
  warnings,
  generation: 'spec',
  status: {
    validateUpdate(obj, _old, errors) {
      validateReplicaCounts(obj.status ?? {}, errors);
    },
  },
  scale: labelMapScale(),
  defaultPropagation: 'Orphan',
  selectableFields: { 'status.replicas': (obj) => String(obj.status?.replicas ?? 0) },
  cells,
});

function applyDefaults(obj: ReplicationController): void {
  obj.metadata ??= {};
  obj.spec ??= {};
  const { metadata, spec } = obj;
  applyPodTemplateDefaults(spec.template);
  const labels = spec.template?.metadata?.labels;
  if (labels !== undefined) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels };
    if (isEmpty(metadata.labels)) metadata.labels = { ...labels };
  }
  spec.replicas ??= 1;
}

function isEmpty(map: Record<string, string> | undefined): boolean {
  return Object.keys(map ?? {}).length === 0;
}

function validateSpec(
  spec: ReplicationControllerSpec,
  oldTemplate: PodTemplateSpec | undefined,
  errors: FieldErrors,
): void {
  const { selector = {}, template } = spec;
  validateNonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), errors);
  if (isEmpty(selector)) errors.required(SPEC.child('selector'));
  validateNonNegative(spec.replicas, SPEC.child('replicas'), errors);
  if (template === undefined) {
    errors.required(TEMPLATE);
    return;
  }
  const wanted = Object.entries(selector);
  const matches = (labels: Record<string, string>) => wanted.every(([key, value]) => getOwn(labels, key) === value);
  validateTemplateLabels(template, { empty: wanted.length === 0, matches }, TEMPLATE, errors);
  validatePodTemplateSpec(template, TEMPLATE, errors, podTemplateOptions(oldTemplate));
  validateAlwaysRunning(template, 'ReplicationController', TEMPLATE, errors);
}

/** Fields that another version of the object could not express are named by annotations, and stay as they are. */
function validateNonConvertible(obj: ReplicationController, old: ReplicationController, errors: FieldErrors): void {
  const annotations = Object.entries(old.metadata?.annotations ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of annotations) {
    const [prefix = '', field, ...more] = key.split('/');
    if (!prefix.startsWith(NON_CONVERTIBLE) || field === undefined || more.length > 0) continue;
    if (!field.includes('selector')) {
      errors.add('FieldValueNotFound', field, value, 'unknown non-convertible field');
    } else if (!equalJson(obj.spec?.selector, old.spec?.selector)) {
      errors.invalid(SPEC.child('selector'), shownMap(obj.spec?.selector), 'cannot update non-convertible selector');
    }
  }
}

function warnings(obj: ReplicationController, old: ReplicationController | undefined): string[] {
  if (old !== undefined && equalJson(obj.spec, old.spec)) return [];
  const aboutName = old === undefined ? podNameWarnings(obj.metadata?.name) : [];
  return [...aboutName, ...podTemplateWarnings(obj.spec?.template, TEMPLATE)];
}

function cells(obj: ReplicationController, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  return [
    obj.metadata?.name ?? '',
    spec.replicas ?? 0,
    status.replicas ?? 0,
    status.readyReplicas ?? 0,
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(spec.template?.spec?.containers),
    labelsText(spec.selector),
  ];
}
