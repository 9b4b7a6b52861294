/** Why RBAC allows or refuses: the way to the rule that allows it, or the rules that came nearest and what of them fails. */
import type { PolicyRule, Subject } from '../types/rbac-v1.ts';
import { ruleText } from './covers.ts';
import { type Miss, missText, resourcesLook } from './miss-text.ts';
import { subjectMiss } from './near-subjects.ts';
import { type Binding, type Grant, grantText, type RbacIndex } from './rbac-index.ts';
import { type RbacRequest, ruleAllows, ruleMisses } from './rules.ts';
import { completeSubject, type RbacUser } from './subjects.ts';

export interface ObjectReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The way from a subject to one rule. */
export interface GrantedRule {
  /** `RoleBinding "devs/shop" of Role "dev" to User "jane"` */
  readonly grant: string;
  readonly rule: string;
  readonly subject: Subject;
  readonly binding: ObjectReference;
  readonly role: ObjectReference;
  readonly policyRule: PolicyRule;
}

export interface NearMiss extends GrantedRule {
  /** What does not fit: clauses of the rule, or the namespace or subject of the binding. */
  readonly misses: readonly Miss[];
  /** A sentence for each of them. */
  readonly because: readonly string[];
}

export interface Explanation {
  readonly allowed: boolean;
  /** When allowed: the first binding and rule that do. */
  readonly allowedBy?: GrantedRule;
  /** Further bindings that allow it as well: all of them have to go before the answer is no. */
  readonly alsoAllowedBy: readonly GrantedRule[];
  /** When refused: what fails by the least, nearest first. */
  readonly nearestMisses: readonly NearMiss[];
  /** Bindings of this user whose role does not exist. */
  readonly errors: readonly string[];
  /** How many bindings apply to this user in the scope of the request. */
  readonly bindings: number;
}

const MAX_MISSES = 5;
const MAX_OTHERS = 10;
/** A rule further away than this tells nothing. */
const MAX_DISTANCE = { resource: 2.5, path: 1 };
/** Bindings that are looked at for near misses: explaining stays quick in clusters of any size. */
const MAX_SCANNED = 20_000;

export function explain(index: RbacIndex, user: RbacUser, request: RbacRequest): Explanation {
  const decision = index.decide(user, request);
  const grants = index.grantsFor(user, request.isResource ? request.namespace : '');
  const errors = grants.flatMap((grant) => grant.error ?? []);
  const base = { allowed: decision.allowed, errors, bindings: grants.length };
  if (decision.grant === undefined || decision.rule === undefined) {
    return { ...base, alsoAllowedBy: [], nearestMisses: nearestMisses(index, user, request, grants) };
  }
  const allowedBy = grantedRule(decision.grant, decision.rule);
  const others = grants.filter(({ binding }) => binding !== decision.grant?.binding);
  return { ...base, allowedBy, alsoAllowedBy: allowing(others, request).slice(0, MAX_OTHERS), nearestMisses: [] };
}

/** The first rule of each grant that allows the request. */
function allowing(grants: readonly Grant[], request: RbacRequest): GrantedRule[] {
  return grants.flatMap((grant) => {
    const rule = grant.rules.find((each) => ruleAllows(each, request));
    return rule === undefined ? [] : [grantedRule(grant, rule)];
  });
}

export function grantedRule(grant: Grant, rule: PolicyRule): GrantedRule {
  const { binding, subject } = grant;
  return {
    grant: grantText(grant),
    rule: ruleText(rule),
    subject: completeSubject(subject, binding.namespace),
    binding: bindingReference(binding),
    role: roleReference(binding),
    policyRule: rule,
  };
}

export function bindingReference({ namespace, name }: Binding): ObjectReference {
  return namespace === '' ? { kind: 'ClusterRoleBinding', name } : { kind: 'RoleBinding', namespace, name };
}

export function roleReference({ namespace, roleRef: { kind = '', name = '' } }: Binding): ObjectReference {
  return kind === 'Role' ? { kind, namespace, name } : { kind, name };
}

interface Candidate {
  readonly miss: NearMiss;
  readonly distance: number;
}

function nearestMisses(index: RbacIndex, user: RbacUser, request: RbacRequest, grants: readonly Grant[]): NearMiss[] {
  const limit = request.isResource ? MAX_DISTANCE.resource : MAX_DISTANCE.path;
  const own = grants.flatMap((grant) => nearestRule(grant, request, limit) ?? []);
  return [...own, ...elsewhere(index, user, request), ...forOthers(index, user, request)]
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_MISSES)
    .map(({ miss }) => miss);
}

/** The rule of a grant that misses by the least. */
function nearestRule(grant: Grant, request: RbacRequest, limit: number): Candidate | undefined {
  let best: { rule: PolicyRule; misses: Miss[]; distance: number } | undefined;
  for (const rule of grant.rules) {
    if (request.isResource !== (rule.resources ?? []).length > 0) continue;
    const misses = ruleMisses(rule, request);
    const distance = misses.reduce((sum, miss) => sum + weight(miss, rule, request), 0);
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { rule, misses, distance };
  }
  if (best === undefined) return undefined;
  const { rule, misses, distance } = best;
  const because = misses.map((miss) => missText(miss, rule, request));
  return { miss: { ...grantedRule(grant, rule), misses, because }, distance };
}

/** Another resource is far away, unless only the sub-resource differs. */
function weight(miss: Miss, rule: PolicyRule, request: RbacRequest): number {
  return miss === 'resource' && !resourcesLook(rule.resources ?? [], request) ? 2.5 : 1;
}

/** Bindings of this user in namespaces that do not count, whose rules would do. */
function elsewhere(index: RbacIndex, user: RbacUser, request: RbacRequest): Candidate[] {
  const counted = request.isResource ? ['', request.namespace] : [''];
  const scopes = index.scopesOf(user).filter((scope) => !counted.includes(scope));
  return allowing(
    scopes.flatMap((scope) => index.grantsIn(user, scope)),
    request,
  ).map((granted) => ({
    miss: { ...granted, misses: ['namespace'], because: [namespaceText(granted.binding.namespace ?? '', request)] },
    distance: 1,
  }));
}

function namespaceText(namespace: string, request: RbacRequest): string {
  const here = `a RoleBinding in the namespace ${JSON.stringify(namespace)}`;
  if (!request.isResource) return `${here} grants no paths; a ClusterRoleBinding would`;
  if (request.namespace === '') return `${here} grants nothing at the cluster scope; a ClusterRoleBinding would`;
  return `${here} grants nothing in ${JSON.stringify(request.namespace)}`;
}

/** Bindings that count and whose rules would do, for a subject that looks like this user. */
function forOthers(index: RbacIndex, user: RbacUser, request: RbacRequest): Candidate[] {
  const scopes = request.isResource && request.namespace !== '' ? ['', request.namespace] : [''];
  const found: Candidate[] = [];
  for (const binding of scopes.flatMap((scope) => index.bindings(scope)).slice(0, MAX_SCANNED)) {
    for (const subject of binding.subjects) {
      const because = subjectMiss(completeSubject(subject, binding.namespace), user);
      if (because === undefined) continue;
      const rules = index.rulesOf(binding.roleRef, binding.namespace) ?? [];
      const [granted] = allowing([{ binding, subject, rules }], request);
      if (granted !== undefined) {
        found.push({ miss: { ...granted, misses: ['subject'], because: [because] }, distance: 1 });
      }
    }
  }
  return found;
}
