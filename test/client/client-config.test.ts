import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConfigOverrides, clientConfig, inClusterConfig } from '../../src/client/client-config.ts';
import { kubeconfigFiles, loadKubeconfig, parseKubeconfig } from '../../src/client/kubeconfig.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kctl-kubeconfig-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, text);
  return file;
}

const A = `
apiVersion: v1
kind: Config
current-context: a
clusters:
- name: one
  cluster: { server: "https://one:6443/", certificate-authority: ca.crt }
contexts:
- name: a
  context: { cluster: one, user: ann, namespace: work }
- name: broken
  context: { cluster: missing, user: ann }
users:
- name: ann
  user: { token: t-a }
`;
const B = `{"current-context":"b","clusters":[{"name":"one","cluster":{"server":"https://not-this"}},{"name":"two","cluster":{"server":"https://two","insecure-skip-tls-verify":true,"tls-server-name":"n","proxy-url":"http://p"}}],
"contexts":[{"name":"b","context":{"cluster":"two","user":"bob"}},{"name":"bare","context":{"cluster":"two"}}],"users":[{"name":"bob","user":{"username":"u","password":"p","as":"root","as-groups":["g"]}}]}`;

async function both() {
  await write('ca.crt', 'the-ca');
  const files = [await write('a', A), join(dir, 'not-there'), await write('b', B)];
  return loadKubeconfig({ env: { KUBECONFIG: files.join(delimiter) }, home: dir });
}

test('several files: the first wins, missing ones are passed over', async () => {
  const kubeconfig = await both();
  expect(kubeconfig.currentContext).toBe('a');
  expect([...kubeconfig.contexts.keys()]).toEqual(['a', 'broken', 'b', 'bare']);
  const config = await clientConfig(kubeconfig);
  expect(config).toMatchObject({
    server: 'https://one:6443',
    caCertificates: 'the-ca',
    caSource: join(dir, 'ca.crt'),
    namespace: 'work',
    context: 'a',
  });
  expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer t-a' });
});

test('a context chosen by flag', async () => {
  const config = await clientConfig(await both(), { context: 'b' });
  expect(config).toMatchObject({
    server: 'https://two',
    insecureSkipTlsVerify: true,
    tlsServerName: 'n',
    proxyUrl: 'http://p',
    namespace: 'default',
  });
  expect(config.impersonate).toMatchObject({ user: 'root', groups: ['g'] });
  expect(await config.credentials.headers()).toEqual({
    authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
  });
  const bare = await clientConfig(await both(), { context: 'bare' });
  expect(await bare.credentials.headers()).toEqual({});
});

test('flags go before the kubeconfig', async () => {
  const ca = await write('other.crt', 'other');
  const overrides: ConfigOverrides = {
    server: 'https://x',
    token: 'tt',
    namespace: 'n',
    certificateAuthority: ca,
    cluster: 'two',
    insecureSkipTlsVerify: false,
  };
  const config = await clientConfig(await both(), overrides);
  expect(config).toMatchObject({
    server: 'https://x',
    namespace: 'n',
    caCertificates: 'other',
    insecureSkipTlsVerify: false,
  });
  expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer tt' });
});

test.each([
  [{ context: 'none' }, 'context "none" does not exist; there is "a", "broken", "b", "bare"'],
  [{ context: 'broken' }, 'cluster "missing" does not exist in the kubeconfig'],
  [{ user: 'nobody' }, 'user "nobody" does not exist in the kubeconfig'],
  [
    { certificateAuthority: '/not/there' },
    'unable to read certificate-authority /not/there for one due to open /not/there: no such file or directory',
  ],
])('%j: %s', async (overrides, message) => {
  await expect(clientConfig(await both(), overrides)).rejects.toThrow(message);
});

test('no kubeconfig, no context', async () => {
  const none = await loadKubeconfig({ env: {}, home: join(dir, 'nobody') });
  await expect(clientConfig(none)).rejects.toThrow('no server to talk to: no kubeconfig was found');
  await expect(clientConfig(parseKubeconfig('clusters: []', '/f'))).rejects.toThrow('no current-context is set in /f');
  expect((await clientConfig(none, { server: 'http://127.0.0.1:8080' })).server).toBe('http://127.0.0.1:8080');
});

