/** Ways to more rights, who holds a right, what one holds that another lacks, and merging of roles. */
import { describe, expect, test } from 'vitest';
import { EscalationPaths } from '../../../src/api/rbac/escalation-paths.ts';
import { holdingsOf, lacking } from '../../../src/api/rbac/holdings.ts';
import { subjectMiss } from '../../../src/api/rbac/near-subjects.ts';
import { RbacIndex } from '../../../src/api/rbac/rbac-index.ts';
import { reconcileBinding, reconcileRole } from '../../../src/api/rbac/reconcile.ts';
import type { PolicyRule, Subject } from '../../../src/api/types/rbac-v1.ts';

const jane = { name: 'jane', groups: ['dev'] };
const rule = (verbs: string, resources: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: ['*'],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...more,
});

/** Jane has the rules; service account robot in lab may do everything. */
function world(rules: readonly PolicyRule[], namespace?: string): RbacIndex {
  const index = new RbacIndex();
  const place = namespace === undefined ? {} : { namespace };
  index.putRole({ metadata: { name: 'own', ...place }, rules });
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  index.putBinding({
    metadata: { name: 'own', ...place },
    roleRef: { kind, name: 'own' },
    subjects: [{ kind: 'User', name: 'jane' }],
  });
  index.putRole({ metadata: { name: 'all' }, rules: [rule('*', '*')] });
  index.putBinding({
    metadata: { name: 'robots' },
    roleRef: { kind: 'ClusterRole', name: 'all' },
    subjects: [
      { kind: 'ServiceAccount', name: 'robot', namespace: 'lab' },
      { kind: 'User', name: 'root' },
    ],
  });
  return index;
}

const RUN = ', which run as ServiceAccount "robot"';

describe('ways to cluster-admin', () => {
  test.each<[PolicyRule, string | undefined, string[] | undefined]>([
    [rule('*', '*'), undefined, []],
    [rule('create', 'pods'), 'lab', [`may create pods in the namespace "lab"${RUN}`]],
    [rule('create', 'cronjobs'), 'lab', [`may create cronjobs in the namespace "lab"${RUN}`]],
    [rule('create', 'pods'), 'elsewhere', undefined],
    [
      rule('create', 'pods/exec'),
      'lab',
      ['may run commands in the pods in the namespace "lab" (pods/exec), also those of ServiceAccount "robot"'],
    ],
    [
      rule('create', 'serviceaccounts/token', { resourceNames: ['robot'] }),
      'lab',
      ['may make tokens of ServiceAccount "robot" in the namespace "lab"'],
    ],
    [rule('create', 'serviceaccounts/token', { resourceNames: ['other'] }), 'lab', undefined],
    [rule('impersonate', 'users', { resourceNames: ['root'] }), undefined, ['may impersonate User "root"']],
    [rule('impersonate', 'groups'), undefined, ['may impersonate the group system:masters']],
    [
      rule('escalate update', 'clusterroles'),
      undefined,
      ['may write into ClusterRoles what it does not hold (escalate)'],
    ],
    [rule('escalate', 'clusterroles'), undefined, undefined],
    [rule('bind create', 'clusterroles clusterrolebindings'), undefined, ['may bind anybody to cluster-admin (bind)']],
    [rule('create', 'mutatingwebhookconfigurations'), undefined, ['may add a webhook that rewrites every request']],
    [rule('get list watch', '*'), undefined, undefined],
  ])('%j in %s', (own, namespace, steps) => {
    const index = world([own], namespace);
    expect(new EscalationPaths(index).of(jane)).toEqual(steps);
  });

  test('over several identities', () => {
    const index = world([rule('impersonate', 'serviceaccounts', { resourceNames: ['helper'] })], 'lab');
    index.putRole({ metadata: { name: 'runs', namespace: 'lab' }, rules: [rule('create', 'jobs')] });
    index.putBinding({
      metadata: { name: 'helper', namespace: 'lab' },
      roleRef: { kind: 'Role', name: 'runs' },
      subjects: [{ kind: 'ServiceAccount', name: 'helper' }],
    });
    expect(new EscalationPaths(index).of(jane)).toEqual([
      'may impersonate ServiceAccount "helper" in the namespace "lab"',
      `may create jobs in the namespace "lab"${RUN}`,
    ]);
  });
});

