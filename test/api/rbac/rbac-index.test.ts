import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../../src/api/rbac/explain.ts';
import { type BindingObject, RbacIndex, type RoleObject } from '../../../src/api/rbac/rbac-index.ts';
import { type RbacRequest, rulesAllow } from '../../../src/api/rbac/rules.ts';
import { rulesReview } from '../../../src/api/rbac/rules-review.ts';
import { splitServiceAccountUsername, subjectMatches } from '../../../src/api/rbac/subjects.ts';
import type { PolicyRule, Subject } from '../../../src/api/types/rbac-v1.ts';

const user = (name: string): Subject => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' });
const group = (name: string): Subject => ({ kind: 'Group', name, apiGroup: 'rbac.authorization.k8s.io' });
const account = (name: string, namespace?: string): Subject => ({
  kind: 'ServiceAccount',
  name,
  ...(namespace ? { namespace } : {}),
});
const role = (name: string, rules: PolicyRule[], namespace?: string): RoleObject => ({
  metadata: { name, ...(namespace ? { namespace } : {}) },
  rules,
});
const binding = (name: string, ref: string, subjects: Subject[], namespace?: string): BindingObject => {
  const [kind, roleName] = ref.split(' ');
  return {
    metadata: { name, ...(namespace ? { namespace } : {}) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: kind as string, name: roleName as string },
    subjects,
  };
};
const ask = (verb: string, resource: string, namespace: string, name = ''): RbacRequest => ({
  verb,
  isResource: true,
  path: '',
  group: '',
  resource,
  subresource: '',
  namespace,
  name,
});
const readPods: PolicyRule[] = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }];
const jane = { name: 'jane', groups: ['dev', 'qa'] };

