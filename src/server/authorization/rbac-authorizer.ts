/** RBAC as an authorizer, and the feeds that keep its index current. */
import { explain } from '../../api/rbac/explain.ts';
import type { RbacIndex } from '../../api/rbac/rbac-index.ts';
import type { SyncAuthorizer } from './authorizer.ts';
import type { IndexFeed } from './index-feed.ts';

/** Synchronous: a decision costs a few map look-ups. */
export function rbacAuthorizer(index: RbacIndex): SyncAuthorizer {
  return {
    name: 'RBAC',
    authorize(attributes) {
      const { allowed, reason } = index.decide(attributes.user, attributes);
      return {
        verdict: allowed ? 'allow' : 'no-opinion',
        reason,
        explain: () => ({ ...explain(index, attributes.user, attributes) }),
      };
    },
  };
}

/** What must be told to the index: every stored role and binding, then every change of one. */
export function rbacFeeds(index: RbacIndex): IndexFeed[] {
  const group = 'rbac.authorization.k8s.io';
  const role = {
    put: (object: object) => index.putRole(object),
    delete: (ns: string, name: string) => index.deleteRole(ns, name),
  };
  const binding = {
    put: (object: object) => index.putBinding(object),
    delete: (ns: string, name: string) => index.deleteBinding(ns, name),
  };
  return [
    { group, resource: 'clusterroles', ...role },
    { group, resource: 'roles', ...role },
    { group, resource: 'clusterrolebindings', ...binding },
    { group, resource: 'rolebindings', ...binding },
  ];
}
