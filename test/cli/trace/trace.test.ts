/** `kctl trace`: any command, every form, kept traces, servers that tell nothing. */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lessonOf } from '../../../src/cli/trace/lessons.ts';
import { readReport } from '../../../src/cli/trace/read-report.ts';
import { requestAttributes } from '../../../src/cli/trace/request-attributes.ts';
import { renderTrace } from '../../../src/cli/trace/trace-format.ts';
import type { TraceReport } from '../../../src/cli/trace/trace-report.ts';
import { runKctl, startTestPlane, type TestPlane } from '../../helpers/cli.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
});

afterAll(() => plane.close());

async function traced(...args: string[]): Promise<{ report: TraceReport; stderr: string }> {
  const { stdout, stderr } = await plane.kctl(['trace', '-o', 'json', ...args]);
  return { report: JSON.parse(stdout), stderr };
}

test('a write passes every station, and each station has its lesson', async () => {
  const { report, stderr } = await traced('create', 'configmap', 'traced', '--from-literal=a=b');
  expect(stderr).toBe('configmap/traced created\n');
  const server = report.requests.find(({ method }) => method === 'POST')?.server;
  const stations = server?.spans.map(({ station }) => station) ?? [];
  for (const station of [
    'request-info',
    'authentication',
    'authorization',
    'decode',
    'admission',
    'validation',
    'storage',
    'watch',
  ]) {
    expect(stations).toContain(station);
  }
  expect(server?.spans.at(-1)?.decision).toMatch(/^\d+ watchers? (was|were) told$/);
  for (const station of [...stations, ...report.spans.map((span) => span.station)]) {
    expect(lessonOf(station)?.url, station).toMatch(/^https:\/\//);
  }
});

test('as text below the result; --teach explains each station once', async () => {
  const { stdout, stderr, code } = await plane.kctl(['trace', 'get', 'ns', 'default', '-o', 'name', '--teach']);
  expect({ stdout, code }).toEqual({ stdout: 'namespace/default\n', code: 0 });
  expect(stderr).toMatch(/^trace of 3 requests in /);
  expect(stderr.match(/May you do this\?/g)).toHaveLength(1);
  expect(stderr).toContain('https://kubernetes.io/docs/reference/access-authn-authz/rbac/');
});

test('global flags before the command go on to it', async () => {
  const { report } = await traced('-n', 'kube-system', 'get', 'cm');
  expect(report.requests.at(-1)?.path).toContain('/namespaces/kube-system/configmaps');
});

test('a failed command keeps its exit code and message', async () => {
  const { stdout, stderr, code } = await plane.kctl(['trace', '-o', 'mermaid', 'get', 'cm', 'nope']);
  expect(code).toBe(1);
  expect(stderr).toBe('Error from server (NotFound): configmaps "nope" not found\n');
  expect(stdout).toMatch(/^sequenceDiagram\n {2}participant kctl\n/);
  expect(stdout).toMatch(/server--x-kctl: 404, /);
});

test.each([
  [['trace'], 'you must specify a command'],
  [['trace', 'frob'], 'unknown command "frob" for "kctl"'],
  [['trace', 'trace', 'get', 'pods'], 'a trace of a trace would show nothing more'],
  [['trace', '-o', 'svg', 'get', 'pods'], 'must be one of text, json, mermaid, html'],
  [['get', 'pods', '--trace=svg'], '--trace must be text, json, mermaid, html or teach, not "svg"'],
  [['trace', 'replay'], 'you must specify one file'],
  [['trace', 'replay', '/nonexistent'], 'cannot read /nonexistent'],
  [['trace', 'show', 'nope'], 'trace "nope" not found'],
])('%j', async (args, message) => {
  const { stderr, code } = await plane.kctl(args);
  expect(stderr).toContain(message);
  expect(code).toBe(1);
});

test('--as: seen by whom one acts as, explained by what oneself may read', async () => {
  const { report } = await traced('get', 'pods', '--as', 'jane');
  const spans = report.requests.at(-1)?.server?.spans ?? [];
  expect(spans.map(({ station }) => station)).toContain('impersonation');
  expect(spans.find(({ station }) => station === 'authorization')?.decision).toMatch(/^(no-opinion|deny)/);
});

describe('kept traces', () => {
  test('replay shows what was kept; show what the server has', async () => {
    const { stdout } = await plane.kctl(['trace', '-o', 'json', 'get', 'ns']);
    const file = join(plane.directory, 'trace.json');
    await writeFile(file, stdout);
    const replayed = await plane.kctl(['trace', 'replay', file]);
    const live = await renderTrace(JSON.parse(stdout), { format: 'text', teach: false, color: false, width: 1000 });
    expect(replayed).toEqual({ code: 0, stderr: '', stdout: live });
    const listed = await plane.kctl(['trace', 'show']);
    const id = /^(\S+) .*GET \/api\/v1\/namespaces: 200 in \S+ m?s$/m.exec(listed.stdout)?.[1] as string;
    const shown = await plane.kctl(['trace', 'show', id]);
    expect(shown.stdout).toMatch(/^trace of 1 request in [\s\S]*\n {4}authentication .*you are kubernetes-admin\n/);
    const raw = await plane.kctl(['get', '--raw', `/debug/traces/${id}`]);
    expect((await plane.kctl(['trace', 'replay', '-'], { input: raw.stdout })).stdout).toBe(shown.stdout);
  });

  test.each([
    '',
    '{}',
    '[]',
    '{"spans":[],"requests":[{}],"totalMs":1}',
    '{"id":"x","durationMs":1,"spans":[{"station":1}]}',
  ])('no trace: %s', (text) => {
    expect(() => readReport(text, 'x.json')).toThrow(/^x\.json is no trace: /);
  });
});

test('a page needs nothing else, and nothing in it becomes markup', async () => {
  const { stdout } = await plane.kctl(['trace', '-o', 'html', '--teach', 'get', 'cm', '-l', 'a=b']);
  expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  expect(stdout).not.toMatch(/<script|<link|src=|@import/);
  const evil: TraceReport = {
    totalMs: 1,
    requests: [],
    spans: [{ station: '<b>', startMs: 0, durationMs: 1, decision: '"><script>' }],
  };
  const page = await renderTrace(evil, { format: 'html', teach: false, color: false, width: 80 });
  expect(page).toContain('&lt;b&gt;');
  expect(page).toContain('&quot;&gt;&lt;script&gt;');
  expect(await renderTrace(evil, { format: 'mermaid', teach: false, color: false, width: 80 })).toContain('"><script>');
});

describe('a server that is not kctl', () => {
  let other: Server;
  let kubeconfig: string;

  /** Hands requests on, but not the wish to trace, and its answers tell no trace. */
  beforeAll(async () => {
    const user = { name: 'jane', groups: ['dev', 'system:authenticated'], uid: '', extra: {} };
    other = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const as = req.url?.includes('rbac.authorization') ? { ...user, groups: ['system:masters'] } : user;
      if (req.url?.startsWith('/debug')) return void res.writeHead(404).end('404 page not found');
      const { 'content-type': type = '', accept = '' } = req.headers;
      const answer = await plane.plane.local(as).send({
        method: req.method ?? 'GET',
        path: req.url ?? '/',
        headers: { accept, ...(type === '' ? {} : { 'content-type': type }) },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      res.writeHead(answer.status, {
        'content-type': 'application/json',
        'audit-id': 'audit-1',
        warning: '299 - "old version"',
      });
      for await (const chunk of answer.body) res.write(chunk);
      res.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    kubeconfig = join(plane.directory, 'other.yaml');
    const { port } = other.address() as AddressInfo;
    const text = `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'http://127.0.0.1:${port}'}}], users: [{name: u, user: {}}]}`;
    await writeFile(kubeconfig, text);
    await plane.kubectl(['create', 'role', 'reader', '--verb=list', '--resource=pods']);
    await plane.kubectl(['create', 'rolebinding', 'readers', '--role=reader', '--group=dev']);
  });

  afterAll(() => {
    other.closeAllConnections();
    other.close();
  });

  test('client side, audit id, warnings, and authorization concluded from RBAC', async () => {
    const { stderr } = await runKctl(['get', 'pods', '--trace', '--kubeconfig', kubeconfig]);
    expect(stderr).toContain('audit-id audit-1');
    expect(stderr).toMatch(/\n {4}warning .*old version\n/);
    expect(stderr).toMatch(
      /\n {4}authorization .*concluded from RBAC: User "jane", allowed by RoleBinding .*readers.*/,
    );
    expect(stderr).toContain('The server told nothing about its side: it is not kctl');
    const { stdout } = await runKctl(['trace', '-o', 'json', 'get', 'secrets', '--kubeconfig', kubeconfig]);
    const { concluded } = (JSON.parse(stdout) as TraceReport).requests.at(-1) ?? {};
    expect(concluded?.decision).toMatch(
      /^concluded from RBAC: User "jane", refused as no rule fits; nearest: .*readers/,
    );
    const { stderr: show } = await runKctl(['trace', 'show', '--kubeconfig', kubeconfig]);
    expect(show).toBe('error: this server keeps no traces: it is not kctl serve\n');
  });
});

describe('what a request asks permission for', () => {
  test.each([
    ['GET', '/api/v1/pods', 'list', '', 'pods', '', '', ''],
    ['GET', '/api/v1/namespaces/shop/pods?watch=1', 'watch', '', 'pods', '', 'shop', ''],
    ['GET', '/api/v1/namespaces/shop/pods?watch=false', 'list', '', 'pods', '', 'shop', ''],
    ['GET', '/api/v1/namespaces/shop/pods/web/log', 'get', '', 'pods', 'log', 'shop', 'web'],
    ['GET', '/api/v1/namespaces/shop', 'get', '', 'namespaces', '', 'shop', 'shop'],
    ['PUT', '/api/v1/namespaces/shop/finalize', 'update', '', 'namespaces', 'finalize', 'shop', 'shop'],
    ['POST', '/apis/apps/v1/namespaces/shop/deployments', 'create', 'apps', 'deployments', '', 'shop', ''],
    ['DELETE', '/apis/apps/v1/namespaces/shop/deployments', 'deletecollection', 'apps', 'deployments', '', 'shop', ''],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/shop/deployments/web/scale',
      'patch',
      'apps',
      'deployments',
      'scale',
      'shop',
      'web',
    ],
    ['GET', '/api/v1/secrets?fieldSelector=metadata.name%3Dx', 'list', '', 'secrets', '', '', 'x'],
  ])('%s %s', (method, path, verb, group, resource, subresource, namespace, name) => {
    expect(requestAttributes(method, path)).toMatchObject({
      isResource: true,
      verb,
      group,
      resource,
      subresource,
      namespace,
      name,
    });
  });

  test.each([['/version'], ['/apis/apps/v1'], ['/api'], ['/debug/traces/x']])('%s is no resource', (path) => {
    expect(requestAttributes('GET', path)).toMatchObject({ isResource: false, verb: 'get', path });
  });
});
