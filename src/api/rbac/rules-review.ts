/** Turns a user's rules into the two lists of a SelfSubjectRulesReview; imitates rbac `RulesFor`. */
import type { NonResourceRule, ResourceRule } from '../types/authorization-v1.ts';
import type { PolicyRule } from '../types/rbac-v1.ts';

export interface RulesReview {
  readonly resourceRules: ResourceRule[];
  readonly nonResourceRules: NonResourceRule[];
}

export function rulesReview(rules: readonly PolicyRule[]): RulesReview {
  const resourceRules = rules.filter((rule) => (rule.resources?.length ?? 0) > 0).map(resourceRule);
  const nonResourceRules = rules
    .filter((rule) => (rule.nonResourceURLs?.length ?? 0) > 0)
    .map(({ verbs = [], nonResourceURLs = [] }) => ({ verbs: [...verbs], nonResourceURLs: [...nonResourceURLs] }));
  return { resourceRules, nonResourceRules };
}

function resourceRule({ verbs = [], apiGroups = [], resources = [], resourceNames = [] }: PolicyRule): ResourceRule {
  return {
    verbs: [...verbs],
    ...(apiGroups.length === 0 ? {} : { apiGroups: [...apiGroups] }),
    ...(resources.length === 0 ? {} : { resources: [...resources] }),
    ...(resourceNames.length === 0 ? {} : { resourceNames: [...resourceNames] }),
  };
}
