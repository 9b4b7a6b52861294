/** Certificates of `certs gen`, accepted by openssl, curl, kubectl and kctl serve; what is wrong with others, in words. */
import { X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../helpers/command.ts';
import { type CertCluster, startCertCluster, userIsTaken } from './cluster.ts';

let cluster: CertCluster;

beforeAll(async () => {
  cluster = await startCertCluster('--host', 'api.example.com');
});

afterAll(() => cluster.close());

const openssl = (...args: string[]) => run('openssl', args);

/** Runs kctl and wants it to succeed. */
async function ok(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await cluster.kctl(...args);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout;
}

describe('gen all', () => {
  test('kctl serve keeps every file as it is', async () => {
    const { stdout } = await openssl('x509', '-in', cluster.path('home/pki/apiserver.crt'), '-noout', '-text');
    expect(stdout).toContain('DNS:api.example.com');
    expect(cluster.plane.caCertificate).toBe(await readFile(cluster.path('home/pki/ca.crt'), 'utf8'));
    const files = ['apiserver', 'admin', 'apiserver-kubelet-client'].map((name) =>
      cluster.path(`home/pki/${name}.crt`),
    );
    expect(await openssl('verify', '-CAfile', cluster.path('home/pki/ca.crt'), ...files)).toMatchObject({ code: 0 });
    const proxy = cluster.path('home/pki/front-proxy-client.crt');
    expect(await openssl('verify', '-CAfile', cluster.path('home/pki/front-proxy-ca.crt'), proxy)).toMatchObject({
      code: 0,
    });
  });

  test('a second time: nothing is overwritten', async () => {
    const { stderr, code } = await cluster.kctl('certs', 'gen', 'all', '--dir', cluster.home);
    expect(stderr).toMatch(/^error: .*ca\.crt, .*ca\.key, .* and 12 more already exist; --force overwrites\n$/);
    expect(code).toBe(1);
  });
});

describe('gen user', () => {
  test('one line from name and group to a kubeconfig that works', async () => {
    const file = cluster.path('alice.yaml');
    const out = await ok(
      'certs',
      'gen',
      'user',
      'alice',
      '--group',
      'dev',
      '--ttl',
      '24h',
      '--kubeconfig',
      file,
      '--ca',
      cluster.home,
    );
    expect(out).toMatch(
      /^Kubernetes will see: user "alice", groups dev, system:authenticated\nBy this client certificate, valid until \S+\nWritten: .*alice\.yaml\n$/,
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { stdout } = await cluster.kubectl(file, 'auth', 'whoami', '-o', 'json');
    expect(JSON.parse(stdout).status.userInfo).toMatchObject({
      username: 'alice',
      groups: ['dev', 'system:authenticated'],
    });
  });

  test.each(['ecdsa', 'ed25519'])('%s: openssl, curl and the server take it', async (type) => {
    await userIsTaken(cluster, type);
  });

  test('PKCS #12: openssl opens it with the password', async () => {
    const file = cluster.path('eve.p12');
    await ok('certs', 'gen', 'user', 'éve', '--ca', cluster.home, '--pkcs12', file, '--password', 'gehéim');
    const opened = await openssl('pkcs12', '-in', file, '-passin', 'pass:gehéim', '-nodes', '-info');
    expect(opened.code).toBe(0);
    expect(opened.stdout.match(/-----BEGIN/g)).toHaveLength(3);
    expect((await openssl('pkcs12', '-in', file, '-passin', 'pass:wrong', '-nodes')).stderr).toMatch(
      /invalid password/,
    );
    expect(
      await cluster.kctl('certs', 'gen', 'user', 'x', '--ca', cluster.home, '--pkcs12', cluster.path('x.p12')),
    ).toMatchObject({
      stderr: 'error: a PKCS #12 file needs a password: --password or KCTL_PASSWORD\n',
    });
  });

  test.each([
    [['certs', 'gen', 'user'], /you must specify one name/],
    [['certs', 'gen', 'user', 'x', '--ttl', '0s'], /must be longer than nothing/],
    [['certs', 'gen', 'user', 'x', '--ttl', 'soon'], /write it as 24h, 90m or 30d/],
    [['certs', 'gen', 'user', 'x', '--key-type', 'dsa'], /must be one of ecdsa, ecdsa-p384, rsa/],
    [['certs', 'gen', 'user', 'x', '--ca', '/nonexistent'], /no ca\.crt in \/nonexistent\nTry this: /],
    [['certs', 'gen', 'user', 'x', '--kubeconfig', 'a', '--pkcs12', 'b'], /choose one of/],
  ])('refuses %j', async (args, message) => {
    const { stderr, code } = await cluster.kctl(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

  test('system:masters and a lifetime past the authority are told', async () => {
    const dir = cluster.path('short');
    await ok('certs', 'gen', 'ca', '--dir', dir, '--ttl', '2h');
    const made = await cluster.kctl(
      'certs',
      'gen',
      'user',
      'root',
      '--group',
      'system:masters',
      '--ca',
      dir,
      '--dir',
      dir,
      '--ttl',
      '3h',
    );
    expect(made.stderr).toMatch(
      /^Note: The authority ends before --ttl does: .*\nNote: system:masters passes every check/,
    );
  });
});

test('server, kubelet and front-proxy certificates are for what their names say', async () => {
  const dir = cluster.path('others');
  const ca = cluster.path('home/pki/ca.crt');
  await ok('certs', 'gen', 'server', 'hook', '--host', 'hook.shop.svc,10.1.2.3', '--ca', cluster.home, '--dir', dir);
  await ok('certs', 'gen', 'kubelet', 'node-1', '--host', '10.0.0.11', '--ca', cluster.home, '--dir', dir);
  await ok('certs', 'gen', 'front-proxy', 'front', '--ca', cluster.path('home/pki/front-proxy-ca.crt'), '--dir', dir);
  const verify = (file: string, purpose: string, ...more: string[]) =>
    openssl('verify', '-CAfile', ca, '-purpose', purpose, ...more, `${dir}/${file}.crt`);
  expect(await verify('hook', 'sslserver', '-verify_hostname', 'hook.shop.svc')).toMatchObject({ code: 0 });
  expect(await verify('hook', 'sslserver', '-verify_ip', '10.1.2.3')).toMatchObject({ code: 0 });
  expect((await verify('hook', 'sslclient')).code).not.toBe(0);
  expect(await verify('node-1', 'sslclient')).toMatchObject({ code: 0 });
  expect(await verify('node-1', 'sslserver', '-verify_hostname', 'node-1')).toMatchObject({ code: 0 });
  expect((await verify('front', 'sslclient')).code).not.toBe(0);
  const shown = JSON.parse(await ok('certs', 'show', `${dir}/node-1.crt`, '-o', 'json'));
  expect(shown).toMatchObject([
    { user: { username: 'system:node:node-1' }, hosts: ['node-1', '10.0.0.11'], purposes: ['clients', 'servers'] },
  ]);
});

describe('csr', () => {
  test('asked, approved, signed by the cluster, and the certificate lets in', async () => {
    const out = cluster.path('bob.yaml');
    const wishes = ['--group', 'qa', '--ttl', '1h', '--approve', '--out', out, '--dir', cluster.directory];
    const made = await cluster.kctl('certs', 'csr', 'bob', ...wishes);
    expect(made).toMatchObject({ code: 0 });
    expect(made.stderr).toMatch(/^certificatesigningrequest\.certificates\.k8s\.io\/bob-\w+ created\n$/);
    const { stdout } = await cluster.kubectl(out, 'auth', 'whoami', '-o', 'json');
    expect(JSON.parse(stdout).status.userInfo).toMatchObject({
      username: 'bob',
      groups: ['qa', 'system:authenticated'],
    });
  });

  test('step by step, for a signer that does not run', async () => {
    const at = ['--dir', cluster.directory, '--wait', '0s'];
    const ask = await cluster.kctl('certs', 'csr', 'carol', '--signer', 'example.com/own', ...at);
    const name =
      /waits for approval\nTry this: kctl certificate approve (\S+), then kctl certs csr carol --request \1 --dir/.exec(
        ask.stderr,
      )?.[1] as string;
    expect(ask).toMatchObject({ code: 0, stdout: `Written: ${cluster.path('carol.key')}\n` });
    const unsigned = await cluster.kctl('certs', 'csr', 'carol', '--approve', '--request', name, ...at);
    expect(unsigned.stderr).toContain('is approved, but nobody has signed it yet');
    const ca = ['--ca', cluster.home];
    expect(await cluster.kctl('certs', 'csr', 'carol', '--request', name, ...ca, ...at)).toMatchObject({ code: 0 });
    expect(await ok('certs', 'verify', cluster.path('carol.crt'), ...ca, '--for', 'client')).toMatch(
      /: good: certificate for clients, user "carol"/,
    );
  });

  test('only the request, for another signer', async () => {
    const pem = await ok('certs', 'csr', 'dan', '--host', 'dan.example', '--print', '--dir', cluster.path('requests'));
    await writeFile(cluster.path('dan.csr'), pem);
    expect(await openssl('req', '-in', cluster.path('dan.csr'), '-verify', '-noout')).toMatchObject({ code: 0 });
  });

  test('denied', async () => {
    const ask = await cluster.kctl('certs', 'csr', 'mallory', '--wait', '0s', '--dir', cluster.directory);
    const name = /approve (\S+),/.exec(ask.stderr)?.[1] as string;
    await cluster.kubectl(cluster.plane.kubeconfigFile as string, 'certificate', 'deny', name);
    const { stderr } = await cluster.kctl('certs', 'csr', 'mallory', '--request', name, '--dir', cluster.directory);
    expect(stderr).toMatch(/error: the request \S+ was denied: This CSR was denied by kubectl certificate deny\.\n$/);
  });
});

describe('show', () => {
  test('a file, for people', async () => {
    const dir = cluster.path('shown');
    await ok('certs', 'gen', 'user', 'alice', '--group', 'dev', '--ca', cluster.home, '--dir', dir, '--ttl', '25h');
    const lines = (await ok('certs', 'show', `${dir}/alice.crt`)).split('\n');
    expect(lines[0]).toBe(`${dir}/alice.crt: certificate for clients`);
    expect(lines).toContain('  subject     CN=alice, O=dev');
    expect(lines).toContain('  issuer      CN=kubernetes-ca');
    expect(lines).toContain('  key         ECDSA P-256');
    expect(lines).toContain('  Kubernetes  user "alice", groups dev, system:authenticated');
    expect(lines.join('\n')).toMatch(/valid {7}\S+Z to \S+Z \(1 day left\)/);
  });

  test('what a server shows, and a kubeconfig', async () => {
    const server = await ok('certs', 'show', `127.0.0.1:${cluster.plane.port}`);
    expect(server).toContain('subject     CN=kube-apiserver');
    expect(server).toContain('api.example.com');
    const own = await ok('certs', 'show');
    expect(own).toMatch(
      /cluster "kctl" of .*: certificate authority\n[\s\S]*user "kubernetes-admin" of .*: certificate for clients/,
    );
  });

  test.each([
    [['certs', 'show', '127.0.0.1:1'], 'error: cannot see the certificate of 127.0.0.1:1: nothing listens there\n'],
    [['certs', 'show', 'nowhere'], 'error: nowhere is neither a file nor a directory nor HOST:PORT\n'],
  ])('%j', async (args, stderr) => {
    expect(await cluster.kctl(...args)).toMatchObject({ stderr, code: 1 });
  });

  test('a key instead of a certificate', async () => {
    const { stderr } = await cluster.kctl('certs', 'show', cluster.path('home/pki/ca.key'));
    expect(stderr).toMatch(/ca\.key holds no certificate but a private key\n$/);
  });
});

describe('verify', () => {
  const problems = async (...args: string[]): Promise<string> => {
    const { stdout, code } = await cluster.kctl('certs', 'verify', ...args);
    expect(code).toBe(1);
    return stdout;
  };

  test('good: the kubeconfig in force, the server by its address', async () => {
    expect(await ok('certs', 'verify', 'kubeconfig')).toMatch(
      /user "kubernetes-admin" of \S+: good: certificate for clients, user "kubernetes-admin", 364 days left\n/,
    );
    expect(await ok('certs', 'verify', `localhost:${cluster.plane.port}`, '--ca', cluster.home)).toMatch(
      /: good: certificate for servers/,
    );
  });

  test('expired', async () => {
    const file = cluster.path('expired.crt');
    const { certificate } = await expiredCertificate();
    await writeFile(file, certificate);
    expect(await problems(file)).toMatch(/will not be accepted\n {2}- it expired 2 days ago, on \S+Z\n/);
  });

  test('of another authority, of one made anew, of a wrong use, with a wrong key, for another host', async () => {
    const dir = cluster.path('wrong');
    for (const name of ['old', 'new', 'other']) {
      await ok('certs', 'gen', 'ca', '--dir', `${dir}/${name}`, '--name', name === 'other' ? 'other-ca' : 'team-ca');
    }
    await ok('certs', 'gen', 'user', 'alice', '--ca', `${dir}/old`, '--dir', dir);
    await ok('certs', 'gen', 'server', 'web', '--host', 'web.example', '--ca', `${dir}/old`, '--dir', dir);
    expect(await problems(`${dir}/alice.crt`, '--ca', `${dir}/other`)).toMatch(
      /it was issued by CN=team-ca, which is not among \S+other\/ca\.crt \(CN=other-ca\)/,
    );
    expect(await problems(`${dir}/alice.crt`, '--ca', `${dir}/new`)).toContain(
      'with another key: it was made anew since',
    );
    expect(await problems(`${dir}/web.crt`, '--for', 'client')).toContain(
      'it is for servers, not for clients (extended key usage)',
    );
    expect(await problems(`${dir}/alice.crt`, '--key', `${dir}/web.key`)).toContain(
      'key and certificate do not belong together',
    );
    expect(await problems(`${dir}/web.crt`, '--host', 'api.example')).toContain(
      'it is not good for api.example, only for web.example',
    );
    expect(await problems(`${dir}/alice.crt`, '--host', 'alice')).toContain('it names no host at all');
    expect(await problems(`localhost:${cluster.plane.port}`, '--ca', `${dir}/other`)).toContain(
      'it was issued by CN=kubernetes-ca',
    );
  });
});

describe('check', () => {
  test('exit codes: well, soon, ended', async () => {
    const usual = await cluster.kctl('certs', 'check');
    const lines = usual.stdout.split('\n');
    expect({ code: usual.code, once: new Set(lines).size === lines.length }).toEqual({ code: 0, once: true });
    const soon = await cluster.kctl('certs', 'check', cluster.home, '--within', '400d', '-q');
    expect(soon.code).toBe(1);
    expect(soon.stdout).toMatch(/^STATUS +EXPIRES +LEFT +WHAT +WHERE\nSOON +\S+Z +364 days left +certificate for/);
    expect(soon.stdout).not.toContain('certificate authority');
    const file = cluster.path('gone.crt');
    await writeFile(file, (await expiredCertificate()).certificate);
    expect(await cluster.kctl('certs', 'check', file)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/\nEXPIRED .* expired 2 days ago/),
    });
    expect(await cluster.kctl('certs', 'check', '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('renew', () => {
  test('a kubeconfig: new key and time, the rest as it was', async () => {
    const file = cluster.path('renewed.yaml');
    await ok(
      'certs',
      'gen',
      'user',
      'zoe',
      '--group',
      'dev',
      '--ttl',
      '1h',
      '--kubeconfig',
      file,
      '--ca',
      cluster.home,
    );
    const before = `# mine\n${await readFile(file, 'utf8')}`;
    await writeFile(file, before);
    expect(await ok('certs', 'renew', file, '--ca', cluster.home, '--ttl', '48h')).toMatch(
      /^Renewed: user "zoe" of \S+ \(CN=zoe, O=dev\), valid until \S+\n$/,
    );
    const after = await readFile(file, 'utf8');
    expect(after.split('\n').filter((line) => !line.includes('client-'))).toEqual(
      before.split('\n').filter((line) => !line.includes('client-')),
    );
    expect(await ok('certs', 'show', file)).toContain('(1 day left)');
    expect(await cluster.kubectl(file, 'auth', 'whoami')).toMatchObject({ code: 0 });
  });

  test('a file with the key kept, and an authority that did not sign it', async () => {
    const dir = cluster.path('renewal');
    await ok('certs', 'gen', 'server', 'web', '--host', 'web.example,::1', '--ca', cluster.home, '--dir', dir);
    const key = await readFile(`${dir}/web.key`, 'utf8');
    const before = new X509Certificate(await readFile(`${dir}/web.crt`));
    await ok('certs', 'renew', `${dir}/web.crt`, '--ca', cluster.home, '--keep-key');
    const { validFrom, validTo } = new X509Certificate(await readFile(`${dir}/web.crt`));
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(Date.parse(before.validTo) - Date.parse(before.validFrom));
    expect(await ok('certs', 'show', `${dir}/web.crt`)).toContain('  good for    web.example, ::1\n');
    expect(await readFile(`${dir}/web.key`, 'utf8')).toBe(key);
    expect(
      await ok('certs', 'verify', `${dir}/web.crt`, '--ca', cluster.home, '--host', 'web.example', '--for', 'server'),
    ).toContain('good');
    await ok('certs', 'gen', 'ca', '--dir', `${dir}/ca2`, '--name', 'other');
    const { stderr } = await cluster.kctl('certs', 'renew', `${dir}/web.crt`, '--ca', `${dir}/ca2`);
    expect(stderr).toMatch(/was issued by CN=kubernetes-ca, and the key of that authority is not here \(CN=other\)/);
  });

  test('a whole data directory', async () => {
    const dir = cluster.path('plane');
    await ok('certs', 'gen', 'all', '--dir', dir, '--ttl', '2h');
    expect((await cluster.kctl('certs', 'check', dir, '--within', '3h')).code).toBe(1);
    expect((await ok('certs', 'renew', dir, '--ttl', '48h')).match(/^Renewed: /gm)).toHaveLength(5);
    expect(await cluster.kctl('certs', 'check', dir, '--within', '3h')).toMatchObject({ code: 0 });
  });
});

/** Ended two days ago. */
async function expiredCertificate(): Promise<{ certificate: string }> {
  const [{ issueAuthority }, { makeKeys }] = await Promise.all([
    import('../../../src/cli/certs/issue.ts'),
    import('../../../src/cli/certs/keys.ts'),
  ]);
  const day = 86_400_000;
  const notAfter = new Date(Date.now() - 2.5 * day);
  const validity = { notBefore: new Date(notAfter.getTime() - day), notAfter };
  return { certificate: await issueAuthority({ commonName: 'old' }, await makeKeys('ecdsa'), validity) };
}
