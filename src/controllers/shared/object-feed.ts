/**
 * One watch a resource, shared by all controllers. It asks for metadata only, unless a subscriber needs whole objects,
 * and keeps nothing itself.
 */
import type { Logger } from 'pino';
import type { KubeObject } from '../../api/object.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { type ChangeType, type ReflectorSink, reflect } from '../../client/reflector.ts';
import type { GroupVersionResource } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import type { Clock } from '../../util/clock.ts';

export interface FeedResource extends GroupVersionResource {
  readonly kind: string;
  readonly namespaced: boolean;
}

export type FeedSink = ReflectorSink<KubeObject>;

interface NamedSubscription {
  readonly resource: FeedResource;
  readonly sink: FeedSink;
  readonly full: boolean;
}

interface Stream {
  readonly resource: FeedResource;
  readonly sinks: readonly FeedSink[];
  readonly abort: AbortController;
  readonly done: Promise<void>;
  readonly listed: Promise<void>;
}

/** Not watched for subscribers of everything: nothing owns or outlives them, and there are many. */
const UNWATCHED = new Set(['events', 'events.events.k8s.io']);

export class ObjectFeed {
  readonly #client: RestClient;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #named: NamedSubscription[] = [];
  readonly #all: ((resource: FeedResource) => FeedSink)[] = [];
  readonly #streams = new Map<string, Stream>();
  #stopped = false;

  constructor({ client, clock, log }: { client: RestClient; clock: Clock; log: Logger }) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
  }

  /** One resource, whether discovery shows it or not. `full`: whole objects instead of their metadata. */
  subscribe(resource: FeedResource, sink: FeedSink, { full = false }: { full?: boolean } = {}): void {
    this.#named.push({ resource, sink, full });
  }

  /** Every resource that can be listed, watched and deleted, as discovery shows it; Events excepted. */
  subscribeAll(sinkOf: (resource: FeedResource) => FeedSink): void {
    this.#all.push(sinkOf);
  }

  /** Starts the named streams, when all controllers have subscribed. */
  start(): void {
    for (const { resource } of this.#named) if (!this.#streams.has(resourceKey(resource))) this.#open(resource);
  }

  /** Opens and closes streams so that they are those of a server with these resources. */
  follow(discovery: Discovery): void {
    if (this.#stopped || this.#all.length === 0) return;
    const wanted = new Map(
      discovery
        .preferred()
        .filter(isFollowed)
        .map((resource) => [resourceKey(resource), resource]),
    );
    for (const [key, stream] of this.#streams) {
      const next = wanted.get(key);
      if (next === undefined && (this.#isNamed(key) || isStale(discovery, stream.resource))) continue;
      if (next === undefined) this.#dismiss(key, stream);
      else if (next.version !== stream.resource.version) this.#close(key, stream);
    }
    for (const [key, resource] of wanted) if (!this.#streams.has(key)) this.#open(resource);
  }

  /** Resolves when every stream that is open now has been listed once. */
  async synced(): Promise<void> {
    await Promise.all([...this.#streams.values()].map(({ listed }) => listed));
  }

  /** How many streams are open. */
  get size(): number {
    return this.#streams.size;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const streams = [...this.#streams.values()];
    for (const { abort } of streams) abort.abort();
    await Promise.all(streams.map(({ done }) => done));
    this.#streams.clear();
  }

  #isNamed(key: string): boolean {
    return this.#named.some(({ resource }) => resourceKey(resource) === key);
  }

  #open(resource: FeedResource): void {
    const key = resourceKey(resource);
    const named = this.#named.filter((subscription) => resourceKey(subscription.resource) === key);
    const everything = UNWATCHED.has(key) ? [] : this.#all.map((sinkOf) => sinkOf(resource));
    const sinks = [...named.map(({ sink }) => sink), ...everything];
    const abort = new AbortController();
    const listed = Promise.withResolvers<void>();
    const options = {
      client: this.#client,
      target: { group: resource.group, version: resource.version, resource: resource.resource },
      metadataOnly: !named.some(({ full }) => full),
      sink: fanOut(sinks, listed.resolve),
      clock: this.#clock,
      onError: (error: unknown, retryInMs: number) =>
        this.#log.debug({ resource: key, retryInMs, err: error }, 'watch failed'),
    };
    const done = reflect(options, abort.signal).then(listed.resolve);
    this.#streams.set(key, { resource, sinks, abort, done, listed: listed.promise });
  }

  #close(key: string, { abort }: Stream): void {
    abort.abort();
    this.#streams.delete(key);
  }

  /** The resource is gone, and so are its objects. */
  #dismiss(key: string, stream: Stream): void {
    this.#close(key, stream);
    for (const sink of stream.sinks) {
      sink.listStarted();
      sink.listEnded();
    }
  }
}

/** `deployments.apps`, `pods` */
export function resourceKey({ group, resource }: { readonly group: string; readonly resource: string }): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function isFollowed(resource: DiscoveredResource): boolean {
  return (
    !UNWATCHED.has(resourceKey(resource)) && ['list', 'watch', 'delete'].every((verb) => resource.verbs.includes(verb))
  );
}

/** The server of an aggregated API may come back: what is known of its objects still counts. */
function isStale({ stale }: Discovery, { group }: FeedResource): boolean {
  return stale.some((version) => version.group === group);
}

function fanOut(sinks: readonly FeedSink[], onListed: () => void): FeedSink {
  return {
    listStarted() {
      for (const sink of sinks) sink.listStarted();
    },
    listed(object: KubeObject) {
      for (const sink of sinks) sink.listed(object);
    },
    listEnded() {
      for (const sink of sinks) sink.listEnded();
      onListed();
    },
    changed(type: ChangeType, object: KubeObject) {
      for (const sink of sinks) sink.changed(type, object);
    },
  };
}
