import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RbacIndex } from '../../../src/api/rbac/rbac-index.ts';
import type { RbacRequest } from '../../../src/api/rbac/rules.ts';
import { explainAccess, explanationText } from '../../../src/cli/rbac/explanation-text.ts';
import { parseForbidden } from '../../../src/cli/rbac/forbidden-text.ts';
import { smallestGrant } from '../../../src/cli/rbac/smallest-grant.ts';
import { askedUser, parseSubjects } from '../../../src/cli/rbac/subject-argument.ts';
import { forbiddenMessage } from '../../../src/server/authorization/forbidden-message.ts';
import { randomRequest } from '../../helpers/random-policy.ts';
import { validateName } from './names.ts';

const request = (more: Partial<RbacRequest> = {}): RbacRequest => ({
  verb: 'get',
  isResource: true,
  path: '',
  group: '',
  resource: 'pods',
  subresource: '',
  namespace: 'shop',
  name: '',
  ...more,
});

describe('subjects', () => {
  test.each([
    ['user:jane', 'jane', ['system:authenticated'], { kind: 'User', name: 'jane' }],
    ['jane', 'jane', ['system:authenticated'], { kind: 'User', name: 'jane' }],
    ['user:a:b', 'a:b', ['system:authenticated'], { kind: 'User', name: 'a:b' }],
    ['system:kube-proxy', 'system:kube-proxy', ['system:authenticated'], { kind: 'User' }],
    ['group:dev', '', ['dev', 'system:authenticated'], { kind: 'Group', name: 'dev' }],
    ['group:system:masters', '', ['system:masters', 'system:authenticated'], { kind: 'Group' }],
    ['user:jane,group:dev,group:qa', 'jane', ['dev', 'qa', 'system:authenticated'], { kind: 'User' }],
    [
      'sa:shop/cart',
      'system:serviceaccount:shop:cart',
      ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
      { kind: 'ServiceAccount', namespace: 'shop', name: 'cart' },
    ],
    ['sa:shop:cart', 'system:serviceaccount:shop:cart', expect.anything(), { kind: 'ServiceAccount' }],
    ['system:serviceaccount:shop:cart', 'system:serviceaccount:shop:cart', expect.anything(), { name: 'cart' }],
    ['user:system:anonymous', 'system:anonymous', ['system:unauthenticated'], { kind: 'User' }],
  ])('%s', (text, name, groups, subject) => {
    expect(parseSubjects(text)).toMatchObject({ user: { name, groups }, subject });
  });

  test.each([
    ['user:a,user:b', 'only one user can ask at a time, not a and b'],
    ['team:x', 'subject "team:x" must be user:NAME, group:NAME or sa:NAMESPACE/NAME'],
    ['sa:cart', 'must be user:NAME'],
    ['user:', 'has no name'],
  ])('%s is none', (text, message) => {
    expect(() => parseSubjects(text)).toThrow(message);
  });
});

