/**
 * Roles and bindings by subject: what answers "may this user do that" in microseconds, and says why.
 *
 *   cluster   u:jane → [ClusterRoleBinding ops → ClusterRole ops]
 *             g:qa   → [ClusterRoleBinding testers → ClusterRole view]
 *   shop      u:jane → [RoleBinding devs/shop → Role dev]
 *
 * A request of jane (group qa) in namespace shop looks at those three entries and at no other binding.
 * Semantics: kubernetes plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/validation.
 */
import { aggregateText, quote } from '../field-errors.ts';
import type { ObjectMeta } from '../types/meta-v1.ts';
import type { PolicyRule, RoleRef, Subject } from '../types/rbac-v1.ts';
import { type RbacRequest, ruleAllows } from './rules.ts';
import { groupKey, type RbacUser, subjectKey, subjectMatches, subjectText, userKey } from './subjects.ts';

export interface RoleObject {
  readonly metadata?: ObjectMeta;
  readonly rules?: readonly PolicyRule[];
}

export interface BindingObject {
  readonly metadata?: ObjectMeta;
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

/** One binding in the index. `namespace` is '' for a ClusterRoleBinding. */
export interface Binding {
  readonly namespace: string;
  readonly name: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

/** Everything a binding grants one user; `error` when its role does not exist. */
export interface Grant {
  readonly binding: Binding;
  readonly subject: Subject;
  readonly rules: readonly PolicyRule[];
  readonly error?: string;
}

export interface RbacDecision {
  readonly allowed: boolean;
  /** Upstream's text: `RBAC: allowed by RoleBinding …`, or the errors met; '' when nothing is to be said. */
  readonly reason: string;
  readonly grant?: Grant;
  readonly rule?: PolicyRule;
}

type BySubject = Map<string, Binding[]>;

const CLUSTER = '';
const NO_RULES: readonly PolicyRule[] = [];

export class RbacIndex {
  /** Rules by namespace ('' for ClusterRoles), then by name. */
  readonly #roles = new Map<string, Map<string, readonly PolicyRule[]>>();
  /** By namespace ('' for ClusterRoleBindings), then by name. */
  readonly #bindings = new Map<string, Map<string, Binding>>();
  /** By namespace, then by subject key; each list in the order of names. */
  readonly #subjects = new Map<string, BySubject>();

