/** The rules for whole pods, new and changed; imitates ValidatePodCreate and ValidatePodUpdate of pkg/apis/core/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isInRange } from '../../../api/names.ts';
import { cloneJson } from '../../../api/object.ts';
import type {
  Container,
  NodeAffinity,
  NodeSelectorTerm,
  Pod,
  PodSchedulingGate,
  PodSpec,
} from '../../../api/types/core-v1.ts';
import type { StrategyContext } from '../kind.ts';
import { validateImagePadding } from '../shared/container-validation.ts';
import {
  MIRROR_POD,
  validateAppArmorMatch,
  validatePodAnnotations,
  validatePodAnnotationsUpdate,
  validateSeccompMatch,
} from '../shared/pod-annotations.ts';
import { semanticEqual } from '../shared/pod-equality.ts';
import { goValue, NODE_SELECTOR_TERM } from '../shared/pod-go-values.ts';
import { podOptions } from '../shared/pod-options.ts';
import { goEphemeralContainer, goPodSpec } from '../shared/pod-spec-shape.ts';
import { validatePodSpec } from '../shared/pod-spec-validation.ts';
import type { PodValidationOptions } from '../shared/pod-validation-options.ts';
import { validateOnlyAddedTolerations } from '../shared/scheduling-tolerations.ts';
import { unifiedDiff } from '../shared/unified-diff.ts';
import { validatePodResize } from './pods-resize.ts';

const SPEC = Path.root('spec');
const ANNOTATIONS = Path.root('metadata').child('annotations');
const MAX_INT32 = 2147483647;
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function validatePodCreate(pod: Pod, errors: FieldErrors): void {
  const spec = pod.spec ?? {};
  const annotations = pod.metadata?.annotations;
  validateContent(pod, errors, podOptions(undefined));
  if ((spec.ephemeralContainers ?? []).length > 0)
    errors.forbidden(SPEC.child('ephemeralContainers'), 'cannot be set on create');
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    errors.forbidden(SPEC.child('nodeName'), 'cannot be set until all schedulingGates have been cleared');
  }
  validateSeccompMatch(annotations, spec, SPEC, errors);
  validateAppArmorMatch(annotations, spec, SPEC, errors);
}

/** What holds for every pod (validatePodMetadataAndSpec without the metadata). */
function validateContent(pod: Pod, errors: FieldErrors, options: PodValidationOptions): void {
  const spec = pod.spec ?? {};
  validatePodAnnotations(pod.metadata?.annotations, spec, ANNOTATIONS, errors);
  validatePodSpec(spec, pod.metadata ?? {}, SPEC, errors, options);
  if (!spec.serviceAccountName) forbidTokens(spec, errors);
  validateImagePaddings(spec.containers, SPEC.child('containers'), errors);
  validateImagePaddings(spec.initContainers, SPEC.child('initContainers'), errors);
}

function validateImagePaddings(containers: readonly Container[] | undefined, path: Path, errors: FieldErrors): void {
  for (const [i, container] of (containers ?? []).entries()) validateImagePadding(container, path.index(i), errors);
}

function forbidTokens(spec: PodSpec, errors: FieldErrors): void {
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    for (const [j, source] of (volume.projected?.sources ?? []).entries()) {
      if (source.serviceAccountToken === undefined) continue;
      const at = SPEC.child('volumes').index(i).child('projected', 'sources').index(j).child('serviceAccountToken');
      errors.forbidden(at, 'must not be specified when serviceAccountName is not set');
    }
  }
}

/** The pod itself, or what /ephemeralcontainers and /resize may change of it. */
export function validatePodUpdate(pod: Pod, old: Pod, errors: FieldErrors, ctx: StrategyContext): void {
  const options = podOptions(old.spec);
  const before = errors.length;
  validateContent(pod, errors, options);
  if (ctx.subresource === 'resize') {
    validateResize(pod, old, before, errors);
    return;
  }
  const annotations = pod.metadata?.annotations ?? {};
  validatePodAnnotationsUpdate(annotations, old.metadata?.annotations ?? {}, pod.spec ?? {}, ANNOTATIONS, errors);
  if (ctx.subresource === 'ephemeralcontainers') validateEphemeralContainersUpdate(pod, old, before, errors);
  else validateSpecUpdate(pod.spec ?? {}, old.spec ?? {}, errors);
}

/** The kubelet alone owns static pods; of those, upstream tells nothing but this. */
function refuseStaticPod(old: Pod, message: string, from: number, errors: FieldErrors): boolean {
  if (!Object.hasOwn(old.metadata?.annotations ?? {}, MIRROR_POD)) return false;
  errors.list.length = from;
  errors.add('FieldValueForbidden', '[]', undefined, message);
  return true;
}

function validateResize(pod: Pod, old: Pod, from: number, errors: FieldErrors): void {
  if (refuseStaticPod(old, 'static pods cannot be resized', from, errors)) return;
  if (old.spec?.os?.name === 'windows') {
    errors.list.length = from;
    errors.add('FieldValueForbidden', '[]', undefined, 'windows pods cannot be resized');
    return;
  }
  validatePodResize(pod, old, from, errors);
}

