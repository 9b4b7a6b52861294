/** logs, exec, attach, port-forward and proxy against a small API server that speaks the WebSocket protocols. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Pod, Service } from '../../../src/api/types/core-v1.ts';
import { requestFilter } from '../../../src/cli/proxy/request-filter.ts';
import { forwardedPorts } from '../../../src/cli/streams/forwarded-ports.ts';
import { runKctl } from '../../helpers/cli.ts';

const POD: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: {
    initContainers: [{ name: 'init' }],
    containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }, { name: 'side' }],
  },
  status: { phase: 'Running' },
};
const LOGS: Readonly<Record<string, string>> = { main: 'one\ntwo\n', side: 'three\n', init: 'zero' };

let server: Server;
let directory: string;
let kubeconfig: string;
const seen: string[] = [];

/** exec: `echo` says what it is told, `fail` ends with 3; anything else is no command. */
function execute(socket: WebSocket, url: URL): unknown {
  const send = (channel: number, text: string) =>
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  const end = (status: object) => {
    send(3, JSON.stringify(status));
    socket.close();
  };
  const [command, ...words] = url.searchParams.getAll('command');
  if (command === 'echo') {
    send(1, `${words.join(' ')}\n`);
    send(2, 'and to stderr\n');
    return end({ status: 'Success' });
  }
  if (command === 'fail') {
    const causes = [{ reason: 'ExitCode', message: '3' }];
    return end({ status: 'Failure', reason: 'NonZeroExitCode', message: 'failed', details: { causes } });
  }
  if (command !== 'cat') return end({ status: 'Failure', message: `no command ${command}` });
  return socket.on('message', (data: Buffer) => {
    if (data[0] === 0) send(1, data.subarray(1).toString().toUpperCase());
    if (data[0] === 255) end({ status: 'Success' });
  });
}

/** Says its port number on both channels, then echoes; `boom` is an error. */
function forward(socket: WebSocket, url: URL): void {
  const port = Buffer.alloc(2);
  port.writeUInt16LE(Number(url.searchParams.get('ports')));
  socket.send(Buffer.concat([Buffer.from([0]), port]));
  socket.send(Buffer.concat([Buffer.from([1]), port]));
  socket.on('message', (data: Buffer) => {
    const text = data.subarray(1).toString();
    if (text === 'boom') socket.send(Buffer.concat([Buffer.from([1]), Buffer.from('connection refused in the pod')]));
    else socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(`${port.readUInt16LE()}:${text}`)]));
  });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kctl-streams-'));
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  server = createServer((req, res) =>
    answer(req, (status, body, type = 'application/json') => res.writeHead(status, { 'content-type': type }).end(body)),
  );
  server.on('upgrade', (req, socket, head) => {
    const url = new URL(req.url ?? '/', 'http://x');
    seen.push(`${req.headers['sec-websocket-protocol']} ${req.headers.authorization} ${url.search}`);
    if (url.searchParams.get('container') === 'side') {
      const status = JSON.stringify({
        kind: 'Status',
        status: 'Failure',
        code: 400,
        reason: 'BadRequest',
        message: 'not in side',
      });
      return socket.end(
        `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${status.length}\r\n\r\n${status}`,
      );
    }
    sockets.handleUpgrade(req, socket, head, (ws) =>
      url.pathname.endsWith('/portforward') ? forward(ws, url) : execute(ws, url),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  kubeconfig = join(directory, 'config');
  const { port } = server.address() as AddressInfo;
  await writeFile(
    kubeconfig,
    `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'http://127.0.0.1:${port}'}}], users: [{name: u, user: {token: secret}}]}`,
  );
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

function answer(req: IncomingMessage, send: (status: number, body: string, type?: string) => unknown): unknown {
  const url = new URL(req.url ?? '/', 'http://x');
  seen.push(`${req.method} ${req.url} ${req.headers.authorization}`);
  if (url.pathname.endsWith('/pods/web')) return send(200, JSON.stringify(POD));
  if (url.pathname.endsWith('/pods')) return send(200, JSON.stringify({ kind: 'PodList', items: [POD] }));
  if (url.pathname.endsWith('/log'))
    return send(200, LOGS[url.searchParams.get('container') ?? ''] ?? '', 'text/plain');
  const status = { kind: 'Status', status: 'Failure', code: 404, reason: 'NotFound', message: 'not found' };
  return send(404, JSON.stringify(status));
}

const kctl = (args: readonly string[], input?: string) =>
  runKctl(args, { env: { KUBECONFIG: kubeconfig }, ...(input === undefined ? {} : { input }) });

const DEFAULTED = 'Defaulted container "main" out of: main, side, init (init)\n';

describe('logs', () => {
  test.each([
    [['logs', 'web'], 'one\ntwo\n', DEFAULTED],
    [['logs', 'web', '-c', 'side'], 'three\n', ''],
    [['logs', 'web', 'side'], 'three\n', ''],
    [
      ['logs', 'web', '--all-containers', '--prefix'],
      '[pod/web/init] zero[pod/web/main] one\n[pod/web/main] two\n[pod/web/side] three\n',
      '',
    ],
    [['logs', '-l', 'app=web'], 'one\ntwo\n', DEFAULTED],
  ])('%j', async (args, stdout, stderr) => {
    expect(await kctl(args)).toEqual({ code: 0, stdout, stderr });
  });

  test('options become the query', async () => {
    await kctl([
      'logs',
      'web',
      '-c',
      'main',
      '-f',
      '-p',
      '--since=90s',
      '--tail=5',
      '--timestamps',
      '--limit-bytes=100',
    ]);
    const path = seen.findLast((line) => line.includes('/log')) ?? '';
    for (const part of [
      'follow=true',
      'previous=true',
      'sinceSeconds=90',
      'tailLines=5',
      'timestamps=true',
      'limitBytes=100',
      'container=main',
    ]) {
      expect(path).toContain(part);
    }
  });
});

describe('exec and attach', () => {
  test('both streams, the credentials, the protocol', async () => {
    const result = await kctl(['exec', 'web', '-c', 'main', '--', 'echo', 'a b', '-c']);
    expect(result).toEqual({ code: 0, stdout: 'a b -c\n', stderr: 'and to stderr\n' });
    expect(seen.at(-1)).toContain('v5.channel.k8s.io,v4.channel.k8s.io Bearer secret');
    expect(seen.at(-1)).toContain('command=echo&command=a+b&command=-c&stdout=true&stderr=true');
  });

  test('the standard input, to its end', async () => {
    expect(await kctl(['exec', '-i', 'web', '-q', '--', 'cat'], 'shout')).toEqual({
      code: 0,
      stdout: 'SHOUT',
      stderr: '',
    });
  });

  test.each([
    [['exec', 'web', '-c', 'main', '--', 'fail'], 'command terminated with exit code 3\n', 3],
    [['exec', 'web', '-c', 'main', '--', 'nope'], 'error: no command nope\n', 1],
    [['exec', 'web', '-c', 'side', '--', 'echo'], 'Error from server (BadRequest): not in side\n', 1],
    [['exec', 'web'], 'error: you must specify at least one command for the container\n', 1],
    [['exec', 'gone', '--', 'ls'], 'Error from server (NotFound): not found\n', 1],
  ])('%j', async (args, stderr, code) => {
    expect(await kctl(args)).toEqual({ code, stdout: '', stderr });
  });

  test('attach says what it is doing', async () => {
    const { stderr } = await kctl(['attach', 'web']);
    expect(stderr).toContain(DEFAULTED);
    expect(stderr).toContain('will be recorded in container logs');
  });
});

/** What one side of a connection reads after it has sent a text. */
function say(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(''));
  });
}