test('the explicit file must be there', async () => {
  await expect(loadKubeconfig({ file: join(dir, 'gone') })).rejects.toThrow(
    /error loading config file ".*gone": open .*gone: no such file or directory/,
  );
  expect(kubeconfigFiles({ env: {}, home: '/h' })).toEqual(['/h/.kube/config']);
  expect(kubeconfigFiles({ env: { KUBECONFIG: ['/a', '', '/b', '/a'].join(delimiter) } })).toEqual(['/a', '/b']);
});

test.each(['clusters: 5', 'clusters: [{cluster: {}}]', 'a: [', '[]', 'users: [{name: 3}]'])(
  '%j is no kubeconfig',
  (text) => {
    expect(() => parseKubeconfig(text, '/f')).toThrow('error loading config file "/f"');
  },
);

function userConfig(user: object): ReturnType<typeof parseKubeconfig> {
  const clusters = [
    {
      name: 'c',
      cluster: { server: 'https://s', 'certificate-authority-data': Buffer.from('pem').toString('base64') },
    },
  ];
  const contexts = [{ name: 'x', context: { cluster: 'c', user: 'u' } }];
  return parseKubeconfig(
    JSON.stringify({ 'current-context': 'x', clusters, contexts, users: [{ name: 'u', user }] }),
    join(dir, 'config'),
  );
}

test('certificates inline and in files beside the kubeconfig', async () => {
  await write('client.key', 'key');
  const data = Buffer.from('cert').toString('base64');
  const config = await clientConfig(
    userConfig({ 'client-certificate-data': data, 'client-key': 'client.key', token: 't' }),
  );
  expect(await config.credentials.certificate()).toEqual({ cert: 'cert', key: 'key' });
  expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer t' });
  expect(config).toMatchObject({ caCertificates: 'pem', caSource: 'certificate-authority-data of cluster "c"' });
  await expect(clientConfig(userConfig({ 'client-key': 'client.key' }))).rejects.toThrow(
    'a client-key was given without its client-certificate',
  );
});

test('a token file is read again after a minute and after a 401', async () => {
  let now = 0;
  await write('token', 'one\n');
  const { credentials } = await clientConfig(
    userConfig({ tokenFile: 'token', token: 'not this' }),
    {},
    { now: () => now },
  );
  expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
  await write('token', 'two\n');
  expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
  now = 60_001;
  expect(await credentials.headers()).toEqual({ authorization: 'Bearer two' });
  await write('token', 'three\n');
  expect(await credentials.renew()).toBe(true);
  expect(await credentials.renew()).toBe(false);
  expect(await credentials.headers()).toEqual({ authorization: 'Bearer three' });
});

test('an auth provider is refused in plain words', async () => {
  await expect(clientConfig(userConfig({ 'auth-provider': { name: 'gcp' } }))).rejects.toThrow(
    'the auth provider "gcp" of the kubeconfig is not supported',
  );
});

const V1 = 'client.authentication.k8s.io/v1';

function plugin(status: object, more: object = {}) {
  const calls: { command: string; args: readonly string[]; env: Readonly<Record<string, string | undefined>> }[] = [];
  let now = 0;
  const run = async (call: (typeof calls)[number]) => {
    calls.push(call);
    return { code: 0, stdout: JSON.stringify({ apiVersion: V1, kind: 'ExecCredential', status }) };
  };
  const exec = {
    apiVersion: V1,
    command: './get-token',
    args: ['-x'],
    env: [{ name: 'E', value: '1' }],
    interactiveMode: 'Never',
    ...more,
  };
  const host = { run, env: { HOME: '/h' }, interactive: false, now: () => now };
  const config = clientConfig(userConfig({ exec }), {}, host);
  return { calls, config, host, exec, setTime: (ms: number) => (now = ms) };
}

