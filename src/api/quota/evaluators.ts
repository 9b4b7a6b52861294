/** Every way to count; what has no evaluator of its own is counted by `count/RESOURCE.GROUP` alone. */
import { Quantity } from '../quantity.ts';
import { claimEvaluator } from './claim-evaluator.ts';
import { deviceClaimEvaluator } from './device-claim-evaluator.ts';
import type { QuotaEvaluator } from './evaluator.ts';
import { podEvaluator } from './pod-evaluator.ts';
import { serviceEvaluator } from './service-evaluator.ts';

const EVALUATORS: readonly QuotaEvaluator[] = [podEvaluator, serviceEvaluator, claimEvaluator, deviceClaimEvaluator];

/** Resources that quotas also know by their bare name, from before `count/…`. */
const OLD_NAMES = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

export function quotaEvaluator(group: string, resource: string): QuotaEvaluator {
  return EVALUATORS.find((known) => known.group === group && known.resource === resource) ?? counter(group, resource);
}

function counter(group: string, resource: string): QuotaEvaluator {
  const count = group === '' ? `count/${resource}` : `count/${resource}.${group}`;
  const names = group === '' && OLD_NAMES.has(resource) ? [count, resource] : [count];
  const one = Quantity.ofInteger(1);
  return {
    group,
    resource,
    handles: (operation, subresource) => operation === 'CREATE' && subresource === '',
    tracks: (name) => names.includes(name),
    usage: () => new Map(names.map((name) => [name, one])),
  };
}

/** `deployments.apps` → group and resource of a name in a quota's `hard`; undefined for compute resources. */
export function countedResource(name: string): { group: string; resource: string } | undefined {
  if (OLD_NAMES.has(name)) return { group: '', resource: name };
  if (!name.startsWith('count/')) {
    return EVALUATORS.find((evaluator) => evaluator.tracks(name));
  }
  const [resource = '', ...group] = name.slice('count/'.length).split('.');
  return { group: group.join('.'), resource };
}
