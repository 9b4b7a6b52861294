/** Fills the rules of ClusterRoles with an aggregationRule from the roles that it selects; imitates pkg/controller/clusterroleaggregation. */

import type { KubeObject } from '../api/object.ts';
import { equalJson } from '../api/object.ts';
import { unionOfRules } from '../api/rbac/aggregation.ts';
import { isStatusError } from '../api/status-error.ts';
import type { ClusterRole } from '../api/types/rbac-v1.ts';
import { Informer } from '../client/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';

const NAME = 'clusterrole-aggregation-controller';
const CLUSTER_ROLES = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  resource: 'clusterroles',
  kind: 'ClusterRole',
  namespaced: false,
};
const CONCURRENCY = 5;

type Role = KubeObject & ClusterRole & { metadata: KubeObject['metadata'] };

export const clusterRoleAggregation: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const roles = new Informer<Role>({
    transform: essentials,
    indexes: { aggregated: ({ aggregationRule }) => (aggregationRule === undefined ? [] : ['']) },
  });
  const queue = controllerQueue<string>(context, NAME, {
    concurrency: CONCURRENCY,
    async reconcile(name, signal) {
      const role = roles.get('', name);
      if (role?.aggregationRule === undefined) return;
      const rules = unionOfRules(role, roles.list());
      if (equalJson(rules, role.rules ?? [])) return;
      const applied = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
      const target = { ...CLUSTER_ROLES, name };
      try {
        await client.apply(target, applied, { fieldManager: NAME, force: true, signal });
      } catch (error) {
        if (!isStatusError(error, 'UnsupportedMediaType')) throw error;
        await client.patch(target, 'merge', { rules }, { signal });
      }
    },
  });
  const lookAtAll = oncePerTurn(() => {
    for (const { metadata } of roles.byIndex('aggregated', '')) queue.add(metadata.name ?? '');
  });
  void roles.synced.then(() => roles.handle({ added: lookAtAll, updated: lookAtAll, deleted: lookAtAll }));
  context.feed.subscribe(CLUSTER_ROLES, roles, { full: true });
  return { stop: () => queue.stop() };
}

/** Handlers are told of all known objects at once: one look is enough. */
function oncePerTurn(look: () => void): () => void {
  let pending = false;
  return () => {
    if (pending) return;
    pending = true;
    queueMicrotask(() => {
      pending = false;
      look();
    });
  };
}

function essentials({ metadata, aggregationRule, rules }: Role): Role {
  const { name, uid, resourceVersion, labels } = metadata;
  return { metadata: { name, uid, resourceVersion, labels }, aggregationRule, rules };
}