test('an exec plugin runs once, until its credentials expire or are refused', async () => {
  const { calls, config, setTime } = plugin(
    { token: 'tok', expirationTimestamp: '1970-01-01T00:10:00Z' },
    { provideClusterInfo: true },
  );
  const { credentials } = await config;
  expect(calls).toEqual([]);
  const [headers] = await Promise.all([credentials.headers(), credentials.certificate()]);
  expect(headers).toEqual({ authorization: 'Bearer tok' });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ command: join(dir, 'get-token'), args: ['-x'], env: { HOME: '/h', E: '1' } });
  expect(JSON.parse(calls[0]?.env['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
    kind: 'ExecCredential',
    apiVersion: V1,
    spec: {
      interactive: false,
      cluster: {
        server: 'https://s',
        'certificate-authority-data': Buffer.from('pem').toString('base64'),
        config: null,
      },
    },
  });
  setTime(599_000);
  await credentials.headers();
  expect(calls).toHaveLength(1);
  setTime(600_000);
  await credentials.headers();
  expect(calls).toHaveLength(2);
  expect(await credentials.renew()).toBe(true);
  expect(calls).toHaveLength(3);
});

test('an exec plugin may give a certificate', async () => {
  const { config } = plugin({ clientCertificateData: 'C', clientKeyData: 'K' });
  const { credentials } = await config;
  expect(await credentials.certificate()).toEqual({ cert: 'C', key: 'K' });
  expect(await credentials.headers()).toEqual({});
});

const REFUSED: readonly (readonly [status: object, more: object, message: string])[] = [
  [{}, {}, "didn't return a token or cert/key pair"],
  [{ clientKeyData: 'K' }, {}, 'only one of certificate and key'],
  [{ token: 't' }, { apiVersion: 'v0' }, 'invalid apiVersion "v0"'],
  [
    { token: 't' },
    { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    'printed no ExecCredential of client.authentication.k8s.io/v1beta1',
  ],
  [{ token: 't' }, { interactiveMode: 'Always' }, 'needs a terminal'],
];

test.each(REFUSED)('what a plugin may not do: %j %j', async (status, more, message) => {
  const { config } = plugin(status, more);
  await expect((await config).credentials.headers()).rejects.toThrow(message);
});

test('a plugin that is not there, fails or prints nonsense', async () => {
  const { host, exec } = plugin({});
  const missing = { ...exec, command: 'kctl-no-such-plugin', installHint: 'Install it from example.com.' };
  const { run: _, ...real } = host;
  const first = await clientConfig(userConfig({ exec: missing }), {}, real);
  await expect(first.credentials.headers()).rejects.toThrow(
    'exec: executable kctl-no-such-plugin not found\n\nInstall it from example.com.',
  );
  const failing = await clientConfig(userConfig({ exec }), {}, { ...host, run: async () => ({ code: 3, stdout: '' }) });
  await expect(failing.credentials.headers()).rejects.toThrow('failed with exit code 3');
  const odd = await clientConfig(
    userConfig({ exec }),
    {},
    { ...host, run: async () => ({ code: 0, stdout: 'hello' }) },
  );
  await expect(odd.credentials.headers()).rejects.toThrow('printed no JSON');
});

test('a real program', async () => {
  const script = `console.log(JSON.stringify({apiVersion:'${V1}',kind:'ExecCredential',status:{token:process.env.T+JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.interactive}}))`;
  const exec = { apiVersion: V1, command: process.execPath, args: ['-e', script], env: [{ name: 'T', value: 'x-' }] };
  const { credentials } = await clientConfig(userConfig({ exec }), {}, { interactive: false });
  expect(await credentials.headers()).toEqual({ authorization: 'Bearer x-false' });
});

test('in a cluster', async () => {
  const files = join(dir, 'pod');
  await mkdir(files);
  await writeFile(join(files, 'token'), 'tok\n');
  await writeFile(join(files, 'ca.crt'), 'ca');
  await writeFile(join(files, 'namespace'), 'mine\n');
  const config = await inClusterConfig({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }, files);
  expect(config).toMatchObject({ server: 'https://[fd00::1]:443', caCertificates: 'ca', namespace: 'mine' });
  expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer tok' });
  await expect(inClusterConfig({}, files)).rejects.toThrow(
    'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
  );
});
