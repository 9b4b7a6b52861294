/** Subjects and roles as nodes, bindings as edges. */
import { bindingReference, type ObjectReference, roleReference } from '../../api/rbac/explain.ts';
import { completeSubject } from '../../api/rbac/subjects.ts';
import type { PolicyRule } from '../../api/types/rbac-v1.ts';
import type { Policy } from './policy.ts';
import { subjectWord } from './words.ts';

export interface RoleNode {
  readonly id: string;
  readonly role: ObjectReference;
  readonly exists: boolean;
  readonly rules: readonly PolicyRule[];
}

export interface SubjectNode {
  readonly id: string;
  /** `user:jane` */
  readonly subject: string;
}

export interface BindingEdge {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  readonly binding: ObjectReference;
}

export interface PolicyGraph {
  readonly subjects: readonly SubjectNode[];
  readonly roles: readonly RoleNode[];
  readonly edges: readonly BindingEdge[];
}

export interface GraphOptions {
  readonly system: boolean;
  /** undefined: all. */
  readonly namespace?: string | undefined;
  /** Parts of names; undefined: all. */
  readonly subjects?: readonly string[] | undefined;
}

export function policyGraph(policy: Policy, { system, namespace, subjects }: GraphOptions): PolicyGraph {
  const subjectNodes = new Map<string, SubjectNode>();
  const roleNodes = new Map<string, RoleNode>();
  const edges: BindingEdge[] = [];
  const scopes = policy.index
    .scopes()
    .filter((scope) => scope === '' || namespace === undefined || scope === namespace);
  for (const binding of scopes.flatMap((scope) => policy.index.bindings(scope))) {
    if (!system && policy.isSystem(bindingReference(binding))) continue;
    for (const each of binding.subjects) {
      const subject = subjectWord(completeSubject(each, binding.namespace));
      if (subjects !== undefined && !subjects.some((word) => subject.toLowerCase().includes(word.toLowerCase())))
        continue;
      const role = roleReference(binding);
      const rules = policy.index.rulesOf(binding.roleRef, binding.namespace);
      const from = node(subjectNodes, subject, (id) => ({ id: `s${id}`, subject }));
      const to = node(roleNodes, JSON.stringify(role), (id) => ({
        id: `r${id}`,
        role,
        exists: rules !== undefined,
        rules: rules ?? [],
      }));
      edges.push({ from: from.id, to: to.id, binding: bindingReference(binding) });
    }
  }
  return { subjects: [...subjectNodes.values()], roles: [...roleNodes.values()], edges };
}

function node<N>(nodes: Map<string, N>, key: string, make: (id: number) => N): N {
  const known = nodes.get(key);
  if (known !== undefined) return known;
  const made = make(nodes.size + 1);
  nodes.set(key, made);
  return made;
}