describe('refusals', () => {
  test.each<[string, string, Partial<RbacRequest>]>([
    [
      'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"',
      'jane',
      { verb: 'list', resource: 'pods', namespace: 'shop', name: '' },
    ],
    [
      'deployments.apps "web" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "deployments/scale" in API group "apps" in the namespace "x"',
      'system:serviceaccount:a:b',
      { verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale', name: 'web', namespace: 'x' },
    ],
    [
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope: RBAC: role "x" not found',
      'jane',
      { resource: 'nodes', namespace: '' },
    ],
    [
      'forbidden: User "system:anonymous" cannot get path "/metrics"',
      'system:anonymous',
      { isResource: false, path: '/metrics' },
    ],
    [
      '{"msg":"pods \\"x\\" is forbidden: User \\"jane\\" cannot get resource \\"pods\\" in API group \\"\\" in the namespace \\"shop\\""}',
      'jane',
      { verb: 'get', name: 'x' },
    ],
  ])('%s', (text, username, expected) => {
    const [refusal] = parseForbidden(text);
    expect(refusal?.username).toBe(username);
    expect(refusal?.request).toMatchObject(expected);
  });

  test('every message of the server, plain and out of a JSON log', () => {
    const hostile = fc.constantFrom('jane', 'a"b', 'DOMAIN\\jane', 'system:serviceaccount:a:b', 'Zoë');
    fc.assert(
      fc.property(randomRequest, hostile, fc.boolean(), (request, name, quoted) => {
        fc.pre(!quoted || !/["\\]/.test(name));
        const user = { name, uid: '', groups: [], extra: {} };
        const message = forbiddenMessage({ ...request, user } as never, 'RBAC: role "x" not found');
        const text = quoted ? JSON.stringify({ level: 'error', message }) : `Error from server (Forbidden): ${message}`;
        expect(parseForbidden(`first line\n${text}\n`)).toEqual([{ username: name, request }]);
      }),
    );
  });

  test('something else', () => {
    expect(() => parseForbidden('no such host')).toThrow('is no refusal of an API server');
  });
});

describe('the smallest grant', () => {
  const word = fc.constantFrom('get', 'list', 'create', 'patch', 'pods', 'deployments', 'apps', 'log', 'x', 'y', '');
  const anyRequest = fc.record({
    verb: fc.constantFrom('get', 'list', 'watch', 'create', 'delete', 'deletecollection', 'patch'),
    isResource: fc.constantFrom(true, true, true, false),
    path: fc.constantFrom('/metrics', '/logs/x'),
    group: fc.constantFrom('', 'apps'),
    resource: fc.constantFrom('pods', 'deployments', 'nodes'),
    subresource: fc.constantFrom('', '', 'log', 'scale'),
    namespace: fc.constantFrom('', 'shop', 'other'),
    name: fc.constantFrom('', '', 'x', 'y'),
  });
  const subject = fc.constantFrom(
    'user:jane',
    'group:dev',
    'sa:shop/cart',
    'user:Jane Doe@Example.com',
    `user:${'x'.repeat(300)}`,
  );

  test('turns no into yes, for that request and hardly another', () => {
    fc.assert(
      fc.property(anyRequest, anyRequest, subject, word, (asked, other, who, stranger) => {
        const { user, subject: granted } = parseSubjects(who);
        const index = new RbacIndex();
        expect(explainAccess({ index }, { user, subject: granted }, asked).allowed).toBe(false);
        const [role, binding] = smallestGrant(asked, granted);
        index.putRole(role as never);
        index.putBinding(binding as never);
        expect(index.decide(user, asked).allowed).toBe(true);
        expect(index.decide({ name: `not-${stranger}`, groups: ['system:authenticated'] }, asked).allowed).toBe(false);
        expect(validateName(role?.metadata.name ?? '')).toBe(true);
        if (index.decide(user, other).allowed) expect(isCovered(asked, other)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  /** What the grant for `asked` has to allow besides: other names where lists know none, all namespaces at cluster scope. */
  function isCovered(asked: RbacRequest, other: RbacRequest): boolean {
    if (asked.isResource !== other.isResource || asked.verb !== other.verb) return false;
    if (!asked.isResource) return asked.path === other.path;
    const same = (['group', 'resource', 'subresource'] as const).every((field) => asked[field] === other[field]);
    return same && (asked.namespace === '' || asked.namespace === other.namespace);
  }
});

describe('explanations', () => {
  const index = new RbacIndex();
  index.putRole({
    metadata: { name: 'reader', namespace: 'shop' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  });
  index.putBinding({
    metadata: { name: 'readers', namespace: 'shop' },
    roleRef: { kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'Group', name: 'dev' }],
  });
  index.putBinding({
    metadata: { name: 'broken', namespace: 'shop' },
    roleRef: { kind: 'Role', name: 'gone' },
    subjects: [{ kind: 'User', name: 'jane' }],
  });
  const jane = askedUser('jane', ['dev']);

  test('yes', () => {
    expect(explanationText(explainAccess({ index }, jane, request()))).toBe(
      `yes: User "jane" can get resource "pods" in API group "" in the namespace "shop"
  groups:  dev, system:authenticated
  subject: Group "dev"
  binding: RoleBinding "readers" in the namespace "shop"
  role:    Role "reader" in the namespace "shop"
  rule:    {apiGroups: [""], resources: [pods], verbs: [get, list]}
`,
    );
  });

  test('no', () => {
    const text = explanationText(explainAccess({ index }, jane, request({ verb: 'delete', name: 'web' })));
    expect(text).toBe(`no: User "jane" cannot delete resource "pods" named "web" in API group "" in the namespace "shop"
  groups:  dev, system:authenticated
  because: 2 bindings apply here, but no rule of theirs allows this

Bindings without a role:
  role.rbac.authorization.k8s.io "gone" not found

What comes nearest:
  1. RoleBinding "readers" in the namespace "shop" gives Group "dev" the Role "reader" in the namespace "shop"
     rule:     {apiGroups: [""], resources: [pods], verbs: [get, list]}
     misses:   verbs ["get" "list"] lack "delete"

The smallest grant that would allow it (--fix prints it as a manifest):
  role:     Role "jane-delete-pods-web" in the namespace "shop"
  rule:     {apiGroups: [""], resources: [pods], resourceNames: [web], verbs: [delete]}
  bound to: User "jane"
`);
  });

  test('rules for paths are not near to requests for resources', () => {
    const paths = new RbacIndex();
    paths.putRole({ metadata: { name: 'p' }, rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] });
    paths.putBinding({
      metadata: { name: 'p' },
      roleRef: { kind: 'ClusterRole', name: 'p' },
      subjects: [{ kind: 'User', name: 'jane' }],
    });
    expect(explainAccess({ index: paths }, jane, request()).nearestMisses).toEqual([]);
  });

  test('nobody', () => {
    expect(explanationText(explainAccess({ index }, askedUser('bob', []), request()))).toContain(
      'no binding applies to this subject here',
    );
  });

  test('system:masters', () => {
    const text = explanationText(
      explainAccess({ index: new RbacIndex() }, parseSubjects('group:system:masters'), request()),
    );
    expect(text).toContain('the group system:masters may do everything; RBAC is not asked');
  });
});
