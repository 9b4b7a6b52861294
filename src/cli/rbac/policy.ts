/** Roles and bindings, from a server or from manifests, as the index that decides. */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { type BindingObject, RbacIndex, type RoleObject } from '../../api/rbac/rbac-index.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import type { Manifest } from '../manifests/read-manifests.ts';
import { mapParallel } from '../parallel.ts';

const KINDS = {
  clusterroles: 'ClusterRole',
  roles: 'Role',
  clusterrolebindings: 'ClusterRoleBinding',
  rolebindings: 'RoleBinding',
} as const;

/** Reads all of a cluster's RBAC. @throws CliError when one may not */
export async function policyOfCluster(client: RestClient): Promise<RbacIndex> {
  const lists = await mapParallel(Object.entries(KINDS), 4, async ([resource, kind]) => {
    const { items } = await listAll(client, resource);
    return items.map((item) => ({ ...item, kind }));
  });
  return indexOf(lists.flat());
}

async function listAll(client: RestClient, resource: string): Promise<{ items: KubeObject[] }> {
  try {
    return await client.list({ group: 'rbac.authorization.k8s.io', version: 'v1', resource });
  } catch (error) {
    if (!isStatusError(error, 'Forbidden')) throw error;
    throw new CliError(
      `explaining needs to read the cluster's roles and bindings: ${error.message}\nTry this: ask somebody who may, or explain manifests with kctl rbac explain -f DIR`,
      { cause: error },
    );
  }
}

/** Objects of other kinds are passed over. */
export function policyOfManifests(manifests: readonly Manifest[], namespace: string): RbacIndex {
  const namespaced = new Set<unknown>(['Role', 'RoleBinding']);
  const objects = manifests.map(({ object }) =>
    namespaced.has(object['kind']) ? { ...object, metadata: { namespace, ...(object['metadata'] as object) } } : object,
  );
  return indexOf(objects);
}

function indexOf(objects: readonly JsonObject[]): RbacIndex {
  const index = new RbacIndex();
  for (const object of objects) {
    const { kind } = object;
    if (kind === 'Role' || kind === 'ClusterRole') index.putRole(object as RoleObject);
    if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') index.putBinding(object as BindingObject);
  }
  return index;
}