/** Runs something that goes on, until `use` has seen its port. */
async function whileRunning(
  args: readonly string[],
  pattern: RegExp,
  use: (port: number, texts: { stderr: string }) => Promise<void>,
): Promise<string> {
  const texts = { stdout: '', stderr: '' };
  const stop = new AbortController();
  const running = runKctl(args, { env: { KUBECONFIG: kubeconfig }, texts, interrupted: stop.signal });
  const port = await expect
    .poll(() => Number(pattern.exec(texts.stdout)?.[1]), { timeout: 5000 })
    .toBeGreaterThan(0)
    .then(() => Number(pattern.exec(texts.stdout)?.[1]));
  await use(port, texts);
  stop.abort();
  expect((await running).code).toBe(0);
  return texts.stdout;
}

describe('port-forward', () => {
  test('bytes go both ways, for each connection anew; errors of the pod are told', async () => {
    const stdout = await whileRunning(
      ['port-forward', 'web', ':http', '--address', '127.0.0.1'],
      /127\.0\.0\.1:(\d+) ->/,
      async (port, texts) => {
        expect(await say(port, 'hello')).toBe('8080:hello');
        expect(await say(port, 'again')).toBe('8080:again');
        await say(port, 'boom');
        await expect.poll(() => texts.stderr).toContain('connection refused in the pod');
      },
    );
    expect(stdout).toMatch(/^Forwarding from 127\.0\.0\.1:\d+ -> 8080\nHandling connection for \d+\n/);
  });

  const service: Service = {
    metadata: { name: 's' },
    spec: {
      ports: [
        { name: 'web', port: 80, targetPort: 'http' },
        { name: 'n', port: 81, targetPort: 9000 },
      ],
    },
  };
  test.each([
    [['8080:80'], POD, false, [{ local: 8080, remote: 80 }]],
    [['80'], POD, false, [{ local: 80, remote: 80 }]],
    [
      [':80', '0:81'],
      POD,
      false,
      [
        { local: 0, remote: 80 },
        { local: 0, remote: 81 },
      ],
    ],
    [['http'], POD, false, [{ local: 8080, remote: 8080 }]],
    [
      ['80', '9:web', '81'],
      service,
      true,
      [
        { local: 80, remote: 8080 },
        { local: 9, remote: 8080 },
        { local: 81, remote: 9000 },
      ],
    ],
  ])('ports %j', (args, target, isService, ports) => {
    expect(forwardedPorts(args, POD, target as never, isService)).toEqual(ports);
  });

  test.each([
    ['99999:80', 'error parsing local port \'99999\': strconv.ParseUint: parsing "99999": value out of range'],
    ['1:2:3', "invalid port format '1:2:3'"],
    ['80:0', 'remote port must be > 0'],
    ['nope', "Pod 'web' does not have a named port 'nope'"],
  ])('not %s', (text, message) => {
    expect(() => forwardedPorts([text], POD, POD as never, false)).toThrow(message);
  });
});

