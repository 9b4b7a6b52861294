/** What services use of a quota; imitates kubernetes pkg/quota/v1/evaluator/core/services.go. */
import type { KubeObject } from '../object.ts';
import { Quantity } from '../quantity.ts';
import type { Service } from '../types/core-v1.ts';
import type { Amounts } from './amounts.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const TRACKED = new Set(['count/services', 'services', 'services.nodeports', 'services.loadbalancers']);

export const serviceEvaluator: QuotaEvaluator = {
  group: '',
  resource: 'services',
  handles: (operation, subresource) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  tracks: (name) => TRACKED.has(name),
  usage: (service: KubeObject & Service) => serviceUsage(service),
};

function serviceUsage({ spec = {} }: Service): Amounts {
  const one = Quantity.ofInteger(1);
  const ports = spec.ports ?? [];
  const zero = Quantity.zero();
  const balanced = spec.type === 'LoadBalancer';
  // A load balancer that allocates none may still have been given some.
  const allocated = balanced && spec.allocateLoadBalancerNodePorts === false ? ports.filter((p) => p.nodePort) : ports;
  const nodePorts = spec.type === 'NodePort' || balanced ? Quantity.ofInteger(allocated.length) : zero;
  return new Map([
    ['count/services', one],
    ['services', one],
    ['services.loadbalancers', balanced ? one : zero],
    ['services.nodeports', nodePorts],
  ]);
}
