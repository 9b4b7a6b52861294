/** ClusterRoles whose rules are those of other ClusterRoles; imitates pkg/controller/clusterroleaggregation. */
import { equalJson } from '../object.ts';
import { selectorOfObject } from '../selectors.ts';
import type { ClusterRole, PolicyRule } from '../types/rbac-v1.ts';

/** Rules of all other roles that any selector matches, by name of role, each once. */
export function unionOfRules(role: ClusterRole, all: Iterable<ClusterRole>): PolicyRule[] {
  const others = [...all].filter(({ metadata }) => metadata?.name !== role.metadata?.name);
  others.sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  const union: PolicyRule[] = [];
  for (const object of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorOfObject(object);
    for (const { metadata, rules } of others) {
      if (!selector.matches(metadata?.labels)) continue;
      for (const rule of rules ?? []) if (!union.some((known) => equalJson(known, rule))) union.push(rule);
    }
  }
  return union;
}
