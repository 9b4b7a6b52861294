/** What the server serves, asked again when a CustomResourceDefinition or an APIService changes: no polling. */
import type { Logger } from 'pino';
import type { Discovery } from '../../client/discovery.ts';
import { DiscoveryClient } from '../../client/discovery-client.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { WorkQueue } from '../../client/work-queue.ts';
import type { Clock } from '../../util/clock.ts';
import type { FeedResource, FeedSink, ObjectFeed } from './object-feed.ts';

const SOURCES: readonly FeedResource[] = [
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    resource: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
  },
  { group: 'apiregistration.k8s.io', version: 'v1', resource: 'apiservices', kind: 'APIService', namespaced: false },
];
/** A definition is served a little after it is stored: milliseconds between looks after a change. */
const FOLLOW_UPS_MS = [100, 1000, 5000];

export class ResourceDiscovery {
  readonly #client: DiscoveryClient;
  readonly #queue: WorkQueue<'discovery'>;
  readonly #listeners: ((discovery: Discovery) => void)[] = [];
  readonly #first = Promise.withResolvers<Discovery>();
  #current: Discovery | undefined;
  #followUps: number[] = [];

  constructor({ client, clock, log }: { client: RestClient; clock: Clock; log: Logger }) {
    this.#client = new DiscoveryClient(client);
    this.#queue = new WorkQueue({
      reconcile: () => this.#refresh(),
      clock,
      backoff: { initialMs: 100, maxMs: 30_000 },
      onError: (error) => log.warn({ err: error }, 'discovery failed'),
    });
  }

  /** What was last heard; undefined before the first answer. */
  get current(): Discovery | undefined {
    return this.#current;
  }

  /** What is served now, as far as changes have been heard of. */
  async latest(): Promise<Discovery> {
    await this.#queue.idle();
    return this.#current ?? this.#first.promise;
  }

  /** Called with each answer. */
  onAnswer(listener: (discovery: Discovery) => void): void {
    this.#listeners.push(listener);
    if (this.#current !== undefined) listener(this.#current);
  }

  subscribe(feed: ObjectFeed): void {
    for (const resource of SOURCES) feed.subscribe(resource, this.#sink());
  }

  refresh(): void {
    this.#queue.add('discovery');
  }

  stop(): Promise<void> {
    // Whoever waits for an answer that never came would wait for ever.
    this.#first.promise.catch(() => {});
    this.#first.reject(new Error('discovery has stopped'));
    return this.#queue.stop();
  }

  #sink(): FeedSink {
    return {
      listStarted: () => {},
      listed: () => {},
      listEnded: () => this.refresh(),
      changed: () => {
        this.#followUps = [...FOLLOW_UPS_MS];
        this.refresh();
      },
    };
  }

  async #refresh(): Promise<number | undefined> {
    this.#client.invalidate();
    const discovery = await this.#client.discovery();
    this.#current = discovery;
    this.#first.resolve(discovery);
    for (const listener of this.#listeners) listener(discovery);
    return this.#followUps.shift();
  }
}
