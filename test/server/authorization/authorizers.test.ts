import { describe, expect, it } from 'vitest';
import { RbacIndex } from '../../../src/api/rbac/rbac-index.ts';
import { alwaysAllow } from '../../../src/server/authorization/always-allow-authorizer.ts';
import { alwaysDeny } from '../../../src/server/authorization/always-deny-authorizer.ts';
import type { AccessAttributes } from '../../../src/server/authorization/authorizer.ts';
import { forbiddenError, forbiddenMessage } from '../../../src/server/authorization/forbidden-message.ts';
import { privilegedGroupsAuthorizer } from '../../../src/server/authorization/privileged-groups-authorizer.ts';
import { rbacAuthorizer } from '../../../src/server/authorization/rbac-authorizer.ts';
import {
  alwaysAllowRules,
  nodeRules,
  rbacRules,
  unionRules,
} from '../../../src/server/authorization/rules-resolver.ts';
import { unionAuthorizer } from '../../../src/server/authorization/union-authorizer.ts';

function attributes(more: Partial<AccessAttributes> = {}): AccessAttributes {
  return {
    user: { name: 'jane', uid: '', groups: ['qa'], extra: {} },
    verb: 'get',
    isResource: true,
    path: '',
    group: '',
    version: 'v1',
    resource: 'pods',
    subresource: '',
    namespace: 'shop',
    name: '',
    ...more,
  };
}

describe('the words of a 403', () => {
  const table: [Partial<AccessAttributes>, string, string][] = [
    [
      { verb: 'list' },
      '',
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"',
    ],
    [
      { name: 'web', subresource: 'log' },
      '',
      'pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "shop"',
    ],
    [
      { verb: 'list', group: 'apps', resource: 'deployments', namespace: '' },
      '',
      'deployments.apps is forbidden: User "jane" cannot list resource "deployments" in API group "apps" at the cluster scope',
    ],
    [
      { isResource: false, path: '/metrics', resource: '', namespace: '' },
      '',
      'forbidden: User "jane" cannot get path "/metrics"',
    ],
    [
      { name: 'a' },
      'because',
      'pods "a" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "shop": because',
    ],
  ];
  it.each(table)('%j', (more, reason, text) => expect(forbiddenMessage(attributes(more), reason)).toBe(text));
  it('carries kind, group and name in its details', () => {
    expect(
      forbiddenError(attributes({ group: 'apps', resource: 'deployments', name: 'web' }), '').status,
    ).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
    });
    expect(forbiddenError(attributes({ isResource: false, path: '/x' }), '').status.details).toEqual({});
  });
});

describe('union', () => {
  const silent = (reason: string) => ({ name: reason, authorize: () => ({ verdict: 'no-opinion' as const, reason }) });
  it('stops at the first that decides', async () => {
    const denies = { name: 'deny', authorize: () => ({ verdict: 'deny' as const, reason: 'no' }) };
    expect(await unionAuthorizer([silent('a'), denies, alwaysAllow]).authorize(attributes())).toMatchObject({
      verdict: 'deny',
      reason: 'no',
    });
    expect(await unionAuthorizer([alwaysDeny, alwaysAllow]).authorize(attributes())).toMatchObject({
      verdict: 'allow',
    });
  });
  it('joins the reasons of those without an opinion', async () => {
    expect(await unionAuthorizer([silent('a'), silent(''), silent('b')]).authorize(attributes())).toMatchObject({
      verdict: 'no-opinion',
      reason: 'a\nb',
    });
  });
  it('reports each opinion', async () => {
    const heard: string[] = [];
    await unionAuthorizer([silent('a'), alwaysAllow, silent('b')]).authorizeWith(attributes(), (o) =>
      heard.push(o.authorizer),
    );
    expect(heard).toEqual(['a', 'AlwaysAllow']);
  });
});

describe('system:masters', () => {
  const authorizer = privilegedGroupsAuthorizer();
  it('may do anything, without a reason', () => {
    const user = { name: 'root', uid: '', groups: ['system:masters'], extra: {} };
    expect(authorizer.authorize(attributes({ user, isResource: false, path: '/x' }))).toEqual({
      verdict: 'allow',
      reason: '',
    });
    expect(authorizer.authorize(attributes())).toEqual({ verdict: 'no-opinion', reason: '' });
  });
});

describe('RBAC', () => {
  const index = new RbacIndex();
  index.putRole({ metadata: { name: 'reader' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] });
  index.putBinding({
    metadata: { name: 'readers' },
    roleRef: { kind: 'ClusterRole', name: 'reader' },
    subjects: [{ kind: 'Group', name: 'qa' }],
  });
  const authorizer = rbacAuthorizer(index);
  it('decides synchronously and explains on demand', () => {
    const decision = authorizer.authorize(attributes());
    expect(decision).toMatchObject({
      verdict: 'allow',
      reason: 'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to Group "qa"',
    });
    expect(decision.explain?.()).toMatchObject({
      allowedBy: { rule: '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}' },
    });
    expect(authorizer.authorize(attributes({ verb: 'delete' })).explain?.()).toMatchObject({
      nearestMisses: [{ misses: ['verb'] }],
    });
  });
  it('takes microseconds a request with thousands of bindings', () => {
    const many = new RbacIndex();
    for (let i = 0; i < 5000; i++) {
      many.putRole({
        metadata: { name: `r${i}`, namespace: `n${i % 50}` },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      });
      many.putBinding({
        metadata: { name: `b${i}`, namespace: `n${i % 50}` },
        roleRef: { kind: 'Role', name: `r${i}` },
        subjects: [{ kind: 'User', name: `u${i}` }],
      });
    }
    const big = rbacAuthorizer(many);
    const request = attributes({
      user: { name: 'u4999', uid: '', groups: ['a', 'b', 'c'], extra: {} },
      namespace: 'n49',
    });
    expect(big.authorize(request).verdict).toBe('allow');
    const start = performance.now();
    for (let i = 0; i < 10_000; i++) big.authorize(request);
    expect((performance.now() - start) / 10_000).toBeLessThan(0.05);
  });
});

describe('rules of a user', () => {
  it('joins the shares of all authorizers', () => {
    const index = new RbacIndex();
    index.putBinding({
      metadata: { name: 'x' },
      roleRef: { kind: 'ClusterRole', name: 'ghost' },
      subjects: [{ kind: 'Group', name: 'system:nodes' }],
    });
    const node = { name: 'system:node:n1', uid: '', groups: ['system:nodes'], extra: {} };
    expect(unionRules([nodeRules, rbacRules(index)])(node, 'shop')).toEqual({
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      error:
        '[node authorizer does not support user rule resolution, clusterrole.rbac.authorization.k8s.io "ghost" not found]',
    });
    expect(alwaysAllowRules(node, 'shop').resourceRules).toEqual([
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    ]);
  });
});