describe('subjects that were perhaps meant', () => {
  const robot = { name: 'system:serviceaccount:shop:cart', groups: ['system:serviceaccounts'] };
  test.each<[Subject, typeof jane, string | undefined]>([
    [{ kind: 'Group', name: 'DEV' }, jane, 'Group "dev"'],
    [{ kind: 'Group', name: 'jane' }, jane, 'User "jane"'],
    [{ kind: 'User', name: 'Jane' }, jane, 'User "jane"'],
    [{ kind: 'User', name: 'dev' }, jane, 'Group "dev"'],
    [{ kind: 'ServiceAccount', name: 'jane', namespace: 'x' }, jane, 'User "jane"'],
    [{ kind: 'User', name: 'shop:cart' }, robot, 'ServiceAccount "cart/shop"'],
    [{ kind: 'ServiceAccount', name: 'cart', namespace: 'other' }, robot, 'ServiceAccount "cart/shop"'],
    [{ kind: 'User', name: 'joe' }, jane, undefined],
    [{ kind: 'Group', name: 'qa' }, jane, undefined],
    [{ kind: 'ServiceAccount', name: 'other', namespace: 'shop' }, robot, undefined],
  ])('%j', (subject, user, who) => {
    const text = subjectMiss(subject, user);
    if (who === undefined) expect(text).toBeUndefined();
    else expect(text).toMatch(new RegExp(`not for ${who}$`));
  });
});

describe('what one holds and the other lacks', () => {
  test('rights everywhere cover those in a namespace, not the other way round', () => {
    const wide = holdingsOf(world([rule('get list', 'pods')]), jane);
    const narrow = holdingsOf(world([rule('get delete', 'pods')], 'lab'), jane);
    expect(lacking(narrow, wide)).toEqual([{ scope: 'lab', rule: rule('delete', 'pods') }]);
    expect(lacking(wide, narrow)).toEqual([{ scope: '', rule: rule('get list', 'pods') }]);
    expect(lacking(wide, wide)).toEqual([]);
  });

  test('a RoleBinding grants no paths', () => {
    const index = world([{ nonResourceURLs: ['/x'], verbs: ['get'] }], 'lab');
    expect(holdingsOf(index, jane).size).toBe(0);
  });
});

describe('reconciliation', () => {
  const role = (...rules: PolicyRule[]) => ({ metadata: { name: 'r' }, rules });
  const add = { removeExtra: false };

  test('of rules by what they cover', () => {
    const stored = role(rule('*', 'pods'));
    expect(reconcileRole(stored, role(rule('get', 'pods')), add)).toMatchObject({
      operation: 'none',
      missingRules: [],
    });
    const wider = reconcileRole(stored, role(rule('get', 'pods secrets')), add);
    expect(wider).toMatchObject({ operation: 'update', missingRules: [rule('get', 'secrets')] });
    expect(wider.object.rules).toEqual([rule('*', 'pods'), rule('get', 'secrets')]);
    const exact = reconcileRole(stored, role(rule('get', 'pods')), { removeExtra: true });
    expect(exact).toMatchObject({ operation: 'update', extraRules: [rule('*', 'pods')] });
    expect(exact.object.rules).toEqual([rule('get', 'pods')]);
  });

  test('of aggregation rules', () => {
    const selecting = (matchLabels: Record<string, string>) => ({
      ...role(),
      aggregationRule: { clusterRoleSelectors: [{ matchLabels }] },
    });
    const stored = selecting({ a: 'b' });
    expect(reconcileRole(stored, role() as typeof stored, add).object).not.toHaveProperty('aggregationRule');
    const more = selecting({ c: 'd' });
    expect(reconcileRole(stored, more, add).object.aggregationRule.clusterRoleSelectors).toHaveLength(2);
    expect(reconcileRole(stored, more, { removeExtra: true }).object.aggregationRule).toEqual(more.aggregationRule);
  });

  test('stored labels win; protected objects say so', () => {
    const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
    const stored = { metadata: { name: 'r', labels: { a: 'stored' }, annotations }, rules: [] };
    const result = reconcileRole(
      stored,
      { metadata: { name: 'r', labels: { a: 'x', b: 'y' } }, rules: [] } as never,
      add,
    );
    expect(result).toMatchObject({ operation: 'update', isProtected: true });
    expect(result.object.metadata.labels).toEqual({ a: 'stored', b: 'y' });
  });

  test('of bindings: another role means a new binding', () => {
    const binding = (name: string, ...subjects: Subject[]) => ({
      metadata: { name: 'b' },
      roleRef: { kind: 'Role', name },
      subjects,
    });
    const user: Subject = { kind: 'User', name: 'jane' };
    expect(reconcileBinding(binding('a'), binding('c', user), add)).toMatchObject({
      operation: 'recreate',
      missingSubjects: [],
    });
    expect(reconcileBinding(binding('a'), binding('a', user, user), add)).toMatchObject({
      operation: 'update',
      missingSubjects: [user],
    });
    expect(reconcileBinding(undefined, binding('a', user), add).operation).toBe('create');
  });
});
