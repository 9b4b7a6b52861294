/**
 * Kubernetes' conformance tests of lists and watches, replayed: watch.go, chunking.go, table_conversion.go and
 * generated_clientset.go. What each waits ten seconds for not to happen is proved here by a later event that must come
 * first.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WatchEvent } from '../../src/client/watch-stream.ts';
import {
  type ConformanceServer,
  nameOf,
  refusal,
  revision,
  startConformanceServer,
  type Thing,
  type WatchRecord,
} from '../helpers/conformance.ts';

let server: ConformanceServer;

beforeAll(async () => {
  server = await startConformanceServer();
});

afterAll(() => server.close());

const KEY = 'watch-this-configmap';

describe('Watchers', () => {
  const paths = async () => `/api/v1/namespaces/${await server.namespace('watch')}/configmaps`;
  const labelled = (name: string, value: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { [KEY]: value } },
  });
  const watching = (path: string, values: readonly string[], resourceVersion?: string) =>
    server.api.watch(path, { resourceVersion, labelSelector: `${KEY} in (${values.join(',')})` });
  const mutate = (path: string, value: string) =>
    server.api.change(path, (object) => {
      object['data'] = { ...(object['data'] as object | undefined), mutation: value };
    });
  const relabel = (path: string, value: string) =>
    server.api.change(path, (object) => {
      object.metadata.labels = { [KEY]: value };
    });

  /** The next event must be this one: nothing that must not be seen came before it. */
  async function expectNext(watch: WatchRecord, type: WatchEvent['type'], object?: Thing): Promise<WatchEvent> {
    const event = await watch.next();
    expect(event.type).toBe(type);
    if (object !== undefined) expect(event.object).toEqual(object);
    return event;
  }

  test('should observe add, update, and delete watch notifications on configmaps', async () => {
    const path = await paths();
    const [a, b] = ['multiple-watchers-A', 'multiple-watchers-B'];
    const [watchA, watchB, watchAB] = await Promise.all([
      watching(path, [a]),
      watching(path, [b]),
      watching(path, [a, b]),
    ]);
    const both = async (type: WatchEvent['type'], only: WatchRecord, object?: Thing): Promise<void> => {
      await expectNext(only, type, object);
      await expectNext(watchAB, type, object);
    };
    const nameA = `${path}/e2e-watch-test-configmap-a`;
    const nameB = `${path}/e2e-watch-test-configmap-b`;
    await both('ADDED', watchA, await server.api.create(path, labelled('e2e-watch-test-configmap-a', a)));
    await both('MODIFIED', watchA, await mutate(nameA, '1'));
    await both('MODIFIED', watchA, await mutate(nameA, '2'));
    await server.api.remove(nameA);
    await both('DELETED', watchA);
    // B's first event is B's creation: A's life was not told to it.
    await both('ADDED', watchB, await server.api.create(path, labelled('e2e-watch-test-configmap-b', b)));
    await server.api.remove(nameB);
    await both('DELETED', watchB);
    // And B's life was not told to A.
    await both('ADDED', watchA, await server.api.create(path, labelled('e2e-watch-test-configmap-a', a)));
    for (const each of [watchA, watchB, watchAB]) each.stop();
  });

  test('should be able to start watching from a specific resource version', async () => {
    const path = await paths();
    const name = `${path}/e2e-watch-test-resource-version`;
    await server.api.create(path, labelled('e2e-watch-test-resource-version', 'from-resource-version'));
    const first = await mutate(name, '1');
    const second = await mutate(name, '2');
    await server.api.remove(name);
    const watch = await watching(path, ['from-resource-version'], first.metadata.resourceVersion);
    await expectNext(watch, 'MODIFIED', second);
    await expectNext(watch, 'DELETED');
    watch.stop();
  });

  test('should be able to restart watching from the last resource version observed by the previous watch', async () => {
    const path = await paths();
    const name = `${path}/e2e-watch-test-watch-closed`;
    const broken = await watching(path, ['watch-closed-and-restarted']);
    const made = await server.api.create(path, labelled('e2e-watch-test-watch-closed', 'watch-closed-and-restarted'));
    await mutate(name, '1');
    await expectNext(broken, 'ADDED', made);
    const { object: last } = await expectNext(broken, 'MODIFIED');
    broken.stop();
    const second = await mutate(name, '2');
    const again = await watching(path, ['watch-closed-and-restarted'], last.metadata.resourceVersion);
    await server.api.remove(name);
    await expectNext(again, 'MODIFIED', second);
    await expectNext(again, 'DELETED');
    again.stop();
  });

  test('should observe an object deletion if it stops meeting the requirements of the selector', async () => {
    const path = await paths();
    const name = `${path}/e2e-watch-test-label-changed`;
    const value = 'label-changed-and-restored';
    const watch = await watching(path, [value]);
    const made = await server.api.create(path, labelled('e2e-watch-test-label-changed', value));
    const first = await mutate(name, '1');
    await relabel(name, 'wrong-value');
    await expectNext(watch, 'ADDED', made);
    await expectNext(watch, 'MODIFIED', first);
    await expectNext(watch, 'DELETED');
    await mutate(name, '2');
    const restored = await relabel(name, value);
    const third = await mutate(name, '3');
    await server.api.remove(name);
    await expectNext(watch, 'ADDED', restored);
    await expectNext(watch, 'MODIFIED', third);
    await expectNext(watch, 'DELETED');
    watch.stop();
  });

  test('should receive events on concurrent watches in same order', async () => {
    const path = await paths();
    const { resourceVersion } = (await server.api.list(path)).metadata;
    const iterations = 100;
    const producing = produce(path, iterations + 10);
    const watches: WatchRecord[] = [];
    let from = resourceVersion;
    for (let i = 0; i < iterations; i++) {
      watches.push(await server.api.watch(path, { resourceVersion: from }));
      const seen = await Promise.all(
        watches.map(async (watch) => (await watch.next()).object.metadata.resourceVersion),
      );
      expect(new Set(seen).size).toBe(1);
      from = String(seen[0]);
    }
    for (const watch of watches) watch.stop();
    await producing;
  });

  /** Creates, updates and deletes in a fixed, mixed order. */
  async function produce(path: string, count: number): Promise<void> {
    const existing: string[] = [];
    for (let i = 0; i < count; i++) {
      const oldest = existing[i % (existing.length || 1)];
      if (oldest === undefined || i % 3 === 0) {
        await server.api.create(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `cm-${i}` } });
        existing.push(`cm-${i}`);
      } else if (i % 3 === 1) {
        const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: oldest, labels: { mutated: `${i}` } } };
        await server.api.update(`${path}/${oldest}`, body);
      } else {
        await server.api.remove(`${path}/${oldest}`);
        existing.splice(existing.indexOf(oldest), 1);
      }
    }
  }
});

