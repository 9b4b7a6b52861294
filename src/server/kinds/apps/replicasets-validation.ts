/** Imitates ValidateReplicaSet and kin of kubernetes pkg/apis/apps/validation, messages and order included. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type { ReplicaSet, ReplicaSetSpec } from '../../../api/types/apps-v1.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import { validateImmutable, validateNonNegativeFields, validateNotGreater } from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { podTemplateOptions } from '../shared/pod-options.ts';
import { validatePodTemplateSpec } from '../shared/pod-template-validation.ts';
import { selectorMatcher, validateTemplateLabels } from '../shared/template-selector.ts';
import { validateAlwaysRunning, validateRequiredSelector } from '../shared/workload-template.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');

export function validateReplicaSet(obj: ReplicaSet, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, undefined, errors);
}

/** The spec is validated twice, as upstream does: its causes come doubled. */
export function validateReplicaSetUpdate(obj: ReplicaSet, old: ReplicaSet, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, old.spec?.template, errors);
  validateSpec(obj.spec ?? {}, old.spec?.template, errors);
  validateImmutable(
    obj.spec?.selector,
    old.spec?.selector,
    SPEC.child('selector'),
    errors,
    shownSelector(obj.spec?.selector),
  );
}

function validateSpec(spec: ReplicaSetSpec, oldTemplate: PodTemplateSpec | undefined, errors: FieldErrors): void {
  validateNonNegativeFields(spec, ['replicas', 'minReadySeconds'], SPEC, errors);
  validateRequiredSelector(spec.selector, 'deployment', SPEC.child('selector'), errors);
  validateReplicaSetTemplate(spec, oldTemplate, SPEC, errors);
}

/** Selector against template, and the template itself; Deployments use it too. `path` is the spec's. */
export function validateReplicaSetTemplate(
  spec: { selector?: LabelSelector; template?: PodTemplateSpec },
  oldTemplate: PodTemplateSpec | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  const { selector, template = {} } = spec;
  const matcher = selectorMatcher(selector);
  if (matcher === undefined) {
    errors.invalid(path.child('selector'), shownSelector(selector), 'invalid label selector');
    return;
  }
  validateTemplateLabels(template, matcher, path.child('template'), errors);
  validatePodTemplateSpec(template, path.child('template'), errors, podTemplateOptions(oldTemplate));
  validateAlwaysRunning(template, 'ReplicaSet', path.child('template'), errors);
}

export function validateReplicaSetStatus(obj: ReplicaSet, _old: ReplicaSet, errors: FieldErrors): void {
  validateReplicaCounts(obj.status ?? {}, errors);
}

interface ReplicaCounts {
  replicas?: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
  terminatingReplicas?: number;
}

/** The status of ReplicaSets and ReplicationControllers. */
export function validateReplicaCounts(status: ReplicaCounts, errors: FieldErrors): void {
  const { replicas, fullyLabeledReplicas, readyReplicas, availableReplicas } = status;
  validateNonNegativeFields(
    status,
    [
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
      'terminatingReplicas',
    ],
    STATUS,
    errors,
  );
  validateNotGreater(
    [
      ['fullyLabeledReplicas', fullyLabeledReplicas, replicas, 'status.replicas'],
      ['readyReplicas', readyReplicas, replicas, 'status.replicas'],
      ['availableReplicas', availableReplicas, replicas, 'status.replicas'],
      ['availableReplicas', availableReplicas, readyReplicas, 'readyReplicas'],
    ],
    STATUS,
    errors,
  );
}
