/** Affinity of pods; imitates validateAffinity of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label } from '../../../api/names.ts';
import type { Affinity, NodeAffinity, PodAffinity, PodAffinityTerm } from '../../../api/types/core-v1.ts';
import { validateLabelName, validateLabelSelector } from './label-selector.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateMatchLabelKeys } from './scheduling-label-keys.ts';
import { validateNodeSelector, validateNodeSelectorTerm } from './scheduling-node-selector.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(
  affinity: Affinity | undefined,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  if (affinity?.nodeAffinity) validateNodeAffinity(affinity.nodeAffinity, path.child('nodeAffinity'), errors, options);
  if (affinity?.podAffinity) validatePodAffinity(affinity.podAffinity, path.child('podAffinity'), errors, options);
  if (affinity?.podAntiAffinity)
    validatePodAffinity(affinity.podAntiAffinity, path.child('podAntiAffinity'), errors, options);
}

function validateNodeAffinity(
  affinity: NodeAffinity,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const required = affinity[REQUIRED];
  if (required !== undefined) {
    const allowInvalidLabelValue = options.allowInvalidLabelValueInRequiredNodeAffinity === true;
    validateNodeSelector(required, path.child(REQUIRED), errors, { allowInvalidLabelValue });
  }
  for (const [i, { weight = 0, preference = {} }] of (affinity[PREFERRED] ?? []).entries()) {
    const termPath = path.child(PREFERRED).index(i);
    validateWeight(weight, termPath, errors);
    validateNodeSelectorTerm(preference, termPath.child('preference'), errors, true);
  }
}

function validatePodAffinity(
  affinity: PodAffinity,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  for (const [i, term] of (affinity[REQUIRED] ?? []).entries())
    validateTerm(term, path.child(REQUIRED).index(i), errors, options);
  for (const [i, { weight = 0, podAffinityTerm = {} }] of (affinity[PREFERRED] ?? []).entries()) {
    const termPath = path.child(PREFERRED).index(i);
    validateWeight(weight, termPath, errors);
    validateTerm(podAffinityTerm, termPath.child('podAffinityTerm'), errors, options);
  }
}

function validateWeight(weight: number, path: Path, errors: FieldErrors): void {
  if (weight <= 0 || weight > 100) errors.invalid(path.child('weight'), weight, 'must be in the range 1-100');
}

function validateTerm(term: PodAffinityTerm, path: Path, errors: FieldErrors, options: PodValidationOptions): void {
  const selectorOptions = { allowInvalidLabelValue: options.allowInvalidLabelValueInSelector === true };
  validateLabelSelector(term.labelSelector, path.child('labelSelector'), errors, selectorOptions);
  validateLabelSelector(term.namespaceSelector, path.child('namespaceSelector'), errors, selectorOptions);
  for (const name of term.namespaces ?? []) {
    for (const message of isDNS1123Label(name)) errors.invalid(path.child('namespace'), name, message);
  }
  validateMatchLabelKeys(path, term.matchLabelKeys ?? [], term.mismatchLabelKeys ?? [], term.labelSelector, errors);
  const topologyKey = term.topologyKey ?? '';
  if (topologyKey === '') errors.required(path.child('topologyKey'), 'can not be empty');
  validateLabelName(topologyKey, path.child('topologyKey'), errors);
}
