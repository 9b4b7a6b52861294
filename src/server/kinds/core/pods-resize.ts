/** What /resize may change: cpu and memory of containers of every sort and of the pod; imitates ValidatePodResize of pkg/apis/core/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { cloneJson } from '../../../api/object.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../../api/types/core-v1.ts';
import { semanticEqual } from '../shared/pod-equality.ts';
import { podQosClass } from '../shared/pod-qos.ts';
import { isSidecar } from '../shared/pod-visit.ts';
import type { ResourceList } from '../shared/resources.ts';

const SPEC = Path.root('spec');
const RESIZABLE = ['cpu', 'memory'];
const ONLY_RESIZABLE = 'only cpu and memory resources are mutable';

/** `from` is where the errors of this validation begin: any of them ends it before the last comparison. */
export function validatePodResize(pod: Pod, old: Pod, from: number, errors: FieldErrors): void {
  const spec = pod.spec ?? {};
  const oldSpec = old.spec ?? {};
  if ((old.status?.qosClass || podQosClass(oldSpec)) !== podQosClass(spec)) {
    errors.invalid(SPEC, pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing');
  }
  if (!nodeSupportsResize(old)) errors.forbidden(SPEC, 'Pod running on node without support for resize');
  const masked = cloneJson(spec);
  if (hasPodLevel(oldSpec) || hasPodLevel(spec)) validatePodLevel(spec, oldSpec, masked, errors);
  if ((old.status?.nodeAllocatableResourceClaimStatuses ?? []).length > 0) {
    errors.forbidden(SPEC, 'pods with node allocatable resource claims cannot be resized');
  }
  if (!sameContainers(spec, oldSpec, errors)) return;
  forbidRemovals(spec, oldSpec, errors);
  maskContainers(masked, oldSpec, errors);
  maskInitContainers(masked, oldSpec, errors);
  if (errors.length === from && !semanticEqual(masked, oldSpec)) errors.forbidden(SPEC, ONLY_RESIZABLE);
}

/** A node that reports no resources of running containers cannot resize them. */
function nodeSupportsResize(pod: Pod): boolean {
  const running = pod.status?.containerStatuses?.find((status) => status.state?.running !== undefined);
  return running === undefined || running.resources !== undefined;
}

function hasPodLevel(spec: PodSpec): boolean {
  return Object.keys({ ...spec.resources?.requests, ...spec.resources?.limits }).length > 0;
}

function validatePodLevel(spec: PodSpec, old: PodSpec, masked: PodSpec, errors: FieldErrors): void {
  const path = SPEC.child('resources');
  if (old.resources !== undefined && spec.resources === undefined) {
    errors.forbidden(path, 'pod-level resources cannot be removed');
    return;
  }
  if (old.resources !== undefined) {
    if (removes(spec.resources?.requests, old.resources.requests)) {
      errors.forbidden(path.child('requests'), 'pod-level resource requests cannot be removed');
    }
    if (removes(spec.resources?.limits, old.resources.limits)) {
      errors.forbidden(path.child('limits'), 'pod-level resource limits cannot be removed');
    }
  }
  const rest = withoutResizable(masked.resources, old.resources);
  if (masked.resources?.claims !== undefined) rest.claims = masked.resources.claims;
  const empty =
    old.resources === undefined &&
    [rest.requests, rest.limits, rest.claims].every((part) => Object.keys(part ?? {}).length === 0);
  if (empty) delete masked.resources;
  else masked.resources = rest;
  if (!equalResources(masked.resources, old.resources))
    errors.forbidden(SPEC, 'only cpu and memory resources are mutable at pod-level');
}

function sameContainers(spec: PodSpec, old: PodSpec, errors: FieldErrors): boolean {
  const before = errors.length;
  for (const field of ['containers', 'initContainers'] as const) {
    const now = spec[field] ?? [];
    const then = old[field] ?? [];
    if (now.length !== then.length) {
      errors.forbidden(SPEC.child(field), `${field} may not be added or removed on resize`);
      continue;
    }
    for (const [i, container] of then.entries()) {
      if (now[i]?.name === container.name) continue;
      errors.forbidden(SPEC.child(field).index(i).child('name'), `${field} may not be renamed or reordered on resize`);
    }
  }
  return errors.length === before;
}

function forbidRemovals(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  for (const field of ['initContainers', 'containers'] as const) {
    for (const [i, container] of (old[field] ?? []).entries()) {
      const now = spec[field]?.[i]?.resources;
      const path = SPEC.child(field).index(i).child('resources');
      if (removes(now?.requests, container.resources?.requests)) {
        errors.forbidden(path.child('requests'), 'resource requests cannot be removed');
      }
      if (removes(now?.limits, container.resources?.limits))
        errors.forbidden(path.child('limits'), 'resource limits cannot be removed');
    }
  }
}

function removes(now: ResourceList | undefined, old: ResourceList | undefined): boolean {
  return Object.keys(old ?? {}).some((name) => !Object.hasOwn(now ?? {}, name));
}

function maskContainers(masked: PodSpec, old: PodSpec, errors: FieldErrors): void {
  for (const [i, container] of (masked.containers ?? []).entries()) {
    const before = old.containers?.[i] ?? {};
    container.resources = withoutResizable(container.resources, before.resources);
    if (!equalContainers(container, before)) errors.forbidden(SPEC, ONLY_RESIZABLE);
  }
}

/** Init containers that are no sidecars cannot be restarted to be resized. */
function maskInitContainers(masked: PodSpec, old: PodSpec, errors: FieldErrors): void {
  for (const [i, container] of (masked.initContainers ?? []).entries()) {
    const path = SPEC.child('initContainers').index(i);
    const before = old.initContainers?.[i] ?? {};
    const changed = !equalContainers(container, before);
    container.resources = withoutResizable(container.resources, before.resources);
    if (!equalContainers(container, before))
      errors.forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable');
    if (!changed || isSidecar(container)) continue;
    for (const { restartPolicy } of container.resizePolicy ?? []) {
      if (restartPolicy !== 'RestartContainer') continue;
      const detail = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      errors.forbidden(path, detail);
    }
  }
}

/** `resources` with the old cpu and memory, and without claims: upstream refuses to resize containers that have any. */
function withoutResizable(
  resources: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
): ResourceRequirements {
  const result: ResourceRequirements = {};
  for (const field of ['requests', 'limits'] as const) {
    const kept = Object.entries(resources?.[field] ?? {}).filter(([name]) => !RESIZABLE.includes(name));
    const back = Object.entries(old?.[field] ?? {}).filter(([name]) => RESIZABLE.includes(name));
    if (kept.length + back.length > 0 || old?.[field] !== undefined)
      result[field] = Object.fromEntries([...kept, ...back]);
  }
  return result;
}

function equalContainers(a: Container, b: Container): boolean {
  return (
    semanticEqual({ ...a, resources: undefined }, { ...b, resources: undefined }) &&
    equalResources(a.resources, b.resources)
  );
}

function equalResources(a: ResourceRequirements | undefined, b: ResourceRequirements | undefined): boolean {
  const parts = ['requests', 'limits'] as const;
  return parts.every((part) => semanticEqual(a?.[part] ?? {}, b?.[part] ?? {})) && semanticEqual(a?.claims, b?.claims);
}
