/** Which quotas an object falls under; imitates apiserver pkg/quota/v1/generic Matches. */
import type { KubeObject } from '../object.ts';
import type { ResourceQuota, ResourceQuotaSpec } from '../types/core-v1.ts';
import type { QuotaEvaluator, ScopeRequirement } from './evaluator.ts';

export function scopesOf({ scopes = [], scopeSelector }: ResourceQuotaSpec): ScopeRequirement[] {
  return [
    ...scopes.map((scope) => ({ scope, operator: 'Exists', values: [] })),
    ...(scopeSelector?.matchExpressions ?? []).map(({ scopeName = '', operator = '', values = [] }) => ({
      scope: scopeName,
      operator,
      values,
    })),
  ];
}

/** The names in `hard` that this object counts for; empty when the quota has nothing to do with it. */
export function coveredNames(
  quota: ResourceQuota,
  hard: readonly string[],
  evaluator: QuotaEvaluator,
  object: KubeObject,
): string[] {
  const names = hard.filter((name) => evaluator.tracks(name));
  if (names.length === 0) return [];
  const inAll = scopesOf(quota.spec ?? {}).every((scope) => evaluator.matchesScope?.(object, scope) ?? false);
  return inAll ? names : [];
}
