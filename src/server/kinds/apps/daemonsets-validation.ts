/** Imitates ValidateDaemonSet and kin of kubernetes pkg/apis/apps/validation, messages and order included. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type {
  DaemonSet,
  DaemonSetSpec,
  DaemonSetUpdateStrategy,
  RollingUpdateDaemonSet,
} from '../../../api/types/apps-v1.ts';
import { validateImmutable, validateNonNegativeFields, validateNotDecremented } from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { podTemplateOptions } from '../shared/pod-options.ts';
import { validatePodTemplateSpec } from '../shared/pod-template-validation.ts';
import { intOrPercentValue, validateAtMost100Percent, validatePositiveIntOrPercent } from '../shared/rolling-update.ts';
import { hasInvalidSelectorValue, selectorMatcher, validateTemplateLabels } from '../shared/template-selector.ts';
import { validateAlwaysRunning, validateNotEmptySelector } from '../shared/workload-template.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
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

export function validateDaemonSet(obj: DaemonSet, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, undefined, errors);
}

/** The spec is validated twice, as upstream does: its causes come doubled. */
export function validateDaemonSetUpdate(obj: DaemonSet, old: DaemonSet, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, old.spec, errors);
  validateSpec(obj.spec ?? {}, old.spec, errors);
  validateImmutable(
    obj.spec?.selector,
    old.spec?.selector,
    SPEC.child('selector'),
    errors,
    shownSelector(obj.spec?.selector),
  );
}

function validateSpec(spec: DaemonSetSpec, old: DaemonSetSpec | undefined, errors: FieldErrors): void {
  const { selector, template = {} } = spec;
  const allowInvalidLabelValue = hasInvalidSelectorValue(old?.selector);
  validateLabelSelector(selector ?? undefined, SPEC.child('selector'), errors, { allowInvalidLabelValue });
  const matcher = selectorMatcher(selector);
  if (matcher !== undefined) validateTemplateLabels(template, matcher, SPEC.child('template'), errors);
  validateNotEmptySelector(selector, 'daemonset', SPEC.child('selector'), errors);
  validatePodTemplateSpec(template, SPEC.child('template'), errors, podTemplateOptions(old?.template));
  validateAlwaysRunning(template, 'DaemonSet', SPEC.child('template'), errors);
  validateNonNegativeFields(spec, ['minReadySeconds'], SPEC, errors);
  validateUpdateStrategy(spec.updateStrategy ?? {}, SPEC.child('updateStrategy'), errors);
  validateNonNegativeFields(spec, ['revisionHistoryLimit'], SPEC, errors);
}

function validateUpdateStrategy(strategy: DaemonSetUpdateStrategy, path: Path, errors: FieldErrors): void {
  if (strategy.type === 'OnDelete') return;
  if (strategy.type !== 'RollingUpdate') {
    errors.notSupported(path, goValue(strategy, STRATEGY), ['RollingUpdate', 'OnDelete']);
  } else if (strategy.rollingUpdate === undefined) {
    errors.required(path.child('rollingUpdate'));
  } else {
    validateRollingUpdate(strategy.rollingUpdate, path.child('rollingUpdate'), errors);
  }
}

function validateRollingUpdate(rolling: RollingUpdateDaemonSet, path: Path, errors: FieldErrors): void {
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  const unavailablePath = path.child('maxUnavailable');
  const surgePath = path.child('maxSurge');
  validatePositiveIntOrPercent(maxUnavailable, unavailablePath, errors);
  validatePositiveIntOrPercent(maxSurge, surgePath, errors);
  validateAtMost100Percent(maxUnavailable, unavailablePath, errors);
  validateAtMost100Percent(maxSurge, surgePath, errors);
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0;
  const hasSurge = intOrPercentValue(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.invalid(surgePath, maxSurge, 'may not be set when maxUnavailable is non-zero');
  } else if (!hasUnavailable && !hasSurge) {
    errors.required(unavailablePath, 'cannot be 0 when maxSurge is 0');
  }
}

export function validateDaemonSetStatus(obj: DaemonSet, old: DaemonSet, errors: FieldErrors): void {
  const status = obj.status ?? {};
  validateNonNegativeFields(
    status,
    [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
      'collisionCount',
    ],
    STATUS,
    errors,
  );
  validateNotDecremented(status.collisionCount, old.status?.collisionCount, STATUS.child('collisionCount'), errors);
}
