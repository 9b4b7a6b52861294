/** What claims of devices use of a quota, in all and by device class; imitates kubernetes pkg/quota/v1/evaluator/core/resource_claims.go. */
import { Quantity } from '../quantity.ts';
import type { ResourceClaim } from '../types/resource-v1.ts';
import type { Amounts } from './amounts.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const COUNT = 'count/resourceclaims.resource.k8s.io';
const BY_CLASS = '.deviceclass.resource.k8s.io/devices';
/** As many as one claim can be given. */
const ALL_DEVICES = 32;

interface Wanted {
  readonly deviceClassName?: string;
  readonly allocationMode?: string;
  readonly count?: number;
}

export const deviceClaimEvaluator: QuotaEvaluator = {
  group: 'resource.k8s.io',
  resource: 'resourceclaims',
  handles: (operation, subresource) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  tracks: (name) => name === COUNT || name.endsWith(BY_CLASS),
  usage: (object) => claimUsage(object as ResourceClaim),
};

function claimUsage({ spec = {} }: ResourceClaim): Amounts {
  const usage = new Map([[COUNT, Quantity.ofInteger(1)]]);
  for (const request of spec.devices?.requests ?? []) {
    const alternatives = request.firstAvailable ?? [];
    const wanted = alternatives.length > 0 ? mostOfEach(alternatives) : mostOfEach([request.exactly ?? {}]);
    for (const [name, count] of wanted) {
      const key = `${name}${BY_CLASS}`;
      usage.set(key, (usage.get(key) ?? Quantity.zero()).add(Quantity.ofInteger(count)));
    }
  }
  return usage;
}

/** One of these will be given: of each class the most that could be. */
function mostOfEach(alternatives: readonly Wanted[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const { deviceClassName = '', allocationMode, count = 1 } of alternatives) {
    const devices = allocationMode === 'All' ? ALL_DEVICES : count;
    most.set(deviceClassName, Math.max(most.get(deviceClassName) ?? 0, devices));
  }
  return most;
}
