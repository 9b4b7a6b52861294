/** What the server makes of a pod before it is validated; imitates kubernetes pkg/registry/core/pod/strategy.go. */

import { byteLength } from '../../../api/names.ts';
import { cloneJson, setOwn } from '../../../api/object.ts';
import { formatTime } from '../../../api/time.ts';
import type {
  AppArmorProfile,
  Pod,
  PodCondition,
  PodSpec,
  PodStatus,
  VolumeMountStatus,
} from '../../../api/types/core-v1.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import type { StrategyContext } from '../kind.ts';
import { APP_ARMOR_PREFIX } from '../shared/pod-annotations.ts';
import { dropDisabledPodFields } from '../shared/pod-disabled-fields.ts';
import { semanticEqual } from '../shared/pod-equality.ts';
import { podQosClass } from '../shared/pod-qos.ts';
import { allContainers, podAffinityTerms } from '../shared/pod-visit.ts';

const MAX_PROFILE_PATH = 4095;

type Labels = Readonly<Record<string, string>>;

/** A new pod is pending, and its matchLabelKeys are resolved with its own labels. */
export function preparePodForCreate(pod: Pod, ctx: StrategyContext): void {
  const spec = pod.spec ?? {};
  pod.status = { phase: 'Pending', qosClass: pod.status?.qosClass || podQosClass(spec) };
  dropDisabledPodFields(spec, undefined);
  if ((spec.schedulingGates ?? []).length > 0) pod.status.conditions = [gatedCondition(ctx.now)];
  mergeMatchLabelKeys(spec, pod.metadata?.labels ?? {});
  copyAppArmorAnnotations(pod);
}

function gatedCondition(now: Date): PodCondition {
  return {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null as unknown as string,
    lastTransitionTime: formatTime(now),
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
  };
}

function mergeMatchLabelKeys(spec: PodSpec, labels: Labels): void {
  for (const { labelSelector, matchLabelKeys, mismatchLabelKeys } of podAffinityTerms(spec)) {
    addExpressions(labelSelector, matchLabelKeys, 'In', labels);
    addExpressions(labelSelector, mismatchLabelKeys, 'NotIn', labels);
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? []) {
    addExpressions(labelSelector, matchLabelKeys, 'In', labels);
  }
}

function addExpressions(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: string,
  labels: Labels,
): void {
  if (selector === undefined) return;
  for (const key of keys ?? []) {
    if (!Object.hasOwn(labels, key)) continue;
    selector.matchExpressions = [
      ...(selector.matchExpressions ?? []),
      { key, operator, values: [labels[key] as string] },
    ];
  }
}

/** AppArmor annotations that a new pod should not have used, by pod: known only before they become fields. */
const appArmorAnnotations = new WeakMap<Pod, readonly string[]>();

/** The annotations of containers that preparePodForCreate found to be deprecated on this very object. */
export function deprecatedAppArmorAnnotations(pod: Pod): readonly string[] {
  return appArmorAnnotations.get(pod) ?? [];
}

