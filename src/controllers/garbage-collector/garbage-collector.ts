/**
 * Deletes objects whose owners are gone, and lets owners go before, after or without their dependents; imitates
 * pkg/controller/garbagecollector.
 *
 *   metadata of all objects → dependency-graph.ts → attempts to delete (delete-attempt.ts) or orphan (orphan-attempt.ts)
 *
 * Attempts always ask the server before they write: the graph only says where to look.
 */
import type { KubeObject } from '../../api/object.ts';
import { EventRecorder } from '../../client/event-recorder.ts';
import { groupVersion } from '../../client/resource-path.ts';
import type { WorkQueue } from '../../client/work-queue.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import type { FeedResource, FeedSink } from '../shared/object-feed.ts';
import { attemptToDelete } from './delete-attempt.ts';
import { DependencyGraph, type GraphListener } from './dependency-graph.ts';
import { type GraphNode, ownerCoordinates } from './graph-node.ts';
import { orphanDependents } from './orphan-attempt.ts';
import { OwnerLookup, OwnerOutOfReachError, UnknownKindError } from './owner-lookup.ts';

const NAME = 'generic-garbage-collector';
const COMPONENT = 'garbage-collector-controller';
const CONCURRENCY = 20;
const ORPHAN_CONCURRENCY = 5;
/** Work starts when every resource was listed, or after this: one broken resource must not stop everything. */
const FIRST_SYNC_MS = 30_000;

export const garbageCollector: ControllerDefinition = { name: NAME, start: (context) => new GarbageCollector(context) };

class GarbageCollector implements Controller, GraphListener {
  readonly #context: ControllerContext;
  readonly #graph = new DependencyGraph(this);
  readonly #deletions: WorkQueue<GraphNode>;
  readonly #orphanings: WorkQueue<GraphNode>;
  readonly #events: EventRecorder;
  /** Nodes whose kind, or whose owner's kind, the server does not serve: they wait for it. */
  readonly #unknown = new Set<GraphNode>();
  /** What is to be done once everything was listed. */
  #postponed: (() => void)[] | undefined = [];

  constructor(context: ControllerContext) {
    this.#context = context;
    const client = context.client(NAME);
    const lookup = new OwnerLookup(client, context.discovery, this.#graph.absentOwners);
    const around = {
      client,
      lookup,
      graph: this.#graph,
      attemptToDelete: (node: GraphNode) => this.attemptToDelete(node),
    };
    this.#events = new EventRecorder({ client, component: COMPONENT, clock: context.clock });
    this.#deletions = controllerQueue<GraphNode>(context, NAME, {
      concurrency: CONCURRENCY,
      reconcile: (node, signal) => attemptToDelete(around, node, signal).catch((error) => this.#excuse(node, error)),
    });
    this.#orphanings = controllerQueue<GraphNode>(context, NAME, {
      concurrency: ORPHAN_CONCURRENCY,
      reconcile: (node, signal) => orphanDependents(client, node, signal),
    });
    context.feed.subscribeAll((resource) => this.#sink(resource));
    context.discovery.onAnswer(() => this.#onDiscovery());
  }

  attemptToDelete(node: GraphNode): void {
    if (this.#postponed === undefined) this.#deletions.add(node);
    else this.#postponed.push(() => this.#deletions.add(node));
  }

  attemptToOrphan(node: GraphNode): void {
    if (this.#postponed === undefined) this.#orphanings.add(node);
    else this.#postponed.push(() => this.#orphanings.add(node));
  }

  foreignOwner(dependent: GraphNode, ownerUid: string): void {
    const owner = dependent.owners.find(({ uid }) => uid === ownerUid);
    if (owner === undefined) return;
    const { namespace } = dependent.coordinates;
    const { kind, name } = ownerCoordinates(owner, namespace);
    const shown = `[${owner.apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${ownerUid}]`;
    const { coordinates } = dependent;
    const about = {
      apiVersion: groupVersion(coordinates),
      kind: coordinates.kind,
      name: coordinates.name,
      namespace,
      uid: dependent.uid,
    };
    const message = `ownerRef ${shown} does not exist in namespace ${JSON.stringify(namespace)}`;
    this.#events
      .record(about, 'Warning', 'OwnerRefInvalidNamespace', message)
      .catch((error: unknown) => this.#context.log.debug({ controller: NAME, err: error }, 'event not written'));
  }

  async stop(): Promise<void> {
    this.#postponed = [];
    await Promise.all([this.#deletions.stop(), this.#orphanings.stop()]);
  }

  #sink(resource: FeedResource): FeedSink {
    let unseen = new Map<string, GraphNode>();
    const observe = (object: KubeObject): void => this.#graph.observe(resource, object);
    return {
      listStarted: () => {
        unseen = new Map(this.#graph.ofResource(resource).map((node) => [node.uid, node]));
      },
      listed: (object) => {
        unseen.delete(object.metadata.uid ?? '');
        observe(object);
      },
      listEnded: () => {
        for (const node of unseen.values()) this.#graph.doubt(node);
        unseen.clear();
      },
      changed: (type, object) => {
        if (type === 'DELETED') this.#graph.observeDeleted(resource, object);
        else observe(object);
      },
    };
  }

  /** New kinds may be those that some nodes wait for. */
  #onDiscovery(): void {
    const nodes = [...this.#unknown];
    this.#unknown.clear();
    for (const node of nodes) this.attemptToDelete(node);
    if (this.#postponed !== undefined) void this.#beginWhenSynced();
  }

  /** The feed has opened the streams of this discovery: it is told first. */
  async #beginWhenSynced(): Promise<void> {
    const { clock, feed, log } = this.#context;
    const timeout = Promise.withResolvers<void>();
    const timer = clock.setTimeout(timeout.resolve, FIRST_SYNC_MS);
    timer.unref();
    await Promise.race([feed.synced(), timeout.promise]);
    timer.cancel();
    const postponed = this.#postponed ?? [];
    this.#postponed = undefined;
    log.debug({ controller: NAME, resources: feed.size, nodes: this.#graph.size }, 'garbage collection begins');
    for (const start of postponed) start();
  }

  #excuse(node: GraphNode, error: unknown): void {
    if (error instanceof OwnerOutOfReachError) return;
    if (!(error instanceof UnknownKindError)) throw error;
    this.#unknown.add(node);
  }
}
