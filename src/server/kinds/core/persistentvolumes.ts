/** PersistentVolume; imitates core validation ValidatePersistentVolume and pkg/registry/core/persistentvolume. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { cloneJson, equalJson } from '../../../api/object.ts';
import type { NodeSelectorRequirement, PersistentVolume, PersistentVolumeSpec } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { VOLUME_NODE_AFFINITY } from '../shared/go-structs.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { hasInvalidLabelValue, nodeSelectorTermWarnings } from '../shared/node-selector.ts';
import { VOLUME_SOURCE_FIELDS, volumeSourceWarnings } from '../shared/persistent-volume-source.ts';
import {
  accessModesText,
  applyPersistentVolumeSpecDefaults,
  BETA_STORAGE_CLASS,
  storageClassOf,
  validatePersistentVolumeSpec,
} from '../shared/persistent-volume-spec.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { goVolumeSource } from '../shared/storage-shapes.ts';
import { unifiedDiff } from '../shared/unified-diff.ts';

const SPEC = Path.root('spec');
const ANNOTATIONS = Path.root('metadata').child('annotations');
const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';

export const persistentvolumes = defineKind<PersistentVolume>('', 'v1', 'persistentvolumes', {
  deleteReturns: 'object',
  metadataOnUpdate: 'full+full',
  applyDefaults(obj) {
    obj.status ??= {};
    obj.status.phase ||= 'Pending';
    obj.spec ??= {};
    applyPersistentVolumeSpecDefaults(obj.spec, { inline: false });
  },
  prepareForCreate(obj, { now }) {
    obj.status = { phase: 'Pending', lastPhaseTransitionTime: toSeconds(now) };
  },
  validate: (obj, errors) => validate(obj, undefined, errors),
  validateUpdate(obj, old, errors) {
    validate(obj, old, errors);
    validateSpec(obj, old, errors);
    validateSameSource(obj, old, errors);
    validateImmutable(obj.spec?.volumeMode, old.spec?.volumeMode, Path.root('volumeMode'), errors);
    validateSameNodeAffinity(obj, old, errors);
    const { volumeAttributesClassName: before } = old.spec ?? {};
    if (before !== undefined && obj.spec?.volumeAttributesClassName === undefined)
      errors.forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden');
  },
  warnings,
  status: {
    metadataOnUpdate: 'update',
    prepareForUpdate(obj, old, { now }) {
      obj.spec = cloneJson(old.spec ?? {});
      keepTransitionTime(obj, old, now);
    },
    validateUpdate(obj, _old, errors) {
      if (!obj.metadata?.resourceVersion) errors.required(Path.root('resourceVersion'));
    },
  },
  fieldLabelError: metadataFieldLabelError,
  cells(obj, now) {
    const { metadata = {}, spec = {}, status = {} } = obj;
    const claim = spec.claimRef;
    return [
      metadata.name ?? '',
      spec.capacity?.['storage'] ?? '0',
      accessModesText(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? '',
      metadata.deletionTimestamp === undefined ? (status.phase ?? '') : 'Terminating',
      claim === undefined ? '' : `${claim.namespace ?? ''}/${claim.name ?? ''}`,
      storageClassOf(obj),
      spec.volumeAttributesClassName ?? '<unset>',
      status.reason ?? '',
      age(metadata.creationTimestamp, now),
      spec.volumeMode ?? '<unset>',
    ];
  },
});

function toSeconds(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** When the phase changes and the writer does not say since when, it is since now. */
function keepTransitionTime(obj: PersistentVolume, old: PersistentVolume, now: Date): void {
  obj.status ??= {};
  const { phase, lastPhaseTransitionTime: since } = obj.status;
  const before = old.status?.lastPhaseTransitionTime;
  if (phase === old.status?.phase) {
    if (since === undefined && before !== undefined) obj.status.lastPhaseTransitionTime = before;
  } else if (since === undefined || since === before) obj.status.lastPhaseTransitionTime = toSeconds(now);
}

function validate(obj: PersistentVolume, old: PersistentVolume | undefined, errors: FieldErrors): void {
  validateSpec(obj, old, errors);
  validateMountOptions(obj, errors);
}

