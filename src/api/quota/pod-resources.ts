/** What a pod asks for in all: containers together, or the init container that needs most. Imitates component-helpers/resource. */
import type { Container, Pod } from '../types/core-v1.ts';
import { type Amounts, add, amountsOf, max } from './amounts.ts';

export interface PodResourcesOptions {
  /** Adds what a RuntimeClass says that running a pod costs. */
  readonly overhead: boolean;
}

export function podRequests(pod: Pod, { overhead }: PodResourcesOptions): Amounts {
  const total = over(totalOf(pod, 'requests'), pod, 'requests');
  return overhead ? add(total, amountsOf(pod.spec?.overhead)) : total;
}

export function podLimits(pod: Pod, { overhead }: PodResourcesOptions): Amounts {
  const total = over(totalOf(pod, 'limits'), pod, 'limits');
  if (!overhead) return total;
  // What has no limit does not get one by the overhead.
  const extra = [...amountsOf(pod.spec?.overhead)].filter(([name]) => total.has(name));
  return add(total, new Map(extra));
}

type Kind = 'requests' | 'limits';

function totalOf({ spec = {} }: Pod, kind: Kind): Amounts {
  let running: Amounts = (spec.containers ?? []).map((c) => resourcesOf(c, kind)).reduce(add, new Map());
  let sidecars: Amounts = new Map();
  let starting: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = resourcesOf(container, kind);
    if (container.restartPolicy === 'Always') {
      running = add(running, own);
      sidecars = add(sidecars, own);
      starting = max(starting, sidecars);
    } else starting = max(starting, add(own, sidecars));
  }
  return max(running, starting);
}

function resourcesOf(container: Container, kind: Kind): Amounts {
  return amountsOf(container.resources?.[kind] as Record<string, unknown> | undefined);
}

/** Pod-level resources stand above those of the containers. */
function over(total: Amounts, { spec = {} }: Pod, kind: Kind): Amounts {
  return new Map([...total, ...amountsOf(spec.resources?.[kind] as Record<string, unknown> | undefined)]);
}
