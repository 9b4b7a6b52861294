/** What is counted about requests: apiserver pkg/endpoints/metrics, one record per label set behind all its metrics. */
import { Buckets, type Labels, type Metric, type Sample } from './series.ts';

export interface RequestObservation {
  /** As in RequestInfo: get, list, create …; `apply` for server-side apply; a lower-case method for other paths. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** How much the request is about; empty for non-resource requests. */
  readonly scope: '' | 'cluster' | 'namespace' | 'resource';
  readonly code: number;
  readonly seconds: number;
  /** Size of the answer's body. */
  readonly bytes: number;
  readonly dryRun?: boolean;
}

const VERBS: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  apply: 'APPLY',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
  connect: 'CONNECT',
  post: 'POST',
  put: 'PUT',
  head: 'GET',
};
const LONG_RUNNING = new Set(['WATCH', 'CONNECT']);
const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const MAX_SERIES = 4_000;
const OTHER = { verb: 'other', group: '', version: '', resource: '', subresource: 'other', scope: '' } as const;

interface Series {
  readonly labels: Labels;
  readonly dryRun: string;
  readonly codes: Map<number, number>;
  readonly seconds: Buckets;
  readonly bytes: Buckets;
}

export class RequestMetrics {
  readonly #records = new Map<string, Series>();

  observe(observation: RequestObservation): void {
    const record = this.#record(observation);
    record.codes.set(observation.code, (record.codes.get(observation.code) ?? 0) + 1);
    record.seconds.observe(observation.seconds);
    record.bytes.observe(observation.bytes);
  }

  metrics(): Metric[] {
    return [
      {
        name: 'apiserver_request_total',
        type: 'counter',
        help: 'Requests by verb, dry-run value, group, version, resource, scope, component and HTTP response code.',
        samples: () => this.#each((record) => codeSamples(record)),
      },
      {
        name: 'apiserver_request_duration_seconds',
        type: 'histogram',
        help: 'Time to answer a request in seconds, by verb, dry-run value, group, version, resource, subresource, scope and component.',
        samples: () =>
          this.#each((r) =>
            r.seconds.samples('apiserver_request_duration_seconds', { ...r.labels, dry_run: r.dryRun }),
          ),
      },
      {
        name: 'apiserver_request_sli_duration_seconds',
        type: 'histogram',
        help: 'Time to answer a request in seconds, without long-running requests.',
        samples: () => this.#sliSamples(),
      },
      {
        name: 'apiserver_response_sizes',
        type: 'histogram',
        help: 'Size of answers in bytes, by verb, group, version, resource, subresource, scope and component.',
        samples: () => this.#sizeSamples(),
      },
    ];
  }

  #record(o: RequestObservation): Series {
    const dryRun = o.dryRun ? 'All' : '';
    const key = `${o.verb} ${o.group} ${o.version} ${o.resource} ${o.subresource} ${o.scope} ${dryRun}`;
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    if (this.#records.size >= MAX_SERIES && o.verb !== 'other') return this.#record({ ...o, ...OTHER });
    const { group, version, resource, subresource, scope } = o;
    const verb = VERBS[o.verb] ?? 'other';
    const record = {
      labels: { verb, group, version, resource, subresource, scope, component: 'apiserver' },
      dryRun,
      codes: new Map(),
      seconds: new Buckets(SECONDS),
      bytes: new Buckets(BYTES),
    };
    this.#records.set(key, record);
    return record;
  }

  #each(samples: (record: Series) => Sample[]): Sample[] {
    return [...this.#records.values()].flatMap(samples);
  }

  #sliSamples(): Sample[] {
    const short = [...this.#records.values()].filter(({ labels }) => !LONG_RUNNING.has(labels.verb as string));
    return merged(short, SECONDS, 'apiserver_request_sli_duration_seconds', ({ seconds }) => seconds);
  }

  #sizeSamples(): Sample[] {
    return merged([...this.#records.values()], BYTES, 'apiserver_response_sizes', ({ bytes }) => bytes);
  }
}

/** Of records that differ in their dry-run label only: that metric has none. */
function merged(
  records: readonly Series[],
  bounds: readonly number[],
  name: string,
  part: (record: Series) => Buckets,
): Sample[] {
  const sums = new Map<string, { labels: Labels; buckets: Buckets }>();
  for (const record of records) {
    const key = Object.values(record.labels).join(' ');
    const sum = sums.get(key) ?? { labels: record.labels, buckets: new Buckets(bounds) };
    sum.buckets.absorb(part(record));
    sums.set(key, sum);
  }
  return [...sums.values()].flatMap(({ labels, buckets }) => buckets.samples(name, labels));
}

function codeSamples({ labels, dryRun, codes }: Series): Sample[] {
  return [...codes].map(([code, value]) => ({
    labels: { ...labels, dry_run: dryRun, code: String(code), system_client: '' },
    value,
  }));
}
