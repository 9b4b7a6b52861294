/** Imitates ValidateDeployment and kin of kubernetes pkg/apis/apps/validation, messages and order included. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type {
  Deployment,
  DeploymentSpec,
  DeploymentStrategy,
  RollingUpdateDeployment,
} from '../../../api/types/apps-v1.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import {
  validateImmutable,
  validateNonNegative,
  validateNonNegativeFields,
  validateNotDecremented,
  validateNotGreater,
} from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { intOrPercentValue, validateAtMost100Percent, validatePositiveIntOrPercent } from '../shared/rolling-update.ts';
import { validateRequiredSelector } from '../shared/workload-template.ts';
import { validateReplicaSetTemplate } from './replicasets-validation.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
export const TEMPLATE_PATH = SPEC.child('template');

const STRATEGY: GoShape = [
  ['Type', 'type', ''],
  [
    'RollingUpdate',
    'rollingUpdate',
    null,
    [
      ['MaxUnavailable', 'maxUnavailable', 0],
      ['MaxSurge', 'maxSurge', 0],
    ],
  ],
];

export function validateDeployment(obj: Deployment, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, undefined, errors);
}

export function validateDeploymentUpdate(obj: Deployment, old: Deployment, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, old.spec?.template, errors);
  validateImmutable(
    obj.spec?.selector,
    old.spec?.selector,
    SPEC.child('selector'),
    errors,
    shownSelector(obj.spec?.selector),
  );
}

function validateSpec(spec: DeploymentSpec, oldTemplate: PodTemplateSpec | undefined, errors: FieldErrors): void {
  validateNonNegative(spec.replicas, SPEC.child('replicas'), errors);
  validateRequiredSelector(spec.selector, 'deployment', SPEC.child('selector'), errors);
  validateReplicaSetTemplate(spec, oldTemplate, SPEC, errors);
  validateStrategy(spec.strategy ?? {}, SPEC.child('strategy'), errors);
  validateNonNegativeFields(spec, ['minReadySeconds', 'revisionHistoryLimit'], SPEC, errors);
  validateProgressDeadline(spec, errors);
}

function validateProgressDeadline(
  { progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec,
  errors: FieldErrors,
): void {
  const path = SPEC.child('progressDeadlineSeconds');
  validateNonNegative(progressDeadlineSeconds, path, errors);
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    errors.invalid(path, progressDeadlineSeconds, 'must be greater than minReadySeconds');
  }
}

function validateStrategy(strategy: DeploymentStrategy, path: Path, errors: FieldErrors): void {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return;
    errors.forbidden(path.child('rollingUpdate'), "may not be specified when strategy `type` is 'Recreate'");
  } else if (type !== 'RollingUpdate') {
    errors.notSupported(path, goValue(strategy, STRATEGY), ['Recreate', 'RollingUpdate']);
  } else if (rollingUpdate === undefined) {
    errors.required(path.child('rollingUpdate'), 'this should be defaulted and never be nil');
  } else {
    validateRollingUpdate(rollingUpdate, path.child('rollingUpdate'), errors);
  }
}

function validateRollingUpdate(rolling: RollingUpdateDeployment, path: Path, errors: FieldErrors): void {
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  validatePositiveIntOrPercent(maxUnavailable, path.child('maxUnavailable'), errors);
  validatePositiveIntOrPercent(maxSurge, path.child('maxSurge'), errors);
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    errors.invalid(path.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  }
  validateAtMost100Percent(maxUnavailable, path.child('maxUnavailable'), errors);
}

export function validateDeploymentStatus(obj: Deployment, old: Deployment, errors: FieldErrors): void {
  const status = obj.status ?? {};
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = status;
  validateNonNegativeFields(
    status,
    [
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
      'terminatingReplicas',
      'collisionCount',
    ],
    STATUS,
    errors,
  );
  validateNotGreater(
    [
      ['updatedReplicas', updatedReplicas, replicas, 'status.replicas'],
      ['readyReplicas', readyReplicas, replicas, 'status.replicas'],
      ['availableReplicas', availableReplicas, replicas, 'status.replicas'],
      ['availableReplicas', availableReplicas, readyReplicas, 'readyReplicas'],
    ],
    STATUS,
    errors,
  );
  validateNotDecremented(status.collisionCount, old.status?.collisionCount, STATUS.child('collisionCount'), errors);
}
