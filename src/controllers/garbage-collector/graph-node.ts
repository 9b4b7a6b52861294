/** One object in the graph of owners and dependents. */
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import type { FeedResource } from '../shared/object-feed.ts';

/** Where an object is, as its own events or somebody's reference to it say. */
export interface Coordinates {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** '' for cluster-scoped objects. */
  readonly namespace: string;
}

export class GraphNode {
  readonly uid: string;
  coordinates: Coordinates;
  /** How to reach it; undefined while only references tell of it. */
  resource: FeedResource | undefined;
  /** Whether the server told of it, as opposed to references of others only. */
  observed: boolean;
  owners: readonly OwnerReference[] = [];
  readonly dependents = new Set<GraphNode>();
  beingDeleted = false;
  /** It waits for its dependents to go (foregroundDeletion). */
  deletingDependents = false;
  /** It waits for its dependents to be released (orphan). */
  orphaning = false;

  constructor(uid: string, coordinates: Coordinates, resource?: FeedResource) {
    this.uid = uid;
    this.coordinates = coordinates;
    this.resource = resource;
    this.observed = resource !== undefined;
  }

  /** Whether the graph would lose nothing without it. */
  get isIdle(): boolean {
    return (
      this.observed &&
      this.owners.length === 0 &&
      this.dependents.size === 0 &&
      !this.deletingDependents &&
      !this.orphaning
    );
  }

  /** Dependents that must be gone before this may go. */
  blockingDependents(): GraphNode[] {
    return [...this.dependents].filter(({ owners }) =>
      owners.some(({ uid, blockOwnerDeletion }) => uid === this.uid && blockOwnerDeletion === true),
    );
  }

  toString(): string {
    const { kind, namespace, name } = this.coordinates;
    return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name} (${this.uid})`;
  }
}

/** Where a dependent in `namespace` says that its owner is. */
export function ownerCoordinates(owner: OwnerReference, namespace: string): Coordinates {
  return { ...parseApiVersion(owner.apiVersion ?? ''), kind: owner.kind ?? '', name: owner.name ?? '', namespace };
}

/** Whether a reference names these coordinates; the version does not matter, nor the namespace of cluster-scoped owners. */
export function namesCoordinates(owner: OwnerReference, namespace: string, coordinates: Coordinates): boolean {
  const named = ownerCoordinates(owner, namespace);
  if (coordinates.namespace !== '' && coordinates.namespace !== namespace) return false;
  return named.group === coordinates.group && named.kind === coordinates.kind && named.name === coordinates.name;
}

export function sameCoordinates(a: Coordinates, b: Coordinates): boolean {
  return a.group === b.group && a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}
