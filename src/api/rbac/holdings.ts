/** Everything a subject holds, by scope, and what one holds that another lacks. */
import type { PolicyRule } from '../types/rbac-v1.ts';
import { compactRules, rulesCover } from './covers.ts';
import type { RbacIndex } from './rbac-index.ts';
import type { RbacUser } from './subjects.ts';

/** Rules by namespace; '' for those that hold everywhere. */
export type Holdings = ReadonlyMap<string, readonly PolicyRule[]>;

export interface ScopedRule {
  readonly scope: string;
  readonly rule: PolicyRule;
}

export function holdingsOf(index: RbacIndex, user: RbacUser): Holdings {
  const holdings = new Map<string, readonly PolicyRule[]>();
  for (const scope of index.scopesOf(user)) {
    const rules = index.grantsIn(user, scope).flatMap((grant) => grant.rules);
    // RoleBindings grant no paths.
    const counting = scope === '' ? rules : rules.filter(({ resources = [] }) => resources.length > 0);
    if (counting.length > 0) holdings.set(scope, counting);
  }
  return holdings;
}

/** What `mine` allows and `theirs` does not, one resource a rule; exact but for rules that together cover a wildcard. */
export function lacking(mine: Holdings, theirs: Holdings): ScopedRule[] {
  const everywhere = theirs.get('') ?? [];
  return [...mine.keys()].sort().flatMap((scope) => {
    const held = scope === '' ? everywhere : [...everywhere, ...(theirs.get(scope) ?? [])];
    const { missing } = rulesCover(held, mine.get(scope) ?? []);
    return compactRules(unique(missing)).map((rule) => ({ scope, rule }));
  });
}

function unique(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
