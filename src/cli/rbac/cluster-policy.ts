/** All RBAC of a cluster, or as much of it as one may read. */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import { mapParallel } from '../parallel.ts';
import { Policy, type PolicyObject, type RbacKind } from './policy.ts';

const RESOURCES: readonly (readonly [RbacKind, string])[] = [
  ['ClusterRole', 'clusterroles'],
  ['Role', 'roles'],
  ['ClusterRoleBinding', 'clusterrolebindings'],
  ['RoleBinding', 'rolebindings'],
];
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' };
const PARALLEL = 4;

export interface ClusterPolicyOptions {
  /** Read alone where one may not read everything. */
  readonly namespace: string;
  /** Also which service accounts there are. */
  readonly accounts?: boolean;
}

/** @throws CliError when one may read nothing, StatusError */
export async function policyOfCluster(client: RestClient, options: ClusterPolicyOptions): Promise<Policy> {
  const [accounts, lists] = await Promise.all([
    options.accounts ? serviceAccounts(client) : undefined,
    mapParallel(RESOURCES, PARALLEL, ([kind, resource]) => readAll(client, kind, resource, options.namespace)),
  ]);
  const refused = lists.filter(({ objects }) => objects === undefined);
  if (refused.length === lists.length) throw cannotRead(refused[0]?.error);
  const objects = lists.flatMap((list) => list.objects ?? []);
  const missing = lists.every(({ kind, objects: read }) => kind !== 'ClusterRole' || read !== undefined)
    ? []
    : await namedClusterRoles(client, objects);
  const notes = lists.flatMap(({ note }) => note ?? []);
  return new Policy([...objects, ...missing], { notes, ...(accounts === undefined ? {} : { accounts }) });
}

interface Read {
  readonly kind: RbacKind;
  /** Absent when all was refused. */
  readonly objects?: PolicyObject[];
  readonly note?: string;
  readonly error?: Error;
}

async function readAll(client: RestClient, kind: RbacKind, resource: string, namespace: string): Promise<Read> {
  try {
    return { kind, objects: await list(client, kind, resource) };
  } catch (error) {
    if (!isStatusError(error, 'Forbidden')) throw error;
    if (kind.startsWith('Cluster') || namespace === '') return { kind, error, note: `may not read ${resource}` };
    return readNamespace(client, kind, resource, namespace);
  }
}

async function readNamespace(client: RestClient, kind: RbacKind, resource: string, namespace: string): Promise<Read> {
  try {
    const objects = await list(client, kind, resource, namespace);
    return { kind, objects, note: `may read ${resource} only in the namespace ${namespace}` };
  } catch (error) {
    if (!isStatusError(error, 'Forbidden')) throw error;
    return { kind, error, note: `may not read ${resource}` };
  }
}

async function list(client: RestClient, kind: RbacKind, resource: string, namespace?: string): Promise<PolicyObject[]> {
  const { items } = await client.list({ ...RBAC, resource, ...(namespace === undefined ? {} : { namespace }) });
  return items.map((item: KubeObject) => ({ ...item, kind }) as unknown as PolicyObject);
}

/** The ClusterRoles that readable bindings name; perhaps one may read these though not all. */
async function namedClusterRoles(client: RestClient, objects: readonly PolicyObject[]): Promise<PolicyObject[]> {
  const named = objects.flatMap(({ roleRef }) => (roleRef?.kind === 'ClusterRole' ? [roleRef.name ?? ''] : []));
  const found = await mapParallel([...new Set(named)], PARALLEL, async (name) => {
    try {
      const role = await client.get({ ...RBAC, resource: 'clusterroles', name });
      return [{ ...role, kind: 'ClusterRole' } as unknown as PolicyObject];
    } catch (error) {
      if (isStatusError(error, 'Forbidden') || isStatusError(error, 'NotFound')) return [];
      throw error;
    }
  });
  return found.flat();
}

/** undefined when one may not see them all. */
async function serviceAccounts(client: RestClient): Promise<Set<string> | undefined> {
  try {
    const target = { group: '', version: 'v1', resource: 'serviceaccounts' };
    const { items } = await client.list(target, { metadataOnly: true });
    return new Set(items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`));
  } catch (error) {
    if (isStatusError(error, 'Forbidden')) return undefined;
    throw error;
  }
}

function cannotRead(error: Error | undefined): CliError {
  return new CliError(
    `explaining needs to read the cluster's roles and bindings: ${error?.message ?? ''}\nTry this: ask somebody who may, or explain manifests with kctl rbac explain -f DIR`,
    { cause: error },
  );
}
