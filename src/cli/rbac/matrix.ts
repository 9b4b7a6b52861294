/** What each subject may do with each resource. */
import { bindingReference } from '../../api/rbac/explain.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import { type RbacRequest, ruleAllows } from '../../api/rbac/rules.ts';
import { completeSubject, type RbacUser } from '../../api/rbac/subjects.ts';
import type { Policy } from './policy.ts';
import { parseSubjects } from './subject-argument.ts';
import { resourceWord, subjectWord } from './words.ts';

/** With the letter that stands for each in a table. */
export const MATRIX_VERBS: readonly (readonly [verb: string, letter: string])[] = [
  ['get', 'g'],
  ['list', 'l'],
  ['watch', 'w'],
  ['create', 'c'],
  ['update', 'u'],
  ['patch', 'p'],
  ['delete', 'd'],
  ['deletecollection', 'D'],
];

export const DEFAULT_COLUMNS = [
  'pods',
  'deployments.apps',
  'services',
  'configmaps',
  'secrets',
  'roles.rbac.authorization.k8s.io',
];

export interface MatrixResource {
  readonly group: string;
  /** `pods/log` too. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** What the resource knows; absent: everything. */
  readonly verbs?: readonly string[];
}

export interface MatrixCell {
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Allowed for objects of some names only. */
  readonly someNames: readonly string[];
}

export interface MatrixRow {
  readonly subject: string;
  readonly namespace: string;
  readonly access: readonly MatrixCell[];
}

export interface AccessMatrix {
  readonly resources: readonly string[];
  readonly rows: readonly MatrixRow[];
}

export interface MatrixOptions {
  readonly resources: readonly MatrixResource[];
  /** undefined: each subject in the namespaces of its bindings. */
  readonly namespace?: string | undefined;
  readonly subjects?: readonly string[] | undefined;
  readonly system: boolean;
}

export function accessMatrix(policy: Policy, options: MatrixOptions): AccessMatrix {
  const { index } = policy;
  const subjects = options.subjects ?? accessSubjects(policy, options);
  const rows = subjects.flatMap((subject) => {
    const { user } = parseSubjects(subject);
    return namespacesOf(index, user, options.namespace).map((namespace) => ({
      subject,
      namespace,
      access: options.resources.map((resource) => cell(index, user, namespace, resource)),
    }));
  });
  const useful = options.namespace === undefined ? rows.filter(({ access }) => access.some(hasAny)) : rows;
  return { resources: options.resources.map(({ group, resource }) => resourceWord(group, resource)), rows: useful };
}

function hasAny({ verbs, someNames }: MatrixCell): boolean {
  return verbs.length + someNames.length > 0;
}

/** Subjects of the bindings that count, each once, as words. */
export function accessSubjects(
  policy: Policy,
  { namespace, system }: Pick<MatrixOptions, 'namespace' | 'system'>,
): string[] {
  const { index } = policy;
  const scopes = namespace === undefined ? index.scopes() : ['', namespace];
  const words = scopes.flatMap((scope) =>
    index
      .bindings(scope)
      .filter((binding) => system || !policy.isSystem(bindingReference(binding)))
      .flatMap(({ subjects }) => subjects.map((subject) => subjectWord(completeSubject(subject, scope)))),
  );
  return [...new Set(words)].filter((word) => /^(?:user|group|sa):./.test(word) && !word.includes(',')).sort();
}

function namespacesOf(index: RbacIndex, user: RbacUser, namespace: string | undefined): string[] {
  if (namespace !== undefined) return [namespace];
  return index.scopesOf(user).filter((scope) => index.grantsIn(user, scope).some(({ rules }) => rules.length > 0));
}

function cell(
  index: RbacIndex,
  user: RbacUser,
  namespace: string,
  { group, resource, namespaced, verbs: known }: MatrixResource,
): MatrixCell {
  const [plural = '', ...sub] = resource.split('/');
  const base = { isResource: true, path: '', group, resource: plural, subresource: sub.join('/'), name: '' };
  const served = MATRIX_VERBS.filter(([verb]) => known === undefined || known.includes(verb));
  const requests = served.map(([verb]): RbacRequest => ({ ...base, verb, namespace: namespaced ? namespace : '' }));
  const verbs = requests.filter((request) => index.decide(user, request).allowed).map(({ verb }) => verb);
  const others = requests.filter(({ verb }) => !verbs.includes(verb));
  const someNames = others.filter((request) => allowsSome(index, user, request)).map(({ verb }) => verb);
  return { resource: resourceWord(group, resource), verbs, someNames };
}

function allowsSome(index: RbacIndex, user: RbacUser, request: RbacRequest): boolean {
  if (request.verb === 'create' || request.verb === 'deletecollection') return false;
  const grants = index.grantsFor(user, request.namespace);
  return grants.some(({ rules }) => rules.some((rule) => ruleAllows({ ...rule, resourceNames: [] }, request)));
}