  /** A Role, or a ClusterRole when it has no namespace. */
  putRole(role: RoleObject): void {
    const { namespace = CLUSTER, name = '' } = role.metadata ?? {};
    child(this.#roles, namespace).set(name, role.rules ?? NO_RULES);
  }

  deleteRole(namespace: string, name: string): void {
    prune(this.#roles, namespace, name);
  }

  /** A RoleBinding, or a ClusterRoleBinding when it has no namespace. */
  putBinding(object: BindingObject): void {
    const { namespace = CLUSTER, name = '' } = object.metadata ?? {};
    this.deleteBinding(namespace, name);
    const binding: Binding = { namespace, name, roleRef: object.roleRef ?? {}, subjects: object.subjects ?? [] };
    child(this.#bindings, namespace).set(name, binding);
    const bySubject = child(this.#subjects, namespace);
    for (const key of keysOf(binding)) bySubject.set(key, insertByName(bySubject.get(key) ?? [], binding));
  }

  deleteBinding(namespace: string, name: string): void {
    const old = this.#bindings.get(namespace)?.get(name);
    if (old === undefined) return;
    prune(this.#bindings, namespace, name);
    const bySubject = this.#subjects.get(namespace);
    if (bySubject === undefined) return;
    for (const key of keysOf(old)) {
      const rest = (bySubject.get(key) ?? []).filter((binding) => binding !== old);
      if (rest.length === 0) bySubject.delete(key);
      else bySubject.set(key, rest);
    }
    if (bySubject.size === 0) this.#subjects.delete(namespace);
  }

  /** The rules of a role; undefined when there is no such role. `namespace` counts for Roles only. */
  rulesOf(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const home = roleRef.kind === 'ClusterRole' ? CLUSTER : namespace;
    if (roleRef.kind === 'Role' && home === CLUSTER) return undefined;
    return this.#roles.get(home)?.get(roleRef.name ?? '');
  }

  /** Decides like upstream: the first rule that allows wins; errors show only in refusals. */
  decide(user: RbacUser, request: RbacRequest): RbacDecision {
    const errors: string[] = [];
    const scopes = request.isResource && request.namespace !== CLUSTER ? [CLUSTER, request.namespace] : [CLUSTER];
    for (const scope of scopes) {
      const bySubject = this.#subjects.get(scope);
      if (bySubject === undefined) continue;
      const decision = this.#decideIn(bySubject.get(userKey(user.name)), user, request, errors);
      if (decision !== undefined) return decision;
      for (const group of user.groups) {
        const byGroup = this.#decideIn(bySubject.get(groupKey(group)), user, request, errors);
        if (byGroup !== undefined) return byGroup;
      }
    }
    return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregateText(errors)}` };
  }

  #decideIn(
    bindings: readonly Binding[] | undefined,
    user: RbacUser,
    request: RbacRequest,
    errors: string[],
  ): RbacDecision | undefined {
    for (const binding of bindings ?? []) {
      const rules = this.rulesOf(binding.roleRef, binding.namespace);
      if (rules === undefined) errors.push(missingRole(binding.roleRef));
      for (const rule of rules ?? NO_RULES) {
        if (ruleAllows(rule, request)) return allowed(this.#grant(binding, user), rule);
      }
    }
    return undefined;
  }

  /** What every binding grants this user in a namespace ('' for the cluster alone): cluster bindings first, each scope by name. */
  grantsFor(user: RbacUser, namespace: string): Grant[] {
    const scopes = namespace === CLUSTER ? [CLUSTER] : [CLUSTER, namespace];
    return scopes.flatMap((scope) => this.grantsIn(user, scope));
  }

  /** What the bindings of one scope ('' for ClusterRoleBindings) grant this user, by name. */
  grantsIn(user: RbacUser, scope: string): Grant[] {
    return this.#bindingsOf(user, scope).map((binding) => this.#grant(binding, user));
  }

  /** All rules this user has, and the text of errors met ('' when none). */
  rulesFor(user: RbacUser, namespace: string): { rules: PolicyRule[]; error: string } {
    const grants = this.grantsFor(user, namespace);
    const errors = grants.flatMap((grant) => grant.error ?? []);
    return { rules: grants.flatMap((grant) => grant.rules), error: errors.length === 0 ? '' : aggregateText(errors) };
  }

  /** Every binding of a scope ('' for ClusterRoleBindings), by name: for explanations across subjects. */
  bindings(namespace: string): Binding[] {
    return [...(this.#bindings.get(namespace)?.values() ?? [])].sort(byName);
  }

  /** Namespaces with RoleBindings, sorted; '' comes first when there are ClusterRoleBindings. */
  scopes(): string[] {
    return [...this.#bindings.keys()].sort();
  }

  /** Those of `scopes()` with a binding for this user. */
  scopesOf(user: RbacUser): string[] {
    const keys = keysFor(user);
    const found = [...this.#subjects].filter(([, bySubject]) => keys.some((key) => bySubject.has(key)));
    return found.map(([scope]) => scope).sort();
  }

  #bindingsOf(user: RbacUser, scope: string): Binding[] {
    const bySubject = this.#subjects.get(scope);
    if (bySubject === undefined) return [];
    const lists = keysFor(user).flatMap((key) => bySubject.get(key) ?? []);
    return lists.length < 2 ? lists : [...new Set(lists)].sort(byName);
  }

  #grant(binding: Binding, user: RbacUser): Grant {
    const rules = this.rulesOf(binding.roleRef, binding.namespace);
    const subject = binding.subjects.find((s) => subjectMatches(s, user, binding.namespace)) as Subject;
    if (rules !== undefined) return { binding, subject, rules };
    return { binding, subject, rules: NO_RULES, error: missingRole(binding.roleRef) };
  }
}

function allowed(grant: Grant, rule: PolicyRule): RbacDecision {
  return { allowed: true, reason: `RBAC: allowed by ${grantText(grant)}`, grant, rule };
}

/** `RoleBinding "devs/shop" of Role "dev" to User "jane"` */
export function grantText({ binding, subject }: Grant): string {
  const { namespace, name, roleRef } = binding;
  const source =
    namespace === CLUSTER ? `ClusterRoleBinding ${quote(name)}` : `RoleBinding ${quote(`${name}/${namespace}`)}`;
  return `${source} of ${roleRef.kind} ${quote(roleRef.name ?? '')} to ${subjectText(subject)}`;
}

function missingRole({ kind = '', name = '' }: RoleRef): string {
  if (kind !== 'Role' && kind !== 'ClusterRole') return `unsupported role reference kind: ${quote(kind)}`;
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${quote(name)} not found`;
}

function keysFor({ name, groups }: RbacUser): string[] {
  return [userKey(name), ...groups.map(groupKey)];
}

function keysOf(binding: Binding): Set<string> {
  return new Set(binding.subjects.flatMap((subject) => subjectKey(subject, binding.namespace) ?? []));
}

function byName(a: Binding, b: Binding): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** A new list: a reader may hold the old one. */
function insertByName(list: readonly Binding[], binding: Binding): Binding[] {
  const at = list.findIndex((other) => other.name > binding.name);
  return at < 0 ? [...list, binding] : [...list.slice(0, at), binding, ...list.slice(at)];
}

function child<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = outer.get(key);
  if (inner === undefined) {
    inner = new Map();
    outer.set(key, inner);
  }
  return inner;
}

function prune<V>(outer: Map<string, Map<string, V>>, key: string, name: string): void {
  const inner = outer.get(key);
  if (inner?.delete(name) && inner.size === 0) outer.delete(key);
}
