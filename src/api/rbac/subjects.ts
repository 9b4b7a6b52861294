/** Users, groups and service accounts as RBAC subjects; imitates apiserver pkg/authentication/serviceaccount and rbac `appliesTo`. */
import { quote } from '../field-errors.ts';
import type { Subject } from '../types/rbac-v1.ts';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';
export const SERVICE_ACCOUNTS_GROUP = 'system:serviceaccounts';

const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';

/** Whom a request comes from, as far as RBAC cares. */
export interface RbacUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** `system:serviceaccount:shop:cart` */
export function serviceAccountUsername(namespace: string, name: string): string {
  return `${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`;
}

/** The groups of every service account of a namespace. */
export function serviceAccountGroups(namespace: string): string[] {
  return [SERVICE_ACCOUNTS_GROUP, `${SERVICE_ACCOUNTS_GROUP}:${namespace}`];
}

const ACCOUNT_NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const ACCOUNT_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Namespace and name of a service-account user name; undefined when it is none. */
export function splitServiceAccountUsername(username: string): { namespace: string; name: string } | undefined {
  if (!username.startsWith(SERVICE_ACCOUNT_PREFIX)) return undefined;
  const parts = username.slice(SERVICE_ACCOUNT_PREFIX.length).split(':');
  const [namespace = '', name = ''] = parts;
  if (parts.length !== 2 || !ACCOUNT_NAMESPACE.test(namespace) || !ACCOUNT_NAME.test(name)) return undefined;
  return { namespace, name };
}

/**
 * The key under which a subject is found: `u:` and a user name or `g:` and a group name; undefined for subjects that
 * match nobody. A service account without a namespace belongs to the binding's (`namespace`, '' for cluster bindings).
 */
export function subjectKey(subject: Subject, namespace: string): string | undefined {
  if (subject.kind === 'User') return userKey(subject.name ?? '');
  if (subject.kind === 'Group') return groupKey(subject.name ?? '');
  if (subject.kind !== 'ServiceAccount') return undefined;
  const home = subject.namespace || namespace;
  return home === '' ? undefined : userKey(serviceAccountUsername(home, subject.name ?? ''));
}

export function userKey(name: string): string {
  return `u:${name}`;
}

export function groupKey(name: string): string {
  return `g:${name}`;
}

export function subjectMatches(subject: Subject, user: RbacUser, namespace: string): boolean {
  const key = subjectKey(subject, namespace);
  if (key === undefined) return false;
  return key.startsWith('u:') ? key === userKey(user.name) : user.groups.includes(subject.name ?? '');
}

/** `User "jane"`, `Group "qa"`, `ServiceAccount "robot/shop"`: as reasons name subjects. */
export function subjectText(subject: Subject): string {
  const name = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? ''}` : (subject.name ?? '');
  return `${subject.kind} ${quote(name)}`;
}

/** With its namespace: a service account that names none belongs to the binding's. */
export function completeSubject(subject: Subject, namespace: string): Subject {
  if (subject.kind !== 'ServiceAccount' || subject.namespace || namespace === '') return subject;
  return { ...subject, namespace };
}
