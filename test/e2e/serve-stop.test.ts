// How the built binary ends: with every kind of client that will not let go, at once after its start, and in memory
// without a trace. Needs `npm run build`.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { Background, run } from '../helpers/command.ts';
import { clientBinaries } from '../helpers/kubectl.ts';

const binary = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const scratch = mkdtempSync(join(tmpdir(), 'kctl-stop-'));
const running: Background[] = [];
const open: { destroy(): void }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0)) thing.destroy();
  await Promise.all(running.splice(0).map((process) => process.stop('SIGKILL')));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const TOKENS = 'admintoken,admin,uid-admin,"system:masters"\n';
const AUTHORIZED = { authorization: 'Bearer admintoken' };

interface Served {
  readonly server: Background;
  readonly port: number;
  readonly kubeconfig: string;
}

async function serve(...flags: string[]): Promise<Served> {
  const tokens = join(scratch, 'tokens.csv');
  writeFileSync(tokens, TOKENS, { mode: 0o600 });
  const args = [binary, 'serve', '--secure-port', '0', '--token-auth-file', tokens, ...flags];
  const env = { ...process.env, TMPDIR: scratch, XDG_DATA_HOME: join(scratch, 'home') };
  const server = new Background(process.execPath, args, { env });
  running.push(server);
  const [, port = ''] = await server.until(/https:\/\/127\.0\.0\.1:(\d+)/);
  const [, kubeconfig = ''] = await server.until(/Kubeconfig:\s+(\S+)\n/);
  return { server, port: Number(port), kubeconfig };
}

/** Opens many watches and waits until each has begun. */
async function watch(port: number, count: number): Promise<void> {
  const agent = new https.Agent({ maxSockets: count });
  open.push(agent);
  const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  open.push(session);
  const path = '/api/v1/configmaps?watch=true';
  const begun = Array.from({ length: count }, (_, i) =>
    i % 2 === 0
      ? new Promise((resolve) => {
          const options = { host: '127.0.0.1', port, path, headers: AUTHORIZED, agent, rejectUnauthorized: false };
          https.get(options, (res) => resolve(res.on('error', () => {}).resume())).on('error', () => {});
        })
      : new Promise((resolve) => {
          const stream = session.request({ ':path': path, ...AUTHORIZED }).on('error', () => {});
          stream.resume().once('response', resolve);
        }),
  );
  await Promise.all(begun);
}

/** Requests that never end, answers that nobody reads, sockets that say nothing. */
async function cling(port: number): Promise<void> {
  const post = { ':method': 'POST', ':path': '/api/v1/namespaces/default/configmaps', ...AUTHORIZED };
  const session = http2.connect(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    settings: { initialWindowSize: 10 },
  });
  session.on('error', () => {});
  const body = session.request({ ...post, 'content-type': 'application/json' }).on('error', () => {});
  body.write('{');
  const unread = session.request({ ':path': '/openapi/v2', ...AUTHORIZED }).on('error', () => {});
  const silent = net.connect(port, '127.0.0.1').on('error', () => {});
  const options = {
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    headers: { ...AUTHORIZED, 'content-length': '9' },
  };
  const half = https.request({ ...options, method: 'POST', path: post[':path'] }).on('error', () => {});
  half.write('{');
  open.push(session, silent, half);
  await new Promise((resolve) => unread.once('response', resolve));
}

it.each([
  ['SIGINT', 200],
  ['SIGTERM', 4],
] as const)('%s ends it within a second, whatever clients do', async (signal, watches) => {
  const { server, port } = await serve('--data-dir', join(scratch, signal));
  await Promise.all([watch(port, watches), cling(port)]);
  const knocking = setInterval(() => net.connect(port, '127.0.0.1').on('error', () => {}), 5);
  const { milliseconds, code } = await server.stop(signal);
  clearInterval(knocking);
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(1500);
});

it('ends when it is told to at the moment it is ready, with its controllers at their first look', async () => {
  for (let i = 0; i < 2; i++) {
    const { server } = await serve('--in-memory');
    const { milliseconds, code } = await server.stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(1000);
  }
});

it('a second signal ends it at once', async () => {
  const { server, port } = await serve('--in-memory');
  await cling(port);
  // Those that come together are one.
  const impatient = setInterval(() => server.child.kill('SIGINT'), 30);
  const { code } = await server.stop();
  clearInterval(impatient);
  expect(code).toBe(130);
});

it('in memory it leaves nothing behind', async () => {
  const before = readdirSync(scratch);
  const { server, kubeconfig } = await serve('--in-memory');
  const directory = dirname(kubeconfig);
  expect(dirname(directory)).toBe(scratch);
  const mode = (path: string) => (statSync(join(directory, path)).mode & 0o777).toString(8);
  expect(['.', 'pki', 'pki/ca.crt', 'admin.kubeconfig'].map(mode)).toEqual(['700', '700', '600', '600']);
  const env = { ...process.env, HOME: scratch };
  const { stdout } = await run(clientBinaries().kubectl, ['--kubeconfig', kubeconfig, 'auth', 'whoami'], { env });
  expect(stdout).toContain('kubernetes-admin');
  expect((await server.stop()).code).toBe(0);
  expect(readdirSync(scratch).filter((name) => !before.includes(name))).toEqual(
    ['tokens.csv'].filter((name) => !before.includes(name)),
  );
  expect(existsSync(join(scratch, 'home'))).toBe(false);
});

it('in memory it takes back only what it wrote', async () => {
  const directory = join(scratch, 'mine');
  mkdirSync(directory);
  writeFileSync(join(directory, 'notes.txt'), 'mine');
  const { server, kubeconfig } = await serve('--in-memory', '--data-dir', directory);
  expect(kubeconfig).toBe(join(directory, 'admin.kubeconfig'));
  expect(readFileSync(join(directory, 'pki', 'ca.crt'), 'utf8')).toContain('BEGIN CERTIFICATE');
  expect((await server.stop('SIGTERM')).code).toBe(0);
  expect(readdirSync(directory)).toEqual(['notes.txt']);
});

it("in memory it does not touch a lasting server's directory", async () => {
  const directory = join(scratch, 'SIGINT');
  const before = readFileSync(join(directory, 'admin.kubeconfig'), 'utf8');
  const { code, stderr } = await run(process.execPath, [binary, 'serve', '--in-memory', '--data-dir', directory]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('give it another --data-dir')]);
  expect(readFileSync(join(directory, 'admin.kubeconfig'), 'utf8')).toBe(before);
});