function validateEphemeralContainersUpdate(pod: Pod, old: Pod, from: number, errors: FieldErrors): void {
  if (refuseStaticPod(old, 'static pods do not support ephemeral containers', from, errors)) return;
  const path = SPEC.child('ephemeralContainers');
  const now = new Map((pod.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = now.get(before.name);
    const name = JSON.stringify(before.name ?? '');
    if (after === undefined) errors.forbidden(path, `existing ephemeral containers ${name} may not be removed\n`);
    else if (!semanticEqual(before, after)) {
      const diff = unifiedDiff(goEphemeralContainer(before), goEphemeralContainer(after));
      errors.forbidden(path, `existing ephemeral containers ${name} may not be changed\n${diff}`);
    }
  }
}

function validateSpecUpdate(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  if (!validateImages(spec.containers ?? [], old.containers ?? [], SPEC.child('containers'), errors)) return;
  if (!validateImages(spec.initContainers ?? [], old.initContainers ?? [], SPEC.child('initContainers'), errors))
    return;
  if (!validateDeadline(spec.activeDeadlineSeconds, old.activeDeadlineSeconds, errors)) return;
  validateOnlyAddedTolerations(spec.tolerations ?? [], old.tolerations ?? [], SPEC.child('tolerations'), errors);
  validateOnlyDeletedGates(
    spec.schedulingGates ?? [],
    old.schedulingGates ?? [],
    SPEC.child('schedulingGates'),
    errors,
  );
  if (semanticEqual(spec, old)) return;
  const masked = maskUpdatable(spec, old);
  if ((old.schedulingGates ?? []).length > 0) maskGated(masked, old, errors);
  if (semanticEqual(masked, old)) return;
  errors.forbidden(
    SPEC,
    `pod updates may not change fields other than ${UPDATABLE}\n${unifiedDiff(goPodSpec(old), goPodSpec(masked))}`,
  );
}

/** False when there is no sense in going on. */
function validateImages(
  containers: readonly Container[],
  old: readonly Container[],
  path: Path,
  errors: FieldErrors,
): boolean {
  if (containers.length !== old.length) {
    errors.forbidden(path, 'pod updates may not add or remove containers');
    return false;
  }
  for (const [i, container] of containers.entries()) {
    if (!container.image) errors.required(path.index(i).child('image'));
    validateImagePadding(container, path.index(i), errors);
  }
  return true;
}

/** A deadline may be set once, and only come nearer. */
function validateDeadline(now: number | undefined, old: number | undefined, errors: FieldErrors): boolean {
  const path = SPEC.child('activeDeadlineSeconds');
  if (now === undefined) {
    if (old !== undefined) errors.invalid(path, null, 'must not update from a positive integer to nil value');
    return true;
  }
  const messages = isInRange(now, 0, MAX_INT32);
  for (const message of messages) errors.invalid(path, now, message);
  const later = messages.length === 0 && old !== undefined && old < now;
  if (later) errors.invalid(path, now, 'must be less than or equal to previous value');
  return messages.length === 0 && !later;
}

function validateOnlyDeletedGates(
  gates: readonly PodSchedulingGate[],
  old: readonly PodSchedulingGate[],
  path: Path,
  errors: FieldErrors,
): void {
  const known = new Set(old.map((gate) => gate.name));
  for (const [i, { name = '' }] of gates.entries()) {
    if (known.has(name)) continue;
    errors.forbidden(path.index(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`);
  }
}

/** The new spec with everything updatable put back, to see whether anything else differs. */
function maskUpdatable(spec: PodSpec, old: PodSpec): PodSpec {
  const masked = cloneJson(spec);
  for (const field of ['containers', 'initContainers'] as const) {
    for (const [i, container] of (masked[field] ?? []).entries()) container.image = old[field]?.[i]?.image;
  }
  masked.activeDeadlineSeconds = old.activeDeadlineSeconds;
  masked.schedulingGates = old.schedulingGates;
  masked.tolerations = old.tolerations;
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && masked.terminationGracePeriodSeconds === 1) {
    masked.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  }
  return masked;
}

/** Gated pods may still be steered: node selectors and node affinity may be narrowed. */
function maskGated(masked: PodSpec, old: PodSpec, errors: FieldErrors): void {
  if (!semanticEqual(masked.nodeSelector, old.nodeSelector)) {
    const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => masked.nodeSelector?.[key] === value);
    if (!kept) {
      const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
      errors.invalid(SPEC.child('nodeSelector'), masked.nodeSelector, detail);
    }
    masked.nodeSelector = old.nodeSelector;
  }
  const before = old.affinity?.nodeAffinity;
  if (semanticEqual(before, masked.affinity?.nodeAffinity)) return;
  validateNodeAffinityMutation(masked.affinity?.nodeAffinity, before, errors);
  const { podAffinity, podAntiAffinity } = masked.affinity ?? {};
  if (old.affinity === undefined && podAffinity === undefined && podAntiAffinity === undefined) delete masked.affinity;
  else masked.affinity = { ...masked.affinity, nodeAffinity: before };
}

function validateNodeAffinityMutation(
  now: NodeAffinity | undefined,
  old: NodeAffinity | undefined,
  errors: FieldErrors,
): void {
  const oldTerms = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = now?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const path = SPEC.child(
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  );
  if (oldTerms.length === 0) return;
  if (oldTerms.length !== terms.length) {
    const shown = terms.length === 0 ? null : goValue(terms, NODE_SELECTOR_TERM);
    errors.invalid(path, shown, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed');
    return;
  }
  for (const [i, term] of terms.entries()) {
    if (onlyAdds(term, oldTerms[i] ?? {})) continue;
    errors.invalid(
      path.index(i),
      goValue(term, NODE_SELECTOR_TERM),
      'only additions are allowed (no mutations or deletions)',
    );
  }
}

/** An empty term matches nothing; filling it would widen it. */
function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = [
    [term.matchExpressions ?? [], old.matchExpressions ?? []],
    [term.matchFields ?? [], old.matchFields ?? []],
  ] as const;
  if (lists.every(([, before]) => before.length === 0)) return lists.every(([now]) => now.length === 0);
  return lists.every(([now, before]) => semanticEqual(now.slice(0, before.length), before));
}
