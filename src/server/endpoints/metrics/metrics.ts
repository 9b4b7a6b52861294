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
const ADMISSION_SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
const WEBHOOK_SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10];
const RESOURCE_VERSION = ['group', 'resource', 'version'] as const;

export class Metrics {
  readonly #requests = new RequestMetrics();
  readonly #inflight = new ValueFamily(
    'gauge',
    'apiserver_current_inflight_requests',
    ['request_kind'],
    'Requests being served, by kind.',
  );
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
  readonly #admission = new HistogramFamily(
    'apiserver_admission_controller_admission_duration_seconds',
    ['name', 'type', 'operation', 'rejected'],
    ADMISSION_SECONDS,
    'Time of an admission plugin in seconds.',
  );
  readonly #webhook = new HistogramFamily(
    'apiserver_admission_webhook_admission_duration_seconds',
    ['name', 'type', 'operation', 'rejected'],
    WEBHOOK_SECONDS,
    'Time of an admission webhook in seconds.',
  );
  readonly #all: Metric[];

  constructor(sources: MetricSources) {
    this.#inflight.set(0, 'mutating');
    this.#inflight.set(0, 'readOnly');
    this.#all = [
      ...this.#requests.metrics(),
      this.#inflight,
      this.#longRunning,
      this.#terminations,
      this.#watchEvents,
      this.#watchBytes,
      this.#storeSeconds,
      this.#storeTotal,
      this.#storeErrors,
      this.#authentication,
      this.#authorization,
      this.#admission,
      this.#webhook,
      ...storageMetrics(sources),
      buildInfo(sources.version),
      ...processMetrics(),
    ];
  }

  /** Adds metrics of other parts (flow control, controllers). */
  register(...metrics: Metric[]): void {
    this.#all.push(...metrics);
  }

  /** Once per finished request; about half a microsecond. */
  observe(observation: RequestObservation): void {
    this.#requests.observe(observation);
  }

  /** @param change +1 when a short request begins, -1 when it ends */
  inflight(kind: 'mutating' | 'readOnly', change: number): void {
    this.#inflight.add(change, kind);
  }

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

  /** @param operation get, list, create, update, delete … */
  store(operation: string, group: string, resource: string, seconds: number, failed = false): void {
    this.#storeSeconds.observe(seconds, operation, group, resource);
    this.#storeTotal.add(1, operation, group, resource);
    if (failed) this.#storeErrors.add(1, operation, group, resource);
  }

  authenticated(result: 'success' | 'failure' | 'error'): void {
    this.#authentication.add(1, result);
  }

  authorized(result: 'allowed' | 'denied' | 'no-opinion' | 'error'): void {
    this.#authorization.add(1, result);
  }

  /** @param type `admit` or `validate`; of webhooks `admit` or `validating` */
  admission(
    of: 'plugin' | 'webhook',
    name: string,
    type: string,
    operation: string,
    rejected: boolean,
    seconds: number,
  ): void {
    (of === 'plugin' ? this.#admission : this.#webhook).observe(seconds, name, type, operation, String(rejected));
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
