// The built binary as a process: certificates, files, restart, and its end. Needs `npm run build`.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { Background, type Result, run } from '../helpers/command.ts';
import { clientBinaries } from '../helpers/kubectl.ts';

const binary = join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const scratch = mkdtempSync(join(tmpdir(), 'kctl-serve-'));
const running: Background[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop('SIGKILL')));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts `kctl serve` and waits for the address it prints. */
async function serve(dataDir: string, ...flags: string[]): Promise<{ server: Background; url: string }> {
  const args = [binary, 'serve', '--data-dir', dataDir, '--secure-port', '0', ...flags];
  const server = new Background(process.execPath, args);
  running.push(server);
  const [, url = ''] = await server.until(/(https:\/\/127\.0\.0\.1:\d+)/);
  await server.until(/Kubeconfig:/);
  return { server, url };
}

/** curl with the certificate and key from the administrator's kubeconfig. */
function curl(dataDir: string, ...args: string[]): Promise<Result> {
  const text = readFileSync(join(dataDir, 'admin.kubeconfig'), 'utf8');
  for (const part of ['certificate', 'key']) {
    const data = new RegExp(`client-${part}-data: (\\S+)`).exec(text)?.[1] ?? '';
    writeFileSync(join(dataDir, `curl.${part}`), Buffer.from(data, 'base64'), { mode: 0o600 });
  }
  const trust = ['--cacert', join(dataDir, 'pki', 'ca.crt')];
  const identity = ['--cert', join(dataDir, 'curl.certificate'), '--key', join(dataDir, 'curl.key')];
  return run('curl', ['--silent', '--show-error', '--max-time', '10', ...trust, ...identity, ...args]);
}

function kubectl(dataDir: string, ...args: string[]): Promise<Result> {
  const env = { ...process.env, HOME: dataDir };
  return run(clientBinaries().kubectl, ['--kubeconfig', join(dataDir, 'admin.kubeconfig'), ...args], { env });
}

it('answers curl with a client certificate over HTTP/1.1 and HTTP/2', async () => {
  const dir = join(scratch, 'curl');
  const { url } = await serve(dir);
  const format = ['--write-out', ' %{http_version} %{http_code}'];
  expect((await curl(dir, ...format, `${url}/readyz`)).stdout).toBe('ok 2 200');
  const namespaces = await curl(dir, '--http1.1', ...format, `${url}/api/v1/namespaces`);
  expect(namespaces.stdout).toMatch(/"kind": "NamespaceList".* 1\.1 200$/s);
  const self = '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}';
  const review = ['-H', 'content-type: application/json', '-d', self];
  const who = await curl(dir, ...review, `${url}/apis/authentication.k8s.io/v1/selfsubjectreviews`);
  expect(JSON.parse(who.stdout)).toMatchObject({
    status: { userInfo: { groups: expect.arrayContaining(['system:masters']) } },
  });
  const stranger = await run('curl', ['--silent', '--cacert', join(dir, 'pki', 'ca.crt'), `${url}/api/v1/namespaces`]);
  expect(JSON.parse(stranger.stdout)).toMatchObject({ code: 403, reason: 'Forbidden' });
});

it('keeps secrets to its user, and reuses certificates and objects at the next start', async () => {
  const dir = join(scratch, 'twice');
  const first = await serve(dir);
  expect((await kubectl(dir, 'create', 'configmap', 'kept', '--from-literal=a=1')).code).toBe(0);
  const pki = readdirSync(join(dir, 'pki')).map((name) => join(dir, 'pki', name));
  for (const file of [...pki, join(dir, 'admin.kubeconfig'), join(dir, 'state.db')]) {
    expect([file, (statSync(file).mode & 0o777).toString(8)]).toEqual([file, '600']);
  }
  expect((statSync(join(dir, 'pki')).mode & 0o777).toString(8)).toBe('700');
  const before = pki.map((file) => readFileSync(file, 'utf8'));
  expect((await first.server.stop()).code).toBe(0);
  await serve(dir);
  expect(pki.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
  expect((await kubectl(dir, 'get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}')).stdout).toBe('1');
});

it('ends within a second with watches of kubectl open', async () => {
  const dir = join(scratch, 'watched');
  const { server } = await serve(dir);
  const watchers = ['configmaps', 'pods', 'namespaces'].map((resource) => {
    const args = ['--kubeconfig', join(dir, 'admin.kubeconfig'), 'get', resource, '-A', '--watch', '-v=7'];
    const watcher = new Background(clientBinaries().kubectl, args, { env: { ...process.env, HOME: dir } });
    running.push(watcher);
    return watcher;
  });
  await watchers[0]?.until(/kube-root-ca\.crt/);
  await watchers[2]?.until(/kube-system/);
  const { milliseconds, code } = await server.stop();
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(1000);
});

it('says in one line why it cannot start', async () => {
  const dir = join(scratch, 'taken');
  const { url } = await serve(dir);
  const port = new URL(url).port;
  const other = await run(process.execPath, [
    binary,
    'serve',
    '--in-memory',
    '--data-dir',
    join(scratch, 'other'),
    '--secure-port',
    port,
  ]);
  expect(other.code).toBe(1);
  expect(other.stderr).toMatch(/address already in use|EADDRINUSE|in use/);
  expect(other.stderr).not.toMatch(/\n\s+at /);
});
