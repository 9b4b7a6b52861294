import { equalJson } from '../../../api/object.ts';
import type { Deployment } from '../../../api/types/apps-v1.ts';
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
import {
  TEMPLATE_PATH,
  validateDeployment,
  validateDeploymentStatus,
  validateDeploymentUpdate,
} from './deployments-validation.ts';

/** Imitates pkg/apis/apps/v1 defaults and pkg/registry/apps/deployment. */
export const deployments = defineKind<Deployment>('apps', 'v1', 'deployments', {
  applyDefaults,
  prepareForCreate(obj) {
    obj.status = {};
    dropDisabledTemplateFields(obj.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropDisabledTemplateFields(obj.spec?.template, old.spec?.template);
  },
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings,
  generation: isNewGeneration,
  status: { prepareForUpdate: keepSpecAndLabels, validateUpdate: validateDeploymentStatus },
  scale: replicaScale(),
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function applyDefaults(obj: Deployment): void {
  obj.spec ??= {};
  const { spec } = obj;
  applyPodTemplateDefaults(spec.template);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}

function keepSpecAndLabels(obj: Deployment, old: Deployment): void {
  if (old.spec !== undefined) obj.spec = old.spec;
  const metadata = { ...obj.metadata };
  delete metadata.labels;
  obj.metadata = old.metadata?.labels === undefined ? metadata : { ...metadata, labels: old.metadata.labels };
}

/** Annotations count too: the controller copies them to its ReplicaSets. */
function isNewGeneration(obj: Deployment, old: Deployment): boolean {
  const sameAnnotations = equalJson(obj.metadata?.annotations ?? {}, old.metadata?.annotations ?? {});
  return !equalJson(obj.spec, old.spec) || !sameAnnotations;
}

function warnings(obj: Deployment, old: Deployment | undefined): string[] {
  if (old !== undefined && !isNewGeneration(obj, old)) return [];
  const aboutName = old === undefined ? podNameWarnings(obj.metadata?.name) : [];
  return [...aboutName, ...podTemplateWarnings(obj.spec?.template, TEMPLATE_PATH)];
}

function cells(obj: Deployment, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  return [
    obj.metadata?.name ?? '',
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(spec.template?.spec?.containers),
    selectorText(spec.selector),
  ];
}