describe('Servers with support for API chunking', () => {
  const TOTAL = 400;
  const templateName = (i: number) => `template-${String(i).padStart(4, '0')}`;

  async function templates(): Promise<string> {
    const path = `/api/v1/namespaces/${await server.namespace('chunking')}/podtemplates`;
    const spec = { containers: [{ name: 'test', image: 'test2' }] };
    const make = (i: number) =>
      server.api.create(path, {
        apiVersion: 'v1',
        kind: 'PodTemplate',
        metadata: { name: templateName(i) },
        template: { spec },
      });
    for (let i = 0; i < TOTAL; i += 20) await Promise.all(Array.from({ length: 20 }, (_, j) => make(i + j)));
    return path;
  }

  /** All pages from `token` on; each is checked as the conformance test does. @returns how many were found */
  async function pages(path: string, limit: number, found: number, token?: string, version?: string): Promise<number> {
    let next = token;
    let expected = version;
    do {
      const list = await server.api.list(path, { limit, continue: next });
      expect(list.items.length).toBeLessThanOrEqual(limit);
      expected ??= list.metadata.resourceVersion;
      expect(list.metadata.resourceVersion).toBe(expected);
      remaining(list.metadata, list.items.length + found);
      for (const item of list.items) expect(nameOf(item)).toBe(templateName(found++));
      next = list.metadata.continue;
    } while (next !== undefined && next !== '');
    return found;
  }

  function remaining(metadata: { continue?: string; remainingItemCount?: number }, seen: number): void {
    const rest = (metadata.continue ?? '') === '' ? undefined : TOTAL - seen;
    expect(metadata.remainingItemCount).toBe(rest);
  }

  test('should return chunks of results for list calls', async () => {
    const path = await templates();
    for (let i = 0; i < 3; i++) expect(await pages(path, 17, 0)).toBe(TOTAL);
    expect((await server.api.list(path, { limit: TOTAL + 1 })).items).toHaveLength(TOTAL);
  });

  test('should support continue listing from the last key if the original version has been compacted away', async () => {
    const path = await templates();
    const limit = TOTAL / 10;
    const first = await server.api.list(path, { limit });
    remaining(first.metadata, first.items.length);
    // The server compacts every five minutes, whatever is written: the conformance test waits for that.
    await server.api.create(`/api/v1/namespaces`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { generateName: 'later-' },
    });
    await server.plane.store.compact(await server.plane.store.currentRevision());
    const status = await refusal(server.api.list(path, { limit, continue: first.metadata.continue }));
    expect(status).toMatchObject({ code: 410, reason: 'Expired' });
    const token = (status.metadata as { continue?: string }).continue;
    expect(token).toMatch(/./);
    const second = await server.api.list(path, { limit, continue: token });
    expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    expect(second.items).toHaveLength(limit);
    remaining(second.metadata, second.items.length + limit);
    expect(second.items.map(nameOf)).toEqual(second.items.map((_, i) => templateName(limit + i)));
    const { continue: more, resourceVersion } = second.metadata;
    expect(await pages(path, limit, 2 * limit, more, resourceVersion)).toBe(TOTAL);
  });
});