function validateSpec(obj: PersistentVolume, old: PersistentVolume | undefined, errors: FieldErrors): void {
  validatePersistentVolumeSpec(obj.spec ?? {}, SPEC, errors, {
    pvName: obj.metadata?.name ?? '',
    inline: false,
    allowInvalidLabelValue: hasInvalidLabelValue(old?.spec?.nodeAffinity?.required),
  });
}

/** Sources that know the old mount-options annotation (pkg/volume/validation). */
const MOUNTABLE: readonly (keyof PersistentVolumeSpec)[] = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
];

function validateMountOptions(obj: PersistentVolume, errors: FieldErrors): void {
  if (obj.metadata?.annotations?.[MOUNT_OPTIONS] === undefined) return;
  if (MOUNTABLE.some((field) => obj.spec?.[field] !== undefined)) return;
  errors.forbidden(ANNOTATIONS.child(MOUNT_OPTIONS), 'may not specify mount options for this volume type');
}

function sourceOf(spec: PersistentVolumeSpec): Partial<PersistentVolumeSpec> {
  const fields = VOLUME_SOURCE_FIELDS.filter((field) => spec[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, spec[field]]));
}

/** The source stays, but for a controllerExpandSecretRef that was not there. */
function validateSameSource(obj: PersistentVolume, old: PersistentVolume, errors: FieldErrors): void {
  const before = sourceOf(old.spec ?? {});
  const after = cloneJson(sourceOf(obj.spec ?? {}));
  if (before.csi !== undefined && before.csi.controllerExpandSecretRef === undefined)
    delete after.csi?.controllerExpandSecretRef;
  if (equalJson(after, before)) return;
  const diff = unifiedDiff(goVolumeSource(before), goVolumeSource(after));
  const detail = `spec.persistentvolumesource is immutable after creation\n${diff}`;
  errors.forbidden(SPEC.child('persistentvolumesource'), detail);
}

const GA_LABELS = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

/** Once set, node affinity stays, but beta labels may become their stable names. */
function validateSameNodeAffinity(obj: PersistentVolume, old: PersistentVolume, errors: FieldErrors): void {
  const before = cloneJson(old.spec?.nodeAffinity);
  const after = obj.spec?.nodeAffinity;
  if (before === undefined) return;
  const terms = after?.required?.nodeSelectorTerms ?? [];
  for (const [i, term] of (before.required?.nodeSelectorTerms ?? []).entries()) {
    adoptStableKeys(term.matchExpressions, terms[i]?.matchExpressions);
    adoptStableKeys(term.matchFields, terms[i]?.matchFields);
  }
  if (equalJson(after, before)) return;
  const shown = goValue(after, VOLUME_NODE_AFFINITY);
  errors.invalid(Path.root('nodeAffinity'), shown, 'field is immutable, except for updating from beta label to GA');
}

function adoptStableKeys(
  before: NodeSelectorRequirement[] | undefined,
  after: NodeSelectorRequirement[] | undefined,
): void {
  for (const [i, requirement] of (before ?? []).entries()) {
    const key = after?.[i]?.key;
    if (key !== undefined && GA_LABELS.get(requirement.key ?? '') === key) requirement.key = key;
  }
}

function warnings(obj: PersistentVolume): string[] {
  const { metadata, spec = {} } = obj;
  const found: string[] = [];
  if (metadata?.annotations?.[BETA_STORAGE_CLASS] !== undefined)
    found.push(
      `${ANNOTATIONS.key(BETA_STORAGE_CLASS)}: deprecated since v1.8; use "storageClassName" attribute instead`,
    );
  if (metadata?.annotations?.[MOUNT_OPTIONS] !== undefined)
    found.push(`${ANNOTATIONS.key(MOUNT_OPTIONS)}: deprecated since v1.31; use "mountOptions" attribute instead`);
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    found.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  }
  const path = SPEC.child('nodeAffinity', 'required', 'nodeSelectorTerms');
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  for (const [i, term] of terms.entries()) found.push(...nodeSelectorTermWarnings(term, false, path.index(i)));
  return [...found, ...volumeSourceWarnings(spec)];
}
