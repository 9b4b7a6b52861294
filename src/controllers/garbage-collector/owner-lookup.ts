/** Asks the server about objects and their owners. */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import type { ResourceTarget } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { FOREGROUND_FINALIZER, hasFinalizer, isBeingDeleted } from '../shared/metadata.ts';
import type { FeedResource } from '../shared/object-feed.ts';
import type { ResourceDiscovery } from '../shared/resource-discovery.ts';
import type { AbsentOwners } from './absent-owners.ts';
import { type Coordinates, type GraphNode, ownerCoordinates } from './graph-node.ts';

/** A kind that the server does not serve (yet). */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError';

  constructor({ group, version, kind }: Coordinates) {
    super(`no matches for kind "${kind}" in version "${group === '' ? version : `${group}/${version}`}"`);
  }
}

/** A cluster-scoped object names an owner of a namespaced kind: there is no telling which. */
export class OwnerOutOfReachError extends Error {
  override readonly name = 'OwnerOutOfReachError';

  constructor() {
    super('cluster-scoped objects cannot refer to namespaced owners');
  }
}

export interface ClassifiedOwners {
  /** They are there. */
  readonly solid: OwnerReference[];
  /** They are not. */
  readonly dangling: OwnerReference[];
  /** They are being deleted and wait for their dependents. */
  readonly waiting: OwnerReference[];
}

export class OwnerLookup {
  readonly #client: RestClient;
  readonly #discovery: ResourceDiscovery;
  readonly #absent: AbsentOwners;

  constructor(client: RestClient, discovery: ResourceDiscovery, absent: AbsentOwners) {
    this.#client = client;
    this.#discovery = discovery;
    this.#absent = absent;
  }

  /** @throws UnknownKindError */
  resourceOf(coordinates: Coordinates): FeedResource {
    const { group, version, kind } = coordinates;
    const resource = this.#discovery.current?.ofKind(group, version, kind);
    if (resource === undefined) throw new UnknownKindError(coordinates);
    return resource;
  }

  /** The metadata of a node's object; undefined when it is gone or another has its name. */
  async find(node: GraphNode, resource: FeedResource, signal: AbortSignal): Promise<KubeObject | undefined> {
    const found = await this.#get(targetOf(resource, node.coordinates), signal);
    return found?.metadata.uid === node.uid ? found : undefined;
  }

  /** Each owner is looked up, unless it is known to be absent. */
  async classify(node: GraphNode, owners: readonly OwnerReference[], signal: AbortSignal): Promise<ClassifiedOwners> {
    const classified: ClassifiedOwners = { solid: [], dangling: [], waiting: [] };
    for (const reference of owners) {
      const owner = await this.#findOwner(node, reference, signal);
      if (owner === undefined) classified.dangling.push(reference);
      else if (isBeingDeleted(owner) && hasFinalizer(owner, FOREGROUND_FINALIZER)) classified.waiting.push(reference);
      else classified.solid.push(reference);
    }
    return classified;
  }

  /** Where the object with this uid is if it is in another namespace than its dependent says. */
  async findElsewhere(node: GraphNode, resource: FeedResource, signal: AbortSignal): Promise<KubeObject | undefined> {
    const { group, version, resource: plural } = resource;
    const fieldSelector = `metadata.name=${node.coordinates.name}`;
    const list = await this.#client.list(
      { group, version, resource: plural },
      { fieldSelector, metadataOnly: true, signal },
    );
    return list.items.find(({ metadata }) => metadata.uid === node.uid);
  }

  async #findOwner(node: GraphNode, reference: OwnerReference, signal: AbortSignal): Promise<KubeObject | undefined> {
    const uid = reference.uid ?? '';
    const here = ownerCoordinates(reference, node.coordinates.namespace);
    const clusterWide = ownerCoordinates(reference, '');
    if (this.#absent.has(uid, here) || this.#absent.has(uid, clusterWide)) return undefined;
    const resource = this.resourceOf(here);
    if (isOutOfReach(resource, here)) throw new OwnerOutOfReachError();
    const coordinates = resource.namespaced ? here : clusterWide;
    const owner = await this.#get(targetOf(resource, coordinates), signal);
    if (owner?.metadata.uid === uid) return owner;
    this.#absent.add(uid, coordinates);
    return undefined;
  }

  async #get(target: ResourceTarget, signal: AbortSignal): Promise<KubeObject | undefined> {
    try {
      return await this.#client.get(target, { metadataOnly: true, signal });
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    }
  }
}

/** Whether a cluster-scoped dependent names an owner of a namespaced kind. */
export function isOutOfReach({ namespaced }: FeedResource, { namespace }: Coordinates): boolean {
  return namespaced && namespace === '';
}

export function targetOf(
  { group, version, resource, namespaced }: FeedResource,
  { namespace, name }: Coordinates,
): ResourceTarget {
  return { group, version, resource, name, ...(namespaced ? { namespace } : {}) };
}
