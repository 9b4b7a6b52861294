/**
 * The metrics of one control plane: cheap methods for the pipeline, text for Prometheus when somebody asks.
 * prom-client writes the exposition format and is loaded with the first scrape only; counting does not need it.
 */
import type { VersionInfo } from '../version.ts';
import { buildInfo, processMetrics } from './process-metrics.ts';
import { RequestMetrics, type RequestObservation } from './request-metrics.ts';
import { computed, HistogramFamily, type Metric, ValueFamily } from './series.ts';

export interface MetricSources {
  readonly version: VersionInfo;
  /** Stored objects by `RESOURCE.GROUP` (the core group's plainly `RESOURCE`). */
  storageObjects?(): ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>;
  /** Bytes that the store takes up. */
  storageBytes?(): number | Promise<number>;
}

export interface InFlightCount {
  readonly mutating: number;
  readonly readOnly: number;
}

export interface LongRunning {
  readonly verb: 'WATCH' | 'CONNECT';
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: string;
}

const STORE_SECONDS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];
const EVENT_BYTES = Array.from({ length: 8 }, (_, i) => 1024 * 2 ** i);
const RESOURCE_VERSION = ['group', 'resource', 'version'] as const;

export class Metrics {
  readonly #requests = new RequestMetrics();
  #inFlight: () => InFlightCount = () => ({ mutating: 0, readOnly: 0 });
  readonly #longRunning = new ValueFamily(
    'gauge',
    'apiserver_longrunning_requests',
    ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'],
    'Open long-running requests, by verb, group, version, resource, scope and component.',
  );
  readonly #terminations = new ValueFamily(
    'counter',
    'apiserver_request_terminations_total',
    ['code'],
    'Requests that the server ended in self-defence.',
  );
  readonly #watchEvents = new ValueFamily(
    'counter',
    'apiserver_watch_events_total',
    RESOURCE_VERSION,
    'Events sent to watchers.',
  );
  readonly #watchBytes = new HistogramFamily(
    'apiserver_watch_events_sizes',
    RESOURCE_VERSION,
    EVENT_BYTES,
    'Size of events sent to watchers, in bytes.',
  );
  readonly #storeSeconds = new HistogramFamily(
    'etcd_request_duration_seconds',
    ['operation', 'group', 'resource'],
    STORE_SECONDS,
    'Time of store operations in seconds.',
  );
  readonly #storeTotal = new ValueFamily(
    'counter',
    'etcd_requests_total',
    ['operation', 'group', 'resource'],
    'Store operations.',
  );
  readonly #storeErrors = new ValueFamily(
    'counter',
    'etcd_request_errors_total',
    ['operation', 'group', 'resource'],
    'Failed store operations.',
  );
  readonly #authentication = new ValueFamily(
    'counter',
    'authentication_attempts',
    ['result'],
    'Authentications by result.',
  );
  readonly #authorization = new ValueFamily(
    'counter',
    'authorization_attempts_total',
    ['result'],
    'Authorizations by result.',
  );
  readonly #all: Metric[];

  constructor(sources: MetricSources) {
    this.#all = [
      ...this.#requests.metrics(),
      computed('gauge', 'apiserver_current_inflight_requests', 'Requests being served, by kind.', () =>
        Object.entries(this.#inFlight()).map(([kind, value]) => ({ labels: { request_kind: kind }, value })),
      ),
      this.#longRunning,
      this.#terminations,
      this.#watchEvents,
      this.#watchBytes,
      this.#storeSeconds,
      this.#storeTotal,
      this.#storeErrors,
      this.#authentication,
      this.#authorization,
      ...storageMetrics(sources),
      buildInfo(sources.version),
      ...processMetrics(),
    ];
  }

  /** Once per finished request; about half a microsecond. */
  observe(observation: RequestObservation): void {
    this.#requests.observe(observation);
  }

  /** Where the number of short requests under way is asked for. */
  inFlightFrom(count: () => InFlightCount): void {
    this.#inFlight = count;
  }

  /** @param change +1 when it begins, -1 when it ends */
  longRunning({ verb, group, version, resource, subresource, scope }: LongRunning, change: number): void {
    this.#longRunning.add(change, verb, group, version, resource, subresource, scope, 'apiserver');
  }

  /** A request that was refused with 429, or cut with 504. */
  terminated(code: number): void {
    this.#terminations.add(1, String(code));
  }

  /** Taken once per watch: the function that counts one event of so many bytes, in some nanoseconds. */
  watchEvents(group: string, version: string, resource: string): (bytes: number) => void {
    const total = this.#watchEvents.at(group, resource, version);
    const sizes = this.#watchBytes.at(group, resource, version);
    return (bytes) => {
      total.value++;
      sizes.observe(bytes);
    };
  }

  /** Taken once per operation (get, list, create, update, delete) and resource: the function that notes one. */
  storeOperation(operation: string, group: string, resource: string): (seconds: number, failed: boolean) => void {
    const durations = this.#storeSeconds.at(operation, group, resource);
    const total = this.#storeTotal.at(operation, group, resource);
    return (seconds, failed) => {
      durations.observe(seconds);
      total.value++;
      if (failed) this.#storeErrors.add(1, operation, group, resource);
    };
  }

  authenticated(result: 'success' | 'failure' | 'error'): void {
    this.#authentication.add(1, result);
  }

  authorized(result: 'allowed' | 'denied' | 'no-opinion' | 'error'): void {
    this.#authorization.add(1, result);
  }

  /** The Prometheus text format 0.0.4. */
  async text(): Promise<string> {
    const { default: prom } = await import('prom-client');
    const registry = new prom.Registry();
    for (const metric of this.#all)
      registry.registerMetric(adapt(metric) as Parameters<typeof registry.registerMetric>[0]);
    return registry.metrics();
  }
}

function storageMetrics({ storageObjects, storageBytes }: MetricSources): Metric[] {
  const objects = computed('gauge', 'apiserver_storage_objects', 'Stored objects by resource.', async () =>
    [...((await storageObjects?.()) ?? [])].map(([resource, value]) => ({ labels: { resource }, value })),
  );
  const bytes = computed('gauge', 'apiserver_storage_size_bytes', 'Bytes that the store takes up.', async () =>
    storageBytes === undefined ? [] : [{ labels: { storage_cluster_id: 'kctl-0' }, value: await storageBytes() }],
  );
  return [objects, bytes];
}

/** What prom-client's registry asks of a metric. */
function adapt(metric: Metric): unknown {
  const { name, help, type } = metric;
  const aggregator = 'sum';
  return {
    name,
    help,
    type,
    aggregator,
    get: async () => ({ name, help, type, aggregator, values: await metric.samples() }),
  };
}
