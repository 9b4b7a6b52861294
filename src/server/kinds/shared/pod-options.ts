/**
 * What a pod spec may keep although it breaks today's rules, because the stored object already has it. Imitates
 * GetValidationOptionsFromPodSpecAndMeta of kubernetes pkg/api/pod; gates stand at their v1.36 defaults.
 */
import { FieldErrors, ROOT } from '../../../api/field-errors.ts';
import { isLabelValue } from '../../../api/names.ts';
import type { Container, PodSpec, PodTemplateSpec } from '../../../api/types/core-v1.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import { validateLabelSelector } from './label-selector.ts';
import { isNamespacedSysctlOnHost } from './pod-sysctls.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { allContainers, podAffinityTerms } from './pod-visit.ts';
import { isHugePageDivisible, isHugePageResource } from './resources.ts';
import { validateMatchLabelKeys } from './scheduling-label-keys.ts';
import { validateLocalNonReservedPath } from './volume-paths.ts';

/** Options for a pod's spec; `old` is the stored one, if any. */
export function podOptions(old: PodSpec | undefined): PodValidationOptions {
  return { ...optionsFromOld(old), resourceIsPod: true };
}

/** Options for a template; `old` is the stored one, if any. */
export function podTemplateOptions(old: PodTemplateSpec | undefined): PodValidationOptions {
  return optionsFromOld(old?.spec);
}

function optionsFromOld(old: PodSpec | undefined): PodValidationOptions {
  if (old === undefined) return {};
  return {
    allowInvalidLabelValueInSelector: podAffinityTerms(old).some((term) =>
      hasErrors(term.labelSelector, term.namespaceSelector),
    ),
    allowInvalidLabelValueInRequiredNodeAffinity: hasInvalidNodeAffinityValue(old),
    allowInvalidTopologySpreadLabelSelector: (old.topologySpreadConstraints ?? []).some((c) =>
      hasErrors(c.labelSelector),
    ),
    allowIndivisibleHugePages: hasIndivisibleHugePages(old),
    allowNonLocalProjectedTokenPath: hasNonLocalTokenPath(old),
    allowNamespacedSysctlsOnHost: (old.securityContext?.sysctls ?? []).some(
      (s) => isNamespacedSysctlOnHost(s.name ?? '', old) !== undefined,
    ),
    legacyMatchLabelKeys: violatesMatchLabelKeys(old),
    allowRestartContainerForInitContainer: hasRestartingInitContainer(old),
    allowUserNamespacesWithVolumeDevices:
      old.hostUsers === false && someContainer(old, (c) => (c.volumeDevices ?? []).length > 0),
    allowEmptyImageVolumeReference: (old.volumes ?? []).some(
      (volume) => volume.image !== undefined && !volume.image.reference,
    ),
  };
}

function hasErrors(...selectors: (LabelSelector | undefined)[]): boolean {
  const errors = new FieldErrors();
  for (const selector of selectors) validateLabelSelector(selector, ROOT, errors);
  return errors.length > 0;
}

function hasInvalidNodeAffinityValue(spec: PodSpec): boolean {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const values = terms.flatMap((term) =>
    (term.matchExpressions ?? []).flatMap((expression) => expression.values ?? []),
  );
  return values.some((value) => isLabelValue(value).length > 0);
}

function hasIndivisibleHugePages(spec: PodSpec): boolean {
  const indivisible = (list: Record<string, string> | undefined): boolean =>
    Object.entries(list ?? {}).some(
      ([name, quantity]) => isHugePageResource(name) && !isHugePageDivisible(name, quantity),
    );
  return (
    indivisible(spec.overhead) ||
    someContainer(spec, ({ resources }) => indivisible(resources?.limits) || indivisible(resources?.requests))
  );
}

function hasNonLocalTokenPath(spec: PodSpec): boolean {
  const errors = new FieldErrors();
  for (const source of (spec.volumes ?? []).flatMap((volume) => volume.projected?.sources ?? [])) {
    if (source.serviceAccountToken !== undefined)
      validateLocalNonReservedPath(source.serviceAccountToken.path ?? '', ROOT, errors);
  }
  return errors.length > 0;
}

function violatesMatchLabelKeys(spec: PodSpec): boolean {
  const errors = new FieldErrors();
  for (const { matchLabelKeys, labelSelector } of spec.topologySpreadConstraints ?? []) {
    validateMatchLabelKeys(ROOT, matchLabelKeys ?? [], [], labelSelector, errors);
  }
  return errors.length > 0;
}

function hasRestartingInitContainer(spec: PodSpec): boolean {
  const plain = (spec.initContainers ?? []).filter((container) => container.restartPolicy !== 'Always');
  return plain.some((container) =>
    (container.resizePolicy ?? []).some((policy) => policy.restartPolicy === 'RestartContainer'),
  );
}

function someContainer(spec: PodSpec, test: (container: Container) => boolean): boolean {
  return allContainers(spec).some(test);
}
