/** Walks over the repeated parts of a pod spec, in upstream's order (pkg/apis/core/pods VisitContainersWithPath). */
import type { Path } from '../../../api/field-errors.ts';
import type { Container, PodAffinity, PodAffinityTerm, PodSpec } from '../../../api/types/core-v1.ts';

/** Init, regular and ephemeral containers. Where one is in the spec is asked only when something is wrong with it. */
export function allContainers({ initContainers, containers, ephemeralContainers }: PodSpec): readonly Container[] {
  if (!initContainers && !ephemeralContainers) return containers ?? [];
  return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])];
}

/** The path below `specPath` of what `allContainers` has at `position`. */
export function containerPath({ initContainers, containers }: PodSpec, position: number, specPath: Path): Path {
  const init = initContainers?.length ?? 0;
  const regular = containers?.length ?? 0;
  if (position < init) return specPath.child('initContainers').index(position);
  if (position < init + regular) return specPath.child('containers').index(position - init);
  return specPath.child('ephemeralContainers').index(position - init - regular);
}

/** Every term of pod affinity and anti-affinity, the weighted ones unwrapped. */
export function podAffinityTerms({ affinity }: PodSpec): PodAffinityTerm[] {
  if (!affinity) return [];
  return [...termsOf(affinity.podAffinity), ...termsOf(affinity.podAntiAffinity)];
}

function termsOf(affinity: PodAffinity | undefined): PodAffinityTerm[] {
  return [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      (weighted) => weighted.podAffinityTerm ?? {},
    ),
  ];
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