describe('proxy', () => {
  const fetchText = (port: number, path: string, host = 'localhost') =>
    new Promise<string>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, headers: { host, authorization: 'Bearer mine' } }, (res) => {
        let text = `${res.statusCode} `;
        res.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('end', () => resolve(text));
      }).on('error', reject);
    });

  test('adds the credentials, keeps others out', async () => {
    await whileRunning(['proxy', '--port=0'], /^Starting to serve on 127\.0\.0\.1:(\d+)\n/, async (port) => {
      expect(await fetchText(port, '/api/v1/namespaces/default/pods/web')).toContain('"name":"web"');
      expect(seen.at(-1)).toMatch(/Bearer secret$/);
      expect(await fetchText(port, '/api/v1/nope')).toMatch(/^404 .*not found/);
      expect(await fetchText(port, '/api/v1/namespaces/default/pods/web/exec')).toBe('403 Forbidden\n');
      expect(await fetchText(port, '/api/v1/pods', 'evil.example')).toBe('403 Forbidden\n');
    });
  });

  test('shows the files of a directory, and none outside of it', async () => {
    const www = join(directory, 'www');
    await mkdir(join(www, 'sub dir'), { recursive: true });
    await mkdir(join(www, 'page'));
    await writeFile(join(www, 'a&b.txt'), 'hello');
    await writeFile(join(www, 'page', 'index.html'), '<p>');
    await writeFile(join(directory, 'secret'), 'not for you');
    const line = ['proxy', '--port=0', `--www=${www}`, '--www-prefix=/files'];
    await whileRunning(line, /^Starting to serve on 127\.0\.0\.1:(\d+)\n/, async (port) => {
      expect(await fetchText(port, '/files/a&b.txt')).toBe('200 hello');
      expect(await fetchText(port, '/files/')).toBe(
        '200 <!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n<a href="a&b.txt">a&#38;b.txt</a>\n<a href="page/">page/</a>\n<a href="sub%20dir/">sub dir/</a>\n</pre>\n',
      );
      expect(await fetchText(port, '/files/page/')).toBe('200 <p>');
      expect(await fetchText(port, '/files/page')).toBe('301 ');
      expect(await fetchText(port, '/files/nope')).toBe('404 404 page not found\n');
      for (const path of ['/files/../secret', '/files/%2e%2e/secret', '/files/..%2fsecret', '/files//../../secret']) {
        expect(await fetchText(port, path)).toBe('404 404 page not found\n');
      }
      expect(await fetchText(port, '/api/v1/namespaces/default/pods/web')).toContain('"name":"web"');
    });
  });

  test.each([
    [[], '/api/v1/x '],
    [['--append-server-path'], '/base/api/v1/x '],
  ])('the path of the server: %j', async (flags, path) => {
    const { port: to } = server.address() as AddressInfo;
    const line = ['proxy', '--port=0', `--server=http://127.0.0.1:${to}/base/`, ...flags];
    await whileRunning(line, /^Starting to serve on 127\.0\.0\.1:(\d+)\n/, async (port) => {
      await fetchText(port, '/api/v1/x');
      expect(seen.at(-1)).toContain(` ${path}`);
    });
  });

  test.each([
    [{ acceptPaths: '^/api/.*' }, '/api/v1/pods', true],
    [{ acceptPaths: '^/api/.*' }, '/version', false],
    [{ rejectMethods: 'POST,PUT' }, '/x', true],
    [{ rejectMethods: 'GET' }, '/x', false],
  ])('%j %s', (options, path, allowed) => {
    const all = { acceptHosts: '^localhost$', acceptPaths: '^.*', rejectPaths: '^$', rejectMethods: '^$', ...options };
    expect(requestFilter(all)({ method: 'GET', path, host: 'localhost' })).toBe(allowed);
  });

  test('a pattern that cannot be read', async () => {
    expect((await kctl(['proxy', '--accept-paths=('])).stderr).toMatch(/^error: error parsing regexp "\("/);
  });
});
