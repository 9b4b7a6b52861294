/** What a namespace uses of what a quota limits, counted anew; imitates apiserver pkg/quota/v1 CalculateUsage. */
import type { KubeObject } from '../../api/object.ts';
import { Quantity } from '../../api/quantity.ts';
import { type Amounts, add, mask } from '../../api/quota/amounts.ts';
import type { QuotaEvaluator } from '../../api/quota/evaluator.ts';
import { countedResource, quotaEvaluator } from '../../api/quota/evaluators.ts';
import { coveredNames, scopesOf } from '../../api/quota/quota.ts';
import type { ResourceQuota } from '../../api/types/core-v1.ts';
import type { ResourceTarget } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { ResourceDiscovery } from '../shared/resource-discovery.ts';

export interface CountOptions {
  readonly client: RestClient;
  readonly discovery: ResourceDiscovery;
  readonly quota: KubeObject & ResourceQuota;
  readonly now: Date;
  readonly signal: AbortSignal;
}

const PAGE_SIZE = 500;
/** Objects of these count by what is in them; of others each counts as one. */
const WEIGHED = new Set(['pods', 'services', 'persistentvolumeclaims', 'resourceclaims']);

/** By name in the quota's `hard`; without names of resources that are not served. */
export async function countUsage(options: CountOptions): Promise<Amounts> {
  const hard = Object.keys(options.quota.spec?.hard ?? {});
  let usage: Amounts = new Map();
  for (const evaluator of evaluatorsOf(hard)) {
    const target = await targetOf(options, evaluator);
    if (target === undefined) continue;
    const names = hard.filter((name) => evaluator.tracks(name));
    const nothing = new Map(names.map((name) => [name, Quantity.zero()]));
    usage = add(usage, add(nothing, mask(await usageOf(options, evaluator, target), names)));
  }
  return usage;
}

function evaluatorsOf(hard: readonly string[]): QuotaEvaluator[] {
  const found = new Map<string, QuotaEvaluator>();
  for (const name of hard) {
    const counted = countedResource(name);
    if (counted === undefined) continue;
    const { group, resource } = counted;
    found.set(`${resource}.${group}`, quotaEvaluator(group, resource));
  }
  return [...found.values()];
}

async function targetOf(
  { discovery, quota }: CountOptions,
  { group, resource }: QuotaEvaluator,
): Promise<ResourceTarget | undefined> {
  const { namespace } = quota.metadata;
  if (group === '' && WEIGHED.has(resource)) return { group, version: 'v1', resource, namespace };
  const served = (await discovery.latest()).preferred();
  const found = served.find((entry) => entry.group === group && entry.resource === resource && entry.namespaced);
  return found === undefined ? undefined : { group, version: found.version, resource, namespace };
}

async function usageOf(options: CountOptions, evaluator: QuotaEvaluator, target: ResourceTarget): Promise<Amounts> {
  const { client, quota, now, signal } = options;
  const hard = Object.keys(quota.spec?.hard ?? {});
  if (!WEIGHED.has(evaluator.resource) && scopesOf(quota.spec ?? {}).length === 0) {
    const page = await client.list(target, { limit: 1, metadataOnly: true, signal });
    const count = page.items.length + (page.metadata.remainingItemCount ?? 0);
    return new Map(hard.map((name) => [name, Quantity.ofInteger(count)]));
  }
  let usage: Amounts = new Map();
  let token: string | undefined;
  do {
    const page = await client.list(target, { limit: PAGE_SIZE, continue: token, signal });
    for (const object of page.items) {
      if (coveredNames(quota, hard, evaluator, object).length > 0) usage = add(usage, evaluator.usage(object, now));
    }
    token = page.metadata.continue || undefined;
  } while (token !== undefined);
  return usage;
}
