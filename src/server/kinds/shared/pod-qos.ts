/** Quality of service of a pod; imitates ComputePodQOS of kubernetes pkg/apis/core/helper/qos. */
import { getOwn } from '../../../api/object.ts';
import { compareQuantities, parseQuantity } from '../../../api/quantity.ts';
import type { PodSpec, ResourceRequirements } from '../../../api/types/core-v1.ts';
import { addTo, type ResourceList } from './resources.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** Computed from the spec alone: pod-level resources if there are any, else those of regular and init containers. */
export function podQosClass(spec: PodSpec): QosClass {
  const requests: ResourceList = {};
  const limits: ResourceList = {};
  const sources = spec.resources === undefined ? containerResources(spec) : [spec.resources];
  let guaranteed = true;
  for (const resources of sources) {
    addTo(requests, computePart(resources.requests));
    const own = computePart(resources.limits);
    addTo(limits, own);
    const complete = 'cpu' in own && 'memory' in own;
    // A pod-level entry without any limits says nothing against Guaranteed yet; the counts below do.
    const counts = spec.resources === undefined || Object.keys(resources.limits ?? {}).length > 0;
    if (counts && !complete) guaranteed = false;
  }
  const names = Object.keys(requests);
  if (names.length === 0 && Object.keys(limits).length === 0) return 'BestEffort';
  const matched = names.every((name) => {
    const limit = getOwn(limits, name) as string | undefined;
    return limit !== undefined && compareQuantities(limit, requests[name] as string) === 0;
  });
  return guaranteed && matched && names.length === Object.keys(limits).length ? 'Guaranteed' : 'Burstable';
}

function containerResources(spec: PodSpec): ResourceRequirements[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.resources ?? {});
}

const COUNTED = ['cpu', 'memory'];

/** Only cpu and memory above zero count. */
function computePart(list: ResourceList | undefined): ResourceList {
  const part: ResourceList = {};
  for (const name of COUNTED) {
    const value = list === undefined ? undefined : (getOwn(list, name) as string | undefined);
    if (value !== undefined && parseQuantity(value).sign > 0) part[name] = value;
  }
  return part;
}
