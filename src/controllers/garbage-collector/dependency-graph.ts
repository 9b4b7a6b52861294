/**
 * Who owns whom, from the metadata of every object; imitates pkg/controller/garbagecollector/graph_builder.go.
 *
 * Unlike upstream it keeps only objects that own, are owned or wait for their dependents: all others are dropped at
 * once. A dependent whose owner is not in the graph makes a virtual node for it, which is checked against the server.
 */
import { equalJson, type KubeObject } from '../../api/object.ts';
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import { FOREGROUND_FINALIZER, hasFinalizer, isBeingDeleted, ORPHAN_FINALIZER, ownersOf } from '../shared/metadata.ts';
import { type FeedResource, resourceKey } from '../shared/object-feed.ts';
import { AbsentOwners } from './absent-owners.ts';
import { type Coordinates, GraphNode, namesCoordinates, ownerCoordinates, sameCoordinates } from './graph-node.ts';

export interface GraphListener {
  /** The node may have to go, or something that waits for it may. */
  attemptToDelete(node: GraphNode): void;
  /** The node was deleted with its dependents to be kept. */
  attemptToOrphan(node: GraphNode): void;
  /** A reference points to an owner in another namespace, where it does not count. */
  foreignOwner(dependent: GraphNode, ownerUid: string): void;
}

