/** `user:alice`, `group:dev`, `sa:shop/cart`, several joined by commas: who is asked about. */
import {
  type RbacUser,
  serviceAccountGroups,
  serviceAccountUsername,
  splitServiceAccountUsername,
} from '../../api/rbac/subjects.ts';
import type { Subject } from '../../api/types/rbac-v1.ts';
import { CliError } from '../errors.ts';

export interface AskedSubject {
  readonly user: RbacUser;
  /** To whom a grant would go. */
  readonly subject: Subject;
}

const API_GROUP = 'rbac.authorization.k8s.io';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';

/** The groups that every server adds are added here too. @throws CliError */
export function parseSubjects(text: string): AskedSubject {
  const parts = text.split(',').map(parsePart);
  const users = parts.flatMap(({ user }) => user ?? []);
  const groups = parts.flatMap(({ group }) => group ?? []);
  if (users.length > 1) throw new CliError(`only one user can ask at a time, not ${users.join(' and ')}`);
  const [name] = users;
  return { user: { name: name ?? '', groups: allGroups(name, groups) }, subject: subjectOf(name, groups[0] ?? '') };
}

function parsePart(part: string): { user?: string; group?: string } {
  const colon = part.indexOf(':');
  const [kind, name] = colon < 0 ? ['user', part] : [part.slice(0, colon), part.slice(colon + 1)];
  if (kind === 'system') return { user: part };
  if (name === '') throw new CliError(`subject ${JSON.stringify(part)} has no name`);
  if (kind === 'user' || kind === 'u') return { user: name };
  if (kind === 'group' || kind === 'g') return { group: name };
  if (kind !== 'sa' && kind !== 'serviceaccount') throw unknownSubject(part);
  const [namespace = '', account = '', ...more] = name.split(/[/:]/);
  if (namespace === '' || account === '' || more.length > 0) throw unknownSubject(part);
  return { user: serviceAccountUsername(namespace, account) };
}

function unknownSubject(part: string): CliError {
  return new CliError(`subject ${JSON.stringify(part)} must be user:NAME, group:NAME or sa:NAMESPACE/NAME`);
}

/** Of a user by name, with groups that are known from elsewhere. */
export function askedUser(name: string, groups: readonly string[]): AskedSubject {
  return { user: { name, groups: allGroups(name, groups) }, subject: subjectOf(name, '') };
}

function allGroups(name: string | undefined, groups: readonly string[]): string[] {
  const account = name === undefined ? undefined : splitServiceAccountUsername(name);
  const own = account === undefined ? [] : serviceAccountGroups(account.namespace);
  const everybody = name === 'system:anonymous' ? UNAUTHENTICATED : AUTHENTICATED;
  return [...new Set([...groups, ...own, everybody])];
}

function subjectOf(name: string | undefined, group: string): Subject {
  if (name === undefined) return { kind: 'Group', name: group, apiGroup: API_GROUP };
  const account = splitServiceAccountUsername(name);
  if (account !== undefined) return { kind: 'ServiceAccount', ...account };
  return { kind: 'User', name, apiGroup: API_GROUP };
}
