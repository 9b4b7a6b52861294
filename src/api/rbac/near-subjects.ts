/** Subjects of bindings that were perhaps meant for somebody: another case, another kind, another namespace. */
import type { Subject } from '../types/rbac-v1.ts';
import { type RbacUser, serviceAccountUsername, splitServiceAccountUsername, subjectText } from './subjects.ts';

/** What is different about a subject that looks like this user; undefined when nothing is alike. */
export function subjectMiss(subject: Subject, user: RbacUser): string | undefined {
  const me = whoItIs(subject, user);
  return me === undefined ? undefined : `it is for ${subjectText(subject)}, not for ${me}`;
}

function whoItIs({ kind, name = '', namespace = '' }: Subject, user: RbacUser): string | undefined {
  const account = splitServiceAccountUsername(user.name);
  if (kind === 'ServiceAccount') return accountLike(name, namespace, user.name, account);
  const group = user.groups.find((each) => same(each, name));
  if (kind === 'Group') return same(user.name, name) ? userText(user.name) : groupText(group, name);
  if (kind !== 'User') return undefined;
  if (group !== undefined) return groupText(group);
  if (account === undefined) return same(user.name, name) ? userText(user.name) : undefined;
  const names = [account.name, `${account.namespace}:${account.name}`, `${account.namespace}/${account.name}`];
  return names.includes(name) ? accountText(account) : undefined;
}

function accountLike(
  name: string,
  namespace: string,
  username: string,
  account: { namespace: string; name: string } | undefined,
): string | undefined {
  if (account !== undefined) return account.name === name ? accountText(account) : undefined;
  return username === name || same(username, serviceAccountUsername(namespace, name)) ? userText(username) : undefined;
}

function groupText(group: string | undefined, except?: string): string | undefined {
  return group === undefined || group === except ? undefined : `Group ${JSON.stringify(group)}`;
}

function userText(name: string): string | undefined {
  return name === '' ? undefined : `User ${JSON.stringify(name)}`;
}

function accountText({ namespace, name }: { namespace: string; name: string }): string {
  return subjectText({ kind: 'ServiceAccount', namespace, name });
}

function same(a: string, b: string): boolean {
  return a !== '' && a.toLowerCase() === b.toLowerCase();
}
