/** Random roles, bindings and questions from a small world, so that they often meet. */
import fc from 'fast-check';
import type { RbacRequest } from '../../src/api/rbac/rules.ts';
import type { RbacUser } from '../../src/api/rbac/subjects.ts';
import type { PolicyRule, Subject } from '../../src/api/types/rbac-v1.ts';
import type { PolicyObject } from '../../src/cli/rbac/policy.ts';

export const NAMESPACES = ['alpha', 'beta'];
const VERBS = ['get', 'list', 'create', 'delete', 'deletecollection', '*'];
const GROUPS = ['', 'apps', '*'];
const RESOURCES = ['pods', 'pods/log', 'deployments', 'deployments/scale', '*/scale', '*', 'nodes'];
const NAMES = ['x', 'y'];
const PATHS = ['/metrics', '/logs/x', '/logs/*', '*'];
const ROLE_NAMES = ['one', 'two', 'three'];
const API_GROUP = 'rbac.authorization.k8s.io';

const some = (values: readonly string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });

const rule: fc.Arbitrary<PolicyRule> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ verbs: some(VERBS), apiGroups: some(GROUPS), resources: some(RESOURCES) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      verbs: some(VERBS),
      apiGroups: some(GROUPS),
      resources: some(RESOURCES),
      resourceNames: some(NAMES),
    }),
  },
);
const pathRule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: some(['get', 'post', '*']),
  nonResourceURLs: some(PATHS),
});

const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({
    kind: fc.constant('User'),
    apiGroup: fc.constant(API_GROUP),
    name: fc.constantFrom('jane', 'joe', 'dev'),
  }),
  fc.record({
    kind: fc.constant('Group'),
    apiGroup: fc.constant(API_GROUP),
    name: fc.constantFrom('dev', 'qa', 'jane'),
  }),
  fc.record({
    kind: fc.constant('ServiceAccount'),
    name: fc.constantFrom('robot', 'jane'),
    namespace: fc.constantFrom(...NAMESPACES),
  }),
);

const clusterRole = fc.record({
  name: fc.constantFrom(...ROLE_NAMES),
  rules: fc.array(fc.oneof(rule, pathRule), { minLength: 1, maxLength: 4 }),
});
const role = fc.record({
  name: fc.constantFrom(...ROLE_NAMES),
  namespace: fc.constantFrom(...NAMESPACES),
  rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
});
const subjects = fc.uniqueArray(subject, { minLength: 1, maxLength: 4, selector: (each) => JSON.stringify(each) });
const bindingName = fc.constantFrom('b1', 'b2', 'b3');
const clusterBinding = fc.record({ name: bindingName, role: fc.constantFrom(...ROLE_NAMES, 'gone'), subjects });
const binding = fc.record({
  name: bindingName,
  namespace: fc.constantFrom(...NAMESPACES),
  kind: fc.constantFrom('Role', 'ClusterRole'),
  role: fc.constantFrom(...ROLE_NAMES, 'gone'),
  subjects,
});

/** Names begin with `prefix`. Of two objects with one name the last stays. */
export function randomPolicy(prefix = ''): fc.Arbitrary<PolicyObject[]> {
  return fc
    .record({
      clusterRoles: fc.array(clusterRole, { minLength: 1, maxLength: 3 }),
      roles: fc.array(role, { minLength: 2, maxLength: 5 }),
      clusterBindings: fc.array(clusterBinding, { minLength: 1, maxLength: 3 }),
      bindings: fc.array(binding, { minLength: 3, maxLength: 6 }),
    })
    .map(({ clusterRoles, roles, clusterBindings, bindings }) => {
      const ref = (kind: string, name: string) => ({ apiGroup: API_GROUP, kind, name: prefix + name });
      const objects: PolicyObject[] = [
        ...clusterRoles.map(({ name, rules }) => ({
          kind: 'ClusterRole' as const,
          metadata: { name: prefix + name },
          rules,
        })),
        ...roles.map(({ name, namespace, rules }) => ({
          kind: 'Role' as const,
          metadata: { name: prefix + name, namespace },
          rules,
        })),
        ...clusterBindings.map((each) => ({
          kind: 'ClusterRoleBinding' as const,
          metadata: { name: prefix + each.name },
          roleRef: ref('ClusterRole', each.role),
          subjects: each.subjects,
        })),
        ...bindings.map((each) => ({
          kind: 'RoleBinding' as const,
          metadata: { name: prefix + each.name, namespace: each.namespace },
          roleRef: ref(each.kind, each.role),
          subjects: each.subjects,
        })),
      ];
      const key = ({ kind, metadata }: PolicyObject) => `${kind}/${metadata.namespace}/${metadata.name}`;
      return [...new Map(objects.map((object) => [key(object), object])).values()];
    });
}

export const randomRequest: fc.Arbitrary<RbacRequest> = fc
  .record({
    verb: fc.constantFrom('get', 'get', 'list', 'watch', 'create', 'delete', 'deletecollection', 'post', '*'),
    isResource: fc.constantFrom(true, true, true, true, false),
    path: fc.constantFrom('/metrics', '/logs/x', '/logs', '/'),
    group: fc.constantFrom('', 'apps', 'batch', '*'),
    resource: fc.constantFrom('pods', 'deployments', 'nodes', '*'),
    subresource: fc.constantFrom('', '', 'log', 'scale'),
    namespace: fc.constantFrom('', 'alpha', 'beta', 'gamma'),
    name: fc.constantFrom('', '', 'x', 'y', 'z'),
  })
  .map((request) =>
    request.isResource
      ? { ...request, path: '' }
      : { ...request, group: '', resource: '', subresource: '', namespace: '', name: '' },
  );

/** Subjects as arguments name them. */
export const randomSubject = fc.constantFrom(
  'user:jane',
  'user:joe,group:dev',
  'user:nobody,group:qa,group:dev',
  'group:dev',
  'group:jane',
  'sa:alpha/robot',
  'sa:beta/jane',
  'user:dev',
);

/** Whether RBAC allows it, as its documentation says it, without an index and in no hurry. */
export function plainlyAllowed(objects: readonly PolicyObject[], user: RbacUser, request: RbacRequest): boolean {
  return objects.some((object) => {
    const { kind, metadata, roleRef, subjects: bound = [] } = object;
    if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return false;
    if (kind === 'RoleBinding' && (!request.isResource || metadata.namespace !== request.namespace)) return false;
    if (!bound.some((each) => isUser(each, user))) return false;
    const rules = objects.find(
      (each) =>
        each.kind === roleRef?.kind &&
        each.metadata.name === roleRef?.name &&
        (each.kind === 'ClusterRole' || each.metadata.namespace === metadata.namespace),
    )?.rules;
    return (rules ?? []).some((each) => plainRule(each, request));
  });
}

function isUser({ kind, name, namespace }: Subject, user: RbacUser): boolean {
  if (kind === 'Group') return user.groups.includes(name ?? '');
  return user.name === (kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}`);
}

function plainRule(
  { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule,
  request: RbacRequest,
): boolean {
  const has = (values: readonly string[], value: string): boolean => values.includes('*') || values.includes(value);
  if (!has(verbs, request.verb)) return false;
  if (!request.isResource) {
    return nonResourceURLs.some(
      (url) => url === request.path || (url.endsWith('*') && request.path.startsWith(url.slice(0, -1))),
    );
  }
  const { resource, subresource } = request;
  const names = subresource === '' ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`];
  return (
    has(apiGroups, request.group) &&
    (resources.includes('*') || names.some((name) => resources.includes(name))) &&
    (resourceNames.length === 0 || resourceNames.includes(request.name))
  );
}
