/** Roles and bindings, from a server or from manifests, as the index that decides and as the objects they are. */

import { unionOfRules } from '../../api/rbac/aggregation.ts';
import type { ObjectReference } from '../../api/rbac/explain.ts';
import defaults from '../../api/rbac/facts/bootstrap-rbac.json' with { type: 'json' };
import { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { AggregationRule, PolicyRule, RoleRef, Subject } from '../../api/types/rbac-v1.ts';

export const RBAC_KINDS = ['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'] as const;
export type RbacKind = (typeof RBAC_KINDS)[number];

/** A role or binding; shapes are checked where it comes in. */
export interface PolicyObject {
  readonly kind: RbacKind;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
  /** The file it stands in. */
  readonly source?: string;
}

export interface PolicyFacts {
  /** `shop/cart`: the service accounts there are; absent when nobody knows. */
  readonly accounts?: ReadonlySet<string>;
  /** What could not be read. */
  readonly notes?: readonly string[];
}

const BOOTSTRAPPING = 'kubernetes.io/bootstrapping';

export class Policy {
  readonly index = new RbacIndex();
  readonly roles: readonly PolicyObject[];
  readonly bindings: readonly PolicyObject[];
  readonly accounts: ReadonlySet<string> | undefined;
  readonly notes: readonly string[];
  readonly #objects = new Map<string, PolicyObject>();

  constructor(objects: readonly PolicyObject[], { accounts, notes = [] }: PolicyFacts = {}) {
    // Of two with one name the later counts, as when they are applied.
    for (const object of objects) this.#objects.set(keyOf(referenceOf(object)), object);
    const all = [...this.#objects.values()];
    this.roles = all.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
    this.bindings = all.filter(({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding');
    for (const role of this.roles) this.index.putRole(role);
    for (const { metadata, roleRef, subjects } of this.bindings) {
      this.index.putBinding({ metadata, ...(roleRef === undefined ? {} : { roleRef }), subjects: subjects ?? [] });
    }
    this.accounts = accounts;
    this.notes = notes;
  }

  find(reference: ObjectReference): PolicyObject | undefined {
    return this.#objects.get(keyOf(reference));
  }

  /** Whether every cluster has it from its first second. */
  isSystem(reference: ObjectReference): boolean {
    const object = this.find(reference);
    return object !== undefined && isSystemObject(object);
  }
}

export function isSystemObject({ metadata }: PolicyObject): boolean {
  return metadata.labels?.[BOOTSTRAPPING] !== undefined;
}

export function referenceOf({ kind, metadata: { namespace, name } }: PolicyObject): ObjectReference {
  return namespace === undefined ? { kind, name } : { kind, namespace, name };
}

function keyOf({ kind, namespace = '', name }: ObjectReference): string {
  return JSON.stringify([kind, namespace, name]);
}

interface Fact {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

/** What kube-apiserver 1.36 makes at its first start. */
export function defaultPolicy(): PolicyObject[] {
  const of = (kind: RbacKind, facts: unknown): PolicyObject[] =>
    (facts as Fact[]).map(({ name, namespace, labels = {}, ...rest }) => ({
      kind,
      metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) },
      ...rest,
    }));
  return [
    ...of('ClusterRole', defaults.clusterroles),
    ...of('Role', defaults.roles),
    ...of('ClusterRoleBinding', defaults.clusterrolebindings),
    ...of('RoleBinding', defaults.rolebindings),
  ];
}

/** Fills the rules of ClusterRoles that gather those of others, as a controller does in a cluster. */
export function aggregated(objects: readonly PolicyObject[]): PolicyObject[] {
  const roles = objects.filter(({ kind }) => kind === 'ClusterRole');
  // Aggregating roles may select one another (admin holds edit, edit holds view): as often as the chain is long.
  let current = roles;
  for (let round = 0; round < 4; round++) {
    const now = current;
    current = now.map((role) =>
      role.aggregationRule === undefined ? role : { ...role, rules: unionOfRules(role as never, now as never) },
    );
  }
  const byName = new Map(current.map((role) => [role.metadata.name, role]));
  return objects.map((object) =>
    object.kind === 'ClusterRole' ? (byName.get(object.metadata.name) ?? object) : object,
  );
}

/** One policy over the other: of two objects with one name the later counts. */
export function merged(policies: readonly Policy[]): Policy {
  const objects = policies.flatMap(({ roles, bindings }) => [...roles, ...bindings]);
  return new Policy(policies.length === 1 ? objects : aggregated(objects), {
    notes: policies.flatMap(({ notes }) => notes),
  });
}
