import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { RbacIndex } from '../../../src/api/rbac/rbac-index.ts';
import { checkEscalation, type RbacWrite } from '../../../src/server/authorization/escalation-check.ts';
import { rbacAuthorizer } from '../../../src/server/authorization/rbac-authorizer.ts';

const API = 'rbac.authorization.k8s.io';
const jane = { name: 'jane', uid: '', groups: ['dev'], extra: {} };
const rule = (resources: string[], verbs: string[], group = '', resourceNames?: string[]) => ({
  apiGroups: [group],
  resources,
  verbs,
  ...(resourceNames ? { resourceNames } : {}),
});

function contextWith(...rules: object[]) {
  const index = new RbacIndex();
  index.putRole({ metadata: { name: 'granted', namespace: 'shop' }, rules });
  index.putBinding({
    metadata: { name: 'granted', namespace: 'shop' },
    roleRef: { kind: 'Role', name: 'granted' },
    subjects: [{ kind: 'User', name: 'jane' }],
  });
  index.putRole({ metadata: { name: 'big', namespace: 'shop' }, rules: [rule(['secrets'], ['get', 'list'])] });
  index.putRole({ metadata: { name: 'view' }, rules: [rule(['pods'], ['get'])] });
  return { index, authorize: rbacAuthorizer(index).authorize };
}

const role = (rules: object[], more: object = {}): KubeObject => ({
  metadata: { name: 'r', namespace: 'shop', ...more },
  rules,
});
const binding = (kind: string, name: string): KubeObject => ({
  metadata: { name: 'b', namespace: 'shop' },
  roleRef: { apiGroup: API, kind, name },
});
const write = (resource: string, object: KubeObject, more: Partial<RbacWrite> = {}): RbacWrite => ({
  user: jane,
  resource,
  namespace: 'shop',
  requestName: '',
  object,
  old: undefined,
  ...more,
});

describe('escalation', () => {
  it('lets through what the writer holds', async () => {
    await checkEscalation(
      write('roles', role([rule(['configmaps'], ['get'])])),
      contextWith(rule(['configmaps'], ['get'])),
    );
  });
  it('refuses more than the writer holds', async () => {
    const attempt = checkEscalation(
      write('roles', role([rule(['configmaps', 'secrets'], ['get', 'delete'])])),
      contextWith(rule(['configmaps'], ['get'])),
    );
    await expect(attempt).rejects.toMatchObject({
      code: 403,
      message:
        'roles.rbac.authorization.k8s.io "r" is forbidden: user "jane" (groups=["dev"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
    });
  });
  it('lets system:masters do it', async () => {
    const user = { ...jane, groups: ['system:masters'] };
    await checkEscalation(write('roles', role([rule(['*'], ['*'], '*')]), { user }), contextWith());
  });
  it('lets the verb escalate do it', async () => {
    await checkEscalation(
      write('roles', role([rule(['*'], ['*'], '*')])),
      contextWith(rule(['roles'], ['escalate'], API)),
    );
  });
  it('checks an update that changes labels only, but not one of finalizers', async () => {
    const rules = [rule(['secrets'], ['get'])];
    const old = role(rules);
    await expect(
      checkEscalation(write('roles', role(rules, { labels: { a: 'b' } }), { old }), contextWith()),
    ).rejects.toMatchObject({ code: 403 });
    await checkEscalation(
      write('roles', role(rules, { finalizers: ['a.b/c'], resourceVersion: '2' }), { old }),
      contextWith(),
    );
  });
  it('checks what a binding grants', async () => {
    await expect(checkEscalation(write('rolebindings', binding('Role', 'big')), contextWith())).rejects.toMatchObject({
      message: expect.stringContaining('rolebindings.rbac.authorization.k8s.io "b" is forbidden: user "jane"'),
    });
    await checkEscalation(write('rolebindings', binding('Role', 'big')), contextWith(rule(['secrets'], ['*'])));
  });
  it('lets the verb bind do it, for the named role alone', async () => {
    const context = contextWith(rule(['clusterroles'], ['bind'], API, ['view']));
    await checkEscalation(write('rolebindings', binding('ClusterRole', 'view')), context);
    await expect(checkEscalation(write('rolebindings', binding('Role', 'big')), context)).rejects.toMatchObject({
      code: 403,
    });
  });
  it('answers 404 under the binding for a role that does not exist', async () => {
    await expect(checkEscalation(write('rolebindings', binding('Role', 'ghost')), contextWith())).rejects.toMatchObject(
      {
        code: 404,
        message: 'rolebindings.rbac.authorization.k8s.io "ghost" not found',
      },
    );
  });
});
