/**
 * What unset fields of a pod spec become. Imitates kubernetes pkg/apis/core/v1 defaults.go (SetDefaults_Pod, _PodSpec)
 * and the part of conversion.go that shows in the versioned form (the serviceAccount alias).
 */
import { setOwn } from '../../../api/object.ts';
import type { Container, PodSpec, PodTemplateSpec } from '../../../api/types/core-v1.ts';
import { applyContainerDefaults } from './container-defaults.ts';
import { allContainers } from './pod-visit.ts';
import {
  aggregateContainerLimits,
  aggregateContainerRequests,
  isHugePageResource,
  isOvercommitAllowed,
  isPodLevelResource,
  roundResourceList,
} from './resources.ts';
import { applyVolumeDefaults } from './volume-defaults.ts';

/** Init containers lived in these annotations before they had fields; conversion drops them. */
const DROPPED_ANNOTATIONS = ['alpha', 'beta'].flatMap((stage) => [
  `pod.${stage}.kubernetes.io/init-containers`,
  `pod.${stage}.kubernetes.io/init-container-statuses`,
]);

export interface PodDefaultsOptions {
  /** In a template, requests do not follow limits, host ports and enableServiceLinks stay unset, negative grace stays. */
  readonly isTemplate: boolean;
}

/** Fills in a pod spec, in place; idempotent. */
export function applyPodSpecDefaults(spec: PodSpec, { isTemplate }: PodDefaultsOptions): void {
  applyServiceAccountAlias(spec);
  for (const volume of spec.volumes ?? []) applyVolumeDefaults(volume);
  for (const container of allContainers(spec)) applyContainerDefaults(container);
  roundResourceList(spec.overhead);
  roundResourceList(spec.resources?.limits);
  roundResourceList(spec.resources?.requests);
  if (!isTemplate) applyPodOnlyDefaults(spec);
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
}

/** The same for a template, with its metadata. */
export function applyPodTemplateDefaults(template: PodTemplateSpec | undefined): void {
  if (template === undefined) return;
  dropInitContainerAnnotations(template.metadata?.annotations);
  template.spec ??= {};
  applyPodSpecDefaults(template.spec, { isTemplate: true });
}

export function dropInitContainerAnnotations(annotations: Record<string, string> | undefined): void {
  if (annotations === undefined) return;
  for (const key of DROPPED_ANNOTATIONS) if (Object.hasOwn(annotations, key)) delete annotations[key];
}

/** serviceAccount is the old name of serviceAccountName; the server writes both. */
function applyServiceAccountAlias(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name) {
    spec.serviceAccountName = name;
    spec.serviceAccount = name;
    return;
  }
  // Nothing is removed that is not there: after a removal the engine reads the object slowly for good.
  if (spec.serviceAccountName !== undefined) delete spec.serviceAccountName;
  if (spec.serviceAccount !== undefined) delete spec.serviceAccount;
}

function applyPodOnlyDefaults(spec: PodSpec): void {
  const containers = spec.containers ?? [];
  const initContainers = spec.initContainers ?? [];
  for (const container of containers) requestWhatIsLimited(container);
  for (const container of initContainers) requestWhatIsLimited(container);
  limitPodHugePages(spec);
  requestForPod(spec);
  spec.enableServiceLinks ??= true;
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  if (spec.hostNetwork !== true) return;
  for (const { ports } of [...containers, ...initContainers])
    for (const port of ports ?? []) port.hostPort ||= port.containerPort;
}

function requestWhatIsLimited(container: Container): void {
  const limits = container.resources?.limits;
  if (container.resources === undefined || limits === undefined || Object.keys(limits).length === 0) return;
  container.resources.requests ??= {};
  copyMissing(container.resources.requests, limits, () => true);
}

function copyMissing(
  target: Record<string, string>,
  source: Record<string, string>,
  wanted: (name: string) => boolean,
): void {
  for (const name of Object.keys(source)) {
    if (!Object.hasOwn(target, name) && wanted(name)) setOwn(target, name, source[name]);
  }
}

/** Huge pages cannot be overcommitted, so a pod's limit follows what its containers may use. */
function limitPodHugePages(spec: PodSpec): void {
  const resources = spec.resources;
  if (resources === undefined || isEmpty(resources.requests, resources.limits)) return;
  const limits = resources.limits ?? {};
  const requested = resources.requests ?? {};
  copyMissing(
    limits,
    aggregateContainerLimits(spec),
    (name) => isHugePageResource(name) && !Object.hasOwn(requested, name),
  );
  if (Object.keys(limits).length > 0) resources.limits = limits;
}

/** Pod-level requests: what the containers ask for together, else the pod's limit. */
function requestForPod(spec: PodSpec): void {
  const resources = spec.resources;
  if (resources === undefined || isEmpty(resources.limits)) return;
  const requests = resources.requests ?? {};
  copyMissing(
    requests,
    aggregateContainerRequests(spec),
    (name) => isPodLevelResource(name) && isOvercommitAllowed(name),
  );
  copyMissing(requests, resources.limits ?? {}, isPodLevelResource);
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

function isEmpty(...maps: (Record<string, string> | undefined)[]): boolean {
  return maps.every((map) => Object.keys(map ?? {}).length === 0);
}
