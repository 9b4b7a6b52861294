/** auth, rbac and certs beyond what kubectl has, against a real control plane. */

import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKctl, startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { run } from '../helpers/command.ts';

let plane: TestPlane;
const RBAC = new URL('fixtures/rbac.yaml', import.meta.url).pathname;

beforeAll(async () => {
  plane = await startTestPlane();
  await plane.kctl(['apply', '-f', RBAC]);
});

afterAll(() => plane.close());

const lines = (...args: string[]) => plane.kctl(args);

describe('auth can-i', () => {
  test.each([
    ['gte pods', 'error: verb "gte" is not a known verb\n\nDid you mean this?\n\tget\n'],
    ['get pdos', 'error: the server doesn\'t have a resource type "pdos"\n\nDid you mean this?\n\tpods\n'],
  ])('%s is a typo, not a no', async (line, stderr) => {
    expect(await lines('auth', 'can-i', ...line.split(' '))).toEqual({ stdout: '', stderr, code: 1 });
  });

  test('a sub-resource behind the slash, and says so', async () => {
    const { stdout, stderr, code } = await lines(
      'auth',
      'can-i',
      'get',
      'pods/log',
      'x',
      '--as',
      'jane',
      '--as-group',
      'dev',
    );
    expect({ stdout, code }).toEqual({ stdout: 'yes\n', code: 0 });
    expect(stderr).toContain('Note: pods/log is the sub-resource log');
  });

  test('several verbs; one no makes it a no', async () => {
    const { stdout, code } = await lines(
      'auth',
      'can-i',
      'get,delete',
      'pods',
      'x',
      '--as',
      'jane',
      '--as-group',
      'dev',
    );
    expect(stdout).toMatch(/^get: yes\ndelete: no - RBAC: .*"gone" not found\n$/);
    expect(code).toBe(1);
  });

  test('--as leaves the groups behind, and says so', async () => {
    const { stderr } = await lines('auth', 'can-i', 'get', 'pods', '--as', 'jane');
    expect(stderr).toBe('Note: --as asks for jane without any group; name them with --as-group.\n');
  });

  test('a role binding for what has no namespace helps nothing, and says so', async () => {
    await plane.kctl(['apply', '-f', '-'], {
      input: `kind: Role
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: nodes}
rules: [{apiGroups: [""], resources: [nodes], verbs: [list]}]
---
kind: RoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: nodes}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: nodes}
subjects: [{kind: User, name: nils, apiGroup: rbac.authorization.k8s.io}]
`,
    });
    const { stdout, stderr } = await lines('auth', 'can-i', 'list', 'nodes', '--as', 'nils', '--as-group', 'dev');
    expect(stdout).toBe('yes\n');
    expect(stderr).toContain('Note: nodes have no namespace: a role binding in default does not allow this');
  });

  test('--explain', async () => {
    const yes = await lines('auth', 'can-i', 'get', 'pods', 'x', '--as', 'jane', '--as-group', 'dev', '--explain');
    expect(yes.stdout).toMatch(
      /^yes\n\nyes: User "jane" can get .*\n.*\n {2}subject: User "jane"\n {2}binding: RoleBinding "reader" in the namespace "default"\n/,
    );
    const no = await lines('auth', 'can-i', 'get', 'secrets', '--as', 'jane', '--as-group', 'dev', '--explain');
    expect(no.stdout).toContain('The smallest grant that would allow it');
    expect(no.code).toBe(1);
  });

  test('-o json', async () => {
    const { stdout, code } = await lines('auth', 'can-i', 'get', 'pods', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'SelfSubjectAccessReview', status: { allowed: true } });
    expect(code).toBe(0);
  });
});

test('auth whoami --offline reads the certificate', async () => {
  const { stdout, stderr } = await lines('auth', 'whoami', '--offline');
  expect(stdout).toContain('kubernetes-admin');
  expect(stderr).toMatch(/^from the client certificate, valid until \d{4}-/);
});