describe('Servers with support for Table transformation', () => {
  const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  interface Table {
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[] }[];
    metadata: { continue?: string; remainingItemCount?: number; resourceVersion?: string };
  }

  test('should return pod details', async () => {
    const path = `/api/v1/namespaces/${await server.namespace('tables')}/pods`;
    const env = [{ name: 'SERVE_PORT_8080', value: 'foo' }];
    const container = { name: 'pod-1-container', image: 'agnhost', env, ports: [{ containerPort: 8080 }] };
    await server.api.create(path, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod-1' },
      spec: { restartPolicy: 'Never', containers: [container] },
    });
    const table = await server.api.get<Table>(`${path}/pod-1`, {}, TABLE);
    expect(table.columnDefinitions.length).toBeGreaterThan(2);
    expect(table.rows).toHaveLength(1);
    expect(table.rows[0]?.cells).toHaveLength(table.columnDefinitions.length);
    expect(table.columnDefinitions[0]?.name).toBe('Name');
    expect(table.rows[0]?.cells[0]).toBe('pod-1');
  });

  test('should return chunks of table results for list calls', async () => {
    const path = `/api/v1/namespaces/${await server.namespace('tables')}/podtemplates`;
    const spec = { containers: [{ name: 'test', image: 'test2' }] };
    const make = (i: number) =>
      server.api.create(path, {
        apiVersion: 'v1',
        kind: 'PodTemplate',
        metadata: { name: `template-${String(i).padStart(4, '0')}` },
        template: { spec },
      });
    await Promise.all(Array.from({ length: 20 }, (_, i) => make(i)));
    const first = await server.api.get<Table>(path, { limit: 2 }, TABLE);
    expect(first.rows).toHaveLength(2);
    expect(first.metadata).toMatchObject({ remainingItemCount: 18, continue: expect.stringMatching(/./) });
    expect(first.rows.map(({ cells }) => cells[0])).toEqual(['template-0000', 'template-0001']);
    const rest = await server.api.get<Table>(path, { continue: first.metadata.continue }, TABLE);
    expect(rest.rows).toHaveLength(18);
    expect(rest.metadata.continue ?? '').toBe('');
    expect(rest.rows[0]?.cells[0]).toBe('template-0002');
  });

  test('should return generic metadata details across all namespaces for nodes', async () => {
    await server.api.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'table-node' } });
    const table = await server.api.get<Table>('/api/v1/nodes', {}, TABLE);
    expect(table.columnDefinitions.length).toBeGreaterThanOrEqual(2);
    expect(table.rows.length).toBeGreaterThanOrEqual(1);
    expect(table.rows[0]?.cells).toHaveLength(table.columnDefinitions.length);
    expect(table.columnDefinitions[0]?.name).toBe('Name');
    expect(table.metadata.resourceVersion).toMatch(/./);
  });

  test('should return a 406 for a backend which does not implement metadata', async () => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const status = await refusal(server.api.send('POST', path, { body: review, headers: TABLE }));
    expect(status.code).toBe(406);
  });
});

describe('Generated clientset', () => {
  test('should create pods, set the deletionTimestamp and deletionGracePeriodSeconds of the pod', async () => {
    const path = `/api/v1/namespaces/${await server.namespace('clientset')}/pods`;
    const labelSelector = 'time=now';
    const before = await server.api.list(path, { labelSelector });
    expect(before.items).toEqual([]);
    const watch = await server.api.watch(path, { labelSelector, resourceVersion: before.metadata.resourceVersion });
    const made = await server.api.create(path, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'pod', labels: { name: 'foo', time: 'now' } },
      // A node's name stands for the scheduler: without one the pod would be gone at once.
      spec: { nodeName: 'some-node', containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    });
    expect(nameOf(made)).toMatch(/^pod[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    const resourceVersion = made.metadata.resourceVersion;
    expect((await server.api.list(path, { labelSelector, resourceVersion })).items).toHaveLength(1);
    expect((await watch.next()).type).toBe('ADDED');
    await server.api.remove(`${path}/${nameOf(made)}`, { gracePeriodSeconds: 31 });
    const { object } = await watch.until(({ type }) => type === 'MODIFIED');
    expect(object.metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 31 });
    expect(revision(object) > revision(made)).toBe(true);
    watch.stop();
  });

  test('should create v1 cronJobs, delete cronJobs, watch cronJobs', async () => {
    const path = `/apis/batch/v1/namespaces/${await server.namespace('clientset')}/cronjobs`;
    const labelSelector = 'time=now';
    const before = await server.api.list(path, { labelSelector });
    expect(before.items).toEqual([]);
    const watch = await server.api.watch(path, { labelSelector, resourceVersion: before.metadata.resourceVersion });
    const pod = { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'busybox' }] };
    const made = await server.api.create(path, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'cronjob', labels: { time: 'now' } },
      spec: {
        schedule: '*/1 * * * ?',
        concurrencyPolicy: 'Allow',
        jobTemplate: { spec: { parallelism: 1, completions: 1, template: { spec: pod } } },
      },
    });
    const listed = await server.api.list(path, { labelSelector, resourceVersion: made.metadata.resourceVersion });
    expect(listed.items).toHaveLength(1);
    expect((await watch.next()).type).toBe('ADDED');
    await server.api.remove(`${path}/cronjob`, { propagationPolicy: 'Background' });
    expect((await server.api.list(path, { labelSelector })).items).toEqual([]);
    watch.stop();
  });
});
