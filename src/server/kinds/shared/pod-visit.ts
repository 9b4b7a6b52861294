/** Walks over the repeated parts of a pod spec, in upstream's order (pkg/apis/core/pods VisitContainersWithPath). */
import type { Path } from '../../../api/field-errors.ts';
import type { Container, PodAffinityTerm, PodSpec } from '../../../api/types/core-v1.ts';

export interface VisitedContainer {
  readonly container: Container;
  readonly path: Path;
}

/** Init, regular and ephemeral containers, each with its path below `specPath`. */
export function* eachContainer(spec: PodSpec, specPath: Path): Generator<VisitedContainer> {
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, container] of (spec[field] ?? []).entries())
      yield { container, path: specPath.child(field).index(i) };
  }
}

/** Every term of pod affinity and anti-affinity, the weighted ones unwrapped. */
export function podAffinityTerms(spec: PodSpec): PodAffinityTerm[] {
  return [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      (weighted) => weighted.podAffinityTerm ?? {},
    ),
  ]);
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
