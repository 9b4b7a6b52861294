/** Minimum, maximum and ratio of a LimitRange, with upstream's words. */

import type { Quantity } from '../../../api/quantity.ts';
import { type Amounts, amountsOf } from '../../../api/quota/amounts.ts';
import { podLimits, podRequests } from '../../../api/quota/pod-resources.ts';
import type { Container, LimitRangeItem, PersistentVolumeClaim, Pod } from '../../../api/types/core-v1.ts';

type Rule = (type: string, name: string, bound: Quantity, requests: Amounts, limits: Amounts) => string | undefined;

export function podProblems(pod: Pod, limits: readonly LimitRangeItem[]): string[] {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  return limits.flatMap((item) => {
    if (item.type === 'Container') return [...containers, ...initContainers].flatMap((c) => containerProblems(item, c));
    if (item.type !== 'Pod') return [];
    return problems(item, podRequests(pod, { overhead: false }), podLimits(pod, { overhead: false }), maximum);
  });
}

function containerProblems(item: LimitRangeItem, { resources = {} }: Container): string[] {
  return problems(item, amountsOf(resources.requests), amountsOf(resources.limits), maximum);
}

/** Claims have requests only. */
export function claimProblems({ spec = {} }: PersistentVolumeClaim, limits: readonly LimitRangeItem[]): string[] {
  const requests = amountsOf(spec.resources?.requests);
  return limits
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((item) =>
      problems({ type: item.type, min: item.min, max: item.max }, requests, new Map(), maximumRequest),
    );
}

function problems(item: LimitRangeItem, requests: Amounts, limits: Amounts, max: Rule): string[] {
  const apply = (bounds: Record<string, string> | undefined, rule: Rule) =>
    [...amountsOf(bounds)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, bound]) => rule(item.type ?? '', name, bound, requests, limits) ?? []);
  return [...apply(item.min, minimum), ...apply(item.max, max), ...apply(item.maxLimitRequestRatio, ratio)];
}

const minimum: Rule = (type, name, bound, requests, limits) => {
  const request = requests.get(name);
  const limit = limits.get(name);
  const head = `minimum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${head}.  No request is specified`;
  if (request.compare(bound) < 0) return `${head}, but request is ${request}`;
  return limit !== undefined && limit.compare(bound) < 0 ? `${head}, but limit is ${limit}` : undefined;
};

const maximum: Rule = (type, name, bound, requests, limits) => {
  const request = requests.get(name);
  const limit = limits.get(name);
  const head = `maximum ${name} usage per ${type} is ${bound}`;
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (limit.compare(bound) > 0) return `${head}, but limit is ${limit}`;
  return request !== undefined && request.compare(bound) > 0 ? `${head}, but request is ${request}` : undefined;
};

const maximumRequest: Rule = (type, name, bound, requests) => {
  const request = requests.get(name);
  const head = `maximum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${head}.  No request is specified`;
  return request.compare(bound) > 0 ? `${head}, but request is ${request}` : undefined;
};

const ratio: Rule = (type, name, bound, requests, limits) => {
  const request = requests.get(name);
  const limit = limits.get(name);
  const head = `${name} max limit to request ratio per ${type} is ${bound}`;
  if (request === undefined || request.isZero()) return `${head}, but no request is specified or request is 0`;
  if (limit === undefined || limit.isZero()) return `${head}, but no limit is specified or limit is 0`;
  const given = Number(limit.milliValue()) / Number(request.milliValue());
  return given * 1000 > Number(bound.milliValue()) ? `${head}, but provided ratio is ${given.toFixed(6)}` : undefined;
};
