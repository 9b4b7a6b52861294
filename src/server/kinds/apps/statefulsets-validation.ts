/** Imitates ValidateStatefulSet and kin of kubernetes pkg/apis/apps/validation, messages and order included. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '../../../api/types/apps-v1.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import {
  validateNonNegative,
  validateNonNegativeFields,
  validateNotDecremented,
  validateNotGreater,
} from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { validateDNSLabel } from '../shared/name-rules.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { podTemplateOptions } from '../shared/pod-options.ts';
import { validatePodTemplateSpec } from '../shared/pod-template-validation.ts';
import { intOrPercentValue, validateAtMost100Percent, validatePositiveIntOrPercent } from '../shared/rolling-update.ts';
import { selectorMatcher, validateTemplateLabels } from '../shared/template-selector.ts';
import { validateClaimSpec } from '../shared/volume-claim-spec.ts';
import { validateAlwaysRunning, validateRequiredSelector } from '../shared/workload-template.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const ROLLING_UPDATE: GoShape = [
  ['Partition', 'partition', 0],
  ['MaxUnavailable', 'maxUnavailable'],
];
const STRATEGY: GoShape = [
  ['Type', 'type', ''],
  ['RollingUpdate', 'rollingUpdate', null, ROLLING_UPDATE],
];
const MUTABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
] as const satisfies readonly (keyof StatefulSetSpec)[];
const IMMUTABLE_MESSAGE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export function validateStatefulSet(obj: StatefulSet, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, undefined, errors);
}

/** What is stored with a bad service name or template may keep them. */
export function validateStatefulSetUpdate(obj: StatefulSet, old: StatefulSet, errors: FieldErrors): void {
  const spec = obj.spec ?? {};
  const oldSpec = old.spec ?? {};
  validateSpec(spec, oldSpec, errors);
  if (!equalJson(withoutMutable(spec), withoutMutable(oldSpec))) errors.forbidden(SPEC, IMMUTABLE_MESSAGE);
}

function withoutMutable(spec: StatefulSetSpec): StatefulSetSpec {
  const rest = { ...spec };
  for (const field of MUTABLE) delete rest[field];
  return rest;
}

function validateSpec(spec: StatefulSetSpec, old: StatefulSetSpec | undefined, errors: FieldErrors): void {
  validatePodManagementPolicy(spec.podManagementPolicy ?? '', SPEC.child('podManagementPolicy'), errors);
  validateUpdateStrategy(spec.updateStrategy ?? {}, SPEC.child('updateStrategy'), errors);
  validateRetentionPolicy(
    spec.persistentVolumeClaimRetentionPolicy,
    SPEC.child('persistentVolumeClaimRetentionPolicy'),
    errors,
  );
  if (old === undefined || !equalJson(spec.volumeClaimTemplates, old.volumeClaimTemplates))
    validateClaims(spec, errors);
  validateNonNegativeFields(spec, ['replicas', 'minReadySeconds'], SPEC, errors);
  validateNonNegative(spec.ordinals?.start, SPEC.child('ordinals.start'), errors);
  if (old === undefined && spec.serviceName) validateDNSLabel(spec.serviceName, SPEC.child('serviceName'), errors);
  validateRequiredSelector(spec.selector, 'statefulset', SPEC.child('selector'), errors);
  validateTemplate(spec, old, errors);
}

function validatePodManagementPolicy(policy: string, path: Path, errors: FieldErrors): void {
  if (policy === '') errors.required(path);
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.invalid(path, policy, "must be 'OrderedReady' or 'Parallel'");
  }
}

function validateUpdateStrategy(strategy: StatefulSetUpdateStrategy, path: Path, errors: FieldErrors): void {
  const { type = '', rollingUpdate } = strategy;
  const rollingPath = path.child('rollingUpdate');
  if (type === '') {
    errors.required(path);
  } else if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return;
    const message = "only allowed for updateStrategy 'RollingUpdate'";
    errors.invalid(rollingPath, goValue(rollingUpdate, ROLLING_UPDATE), message);
  } else if (type === 'RollingUpdate') {
    if (rollingUpdate !== undefined) validateRollingUpdate(rollingUpdate, rollingPath, errors);
  } else {
    errors.invalid(path, goValue(strategy, STRATEGY), "must be 'RollingUpdate' or 'OnDelete'");
  }
}

