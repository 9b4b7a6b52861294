/** `token` and `kubeconfig`: what tokens say, whether the server takes them and why not, kubeconfigs for others. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenFacts, tokenText } from '../../../src/cli/token/token-facts.ts';
import { runKctl } from '../../helpers/cli.ts';
import { type CertCluster, startCertCluster } from './cluster.ts';

let cluster: CertCluster;
let token: string;

beforeAll(async () => {
  cluster = await startCertCluster();
  await cluster.kctl('create', 'serviceaccount', 'ci');
  token = (await cluster.kctl('token', 'create', 'ci', '--duration', '30m')).stdout.trim();
});

afterAll(() => cluster.close());

/** The same token with other claims; its signature no longer fits. */
function forged(claims: Record<string, unknown>): string {
  const [header, payload = '', signature] = token.split('.');
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...claims };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

describe('inspect', () => {
  test('a service account token', async () => {
    const { stdout, code } = await cluster.kctl('token', 'inspect', token);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^kind {8}a service account's token\nKubernetes {2}user "system:serviceaccount:default:ci", groups system:serviceaccounts, system:serviceaccounts:default, system:authenticated\n/,
    );
    expect(stdout).toMatch(/\nexpires {5}\S+Z \(29 minutes left\)\nsigned {6}ES256, key \S+\n$/);
    const file = cluster.path('token');
    await writeFile(file, `${token}\n`);
    expect((await cluster.kctl('token', 'inspect', file)).stdout).toBe(stdout);
    expect(JSON.parse((await cluster.kctl('token', 'inspect', token, '-o', 'json')).stdout)).toMatchObject({
      kind: 'service account',
      claims: { 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'ci' } } },
    });
  });

  test.each([
    ['abcdef.0123456789abcdef', /^kind +a bootstrap token.*\nKubernetes +user "system:bootstrap:abcdef"/],
    ['secret', /^kind +opaque: only the server knows/],
    ['a.b.c', /^kind +opaque/],
    [
      `e30.${Buffer.from('{"sub":"jane","iss":"https://idp"}').toString('base64url')}.x`,
      /^kind +a JWT of another issuer.*\nissuer +https:\/\/idp\nexpires +never\n/,
    ],
  ])('%s', (text, shown) => {
    expect(tokenText(tokenFacts(text), new Date())).toMatch(shown);
  });

  test('a kubeconfig without a token', async () => {
    const { stderr } = await cluster.kctl('token', 'inspect');
    expect(stderr).toBe('error: context "kctl" has no token; give one, a file, or - for the standard input\n');
  });
});

describe('verify', () => {
  test('accepted, as whom', async () => {
    const groups = 'system:serviceaccounts, system:serviceaccounts:default, system:authenticated';
    const stdout = `accepted: user "system:serviceaccount:default:ci", groups ${groups}\n`;
    expect(await cluster.kctl('token', 'verify', token)).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('without the right to review tokens: shown as our own', async () => {
    const mine = cluster.path('mine.yaml');
    await cluster.kctl('kubeconfig', 'sa:default/ci', '--out', mine);
    const result = await cluster.kctl('token', 'verify', '--kubeconfig', mine);
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^accepted: user "system:serviceaccount:default:ci"/),
    });
  });

  test.each([
    ['changed', () => forged({ jti: 'x' }), 'its signature is wrong: it was changed or cut'],
    ['expired', () => forged({ exp: 1_700_000_000 }), 'it expired 3 years ago, at 2023-11-14T22:13:20Z'],
    ['early', () => forged({ nbf: 4_000_000_000, exp: 4_000_000_001 }), 'it is valid only in'],
    ['of another issuer', () => forged({ iss: 'https://elsewhere' }), 'its issuer is https://elsewhere, the server'],
    [
      'of another key',
      () => token.replace(/^[^.]+/, Buffer.from('{"alg":"ES256","kid":"other"}').toString('base64url')),
      "it was signed with the key other, which is none of the server's",
    ],
    [
      'unsigned',
      () => token.replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url')),
      'its algorithm none is not accepted',
    ],
  ])('%s', async (_, make, problem) => {
    const { stdout, code } = await cluster.kctl('token', 'verify', make());
    expect(stdout).toMatch(/^not accepted\n/);
    expect(stdout).toContain(`  - ${problem}`);
    expect(code).toBe(1);
  });

  test('for another audience', async () => {
    const { code } = await cluster.kctl('token', 'verify', token, '--audience', 'vault');
    expect(code).toBe(1);
  });
});

describe('kubeconfig', () => {
  test('for a service account: its namespace, a fresh token', async () => {
    const file = cluster.path('ci.yaml');
    const { stdout } = await cluster.kctl('kubeconfig', 'sa:default/ci', '--ttl', '20m', '--out', file);
    expect(stdout).toMatch(
      /^Kubernetes will see: user "system:serviceaccount:default:ci", groups .*\nValid until \S+\nWritten: /,
    );
    expect(await readFile(file, 'utf8')).toContain('namespace: default');
    const who = await runKctl(['auth', 'whoami', '-o', 'json', '--kubeconfig', file]);
    expect(JSON.parse(who.stdout).status.userInfo.username).toBe('system:serviceaccount:default:ci');
  });

  test('for a user: a certificate of the authority at hand', async () => {
    const { stdout, stderr } = await cluster.kctl(
      'kubeconfig',
      'user:alice',
      '--group',
      'dev',
      '--ca',
      cluster.home,
      '-n',
      'shop',
    );
    expect(stderr).toBe('');
    const file = cluster.path('alice2.yaml');
    await writeFile(file, stdout);
    expect(stdout).toContain('namespace: shop');
    const who = await runKctl(['auth', 'whoami', '-o', 'json', '--kubeconfig', file]);
    expect(JSON.parse(who.stdout).status.userInfo).toMatchObject({
      username: 'alice',
      groups: ['dev', 'system:authenticated'],
    });
  });

  test.each([
    [['kubeconfig'], /you must specify one subject/],
    [['kubeconfig', 'group:dev'], /a group cannot log in/],
    [['kubeconfig', 'sa:default/ci', '--group', 'x'], /follow from its namespace/],
    [['kubeconfig', 'sa:default/nobody'], /serviceaccounts "nobody" not found/],
  ])('refuses %j', async (args, message) => {
    expect(await cluster.kctl(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });
});
