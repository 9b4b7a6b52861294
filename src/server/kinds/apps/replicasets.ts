import { Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { ReplicaSet } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age, selectorText } from '../printing.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { applyPodTemplateDefaults } from '../shared/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { replicaScale } from '../shared/scale.ts';
import { containerCells } from '../shared/workload-table.ts';
import { podNameWarnings } from '../shared/workload-template.ts';
import { validateReplicaSet, validateReplicaSetStatus, validateReplicaSetUpdate } from './replicasets-validation.ts';

const TEMPLATE = Path.root('spec').child('template');

/** Imitates pkg/apis/apps/v1 defaults and pkg/registry/apps/replicaset. */
export const replicasets = defineKind<ReplicaSet>('apps', 'v1', 'replicasets', {
  applyDefaults(obj) {
    obj.spec ??= {};
    applyPodTemplateDefaults(obj.spec.template);
    obj.spec.replicas ??= 1;
  },
  prepareForCreate(obj) {
    obj.status = { replicas: 0 };
    dropDisabledTemplateFields(obj.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropDisabledTemplateFields(obj.spec?.template, old.spec?.template);
  },
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  metadataOnUpdate: 'full+update',
  warnings,
  generation: 'spec',
  status: { validateUpdate: validateReplicaSetStatus },
  scale: replicaScale(),
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function warnings(obj: ReplicaSet, old: ReplicaSet | undefined): string[] {
  if (old !== undefined && equalJson(obj.spec, old.spec)) return [];
  const aboutName = old === undefined ? podNameWarnings(obj.metadata?.name) : [];
  return [...aboutName, ...podTemplateWarnings(obj.spec?.template, TEMPLATE)];
}

function cells(obj: ReplicaSet, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  return [
    obj.metadata?.name ?? '',
    spec.replicas ?? 0,
    status.replicas ?? 0,
    status.readyReplicas ?? 0,
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(spec.template?.spec?.containers),
    selectorText(spec.selector),
  ];
}
