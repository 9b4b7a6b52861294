/** Why RBAC allows or refuses: the binding and rule that allowed it, or the rules that came nearest. */
import type { PolicyRule } from '../types/rbac-v1.ts';
import { ruleText } from './covers.ts';
import { type Grant, grantText, type RbacIndex } from './rbac-index.ts';
import { type RbacRequest, ruleMisses } from './rules.ts';
import type { RbacUser } from './subjects.ts';

export interface NearMiss {
  /** `RoleBinding "devs/shop" of Role "dev" to User "jane"` */
  readonly grant: string;
  readonly rule: string;
  /** What of the rule does not fit: verb, group, resource, name, path. */
  readonly misses: readonly string[];
}

export interface Explanation {
  readonly allowed: boolean;
  /** When allowed: the binding and the rule. */
  readonly allowedBy?: { readonly grant: string; readonly rule: string };
  /** When refused: rules of this user that fail by the fewest parts, nearest first. */
  readonly nearestMisses: readonly NearMiss[];
  /** Bindings of this user whose role does not exist. */
  readonly errors: readonly string[];
  /** How many bindings apply to this user in the scope of the request. */
  readonly bindings: number;
}

const MAX_MISSES = 5;

export function explain(index: RbacIndex, user: RbacUser, request: RbacRequest): Explanation {
  const decision = index.decide(user, request);
  const grants = index.grantsFor(user, request.isResource ? request.namespace : '');
  const errors = grants.flatMap((grant) => grant.error ?? []);
  if (decision.grant !== undefined && decision.rule !== undefined) {
    const allowedBy = { grant: grantText(decision.grant), rule: ruleText(decision.rule) };
    return { allowed: true, allowedBy, nearestMisses: [], errors, bindings: grants.length };
  }
  return { allowed: false, nearestMisses: nearestMisses(grants, request), errors, bindings: grants.length };
}

function nearestMisses(grants: readonly Grant[], request: RbacRequest): NearMiss[] {
  const misses = grants.flatMap((grant) => grant.rules.map((rule) => miss(grant, rule, request)));
  return misses
    .filter((m) => m.misses.length < (request.isResource ? 3 : 2))
    .sort((a, b) => a.misses.length - b.misses.length)
    .slice(0, MAX_MISSES);
}

function miss(grant: Grant, rule: PolicyRule, request: RbacRequest): NearMiss {
  return { grant: grantText(grant), rule: ruleText(rule), misses: ruleMisses(rule, request) };
}
