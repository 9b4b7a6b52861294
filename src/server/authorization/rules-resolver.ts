/** All rules of a user in a namespace, for SelfSubjectRulesReview; imitates the union of upstream's RuleResolvers. */
import { aggregateText } from '../../api/field-errors.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import { type RulesReview, rulesReview } from '../../api/rbac/rules-review.ts';
import type { UserInfo } from '../request/user.ts';
import { nodeIdentity } from './node/node-identity.ts';

export interface ResolvedRules extends RulesReview {
  /** Some authorizer cannot list what it allows. */
  readonly incomplete: boolean;
  /** '' when nothing went wrong. */
  readonly error: string;
}

/** One authorizer's share. */
export type RuleResolver = (user: UserInfo, namespace: string) => ResolvedRules;

const NOTHING: ResolvedRules = { resourceRules: [], nonResourceRules: [], incomplete: false, error: '' };
const EVERYTHING: ResolvedRules = {
  ...NOTHING,
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};

export function rbacRules(index: RbacIndex): RuleResolver {
  return (user, namespace) => {
    const { rules, error } = index.rulesFor(user, namespace);
    return { ...rulesReview(rules), incomplete: false, error };
  };
}

/** What a node may read depends on its pods: it cannot be listed. */
export const nodeRules: RuleResolver = (user) =>
  nodeIdentity(user) === undefined
    ? NOTHING
    : { ...NOTHING, incomplete: true, error: 'node authorizer does not support user rule resolution' };

export const alwaysAllowRules: RuleResolver = () => EVERYTHING;

export function unionRules(resolvers: readonly RuleResolver[]): RuleResolver {
  return (user, namespace) => {
    const shares = resolvers.map((resolve) => resolve(user, namespace));
    const errors = shares.map((share) => share.error).filter((error) => error !== '');
    return {
      resourceRules: shares.flatMap((share) => share.resourceRules),
      nonResourceRules: shares.flatMap((share) => share.nonResourceRules),
      incomplete: shares.some((share) => share.incomplete),
      error: errors.length === 0 ? '' : aggregateText(errors),
    };
  };
}
