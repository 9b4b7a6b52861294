/** The reverse question: to whom do the bindings grant a request? */
import type { PolicyRule, Subject } from '../types/rbac-v1.ts';
import { bindingReference, type ObjectReference, roleReference } from './explain.ts';
import { NAMELESS_VERBS } from './miss-text.ts';
import type { Binding, RbacIndex } from './rbac-index.ts';
import { type RbacRequest, ruleAllows } from './rules.ts';
import { completeSubject } from './subjects.ts';

export interface Holder {
  readonly subject: Subject;
  /** Where it holds; '' is everywhere. */
  readonly scope: string;
  readonly binding: ObjectReference;
  readonly role: ObjectReference;
  readonly rule: PolicyRule;
  /** Only for objects of these names; empty: for all. Stands only where the question names no object. */
  readonly names: readonly string[];
}

/**
 * Every subject of every binding that grants the request, ClusterRoleBindings first. `scopes`: the namespaces that
 * count ('' for ClusterRoleBindings).
 */
export function whoCan(index: RbacIndex, request: RbacRequest, scopes: readonly string[]): Holder[] {
  return scopes.flatMap((scope) => {
    if (scope !== '' && !request.isResource) return [];
    return index.bindings(scope).flatMap((binding) => holdersOf(index, binding, { ...request, namespace: scope }));
  });
}

function holdersOf(index: RbacIndex, binding: Binding, request: RbacRequest): Holder[] {
  const found = grantingRule(index.rulesOf(binding.roleRef, binding.namespace) ?? [], request);
  if (found === undefined) return [];
  const shared = {
    scope: binding.namespace,
    binding: bindingReference(binding),
    role: roleReference(binding),
    ...found,
  };
  return binding.subjects.map((subject) => ({ subject: completeSubject(subject, binding.namespace), ...shared }));
}

function grantingRule(
  rules: readonly PolicyRule[],
  request: RbacRequest,
): { rule: PolicyRule; names: readonly string[] } | undefined {
  const rule = rules.find((each) => ruleAllows(each, request));
  if (rule !== undefined) return { rule, names: [] };
  if (request.name !== '' || !request.isResource || NAMELESS_VERBS.has(request.verb)) return undefined;
  const named = rules.filter((each) => ruleAllows({ ...each, resourceNames: [] }, request));
  const [first] = named;
  if (first === undefined) return undefined;
  return { rule: first, names: [...new Set(named.flatMap(({ resourceNames = [] }) => resourceNames))] };
}
