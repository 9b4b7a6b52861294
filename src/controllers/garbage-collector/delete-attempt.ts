/** Decides whether one object has to go; imitates attemptToDeleteItem of pkg/controller/garbagecollector. */
import { equalJson, type KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import {
  changeMetadata,
  FOREGROUND_FINALIZER,
  hasFinalizer,
  ORPHAN_FINALIZER,
  ownersOf,
  removeFinalizer,
} from '../shared/metadata.ts';
import type { FeedResource } from '../shared/object-feed.ts';
import { coordinatesOf, type DependencyGraph } from './dependency-graph.ts';
import type { GraphNode } from './graph-node.ts';
import { isOutOfReach, type OwnerLookup, targetOf } from './owner-lookup.ts';

export interface Surroundings {
  readonly client: RestClient;
  readonly graph: DependencyGraph;
  readonly lookup: OwnerLookup;
  attemptToDelete(node: GraphNode): void;
}

/** @throws UnknownKindError, OwnerOutOfReachError, StatusError */
export async function attemptToDelete(around: Surroundings, node: GraphNode, signal: AbortSignal): Promise<void> {
  const { graph, lookup } = around;
  if (!node.observed && graph.get(node.uid) !== node) return;
  // It goes by itself; its own deletion will tell.
  if (node.beingDeleted && !node.deletingDependents) return;
  const resource = node.resource ?? lookup.resourceOf(node.coordinates);
  const asked = node.coordinates;
  if (isOutOfReach(resource, asked)) {
    await confirmElsewhere(around, node, resource, signal);
    return;
  }
  const latest = await lookup.find(node, resource, signal);
  if (latest === undefined) {
    await settleAbsence(around, node, resource, signal);
    return;
  }
  if (!node.observed && node.coordinates === asked) graph.confirm(node, resource, coordinatesOf(resource, latest));
  if (node.deletingDependents) await waitForDependents(around, node, resource, signal);
  else await judge(around, node, resource, latest, signal);
}

async function settleAbsence(
  around: Surroundings,
  node: GraphNode,
  resource: FeedResource,
  signal: AbortSignal,
): Promise<void> {
  const { coordinates } = node;
  const namespace = resource.namespaced ? coordinates.namespace : '';
  if (!node.observed && resource.namespaced && (await confirmElsewhere(around, node, resource, signal))) return;
  // The node may say the dependent's namespace for an owner that has none.
  if (!node.observed && namespace !== coordinates.namespace) node.coordinates = { ...coordinates, namespace };
  around.graph.confirmAbsent(node.uid, { ...coordinates, namespace });
}

/** Looks for the owner in all namespaces; its dependents in others are then known to be wrong. */
async function confirmElsewhere(
  { graph, lookup }: Surroundings,
  node: GraphNode,
  resource: FeedResource,
  signal: AbortSignal,
): Promise<boolean> {
  const elsewhere = await lookup.findElsewhere(node, resource, signal);
  if (elsewhere === undefined) return false;
  if (!node.observed) graph.confirm(node, resource, coordinatesOf(resource, elsewhere));
  return true;
}

/** With foreground deletion an owner goes when its last blocking dependent has gone. */
async function waitForDependents(
  { client, attemptToDelete: again }: Surroundings,
  node: GraphNode,
  resource: FeedResource,
  signal: AbortSignal,
): Promise<void> {
  const blocking = node.blockingDependents();
  if (blocking.length === 0) {
    await removeFinalizer(client, targetOf(resource, node.coordinates), node.uid, FOREGROUND_FINALIZER, signal);
  }
  for (const dependent of blocking) if (!dependent.deletingDependents) again(dependent);
}

async function judge(
  around: Surroundings,
  node: GraphNode,
  resource: FeedResource,
  latest: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const owners = ownersOf(latest);
  if (owners.length === 0) return;
  const { solid, dangling, waiting } = await around.lookup.classify(node, owners, signal);
  if (solid.length > 0) {
    if (dangling.length + waiting.length > 0)
      await dropOwners(around.client, node, resource, [...dangling, ...waiting], signal);
  } else if (waiting.length > 0 && node.dependents.size > 0) {
    await unblockCircle(around.client, node, resource, signal);
    await deleteNode(around.client, node, resource, latest, 'Foreground', signal);
  } else await deleteNode(around.client, node, resource, latest, policyOf(latest), signal);
}

function policyOf(object: KubeObject): string {
  if (hasFinalizer(object, ORPHAN_FINALIZER)) return 'Orphan';
  return hasFinalizer(object, FOREGROUND_FINALIZER) ? 'Foreground' : 'Background';
}

/** Removes references to owners that are gone, or that wait for an object which others still own. */
export function dropOwners(
  client: RestClient,
  node: GraphNode,
  resource: FeedResource,
  dropped: readonly OwnerReference[],
  signal: AbortSignal,
): Promise<void> {
  const uids = new Set(dropped.map(({ uid }) => uid));
  const change = (object: KubeObject) => {
    const kept = ownersOf(object).filter(({ uid }) => !uids.has(uid));
    return kept.length === ownersOf(object).length ? undefined : { ownerReferences: kept };
  };
  return changeMetadata(client, targetOf(resource, node.coordinates), node.uid, change, signal);
}

/** Two objects that own each other would wait for each other: the references stop blocking. */
async function unblockCircle(
  client: RestClient,
  node: GraphNode,
  resource: FeedResource,
  signal: AbortSignal,
): Promise<void> {
  if (![...node.dependents].some(({ deletingDependents }) => deletingDependents)) return;
  const change = (object: KubeObject) => {
    if (!ownersOf(object).some(({ blockOwnerDeletion }) => blockOwnerDeletion === true)) return undefined;
    return { ownerReferences: ownersOf(object).map((owner) => ({ ...owner, blockOwnerDeletion: false })) };
  };
  await changeMetadata(client, targetOf(resource, node.coordinates), node.uid, change, signal);
}

/** Deletes what was judged: an object whose owners changed meanwhile is left to the next attempt. */
async function deleteNode(
  client: RestClient,
  node: GraphNode,
  resource: FeedResource,
  judged: KubeObject,
  propagationPolicy: string,
  signal: AbortSignal,
): Promise<void> {
  const target = targetOf(resource, node.coordinates);
  const { uid, resourceVersion } = judged.metadata;
  const ignoreMissing = (error: unknown): void => {
    if (!isStatusError(error, 'NotFound')) throw error;
  };
  try {
    await client.delete(target, { propagationPolicy, preconditions: { uid, resourceVersion } }, { signal });
  } catch (error) {
    if (!isStatusError(error, 'Conflict')) return ignoreMissing(error);
    const latest = await client.get(target, { metadataOnly: true, signal }).catch(ignoreMissing);
    if (latest === undefined || latest.metadata.uid !== uid) return;
    if (!equalJson(ownersOf(latest), ownersOf(judged))) throw error;
    await client.delete(target, { propagationPolicy, preconditions: { uid } }, { signal }).catch(ignoreMissing);
  }
}
