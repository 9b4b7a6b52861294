/** Releases the dependents of an object that goes without them. */
import type { RestClient } from '../../client/rest-client.ts';
import { ORPHAN_FINALIZER, removeFinalizer } from '../shared/metadata.ts';
import { dropOwners } from './delete-attempt.ts';
import type { GraphNode } from './graph-node.ts';
import { targetOf } from './owner-lookup.ts';

/** @throws StatusError */
export async function orphanDependents(client: RestClient, node: GraphNode, signal: AbortSignal): Promise<void> {
  if (node.resource === undefined) return;
  const released = [...node.dependents].filter(({ resource }) => resource !== undefined);
  await Promise.all(
    released.map((dependent) =>
      dropOwners(
        client,
        dependent,
        dependent.resource as NonNullable<GraphNode['resource']>,
        [{ uid: node.uid }],
        signal,
      ),
    ),
  );
  await removeFinalizer(client, targetOf(node.resource, node.coordinates), node.uid, ORPHAN_FINALIZER, signal);
}