/** Where a container has only the old annotation, the field is filled in from it. */
function copyAppArmorAnnotations(pod: Pod): void {
  const spec = pod.spec ?? {};
  const annotations = pod.metadata?.annotations;
  if (!annotations || spec.os?.name === 'windows') return;
  const deprecated: string[] = [];
  for (const container of allContainers(spec)) {
    const key = APP_ARMOR_PREFIX + (container.name ?? '');
    if (!Object.hasOwn(annotations, key) || container.securityContext?.appArmorProfile !== undefined) continue;
    const profile = appArmorProfileOf(annotations[key] as string);
    if (profile !== undefined && semanticEqual(profile, spec.securityContext?.appArmorProfile)) continue;
    deprecated.push(key);
    if (profile !== undefined) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
  if (deprecated.length > 0) appArmorAnnotations.set(pod, deprecated);
}

function appArmorProfileOf(text: string): AppArmorProfile | undefined {
  if (text === 'unconfined') return { type: 'Unconfined' };
  if (text === 'runtime/default') return { type: 'RuntimeDefault' };
  const name = text.startsWith('localhost/') ? text.slice('localhost/'.length) : '';
  const wrong = name === '' || name.trim() !== name || byteLength(name) > MAX_PROFILE_PATH;
  return wrong ? undefined : { type: 'Localhost', localhostProfile: name };
}

/** Plain updates keep the status (shared code); /ephemeralcontainers and /resize keep all but their own fields. */
export function preparePodForUpdate(pod: Pod, old: Pod, ctx: StrategyContext): void {
  if (ctx.subresource === 'ephemeralcontainers') replaceBy(pod, withEphemeralContainersOf(pod, old));
  else if (ctx.subresource === 'resize') replaceBy(pod, withResourcesOf(pod, old));
  dropDisabledPodFields(pod.spec, old.spec);
}

function replaceBy(pod: Pod, content: Pod): void {
  for (const key of Object.keys(pod)) delete (pod as Record<string, unknown>)[key];
  for (const key of Object.keys(content)) setOwn(pod, key, (content as Record<string, unknown>)[key]);
}

/** The old pod under the new one's identity. */
function oldContent(pod: Pod, old: Pod): Pod {
  const copy = cloneJson(old);
  const { name, namespace, resourceVersion, uid } = pod.metadata ?? {};
  copy.metadata = { ...copy.metadata, name, namespace, resourceVersion, uid };
  return copy;
}

function withEphemeralContainersOf(pod: Pod, old: Pod): Pod {
  const result = oldContent(pod, old);
  result.spec = { ...result.spec };
  if (pod.spec?.ephemeralContainers === undefined) delete result.spec.ephemeralContainers;
  else result.spec.ephemeralContainers = pod.spec.ephemeralContainers;
  return result;
}

/** Added, removed, renamed and reordered containers pass as they are, for validation to refuse. */
function withResourcesOf(pod: Pod, old: Pod): Pod {
  const result = oldContent(pod, old);
  const spec = pod.spec ?? {};
  result.spec = { ...result.spec };
  for (const field of ['containers', 'initContainers'] as const) {
    const now = spec[field] ?? [];
    const before = result.spec[field] ?? [];
    if (now.length !== before.length) return { ...pod };
    if (now.some((container, i) => container.name !== before[i]?.name)) result.spec[field] = now;
    else
      for (const [i, container] of before.entries()) copyFields(container, now[i] ?? {}, ['resources', 'resizePolicy']);
  }
  copyFields(result.spec, spec, ['resources']);
  return result;
}

function copyFields<T extends object>(target: T, source: T, fields: readonly (keyof T)[]): void {
  for (const field of fields) {
    if (source[field] === undefined) delete target[field];
    else target[field] = source[field];
  }
}

/** A status write changes the status and, of metadata, what the kubelet may. */
export function preparePodStatus(pod: Pod, old: Pod): void {
  pod.spec = cloneJson(old.spec ?? {});
  pod.metadata ??= {};
  copyFields(pod.metadata, cloneJson(old.metadata ?? {}), ['deletionTimestamp', 'ownerReferences']);
  const status: PodStatus = pod.status ?? {};
  pod.status = status;
  status.qosClass ||= old.status?.qosClass;
  status.observedGeneration ||= old.status?.observedGeneration;
  keepObservedGenerations(status.conditions ?? [], old.status?.conditions ?? []);
  if (old.status?.nodeAllocatableResourceClaimStatuses === undefined)
    delete status.nodeAllocatableResourceClaimStatuses;
  if (mountStatuses(old.status).every((mount) => mount.volumeStatus === undefined))
    for (const mount of mountStatuses(status)) delete mount.volumeStatus;
  for (const field of ['qosClass', 'observedGeneration'] as const)
    if (status[field] === undefined) delete status[field];
}

/** A condition sent without its generation keeps the old one; of several with one type, the first has the first's. */
function keepObservedGenerations(conditions: readonly PodCondition[], old: readonly PodCondition[]): void {
  const left = [...old];
  for (const condition of conditions) {
    const position = left.findIndex((before) => before.type === condition.type);
    const before = position < 0 ? undefined : left.splice(position, 1)[0];
    condition.observedGeneration ||= before?.observedGeneration;
    if (condition.observedGeneration === undefined) delete condition.observedGeneration;
  }
}

/** What containers report of their mounts; the status of a volume in it is behind a gate that is off (ImageVolumeWithDigest). */
function mountStatuses(status: PodStatus | undefined): VolumeMountStatus[] {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].flatMap(
    ({ volumeMounts = [] }) => volumeMounts,
  );
}