function validateRollingUpdate(rolling: RollingUpdateStatefulSetStrategy, path: Path, errors: FieldErrors): void {
  validateNonNegative(rolling.partition, path.child('partition'), errors);
  const { maxUnavailable } = rolling;
  if (maxUnavailable === undefined) return;
  const unavailablePath = path.child('maxUnavailable');
  validatePositiveIntOrPercent(maxUnavailable, unavailablePath, errors);
  if (intOrPercentValue(maxUnavailable) === 0) errors.invalid(unavailablePath, maxUnavailable, 'cannot be 0');
  validateAtMost100Percent(maxUnavailable, unavailablePath, errors);
}

function validateRetentionPolicy(
  policy: StatefulSetPersistentVolumeClaimRetentionPolicy | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  if (policy === undefined) return;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const value = policy[field] ?? '';
    if (value !== 'Retain' && value !== 'Delete') errors.notSupported(path.child(field), value, ['Retain', 'Delete']);
  }
}

function validateClaims({ volumeClaimTemplates = [] }: StatefulSetSpec, errors: FieldErrors): void {
  const path = SPEC.child('volumeClaimTemplates');
  for (const [i, claim] of volumeClaimTemplates.entries()) {
    validateClaimSpec(claim.spec ?? {}, path.index(i).child('spec'), errors);
  }
}

function validateTemplate(spec: StatefulSetSpec, old: StatefulSetSpec | undefined, errors: FieldErrors): void {
  const { selector, template = {} } = spec;
  const path = SPEC.child('template');
  const matcher = selectorMatcher(selector);
  if (matcher === undefined) {
    errors.invalid(SPEC.child('selector'), shownSelector(selector), '');
  } else {
    validateTemplateLabels(template, matcher, path, errors);
    if (old === undefined || !equalJson(template, old.template)) {
      validatePodTemplateSpec(withClaimVolumes(spec), path, errors, podTemplateOptions(old?.template));
    }
  }
  validateAlwaysRunning(template, 'StatefulSet', path, errors);
}

/** The template with the volumes that its pods get from claim templates, so that mounts of those are known. */
function withClaimVolumes({ template = {}, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const names = new Set(volumeClaimTemplates.map((claim) => claim.metadata?.name ?? ''));
  if (names.size === 0) return template;
  const kept = (template.spec?.volumes ?? []).filter((volume) => !names.has(volume.name ?? ''));
  const claimed = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...template.spec, volumes: [...kept, ...claimed] } };
}

export function validateStatefulSetStatus(obj: StatefulSet, old: StatefulSet, errors: FieldErrors): void {
  const status = obj.status ?? {};
  const { replicas, readyReplicas, currentReplicas, updatedReplicas, availableReplicas } = status;
  validateNonNegativeFields(
    status,
    [
      'replicas',
      'readyReplicas',
      'currentReplicas',
      'updatedReplicas',
      'availableReplicas',
      'observedGeneration',
      'collisionCount',
    ],
    STATUS,
    errors,
  );
  validateNotGreater(
    [
      ['readyReplicas', readyReplicas, replicas, 'status.replicas'],
      ['currentReplicas', currentReplicas, replicas, 'status.replicas'],
      ['updatedReplicas', updatedReplicas, replicas, 'status.replicas'],
      ['availableReplicas', availableReplicas, replicas, 'status.replicas'],
      ['availableReplicas', availableReplicas, readyReplicas, 'status.readyReplicas'],
    ],
    STATUS,
    errors,
  );
  validateNotDecremented(status.collisionCount, old.status?.collisionCount, STATUS.child('collisionCount'), errors);
}
