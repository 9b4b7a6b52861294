/** How many pods a budget's controllers should run; imitates getExpectedPodCount of pkg/controller/disruption. */
import { scaledValue } from '../../api/int-or-string.ts';
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { Pod } from '../../api/types/core-v1.ts';
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import type { PodDisruptionBudget } from '../../api/types/policy-v1.ts';
import type { Discovery } from '../../client/discovery.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { ownersOf } from '../shared/metadata.ts';
import type { ResourceDiscovery } from '../shared/resource-discovery.ts';
import type { PodCount } from './disruption-status.ts';

/** Whatever has `spec.replicas`, or /scale. */
interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

interface Source {
  readonly resource: string;
  readonly subresource?: string;
}

const BUILT_IN: Readonly<Record<string, Source>> = {
  'apps/ReplicaSet': { resource: 'replicasets' },
  'apps/Deployment': { resource: 'deployments' },
  'apps/StatefulSet': { resource: 'statefulsets' },
  '/ReplicationController': { resource: 'replicationcontrollers' },
};

export interface ScaleReader {
  readonly client: RestClient;
  /** For controllers that only their kind is known of. */
  readonly discovery: ResourceDiscovery;
}

/** @throws Error when a pod's controller has no count of replicas */
export async function expectedPods(
  client: ScaleReader,
  { spec = {} }: PodDisruptionBudget,
  pods: readonly (KubeObject & Pod)[],
  signal: AbortSignal,
): Promise<PodCount> {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) {
    const expected = await expectedScale(client, pods, signal);
    return { expected, desiredHealthy: Math.max(0, expected - scaledValue(maxUnavailable, expected, 'up')) };
  }
  if (minAvailable === undefined) return { expected: 0, desiredHealthy: 0 };
  if (typeof minAvailable === 'number') return { expected: pods.length, desiredHealthy: minAvailable };
  const expected = await expectedScale(client, pods, signal);
  return { expected, desiredHealthy: scaledValue(minAvailable, expected, 'up') };
}

/** Of the controllers of these pods together; pods without one do not count. */
async function expectedScale(client: ScaleReader, pods: readonly KubeObject[], signal: AbortSignal): Promise<number> {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner?.uid === undefined || scales.has(owner.uid)) continue;
    const found = await scaleOf(client, pod.metadata.namespace ?? '', owner, signal);
    if (found === undefined) throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    scales.set(owner.uid, 0);
    scales.set(found.uid, found.replicas);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function controllerOf(object: KubeObject): OwnerReference | undefined {
  return ownersOf(object).find(({ controller }) => controller === true);
}

/** A ReplicaSet of a Deployment counts as the Deployment. */
async function scaleOf(
  client: ScaleReader,
  namespace: string,
  owner: OwnerReference,
  signal: AbortSignal,
): Promise<{ uid: string; replicas: number } | undefined> {
  const object = await read(client, namespace, owner, signal);
  if (object === undefined || object.metadata.uid !== owner.uid) return undefined;
  const above = owner.kind === 'ReplicaSet' ? controllerOf(object) : undefined;
  if (above?.kind === 'Deployment') return scaleOf(client, namespace, above, signal);
  return { uid: owner.uid ?? '', replicas: object.spec?.replicas ?? 0 };
}

function scaleSource(discovery: Discovery, group: string, kind: string): Source | undefined {
  const found = discovery.ofKind(group, undefined, kind);
  return found === undefined ? undefined : { resource: found.resource, subresource: 'scale' };
}

async function read(
  { client, discovery }: ScaleReader,
  namespace: string,
  { apiVersion = '', kind = '', name = '' }: OwnerReference,
  signal: AbortSignal,
): Promise<Scaled | undefined> {
  const { group, version } = parseApiVersion(apiVersion);
  const known = `${group}/${kind}`;
  const source = Object.hasOwn(BUILT_IN, known) ? BUILT_IN[known] : scaleSource(await discovery.latest(), group, kind);
  if (source === undefined) return undefined;
  try {
    return await client.get<Scaled>({ group, version, namespace, name, ...source }, { signal });
  } catch (error) {
    if (isStatusError(error, 'NotFound') || isStatusError(error, 'MethodNotAllowed')) return undefined;
    throw error;
  }
}
