import { Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { StatefulSet, StatefulSetSpec } from '../../../api/types/apps-v1.ts';
import type { PersistentVolumeClaim } from '../../../api/types/core-v1.ts';
import { claimSpecWarnings } from '../core/persistentvolumeclaims-validation.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { dnsLabelName, metadataFieldLabelError } from '../shared/name-rules.ts';
import { applyPodTemplateDefaults } from '../shared/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../shared/pod-disabled-fields.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { replicaScale } from '../shared/scale.ts';
import { applyClaimSpecDefaults } from '../shared/volume-defaults.ts';
import { containerCells } from '../shared/workload-table.ts';
import {
  validateStatefulSet,
  validateStatefulSetStatus,
  validateStatefulSetUpdate,
} from './statefulsets-validation.ts';

const TEMPLATE = Path.root('spec').child('template');
const CLAIMS = Path.root('spec').child('volumeClaimTemplates');
const HISTORY_WARNING =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

/** Imitates pkg/apis/apps/v1 defaults and conversion, and pkg/registry/apps/statefulset. */
export const statefulsets = defineKind<StatefulSet>('apps', 'v1', 'statefulsets', {
  nameErrors: dnsLabelName,
  applyDefaults,
  prepareForCreate(obj) {
    obj.status = { replicas: 0, availableReplicas: 0 };
    dropMaxUnavailable(obj, undefined);
    dropDisabledTemplateFields(obj.spec?.template, undefined);
  },
  prepareForUpdate(obj, old) {
    dropMaxUnavailable(obj, old);
    dropDisabledTemplateFields(obj.spec?.template, old.spec?.template);
  },
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings,
  generation: 'spec',
  status: { validateUpdate: validateStatefulSetStatus },
  scale: replicaScale(),
  cells,
  fieldLabelError: metadataFieldLabelError,
});

function applyDefaults(obj: StatefulSet): void {
  obj.spec ??= {};
  const { spec } = obj;
  applyPodTemplateDefaults(spec.template);
  spec.podManagementPolicy ||= 'OrderedReady';
  applyUpdateStrategyDefaults(spec);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  for (const claim of spec.volumeClaimTemplates ?? []) applyClaimTemplateDefaults(claim);
}

/** rollingUpdate appears by itself only where the type was left out too. */
function applyUpdateStrategyDefaults(spec: StatefulSetSpec): void {
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  if (!updateStrategy.type) {
    updateStrategy.type = 'RollingUpdate';
    updateStrategy.rollingUpdate ??= {};
  }
  if (updateStrategy.type === 'RollingUpdate' && updateStrategy.rollingUpdate !== undefined) {
    updateStrategy.rollingUpdate.partition ??= 0;
  }
}

function applyClaimTemplateDefaults(claim: PersistentVolumeClaim): void {
  claim.apiVersion ||= 'v1';
  claim.kind ||= 'PersistentVolumeClaim';
  claim.spec ??= {};
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
  applyClaimSpecDefaults(claim.spec);
}

/** maxUnavailable is behind a gate that is off; what uses it already keeps it. */
function dropMaxUnavailable(obj: StatefulSet, old: StatefulSet | undefined): void {
  if (old?.spec?.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return;
  delete obj.spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
}

function warnings(obj: StatefulSet, old: StatefulSet | undefined): string[] {
  const { spec = {} } = obj;
  const changed = old === undefined || !equalJson(spec, old.spec);
  const ofTemplate = changed ? podTemplateWarnings(spec.template, TEMPLATE) : [];
  // Upstream's paths: without the spec on create, with a capital on update.
  const pathOf = (i: number) => (old === undefined ? CLAIMS.index(i) : CLAIMS.index(i).child('Spec'));
  const ofClaims = (spec.volumeClaimTemplates ?? []).flatMap((claim, i) =>
    claimSpecWarnings(claim.spec ?? {}, pathOf(i)),
  );
  const ofHistory = (spec.revisionHistoryLimit ?? 0) < 0 ? [HISTORY_WARNING] : [];
  return [...ofTemplate, ...ofClaims, ...ofHistory];
}

function cells(obj: StatefulSet, now: Date): CellValue[] {
  const { spec = {}, status = {} } = obj;
  return [
    obj.metadata?.name ?? '',
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    age(obj.metadata?.creationTimestamp, now),
    ...containerCells(spec.template?.spec?.containers),
  ];
}
