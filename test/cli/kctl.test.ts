/** kctl by itself: help, suggestions, machine mode, traces, colours, watches. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import pjson from '../../package.json' with { type: 'json' };
import { manifestText } from '../../scripts/manifest.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runKctl, startTestPlane, type TestPlane } from '../helpers/cli.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
});

afterAll(() => plane.close());

test('oclif.manifest.json is current (node scripts/manifest.ts)', async () => {
  expect(JSON.parse(await manifestText())).toEqual(manifest);
});

describe('help', () => {
  test('the first page lists the commands', async () => {
    const { stdout } = await runKctl([]);
    const shown = Object.keys(COMMANDS).filter((id) => !id.startsWith('__'));
    for (const id of shown) expect(stdout).toContain((id.split(':')[0] as string).padEnd(3));
  });
});

describe('what nobody knows', () => {
  test.each([
    [['ge', 'pods'], 'error: unknown command "ge" for "kctl"\n\nDid you mean this?\n\tget\n'],
    [['frobnicate'], 'error: unknown command "frobnicate" for "kctl"\n'],
    [
      ['get', '--namespac', 'x'],
      "error: unknown flag: --namespac\n\nDid you mean this?\n\t--namespace\n\nSee 'kctl get --help' for usage.\n",
    ],
  ])('%j', async (args, stderr) => {
    expect(await runKctl(args)).toEqual({ stdout: '', stderr, code: 1 });
  });

  test('a kind', async () => {
    expect(await plane.kctl(['get', 'deploymnets'])).toEqual({
      stdout: '',
      stderr: 'error: the server doesn\'t have a resource type "deploymnets"\n\nDid you mean this?\n\tdeployments\n',
      code: 1,
    });
  });

  test('no kubeconfig at all', async () => {
    const { stderr, code } = await runKctl(['get', 'pods'], { env: { KUBECONFIG: '/nonexistent' } });
    expect(stderr).toMatch(/^error: no kubeconfig found \(\/nonexistent\) and no --server given\nTry this: /);
    expect(code).toBe(1);
  });
});

describe('machine mode', () => {
  test('an error is one JSON object', async () => {
    const { stdout, stderr, code } = await plane.kctl(['get', 'cm', 'nope', '--json']);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(JSON.parse(stderr)).toMatchObject({ error: { reason: 'NotFound', code: 404, exitCode: 1 } });
  });

  test('a bad flag too', async () => {
    const { stderr } = await runKctl(['get', '--json', '--foo']);
    expect(JSON.parse(stderr).error.message).toContain('unknown flag: --foo');
  });

  test('--json is -o json', async () => {
    const plain = await plane.kctl(['get', 'ns', 'default', '-o', 'json']);
    expect(await plane.kctl(['get', 'ns', 'default', '--json'])).toEqual(plain);
  });
});

describe('version', () => {
  test('--version', async () => {
    expect((await runKctl(['--version'])).stdout).toMatch(new RegExp(`^kctl/${pjson.version} `));
  });

  test('of both', async () => {
    const { stdout, code } = await plane.kctl(['version']);
    expect(stdout).toBe(`Client Version: v1.36.3+kctl.${pjson.version}\nServer Version: v1.36.3\n`);
    expect(code).toBe(0);
  });

  test('without a server', async () => {
    const { stdout } = await runKctl(['version', '--client', '-o', 'yaml'], { env: { KUBECONFIG: '/nonexistent' } });
    expect(stdout).toMatch(/^clientVersion:\n {2}compiler: v8\n/);
  });

  test('the client is told although the server cannot be reached', async () => {
    const { stdout, stderr, code } = await runKctl(['version', '-s', 'https://127.0.0.1:1'], {
      env: { KUBECONFIG: '/x' },
    });
    expect(stdout).toMatch(/^Client Version: /);
    expect(stderr).toContain('The connection to the server 127.0.0.1:1 was refused');
    expect(code).toBe(1);
  });
});

describe('trace', () => {
  test('shows what client and server did, below the result', async () => {
    const { stdout, stderr, code } = await plane.kctl(['get', 'ns', 'default', '--trace']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NAME +STATUS +AGE\n/);
    for (const part of [
      /^trace of 3 requests in /,
      /kubeconfig .*context kctl/,
      /tls .*trusted/,
      /authentication .*kubernetes-admin/,
      /authorization .*allow/,
    ]) {
      expect(stderr).toMatch(part);
    }
    expect(stderr).not.toContain('\u001b[');
  });

  test('of a failed request too, in colour on a terminal', async () => {
    const { stderr, code } = await plane.kctl(['get', 'cm', 'nope', '--trace'], { columns: 120 });
    expect(code).toBe(1);
    expect(stderr).toContain('\u001b[');
    expect(stderr).toMatch(/→ 404/);
    expect(stderr).toMatch(/Error from server \(NotFound\): configmaps "nope" not found\n$/);
  });

  test.each([
    [{ NO_COLOR: '1' }, []],
    [{}, ['--no-color']],
    [{}, ['--color=false']],
    [{ TERM: 'dumb' }, []],
  ])('without colour: %j %j', async (env, flags) => {
    const { stderr } = await plane.kctl(['version', '--trace', ...flags], {
      columns: 120,
      env: env as Record<string, string>,
    });
    expect(stderr).toContain('trace of 1 request');
    expect(stderr).not.toContain('\u001b[');
  });

  test('as JSON', async () => {
    const { stderr } = await plane.kctl(['apply', '-f', '-', '--trace=json'], {
      input: 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: traced}\n',
    });
    const report = JSON.parse(stderr);
    const write = report.requests.find(({ method }: { method: string }) => method === 'POST');
    expect(write).toMatchObject({ status: 201, server: { method: 'POST', user: 'kubernetes-admin', status: 201 } });
    expect(write.server.spans.map(({ station }: { station: string }) => station)).toContain('authorization');
  });

  test('acting as somebody who may not see traces: seen all the same', async () => {
    const { stderr, code } = await plane.kctl(['get', 'ns', '--as', 'jane', '--trace']);
    expect(code).toBe(1);
    expect(stderr).toContain('audit-id');
    expect(stderr).toContain('kubernetes-admin acts as jane');
  });

  test('a server that is not kctl', async () => {
    const other = createServer((_, response) => {
      response
        .setHeader('audit-id', 'abc')
        .setHeader('content-type', 'application/json')
        .end('{"major":"1","minor":"36"}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const { port } = other.address() as AddressInfo;
    const { stderr, code } = await runKctl(['version', '-s', `http://127.0.0.1:${port}`, '--trace'], {
      env: { KUBECONFIG: '/x' },
    });
    other.close();
    expect(code).toBe(0);
    expect(stderr).toContain('/version → 200, 26 B, audit-id abc');
    expect(stderr).toContain('it is not kctl');
  });
});

test.each([
  [
    '6',
    /"Response" verb="GET" url="https:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\?limit=500" status="200 OK" milliseconds=\d+$/m,
  ],
  ['7', /"Request" verb="GET" url="https:.*\/namespaces\?limit=500" headers=<\n\tAccept: application\/json;as=Table/],
  [
    '8',
    /"Response" status="200 OK" headers=<\n(\t.*\n)*\tContent-Type: application\/json\n(\t.*\n)* > milliseconds=\d+\n/,
  ],
  ['8', /^I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ \S+\] "Response Body" body="\{\\"kind\\":\\"Table\\"/m],
  ['9', /"Request" curlCommand=<\n\tcurl -v -XGET {2}-H "Accept: .*' *\n >/],
])('-v %s shows each request: %s', async (level, expected) => {
  const { stderr } = await plane.kctl(['get', 'ns', '-v', level]);
  expect(stderr).toMatch(expected);
});

test('--warnings-as-errors', async () => {
  const line = ['get', 'componentstatuses', '--warnings-as-errors'];
  const { stderr, code } = await plane.kctl(line);
  expect(stderr).toMatch(/^Warning: v1 ComponentStatus is deprecated/);
  expect(code).toBe(1);
});

describe('watch', () => {
  test.each([
    [[], /^NAME +DATA +AGE\nwatched +0 +\S+\nwatched +1 +\S+\n/],
    [['--output-watch-events'], /^EVENT +NAME +DATA +AGE\nADDED +watched +0 +\S+\nMODIFIED +watched +1 +\S+\n/],
    [['-o', 'name'], /^configmap\/watched\nconfigmap\/watched\n/],
  ])('get cm -w %j', async (flags, expected) => {
    const namespace = `watch-${Math.random().toString(36).slice(2, 8)}`;
    await plane.kubectl(['create', 'namespace', namespace]);
    const config = (data: string) => `kind: ConfigMap\napiVersion: v1\nmetadata: {name: watched}\ndata: ${data}\n`;
    await plane.kctl(['apply', '-n', namespace, '-f', '-'], { input: config('{}') });

    const texts = { stdout: '', stderr: '' };
    const line = ['get', 'cm', 'watched', '-n', namespace, '-w', '--request-timeout=2s', ...flags];
    // The timeout stands in for Ctrl-C.
    const watching = plane.kctl(line, { texts });
    await expect.poll(() => texts.stdout, { interval: 10 }).toContain('watched');
    await plane.kctl(['apply', '-n', namespace, '-f', '-'], { input: config('{a: "1"}') });
    expect((await watching).stdout).toMatch(expected);
  });

  test('of several kinds', async () => {
    expect((await plane.kctl(['get', 'cm,svc', '-w'])).code).toBe(1);
  });
});

test('deletion waits for finalizers', async () => {
  const manifest = (finalizers: string) =>
    `kind: ConfigMap\napiVersion: v1\nmetadata: {name: held, finalizers: ${finalizers}}\n`;
  await plane.kctl(['apply', '-f', '-'], { input: manifest('[example.com/x]') });
  const timedOut = await plane.kctl(['delete', 'cm', 'held', '--timeout=200ms']);
  expect(timedOut).toMatchObject({ stdout: 'configmap "held" deleted from default namespace\n', code: 1 });
  expect(timedOut.stderr).toBe('error: timed out waiting for the condition on configmaps/held\n');
  const deleting = plane.kctl(['delete', 'cm', 'held']);
  await plane.kctl(['apply', '-f', '-'], { input: manifest('[]') });
  expect(await deleting).toMatchObject({ stderr: '', code: 0 });
});