test('auth whoami --offline reads a token', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part({ sub: 'system:serviceaccount:shop:cart', iss: 'x', exp: 2_000_000_000 })}.x`;
  const line = ['auth', 'whoami', '--offline', '-s', 'https://127.0.0.1:1', '--token', token];
  const { stdout, stderr } = await runKctl(line, { env: { KUBECONFIG: '/nonexistent' } });
  expect(stdout).toContain('Groups      [system:serviceaccounts system:serviceaccounts:shop system:authenticated]');
  expect(stderr).toBe('from the token of x, valid until 2033-05-18T03:33:20Z\n');
});

describe('rbac explain', () => {
  test('agrees with the server, and its fix turns the answer', async () => {
    const who = ['--as', 'system:serviceaccount:default:robot'];
    const question = ['get', 'secrets', 'db'];
    expect((await lines('auth', 'can-i', ...question, ...who)).code).toBe(1);
    const explained = await lines('rbac', 'explain', 'sa:default/robot', ...question);
    expect(explained.code).toBe(1);
    expect(explained.stdout).toMatch(
      /^no: User "system:serviceaccount:default:robot" cannot get resource "secrets" named "db"/,
    );
    const fix = await lines('rbac', 'explain', 'sa:default/robot', ...question, '--fix');
    expect(fix.code).toBe(0);
    const applied = await plane.kubectl(['apply', '-f', '-'], { input: fix.stdout });
    expect(applied.stderr).toBe('');
    await expect.poll(() => lines('auth', 'can-i', ...question, ...who).then(({ code }) => code)).toBe(0);
    expect((await lines('rbac', 'explain', 'sa:default/robot', ...question)).stdout).toMatch(/^yes: /);
    expect((await lines('auth', 'can-i', 'get', 'secrets', 'other', ...who)).code).toBe(1);
  });

  test('a pasted refusal', async () => {
    const refused = await lines('get', 'secrets', '--as', 'jane');
    expect(refused.stderr).toContain('is forbidden');
    const byFlag = await lines('rbac', 'explain', '--error', refused.stderr);
    expect(byFlag.stdout).toMatch(
      /^no: User "jane" cannot list resource "secrets" in API group "" in the namespace "default"\n/,
    );
    expect(await plane.kctl(['rbac', 'explain', '--error', '-'], { input: refused.stderr })).toEqual(byFlag);
  });

  test('from manifests, without a server', async () => {
    const line = ['rbac', 'explain', '-f', RBAC, 'user:jane', 'delete', 'deployments.apps'];
    const { stdout, code } = await runKctl(line, { env: { KUBECONFIG: '/nonexistent' } });
    expect(stdout).toMatch(/^yes: /);
    expect(code).toBe(0);
  });

  test('as JSON', async () => {
    const { stdout } = await lines('rbac', 'explain', 'user:jane,group:dev', 'get', '/logs/x', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      allowed: true,
      allowedBy: { grant: expect.stringContaining('"logs"') },
    });
  });

  test('somebody who may not read roles is told so', async () => {
    const { stderr, code } = await lines('rbac', 'explain', 'user:jane', 'get', 'pods', '--as', 'jane');
    expect(stderr).toMatch(/^error: explaining needs to read the cluster's roles and bindings: .*\nTry this: /);
    expect(code).toBe(1);
  });
});

describe('certs gen', () => {
  test('an authority and a user that openssl accepts; nothing is overwritten', async () => {
    const dir = join(plane.directory, 'pki');
    expect((await lines('certs', 'gen', 'ca', '--dir', dir, '--name', 'test-ca')).code).toBe(0);
    const again = await lines('certs', 'gen', 'ca', '--dir', dir);
    expect(again.stderr).toMatch(/^error: .*ca\.crt, .*ca\.key already exist; --force overwrites\n$/);
    const made = await lines(
      'certs',
      'gen',
      'user',
      'alice',
      '--group',
      'dev,qa',
      '--ca',
      dir,
      '--dir',
      dir,
      '--ttl',
      '2h',
    );
    expect(made.stdout).toContain('Kubernetes will see: user "alice", groups dev, qa, system:authenticated');
    expect((await stat(join(dir, 'alice.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'ca.key'))).mode & 0o777).toBe(0o600);
    const certificate = new X509Certificate(await readFile(join(dir, 'alice.crt')));
    const hours = (Date.parse(certificate.validTo) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(1.9);
    expect(hours).toBeLessThanOrEqual(2);
    const verified = await run('openssl', [
      'verify',
      '-purpose',
      'sslclient',
      '-CAfile',
      join(dir, 'ca.crt'),
      join(dir, 'alice.crt'),
    ]);
    expect(verified.stdout).toMatch(/: OK\n$/);
  });

  test('a kubeconfig that the server knows', async () => {
    const data = join(plane.directory, 'data');
    const server = await import('../../src/control-plane.ts').then(({ startControlPlane }) =>
      startControlPlane({ dataDir: data, securePort: 0 }),
    );
    const file = join(plane.directory, 'alice.yaml');
    const made = await lines(
      'certs',
      'gen',
      'user',
      'alice',
      '--group',
      'dev',
      '--ca',
      data,
      '--kubeconfig',
      file,
      '-n',
      'shop',
    );
    expect(made.stderr).toBe('');
    const whoami = await lines('auth', 'whoami', '--kubeconfig', file);
    expect(whoami.stdout).toContain('Username                                            alice\n');
    expect(whoami.stdout).toContain('[dev system:authenticated]');
    const kubectl = await plane.kubectl(['--kubeconfig', file, 'get', 'pods']);
    expect(kubectl.stderr).toContain(
      'User "alice" cannot list resource "pods" in API group "" in the namespace "shop"',
    );
    await server.close();
  });

  test.each([
    [['certs', 'gen', 'user'], 'you must specify one name'],
    [['certs', 'gen', 'user', 'a', '--ttl', '-1h'], 'must be longer than nothing'],
    [['certs', 'gen', 'user', 'a', '--ca', '/nonexistent'], 'no ca.crt in /nonexistent'],
  ])('%j', async (args, message) => {
    const { stderr, code } = await lines(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});
