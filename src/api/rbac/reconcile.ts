/**
 * What makes a stored role or binding hold all that another one says: rules and subjects are compared by meaning, not
 * as lists; imitates component-helpers auth/rbac/reconciliation.
 */
import { equalJson } from '../object.ts';
import type { ObjectMeta } from '../types/meta-v1.ts';
import type { AggregationRule, PolicyRule, RoleRef, Subject } from '../types/rbac-v1.ts';
import { rulesCover } from './covers.ts';

export type ReconcileOperation = 'create' | 'update' | 'recreate' | 'none';

export interface ReconciledRole {
  readonly metadata?: ObjectMeta;
  readonly rules?: readonly PolicyRule[];
  readonly aggregationRule?: AggregationRule;
}

export interface ReconciledBinding {
  readonly metadata?: ObjectMeta;
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

export interface Reconciliation<T> {
  readonly operation: ReconcileOperation;
  /** What is to be stored. */
  readonly object: T;
  /** The stored object says that nobody is to change it (rbac.authorization.kubernetes.io/autoupdate: "false"). */
  readonly isProtected: boolean;
  readonly missingRules: readonly PolicyRule[];
  readonly extraRules: readonly PolicyRule[];
  readonly missingSubjects: readonly Subject[];
  readonly extraSubjects: readonly Subject[];
}

const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';
const NOTHING = { missingRules: [], extraRules: [], missingSubjects: [], extraSubjects: [] };

export function reconcileRole<T extends ReconciledRole>(
  existing: T | undefined,
  expected: T,
  { removeExtra }: { readonly removeExtra: boolean },
): Reconciliation<T> {
  const wanted = expected.rules ?? [];
  if (existing === undefined) {
    return { ...NOTHING, operation: 'create', object: expected, isProtected: false, missingRules: wanted };
  }
  const held = existing.rules ?? [];
  const aggregates = expected.aggregationRule !== undefined && existing.aggregationRule !== undefined;
  const extraRules = aggregates ? [] : rulesCover(wanted, held).missing;
  const missingRules = rulesCover(held, wanted).missing;
  const metadata = mergedMetadata(existing.metadata, expected.metadata);
  const differs = removeExtra ? missingRules.length + extraRules.length > 0 : missingRules.length > 0;
  const rules = !differs ? existing.rules : removeExtra ? wanted : [...held, ...missingRules];
  const aggregationRule = mergedAggregation(existing.aggregationRule, expected.aggregationRule, removeExtra);
  const { aggregationRule: _, ...rest } = existing;
  const object = {
    ...rest,
    metadata,
    ...(rules === undefined ? {} : { rules }),
    ...(aggregationRule === undefined ? {} : { aggregationRule }),
  } as T;
  return { ...NOTHING, ...changeOf(existing, object), object, missingRules, extraRules };
}

export function reconcileBinding<T extends ReconciledBinding>(
  existing: T | undefined,
  expected: T,
  { removeExtra }: { readonly removeExtra: boolean },
): Reconciliation<T> {
  const wanted = expected.subjects ?? [];
  if (existing === undefined) {
    return { ...NOTHING, operation: 'create', object: expected, isProtected: false, missingSubjects: wanted };
  }
  if (!sameRole(existing.roleRef, expected.roleRef)) {
    // A binding's role cannot be changed.
    return { ...NOTHING, operation: 'recreate', object: expected, isProtected: isProtected(existing) };
  }
  const held = existing.subjects ?? [];
  const missingSubjects = subjectsOnlyIn(wanted, held);
  const extraSubjects = subjectsOnlyIn(held, wanted);
  const differs = removeExtra ? missingSubjects.length + extraSubjects.length > 0 : missingSubjects.length > 0;
  const subjects = !differs ? existing.subjects : removeExtra ? wanted : [...held, ...missingSubjects];
  const metadata = mergedMetadata(existing.metadata, expected.metadata);
  const object = { ...existing, metadata, ...(subjects === undefined ? {} : { subjects }) } as T;
  return { ...NOTHING, ...changeOf(existing, object), object, missingSubjects, extraSubjects };
}

function changeOf(existing: ReconciledRole | ReconciledBinding, object: object) {
  const operation: ReconcileOperation = equalJson(existing, object) ? 'none' : 'update';
  return { operation, isProtected: isProtected(existing) };
}

function isProtected({ metadata }: { readonly metadata?: ObjectMeta }): boolean {
  return metadata?.annotations?.[AUTO_UPDATE] === 'false';
}

/** Labels and annotations that are stored win over those that are expected. */
function mergedMetadata(existing: ObjectMeta = {}, expected: ObjectMeta = {}): ObjectMeta {
  const labels = { ...expected.labels, ...existing.labels };
  const annotations = { ...expected.annotations, ...existing.annotations };
  return {
    ...existing,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

function mergedAggregation(
  existing: AggregationRule | undefined,
  expected: AggregationRule | undefined,
  removeExtra: boolean,
): AggregationRule | undefined {
  if (expected === undefined) return undefined;
  const held = existing?.clusterRoleSelectors ?? [];
  const wanted = expected.clusterRoleSelectors ?? [];
  const missing = wanted.filter((selector) => !held.some((each) => equalJson(each, selector)));
  const extra = held.filter((selector) => !wanted.some((each) => equalJson(each, selector)));
  if (removeExtra && missing.length + extra.length > 0) return expected;
  return missing.length === 0 ? existing : { ...existing, clusterRoleSelectors: [...held, ...missing] };
}

function sameRole(a: RoleRef = {}, b: RoleRef = {}): boolean {
  return a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;
}

function subjectsOnlyIn(list: readonly Subject[], other: readonly Subject[]): Subject[] {
  const only = list.filter((subject) => !other.some((each) => sameSubject(each, subject)));
  return only.filter((subject, i) => only.findIndex((each) => sameSubject(each, subject)) === i);
}

function sameSubject(a: Subject, b: Subject): boolean {
  return (['kind', 'apiGroup', 'name', 'namespace'] as const).every((field) => (a[field] ?? '') === (b[field] ?? ''));
}
