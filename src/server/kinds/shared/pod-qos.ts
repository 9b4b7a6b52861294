/** Quality of service of a pod; imitates ComputePodQOS of kubernetes pkg/apis/core/helper/qos. */
import { parseQuantity, type Quantity } from '../../../api/quantity.ts';
import type { PodSpec, ResourceRequirements } from '../../../api/types/core-v1.ts';
import type { ResourceList } from './resources.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** Only cpu and memory above zero count; an amount that does not is undefined. */
interface Amounts {
  cpu: Quantity | undefined;
  memory: Quantity | undefined;
}

interface Totals {
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** Whether all that were added have limits for both. */
  complete: boolean;
}

/** Computed from the spec alone: pod-level resources if there are any, else those of regular and init containers. */
export function podQosClass(spec: PodSpec): QosClass {
  const totals: Totals = {
    requests: { cpu: undefined, memory: undefined },
    limits: { cpu: undefined, memory: undefined },
    complete: true,
  };
  if (spec.resources !== undefined) {
    addResources(totals, spec.resources);
    // A pod-level entry without any limits says nothing against Guaranteed yet; the comparison below does.
    if (Object.keys(spec.resources.limits ?? {}).length === 0) totals.complete = true;
  } else {
    for (const container of spec.containers ?? []) addResources(totals, container.resources);
    for (const container of spec.initContainers ?? []) addResources(totals, container.resources);
  }
  const { requests, limits } = totals;
  if (isEmpty(requests) && isEmpty(limits)) return 'BestEffort';
  const matched = sameAmount(requests.cpu, limits.cpu) && sameAmount(requests.memory, limits.memory);
  return totals.complete && matched ? 'Guaranteed' : 'Burstable';
}

function addResources(totals: Totals, resources: ResourceRequirements | undefined): void {
  addAmounts(totals.requests, resources?.requests);
  if (!addAmounts(totals.limits, resources?.limits)) totals.complete = false;
}

/** Whether both were there to be added. */
function addAmounts(total: Amounts, list: ResourceList | undefined): boolean {
  if (!list) return false;
  const cpu = amountOf(list.cpu);
  const memory = amountOf(list.memory);
  if (cpu !== undefined) total.cpu = total.cpu?.add(cpu) ?? cpu;
  if (memory !== undefined) total.memory = total.memory?.add(memory) ?? memory;
  return cpu !== undefined && memory !== undefined;
}

function amountOf(text: string | undefined): Quantity | undefined {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return quantity !== undefined && quantity.sign > 0 ? quantity : undefined;
}

function isEmpty({ cpu, memory }: Amounts): boolean {
  return cpu === undefined && memory === undefined;
}

function sameAmount(request: Quantity | undefined, limit: Quantity | undefined): boolean {
  return request === undefined || limit === undefined ? request === limit : request.equals(limit);
}
