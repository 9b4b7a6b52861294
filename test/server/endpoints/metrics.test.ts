import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/server/endpoints/metrics/metrics.ts';
import { metricsHandlers } from '../../../src/server/endpoints/metrics/metrics-handlers.ts';
import { RequestMetrics, type RequestObservation } from '../../../src/server/endpoints/metrics/request-metrics.ts';
import type { Sample } from '../../../src/server/endpoints/metrics/series.ts';
import { versionInfo } from '../../../src/server/endpoints/version.ts';
import { ask } from './fake-request.ts';

const listPods: RequestObservation = {
  verb: 'list',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  scope: 'namespace',
  code: 200,
  seconds: 0.03,
  bytes: 1500,
};

async function scrape(metrics: Metrics): Promise<Map<string, number>> {
  const text = await metrics.text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

function find(samples: Map<string, number>, name: string, ...parts: string[]): number[] {
  return [...samples]
    .filter(([key]) => key.startsWith(`${name}{`) && parts.every((part) => key.includes(part)))
    .map(([, value]) => value);
}

describe('Metrics', () => {
  it('counts requests by their labels', async () => {
    const metrics = new Metrics({ version: versionInfo() });
    metrics.observe(listPods);
    metrics.observe({ ...listPods, code: 403 });
    metrics.observe({ ...listPods, code: 403, dryRun: true });
    metrics.observe({ ...listPods, verb: 'brew' });
    const samples = await scrape(metrics);
    expect(find(samples, 'apiserver_request_total', 'verb="LIST"', 'code="403"', 'dry_run=""')).toEqual([1]);
    expect(find(samples, 'apiserver_request_total', 'verb="LIST"', 'dry_run="All"')).toEqual([1]);
    expect(find(samples, 'apiserver_request_total', 'verb="other"')).toEqual([1]);
    expect(find(samples, 'apiserver_response_sizes_count', 'verb="LIST"')).toEqual([3]);
    expect(find(samples, 'apiserver_response_sizes_sum', 'verb="LIST"')).toEqual([4500]);
  });

  it('puts durations into cumulative buckets', async () => {
    const metrics = new Metrics({ version: versionInfo() });
    for (const seconds of [0.005, 0.03, 1000]) metrics.observe({ ...listPods, seconds });
    const samples = await scrape(metrics);
    const bucket = (le: string) => find(samples, 'apiserver_request_duration_seconds_bucket', `le="${le}"`)[0];
    expect([bucket('0.005'), bucket('0.025'), bucket('0.05'), bucket('60'), bucket('+Inf')]).toEqual([1, 1, 2, 2, 3]);
    expect(find(samples, 'apiserver_request_sli_duration_seconds_count')).toEqual([3]);
  });

  it('leaves watches out of the service level', async () => {
    const metrics = new Metrics({ version: versionInfo() });
    metrics.observe({ ...listPods, verb: 'watch' });
    expect(find(await scrape(metrics), 'apiserver_request_sli_duration_seconds_count')).toEqual([]);
  });

  it('follows gauges up and down', async () => {
    const metrics = new Metrics({ version: versionInfo() });
    metrics.inFlightFrom(() => ({ mutating: 1, readOnly: 0 }));
    const watch = {
      verb: 'WATCH',
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
      subresource: '',
      scope: 'cluster',
    } as const;
    metrics.longRunning(watch, 1);
    const samples = await scrape(metrics);
    expect(samples.get('apiserver_current_inflight_requests{request_kind="mutating"}')).toBe(1);
    expect(samples.get('apiserver_current_inflight_requests{request_kind="readOnly"}')).toBe(0);
    expect(find(samples, 'apiserver_longrunning_requests', 'resource="deployments"')).toEqual([1]);
  });

  it('bounds the label sets that clients can make', () => {
    const requests = new RequestMetrics();
    for (let i = 0; i < 4_050; i++) requests.observe({ ...listPods, subresource: `s${i}` });
    const total = requests.metrics()[0]?.samples() as Sample[];
    expect(total).toHaveLength(4_001);
    expect(total.find(({ labels }) => labels.subresource === 'other')?.value).toBe(50);
  });

  it('reads the store and the process when asked', async () => {
    const metrics = new Metrics({
      version: versionInfo(),
      storageObjects: () => new Map([['deployments.apps', 7]]),
      storageBytes: async () => 4096,
    });
    metrics.storeOperation('get', '', 'pods')(0.001, false);
    metrics.storeOperation('create', '', 'pods')(0.001, true);
    metrics.watchEvents('apps', 'v1', 'deployments')(900);
    const samples = await scrape(metrics);
    expect(samples.get('apiserver_storage_objects{resource="deployments.apps"}')).toBe(7);
    expect(find(samples, 'apiserver_storage_size_bytes')).toEqual([4096]);
    expect(find(samples, 'etcd_requests_total')).toEqual([1, 1]);
    expect(find(samples, 'etcd_request_errors_total')).toEqual([1]);
    expect(find(samples, 'apiserver_watch_events_total')).toEqual([1]);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(find(samples, 'kubernetes_build_info', 'minor="36"')).toEqual([1]);
  });

  it('keeps control planes apart', async () => {
    const [one, two] = [new Metrics({ version: versionInfo() }), new Metrics({ version: versionInfo() })];
    one.observe(listPods);
    expect(find(await scrape(two), 'apiserver_request_total')).toEqual([]);
  });

  it('is served as text', async () => {
    const answer = await ask(metricsHandlers(new Metrics({ version: versionInfo() })), '/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
    expect(answer.text).toContain('# TYPE apiserver_request_total counter');
  });
});
