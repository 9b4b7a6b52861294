/** Rules, role references and subjects of RBAC objects; imitates pkg/apis/rbac/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain, pathSegmentNameErrors } from '../../../api/names.ts';
import type { PolicyRule, RoleRef, Subject } from '../../../api/types/rbac-v1.ts';
import { reportInvalid } from './name-rules.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

const ROLE_REF = Path.root('roleRef');

/** All rules of a role; namespaced ones cannot name URLs. */
export function validatePolicyRules(rules: readonly PolicyRule[], namespaced: boolean, errors: FieldErrors): void {
  for (const [i, rule] of rules.entries()) validatePolicyRule(rule, namespaced, Path.root('rules').index(i), errors);
}

function validatePolicyRule(rule: PolicyRule, namespaced: boolean, path: Path, errors: FieldErrors): void {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs: urls } = rule;
  if (isEmpty(verbs)) errors.required(path.child('verbs'), 'verbs must contain at least one value');
  if (!isEmpty(urls)) {
    const at = path.child('nonResourceURLs');
    if (namespaced) errors.invalid(at, urls, 'namespaced rules cannot apply to non-resource URLs');
    if (!isEmpty(apiGroups) || !isEmpty(resources) || !isEmpty(resourceNames))
      errors.invalid(at, urls, 'rules cannot apply to both regular resources and non-resource URLs');
    return;
  }
  if (isEmpty(apiGroups)) errors.required(path.child('apiGroups'), 'resource rules must supply at least one api group');
  if (isEmpty(resources)) errors.required(path.child('resources'), 'resource rules must supply at least one resource');
}

function isEmpty(list: readonly unknown[] | null | undefined): boolean {
  return list === undefined || list === null || list.length === 0;
}

/** `kinds` are the roles that a binding of this scope may name. */
export function validateRoleRef(ref: RoleRef, kinds: readonly string[], errors: FieldErrors): void {
  const { apiGroup = '', kind = '', name = '' } = ref;
  if (apiGroup !== RBAC_GROUP) errors.notSupported(ROLE_REF.child('apiGroup'), apiGroup, [RBAC_GROUP]);
  if (!kinds.includes(kind)) errors.notSupported(ROLE_REF.child('kind'), kind, kinds);
  if (name === '') errors.required(ROLE_REF.child('name'));
  else reportInvalid(pathSegmentNameErrors(name), name, ROLE_REF.child('name'), errors);
}

export function validateSubjects(subjects: readonly Subject[], namespaced: boolean, errors: FieldErrors): void {
  for (const [i, subject] of subjects.entries())
    validateSubject(subject, namespaced, Path.root('subjects').index(i), errors);
}

function validateSubject(subject: Subject, namespaced: boolean, path: Path, errors: FieldErrors): void {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  if (name === '') errors.required(path.child('name'));
  if (kind === 'ServiceAccount') {
    if (name !== '') reportInvalid(isDNS1123Subdomain(name), name, path.child('name'), errors);
    if (apiGroup !== '') errors.notSupported(path.child('apiGroup'), apiGroup, ['']);
    if (!namespaced && namespace === '') errors.required(path.child('namespace'));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC_GROUP) errors.notSupported(path.child('apiGroup'), apiGroup, [RBAC_GROUP]);
  } else {
    errors.notSupported(path.child('kind'), kind, ['ServiceAccount', 'User', 'Group']);
  }
}

/** A binding's role is fixed for good. */
export function validateSameRoleRef(ref: RoleRef, old: RoleRef, errors: FieldErrors): void {
  const shown = { APIGroup: ref.apiGroup ?? '', Kind: ref.kind ?? '', Name: ref.name ?? '' };
  const same = (ref.apiGroup ?? '') === (old.apiGroup ?? '') && (ref.kind ?? '') === (old.kind ?? '');
  if (!same || (ref.name ?? '') !== (old.name ?? '')) errors.invalid(ROLE_REF, shown, 'cannot change roleRef');
}

/** SetDefaults of RoleRef and Subject: the group that was left out. */
export function defaultBinding(binding: { roleRef?: RoleRef; subjects?: Subject[] | null }): void {
  if (binding.roleRef !== undefined && !binding.roleRef.apiGroup) binding.roleRef.apiGroup = RBAC_GROUP;
  for (const subject of binding.subjects ?? []) {
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')) subject.apiGroup = RBAC_GROUP;
  }
}