describe('RbacIndex', () => {
  let index: RbacIndex;
  beforeEach(() => {
    index = new RbacIndex();
  });

  it('allows by a role binding in its namespace alone, and names it', () => {
    index.putRole(role('reader', readPods, 'shop'));
    index.putBinding(binding('readers', 'Role reader', [user('jane')], 'shop'));
    expect(index.decide(jane, ask('get', 'pods', 'shop', 'a'))).toMatchObject({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "readers/shop" of Role "reader" to User "jane"',
    });
    expect(index.decide(jane, ask('get', 'pods', 'bank', 'a'))).toEqual({ allowed: false, reason: '' });
    expect(index.decide(jane, ask('list', 'pods', ''))).toEqual({ allowed: false, reason: '' });
  });
  it('allows everywhere by a cluster role binding', () => {
    index.putRole(role('reader', readPods));
    index.putBinding(binding('readers', 'ClusterRole reader', [group('qa')]));
    for (const namespace of ['', 'shop', 'bank']) {
      expect(index.decide(jane, ask('list', 'pods', namespace)).reason).toBe(
        'RBAC: allowed by ClusterRoleBinding "readers" of ClusterRole "reader" to Group "qa"',
      );
    }
  });
  it('gives a namespace a cluster role by a role binding', () => {
    index.putRole(role('reader', readPods));
    index.putBinding(binding('readers', 'ClusterRole reader', [account('robot')], 'shop'));
    const robot = { name: 'system:serviceaccount:shop:robot', groups: [] };
    expect(index.decide(robot, ask('get', 'pods', 'shop')).reason).toBe(
      'RBAC: allowed by RoleBinding "readers/shop" of ClusterRole "reader" to ServiceAccount "robot/"',
    );
    expect(index.decide(robot, ask('get', 'pods', 'bank')).allowed).toBe(false);
    expect(
      index.decide({ name: 'system:serviceaccount:bank:robot', groups: [] }, ask('get', 'pods', 'shop')).allowed,
    ).toBe(false);
  });
  it('names the first matching subject of the binding', () => {
    index.putRole(role('reader', readPods));
    index.putBinding(binding('readers', 'ClusterRole reader', [group('dev'), user('jane')]));
    expect(index.decide(jane, ask('get', 'pods', 'shop')).reason).toMatch(/to Group "dev"$/);
  });
  it('tells of roles that do not exist only when it refuses', () => {
    index.putBinding(binding('dangling', 'Role ghost', [user('jane')], 'shop'));
    const refusal = 'RBAC: role.rbac.authorization.k8s.io "ghost" not found';
    expect(index.decide(jane, ask('get', 'pods', 'shop')).reason).toBe(refusal);
    expect(index.decide(jane, ask('get', 'pods', '')).reason).toBe('');
    index.putBinding(binding('lost', 'ClusterRole phantom', [group('qa')]));
    expect(index.decide(jane, ask('get', 'pods', 'shop')).reason).toBe(
      'RBAC: [clusterrole.rbac.authorization.k8s.io "phantom" not found, role.rbac.authorization.k8s.io "ghost" not found]',
    );
    index.putRole(role('ghost', readPods, 'shop'));
    expect(index.decide(jane, ask('get', 'pods', 'shop')).allowed).toBe(true);
  });
  it('never grants a Role by a cluster binding', () => {
    index.putRole(role('reader', readPods, ''));
    index.putBinding(binding('odd', 'Role reader', [user('jane')]));
    expect(index.decide(jane, ask('get', 'pods', 'shop')).allowed).toBe(false);
  });
  it('forgets what was taken away or replaced', () => {
    index.putRole(role('reader', readPods, 'shop'));
    index.putBinding(binding('readers', 'Role reader', [user('jane'), group('dev')], 'shop'));
    index.putBinding(binding('readers', 'Role reader', [user('joe')], 'shop'));
    expect(index.decide(jane, ask('get', 'pods', 'shop')).allowed).toBe(false);
    expect(index.decide({ name: 'joe', groups: [] }, ask('get', 'pods', 'shop')).allowed).toBe(true);
    index.deleteBinding('shop', 'readers');
    expect(index.decide({ name: 'joe', groups: [] }, ask('get', 'pods', 'shop')).allowed).toBe(false);
    index.putBinding(binding('readers', 'Role reader', [user('joe')], 'shop'));
    index.deleteRole('shop', 'reader');
    expect(index.decide({ name: 'joe', groups: [] }, ask('get', 'pods', 'shop')).reason).toContain('not found');
  });
  it('takes names that objects inherit', () => {
    index.putRole(role('__proto__', readPods, 'constructor'));
    index.putBinding(binding('toString', 'Role __proto__', [user('hasOwnProperty')], 'constructor'));
    expect(index.decide({ name: 'hasOwnProperty', groups: [] }, ask('get', 'pods', 'constructor')).allowed).toBe(true);
    expect(index.decide({ name: 'valueOf', groups: ['__proto__'] }, ask('get', 'pods', 'constructor')).allowed).toBe(
      false,
    );
  });
  it('lists rules, cluster bindings first', () => {
    index.putRole(role('reader', readPods, 'shop'));
    index.putRole(role('visitor', [{ nonResourceURLs: ['/version'], verbs: ['get'] }]));
    index.putBinding(binding('readers', 'Role reader', [user('jane')], 'shop'));
    index.putBinding(binding('visitors', 'ClusterRole visitor', [group('dev')]));
    index.putBinding(binding('gone', 'Role ghost', [user('jane')], 'shop'));
    const { rules, error } = index.rulesFor(jane, 'shop');
    expect(rulesReview(rules)).toEqual({
      resourceRules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/version'] }],
    });
    expect(error).toBe('role.rbac.authorization.k8s.io "ghost" not found');
  });

  it('decides like a search through every binding', () => {
    const names = ['a', 'b', 'c'];
    const spaces = ['', 'x', 'y'];
    const subject = fc.oneof(
      fc.constantFrom(...names).map(user),
      fc.constantFrom(...names).map(group),
      fc.tuple(fc.constantFrom(...names), fc.constantFrom('', 'x')).map(([n, ns]) => account(n, ns)),
    );
    const verbs = fc.constantFrom('get', 'list', '*');
    const roles = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...spaces), verbs), { maxLength: 6 });
    const bindings = fc.array(
      fc.tuple(
        fc.constantFrom(...names),
        fc.constantFrom(...spaces),
        fc.constantFrom('Role', 'ClusterRole'),
        fc.constantFrom(...names),
        fc.array(subject, { maxLength: 3 }),
      ),
      { maxLength: 8 },
    );
    const who = fc.record({
      name: fc.constantFrom('a', 'b', 'system:serviceaccount:x:a'),
      groups: fc.uniqueArray(fc.constantFrom(...names)),
    });
    fc.assert(
      fc.property(roles, bindings, who, fc.constantFrom(...spaces), (rs, bs, asker, namespace) => {
        const given = new RbacIndex();
        const roleMap = new Map(
          rs.map(([name, ns, verb]) => [`${ns}/${name}`, [{ apiGroups: [''], resources: ['pods'], verbs: [verb] }]]),
        );
        for (const [name, ns, verb] of rs)
          given.putRole(role(name, [{ apiGroups: [''], resources: ['pods'], verbs: [verb] }], ns));
        const live = new Map<string, BindingObject>();
        for (const [name, ns, kind, ref, subjects] of bs) {
          const object = binding(name, `${kind} ${ref}`, subjects, ns);
          given.putBinding(object);
          live.set(`${ns}/${name}`, object);
        }
        const request = ask('get', 'pods', namespace);
        const expected = [...live.values()].some((b) => {
          const home = b.metadata?.namespace ?? '';
          if (home !== '' && home !== namespace) return false;
          if (!b.subjects?.some((s) => subjectMatches(s, asker, home))) return false;
          const refHome = b.roleRef?.kind === 'ClusterRole' ? '' : home;
          if (b.roleRef?.kind === 'Role' && home === '') return false;
          return rulesAllow(roleMap.get(`${refHome}/${b.roleRef?.name}`) ?? [], request);
        });
        expect(given.decide(asker, request).allowed).toBe(expected);
        expect(explain(given, asker, request).allowed).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('explain', () => {
  it('shows the rules that came nearest', () => {
    const index = new RbacIndex();
    index.putRole(
      role('reader', [...readPods, { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }], 'shop'),
    );
    index.putBinding(binding('readers', 'Role reader', [user('jane')], 'shop'));
    const why = explain(index, jane, ask('delete', 'pods', 'shop', 'web'));
    expect(why.nearestMisses[0]).toMatchObject({
      grant: 'RoleBinding "readers/shop" of Role "reader" to User "jane"',
      rule: '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
      misses: ['verb'],
    });
    expect(why.bindings).toBe(1);
    expect(explain(index, jane, ask('get', 'pods', 'shop')).allowedBy?.rule).toContain('"pods"');
  });
});

describe('service-account user names', () => {
  it.each([
    ['system:serviceaccount:shop:cart', { namespace: 'shop', name: 'cart' }],
    ['system:serviceaccount:shop:cart.v2', { namespace: 'shop', name: 'cart.v2' }],
    ['system:serviceaccount:onlyone', undefined],
    ['system:serviceaccount::x', undefined],
    ['system:serviceaccount:a:b:c', undefined],
    ['system:serviceaccount:A:b', undefined],
    ['jane', undefined],
  ])('%s', (name, parts) => expect(splitServiceAccountUsername(name)).toEqual(parts));
});
