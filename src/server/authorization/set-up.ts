/** The authorizers that --authorization-mode names, in order, and the indexes that they read. */

import rbacFacts from '../../api/rbac/facts/bootstrap-rbac.json' with { type: 'json' };
import { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { PolicyRule } from '../../api/types/rbac-v1.ts';
import { alwaysAllow } from './always-allow-authorizer.ts';
import { alwaysDeny } from './always-deny-authorizer.ts';
import type { Authorizer } from './authorizer.ts';
import type { IndexFeed } from './index-feed.ts';
import { nodeAuthorizer } from './node/node-authorizer.ts';
import { lazyNodeGraph } from './node/node-graph.ts';
import { privilegedGroupsAuthorizer } from './privileged-groups-authorizer.ts';
import { rbacAuthorizer, rbacFeeds } from './rbac-authorizer.ts';
import { alwaysAllowRules, nodeRules, type RuleResolver, rbacRules, unionRules } from './rules-resolver.ts';
import { type UnionAuthorizer, unionAuthorizer } from './union-authorizer.ts';

export interface AuthorizationSetup {
  readonly authorizer: UnionAuthorizer;
  readonly rbac: RbacIndex;
  /** All that a user may do, for SelfSubjectRulesReview. */
  readonly rulesFor: RuleResolver;
  readonly feeds: readonly IndexFeed[];
}

/** `feedLater` begins to feed an index that is not needed from the start. @throws Error for a mode that does not exist */
export function setUpAuthorization(
  modes: readonly string[],
  feedLater: (feeds: readonly IndexFeed[]) => Promise<void>,
): AuthorizationSetup {
  const rbac = new RbacIndex();
  const makers: Record<string, () => Authorizer> = {
    Node: () => nodeAuthorizer(lazyNodeGraph(feedLater), systemNodeRules()),
    RBAC: () => rbacAuthorizer(rbac),
    AlwaysAllow: () => alwaysAllow,
    AlwaysDeny: () => alwaysDeny,
  };
  const authorizers = modes.map((mode) => {
    const make = makers[mode];
    if (make === undefined)
      throw new Error(
        `unknown authorization mode ${JSON.stringify(mode)}; known are ${Object.keys(makers).join(', ')}`,
      );
    return make();
  });
  const resolvers: Record<string, RuleResolver> = {
    Node: nodeRules,
    RBAC: rbacRules(rbac),
    AlwaysAllow: alwaysAllowRules,
  };
  const rulesFor = unionRules(modes.flatMap((mode) => resolvers[mode] ?? []));
  const authorizer = unionAuthorizer([privilegedGroupsAuthorizer(), ...authorizers]);
  return { authorizer, rbac, rulesFor, feeds: rbacFeeds(rbac) };
}

function systemNodeRules(): PolicyRule[] {
  return rbacFacts.clusterroles.find((role) => role.name === 'system:node')?.rules ?? [];
}