export class DependencyGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #listener: GraphListener;
  readonly absentOwners = new AbsentOwners();

  constructor(listener: GraphListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  /** Observed nodes of a resource. */
  ofResource(resource: FeedResource): GraphNode[] {
    const key = resourceKey(resource);
    return [...this.#nodes.values()].filter(
      (node) => node.resource !== undefined && node.observed && resourceKey(node.resource) === key,
    );
  }

  /** An object as it is now. */
  observe(resource: FeedResource, object: KubeObject): void {
    const uid = object.metadata.uid ?? '';
    const node = this.#nodes.get(uid);
    if (node === undefined) this.#insert(resource, uid, object);
    else this.#update(node, resource, object);
  }

  /** An object that the server no longer has. */
  observeDeleted(resource: FeedResource, object: KubeObject): void {
    const node = this.#nodes.get(object.metadata.uid ?? '');
    if (node !== undefined) this.#remove(node, coordinatesOf(resource, object));
  }

  /** The server has it, though no event told so: objects that own nothing are not kept. */
  confirm(node: GraphNode, resource: FeedResource, coordinates: Coordinates): void {
    node.resource = resource;
    this.#identify(node, coordinates);
    node.observed = true;
    this.#prune(node);
  }

  /** The server may no longer have it: the next attempt asks. */
  doubt(node: GraphNode): void {
    node.observed = false;
    this.#listener.attemptToDelete(node);
  }

  /** The server has no such object at `coordinates`, where a virtual node was looked for. */
  confirmAbsent(uid: string, coordinates: Coordinates): void {
    const node = this.#nodes.get(uid);
    if (node === undefined) return;
    const matching = [...node.dependents].filter((dependent) => refersTo(dependent, uid, coordinates));
    const here = sameCoordinates(node.coordinates, coordinates);
    if (node.observed ? here : matching.length === node.dependents.size) {
      this.#remove(node, coordinates);
      return;
    }
    // Its dependents disagree on where it is, or it is known to be elsewhere: those that looked here are wrong.
    if (matching.length > 0) this.absentOwners.add(uid, coordinates);
    for (const dependent of matching) this.#listener.attemptToDelete(dependent);
    if (!node.observed && here) this.#tryElsewhere(node, coordinates);
  }

  /** Looks where another dependent says that the owner is; when all were wrong, there is no such owner. */
  #tryElsewhere(node: GraphNode, absent: Coordinates): void {
    const alternative = [...node.dependents]
      .flatMap((dependent) => {
        const owner = dependent.owners.find(({ uid }) => uid === node.uid);
        return owner === undefined ? [] : [ownerCoordinates(owner, dependent.coordinates.namespace)];
      })
      .find((named) => !sameCoordinates(named, absent) && !this.absentOwners.has(node.uid, named));
    if (alternative === undefined) {
      this.#remove(node, absent);
      return;
    }
    node.coordinates = alternative;
    node.resource = undefined;
    this.#listener.attemptToDelete(node);
  }

  #insert(resource: FeedResource, uid: string, object: KubeObject): void {
    const owners = ownersOf(object);
    const waits =
      isBeingDeleted(object) && (hasFinalizer(object, FOREGROUND_FINALIZER) || hasFinalizer(object, ORPHAN_FINALIZER));
    if (uid === '' || (owners.length === 0 && !waits)) return;
    const node = new GraphNode(uid, coordinatesOf(resource, object), resource);
    this.#nodes.set(uid, node);
    this.#setOwners(node, owners);
    this.#transition(node, object);
  }

  #update(node: GraphNode, resource: FeedResource, object: KubeObject): void {
    node.resource = resource;
    this.#identify(node, coordinatesOf(resource, object));
    node.observed = true;
    const owners = ownersOf(object);
    if (!equalJson(owners, node.owners)) this.#setOwners(node, owners);
    this.#transition(node, object);
    this.#prune(node);
  }

  /** What a deletion asks for when it starts. */
  #transition(node: GraphNode, object: KubeObject): void {
    if (!isBeingDeleted(object)) return;
    node.beingDeleted = true;
    const orphans = hasFinalizer(object, ORPHAN_FINALIZER);
    const waits = !orphans && hasFinalizer(object, FOREGROUND_FINALIZER);
    const startsOrphaning = orphans && !node.orphaning;
    const startsWaiting = waits && !node.deletingDependents;
    node.orphaning = orphans;
    if (startsOrphaning) this.#listener.attemptToOrphan(node);
    if (!startsWaiting) return;
    node.deletingDependents = true;
    for (const dependent of node.dependents) this.#listener.attemptToDelete(dependent);
    this.#listener.attemptToDelete(node);
  }

  /** A virtual node turns out to be somewhere: who looked elsewhere for it is wrong. */
  #identify(node: GraphNode, coordinates: Coordinates): void {
    if (node.observed) return;
    if (!sameCoordinates(node.coordinates, coordinates)) {
      for (const dependent of node.dependents) {
        if (refersTo(dependent, node.uid, coordinates)) continue;
        if (coordinates.namespace !== '' && dependent.coordinates.namespace !== coordinates.namespace)
          this.#listener.foreignOwner(dependent, node.uid);
        this.#listener.attemptToDelete(dependent);
      }
    }
    node.coordinates = coordinates;
  }

  #setOwners(node: GraphNode, owners: readonly OwnerReference[]): void {
    const before = node.owners;
    node.owners = owners;
    this.#unblockOwners(before, owners);
    const known = new Set(before.map(({ uid }) => uid));
    this.#linkTo(
      node,
      owners.filter(({ uid }) => !known.has(uid)),
    );
    const kept = new Set(owners.map(({ uid }) => uid));
    for (const { uid } of before) if (!kept.has(uid)) this.#unlink(node, uid ?? '');
  }

  /** Owners that wait for this dependent need to wait no more. */
  #unblockOwners(before: readonly OwnerReference[], after: readonly OwnerReference[]): void {
    for (const { uid, blockOwnerDeletion } of before) {
      if (blockOwnerDeletion !== true) continue;
      if (after.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true)) continue;
      const owner = this.#nodes.get(uid ?? '');
      if (owner !== undefined) this.#listener.attemptToDelete(owner);
    }
  }

  #linkTo(node: GraphNode, owners: readonly OwnerReference[]): void {
    const { namespace } = node.coordinates;
    let doubtful = false;
    for (const reference of owners) {
      const uid = reference.uid ?? '';
      const owner = this.#nodes.get(uid);
      if (owner === undefined) {
        const made = new GraphNode(uid, ownerCoordinates(reference, namespace));
        this.#nodes.set(uid, made);
        made.dependents.add(node);
        this.#listener.attemptToDelete(made);
        continue;
      }
      owner.dependents.add(node);
      if (namesCoordinates(reference, namespace, owner.coordinates)) continue;
      doubtful = true;
      if (owner.observed && owner.coordinates.namespace !== '' && owner.coordinates.namespace !== namespace)
        this.#listener.foreignOwner(node, uid);
    }
    if (doubtful) this.#listener.attemptToDelete(node);
  }

  #unlink(node: GraphNode, ownerUid: string): void {
    const owner = this.#nodes.get(ownerUid);
    if (owner === undefined) return;
    owner.dependents.delete(node);
    if (owner.dependents.size === 0 && !owner.observed) this.#nodes.delete(ownerUid);
    else this.#prune(owner);
  }

  #remove(node: GraphNode, coordinates: Coordinates): void {
    this.#nodes.delete(node.uid);
    for (const { uid } of node.owners) this.#unlink(node, uid ?? '');
    if (node.dependents.size > 0) this.absentOwners.add(node.uid, coordinates);
    for (const dependent of node.dependents) this.#listener.attemptToDelete(dependent);
    for (const { uid } of node.owners) {
      const owner = this.#nodes.get(uid ?? '');
      if (owner?.deletingDependents) this.#listener.attemptToDelete(owner);
    }
  }

  #prune(node: GraphNode): void {
    if (node.isIdle) this.#nodes.delete(node.uid);
  }
}

export function coordinatesOf({ group, version, kind }: FeedResource, { metadata }: KubeObject): Coordinates {
  return { group, version, kind, name: metadata.name ?? '', namespace: metadata.namespace ?? '' };
}

/** Whether a dependent's reference to `uid` names these coordinates. */
function refersTo(dependent: GraphNode, uid: string, coordinates: Coordinates): boolean {
  const owner = dependent.owners.find((reference) => reference.uid === uid);
  return owner !== undefined && namesCoordinates(owner, dependent.coordinates.namespace, coordinates);
}
