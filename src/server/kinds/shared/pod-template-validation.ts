/** The rules for pod templates; imitates ValidatePodTemplateSpec of kubernetes pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import { validateLabels } from './label-selector.ts';
import { validatePodAnnotations, validateSeccompMatch } from './pod-annotations.ts';
import { validateAnnotations } from './pod-metadata.ts';
import { podTemplateOptions } from './pod-options.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';

export function validatePodTemplateSpec(
  template: PodTemplateSpec,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions = {},
): void {
  const annotations = template.metadata?.annotations;
  const spec = template.spec ?? {};
  validateLabels(template.metadata?.labels, path.child('labels'), errors);
  validateAnnotations(annotations, path.child('annotations'), errors);
  validatePodAnnotations(annotations, spec, path.child('annotations'), errors);
  validatePodSpec(spec, undefined, path.child('spec'), errors, options);
  validateSeccompMatch(annotations, spec, path.child('spec'), errors);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.forbidden(path.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template');
  }
}

/** The same, forgiving what the stored template already had. */
export function validatePodTemplateSpecUpdate(
  template: PodTemplateSpec,
  old: PodTemplateSpec,
  path: Path,
  errors: FieldErrors,
): void {
  validatePodTemplateSpec(template, path, errors, podTemplateOptions(old));
}
