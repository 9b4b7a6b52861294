/** What pods use of a quota; imitates kubernetes pkg/quota/v1/evaluator/core/pods.go. */
import { getOwn } from '../object.ts';
import { Quantity } from '../quantity.ts';
import type { Container, Pod, PodAffinityTerm } from '../types/core-v1.ts';
import { type Amounts, add, amountsOf } from './amounts.ts';
import type { QuotaEvaluator, ScopeRequirement } from './evaluator.ts';
import { podLimits, podRequests } from './pod-resources.ts';

const ONE = Quantity.ofInteger(1);
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const TRACKED = new Set([
  'count/pods',
  'pods',
  ...COMPUTE,
  ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
]);
/** Where a quota limits one of these, every container must say what it wants. */
const DEMANDED = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

export const podEvaluator: QuotaEvaluator = {
  group: '',
  resource: 'pods',
  handles: (operation, subresource) => (operation === 'CREATE' ? subresource === '' : subresource === 'resize'),
  tracks: (name) => TRACKED.has(name) || isExtendedRequest(name) || /^(requests\.)?hugepages-/.test(name),
  usage: (object, now) => podUsage(object, now),
  constraint: (object, names) => missingText(object, names),
  matchesScope: (object, scope) => inScope(object, scope),
};

/** Finished pods, and those that should have gone, count as stored objects only. */
function podUsage(pod: Pod, now: Date): Amounts {
  const stored = new Map([['count/pods', ONE]]);
  if (isOver(pod, now)) return stored;
  return add(stored, computeUsage(podRequests(pod, { overhead: true }), podLimits(pod, { overhead: true })));
}

function isOver({ metadata = {}, status = {} }: Pod, now: Date): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now.getTime() > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function computeUsage(requests: Amounts, limits: Amounts): Map<string, Quantity> {
  const usage = new Map([['pods', ONE]]);
  for (const [name, quantity] of requests) {
    if (COMPUTE.includes(name) || name.startsWith('hugepages-')) usage.set(name, quantity);
    if (COMPUTE.includes(name) || name.startsWith('hugepages-') || isExtended(name))
      usage.set(`requests.${name}`, quantity);
  }
  for (const [name, quantity] of limits) if (COMPUTE.includes(name)) usage.set(`limits.${name}`, quantity);
  return usage;
}

/** `example.com/gpu`: a domain that is not Kubernetes' own. */
function isExtended(name: string): boolean {
  return name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name) && !name.startsWith('requests.');
}

function isExtendedRequest(name: string): boolean {
  return name.startsWith('requests.') && isExtended(name.slice('requests.'.length));
}

/** `must specify cpu for: a,b; memory for: a`; undefined when every container says what it must. */
function missingText({ spec = {} }: Pod, names: readonly string[]): string | undefined {
  const wanted = names.filter((name) => DEMANDED.has(name)).sort();
  const containers: Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const texts = wanted.flatMap((name) => {
    const missing = containers
      .filter((container) => !declares(container, name))
      .map((container) => container.name ?? '');
    return missing.length === 0 ? [] : [`${name} for: ${[...new Set(missing)].sort().join(',')}`];
  });
  return texts.length === 0 ? undefined : `must specify ${texts.join('; ')}`;
}

function declares({ resources = {} }: Container, name: string): boolean {
  const requests = amountsOf(resources.requests as Record<string, unknown> | undefined);
  const limits = amountsOf(resources.limits as Record<string, unknown> | undefined);
  return computeUsage(requests, limits).has(name);
}

function inScope(pod: Pod, { scope, operator, values }: ScopeRequirement): boolean {
  const { spec = {} } = pod;
  switch (scope) {
    case 'Terminating':
      return (spec.activeDeadlineSeconds ?? -1) >= 0;
    case 'NotTerminating':
      return (spec.activeDeadlineSeconds ?? -1) < 0;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'PriorityClass':
      return matches(spec.priorityClassName ?? '', operator, values);
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(pod);
    default:
      return false;
  }
}

/** An empty name stands for none. */
function matches(value: string, operator: string, values: readonly string[]): boolean {
  if (operator === 'Exists') return value !== '';
  if (operator === 'DoesNotExist') return value === '';
  if (operator === 'In') return value !== '' && values.includes(value);
  return operator === 'NotIn' && !values.includes(value);
}

function isBestEffort({ spec = {} }: Pod): boolean {
  const named = (list: object | undefined) =>
    ['cpu', 'memory'].some((name) => {
      const text = getOwn(list ?? {}, name);
      return (
        text !== undefined &&
        !amountsOf({ [name]: text })
          .get(name)
          ?.isZero()
      );
    });
  const all: Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? []), { resources: spec.resources }];
  return !all.some(({ resources }) => named(resources?.requests) || named(resources?.limits));
}

function usesOtherNamespaces({ spec = {} }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const terms: (PodAffinityTerm | undefined)[] = [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm),
  ]);
  return terms.some((term) => (term?.namespaces?.length ?? 0) > 0 || term?.namespaceSelector !== undefined);
}
