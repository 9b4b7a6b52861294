/** auth can-i, check and whoami beyond what kubectl has, and rbac where one may not read everything. */
import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseYaml } from '../../../src/api/yaml-reader.ts';
import { runKctl, startTestPlane, type TestPlane } from '../../helpers/cli.ts';

let plane: TestPlane;
const FIXTURE = new URL('../rbac/fixture.yaml', import.meta.url).pathname;
const CART = ['--as', 'system:serviceaccount:shop:cart'];

beforeAll(async () => {
  plane = await startTestPlane();
  for (const namespace of ['shop', 'other']) await plane.kctl(['create', 'namespace', namespace]);
  const { stderr } = await plane.kctl(['apply', '-f', FIXTURE]);
  expect(stderr).toBe('');
});

afterAll(() => plane.close());

const kctl = (line: string, ...more: string[]) => plane.kctl([...line.split(' '), ...more]);

describe('can-i', () => {
  test.each<[string, string]>([
    [
      'can-i get deployments.extensions',
      'a resource type "deployments.extensions"\n\nDid you mean this?\n\tdeployments.apps\n',
    ],
    ['can-i delte pods', 'verb "delte" is not a known verb'],
    ['can-i get /x --subresource=y', '--subresource can not be used with NonResourceURL'],
    ['can-i get pods --no-headers', '--no-headers cannot be set without --list specified'],
    ['can-i --list -q', "list option can't be specified with neither quiet"],
    ['can-i get pods -o wide', "--output must be 'json' or 'yaml'"],
  ])('%s', async (line, message) => {
    const { stdout, stderr, code } = await kctl(`auth ${line}`);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain(message);
  });

  test.each<[string, string]>([
    ['can-i create pods/exce', 'Note: this asks about an object named exce; a sub-resource is pods/exec\n'],
    ['can-i create pods web', 'Note: a real create of pods names no object when it is authorized'],
    ['can-i list pods web', 'Note: list names an object only with --field-selector metadata.name=web'],
    ['can-i list /metrics', "Warning: verb 'list' is not a known verb"],
    ['can-i post pods', "Warning: verb 'post' is not a known verb"],
  ])('%s says', async (line, note) => {
    expect((await kctl(`auth ${line}`)).stderr).toContain(note);
  });

  test.each(['can-i impersonate users', 'can-i impersonate groups', 'can-i impersonate uids'])('%s', async (line) => {
    expect(await kctl(`auth ${line}`)).toEqual({ stdout: 'yes\n', stderr: '', code: 0 });
  });

  test('a quiet question', async () => {
    expect(await kctl('auth can-i delete pods -q', ...CART)).toEqual({ stdout: '', stderr: '', code: 1 });
  });

  test('several verbs as one list', async () => {
    const { stdout, code } = await kctl('auth can-i get,delete pods -n shop -o json', ...CART);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'List',
      items: [{ status: { allowed: true } }, { status: { allowed: false } }],
    });
    expect(code).toBe(1);
  });

  test('with the explanation in YAML', async () => {
    const { stdout } = await kctl('auth can-i get pods -n shop --explain -o yaml', ...CART);
    expect(parseYaml(stdout).value).toMatchObject({
      kind: 'SelfSubjectAccessReview',
      explanation: {
        allowed: true,
        allowedBy: { binding: { kind: 'RoleBinding', namespace: 'shop', name: 'readers' } },
      },
    });
  });

  test('other authorizers than RBAC are told apart', async () => {
    const { stdout } = await kctl('auth can-i get pods --explain');
    expect(stdout).toContain('the group system:masters may do everything; RBAC is not asked');
    const node = await kctl('auth can-i get nodes n1 --explain --as system:node:n1 --as-group system:nodes');
    expect(node.stdout).toMatch(/^yes\n\nno: [\s\S]*\nRBAC alone would say otherwise: another authorizer/);
  });

  test('--list -A: where each rule holds and which binding gives it', async () => {
    const { stdout } = await kctl('auth can-i --list -A', ...CART);
    expect(stdout).toMatch(/^NAMESPACE +RESOURCES +VERBS +ROLE +BINDING\n/);
    expect(stdout).toMatch(/\nshop +pods, pods\/log +get, list, watch +role\/reader +readers\n/);
    expect(stdout).toMatch(/\n\* +.*selfsubjectreviews.* +create +clusterrole\/system:basic-user +system:basic-user\n/);
  });

  test('--list --explain: this namespace only', async () => {
    const { stdout } = await kctl('auth can-i --list --explain -n other -o json', ...CART);
    const { user, rules } = JSON.parse(stdout) as { user: string; rules: { scope: string }[] };
    expect(user).toBe('system:serviceaccount:shop:cart');
    expect(rules.every(({ scope }) => scope === '')).toBe(true);
  });

  test('--list -A without the right to read roles asks namespace by namespace', async () => {
    const kubeconfig = await cartKubeconfig();
    const one = await kctl('auth can-i --list --explain -n shop', '--kubeconfig', kubeconfig);
    expect(one.stderr).toContain('Note: you may not read roles and bindings: where the rules come from is not known\n');
    expect(one.stdout).toMatch(/\nshop +pods, pods\/log +get, list, watch\n/);
    const all = await kctl('auth can-i --list -A', '--kubeconfig', kubeconfig);
    expect(all).toMatchObject({ code: 1, stderr: expect.stringContaining('-A needs to list namespaces') });
  });

  test('no server is no missing resource type', async () => {
    const { stderr, code } = await kctl('auth can-i get pods -s https://127.0.0.1:1');
    expect(stderr).toMatch(/^The connection to the server 127.0.0.1:1 was refused/);
    expect(code).toBe(1);
  });
});

/** Of the service account itself, without impersonation. */
async function cartKubeconfig(): Promise<string> {
  const token = await kctl('token create cart -n shop');
  const file = join(plane.directory, 'cart.yaml');
  const admin = parseYaml(plane.plane.kubeconfig).value as { users: unknown; [field: string]: unknown };
  const users = (admin.users as { name: string }[]).map(({ name }) => ({ name, user: { token: token.stdout.trim() } }));
  await writeFile(file, JSON.stringify({ ...admin, users }));
  return file;
}

test('explaining asks for nothing that another server than kctl has not', async () => {
  const lines = [
    ['auth', 'can-i', 'delete', 'pods', '-n', 'shop', '--explain', ...CART],
    ['rbac', 'explain', 'user:jane', 'delete', 'pods', '-n', 'shop'],
    ['rbac', 'lint'],
  ];
  for (const line of lines) {
    const { stderr } = await plane.kctl([...line, '-v', '6']);
    const paths = [...stderr.matchAll(/https:\/\/[^/\s"]+(\/[^\s"?]*)/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(3);
    const standard =
      /^\/(?:api|apis|api\/v1\/serviceaccounts|apis\/(?:rbac\.authorization|authorization|authentication)\.k8s\.io\/v1\/[a-z]+)$/;
    expect(paths.filter((path) => !standard.test(path))).toEqual([]);
  }
});

describe('where one may read a part only', () => {
  test('rbac reads the namespace and says so', async () => {
    await plane.kctl(['apply', '-f', '-'], {
      input: `kind: RoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: auditor, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: User, name: auditor, apiGroup: rbac.authorization.k8s.io}]
`,
    });
    const { stdout, stderr } = await kctl('rbac lookup cart -n shop --as auditor');
    expect(stdout).toMatch(/\nsa:shop\/cart +shop +role\/reader +readers\n/);
    expect(stderr).toContain(
      'Note: you may read rolebindings only in the namespace shop; the answer may be incomplete\n',
    );
    expect(stderr).toContain('Note: you may not read clusterroles');
  });
});

describe('check', () => {
  const MANIFEST = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: new, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: new, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: new}
subjects: [{kind: User, name: x, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Namespaced, names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w, namespace: shop}
`;
  const check = (...more: string[]) => plane.kctl(['auth', 'check', '-f', '-', ...more], { input: MANIFEST });

  test('yes', async () => {
    expect(await check()).toEqual({ stdout: 'yes: you may apply all 5 objects\n', stderr: '', code: 0 });
  });

  test('no, and what is missing', async () => {
    const { stdout, code } = await check(...CART);
    expect(stdout).toMatch(/^no: \d+ permissions missing for 5 of 5 objects\n\nOBJECT +NAMESPACE +MISSING\n/);
    expect(stdout).toMatch(/\nconfigmap\/settings +shop +get, create, patch\n/);
    expect(stdout).toMatch(/\nrole\.rbac\.authorization\.k8s\.io\/new +shop +to give away: delete pods\n/);
    expect(stdout).toMatch(/\ncustomresourcedefinition\.\S+\/widgets\.example\.com +- +get, create, patch\n/);
    expect(stdout).toMatch(/\nwidget\.example\.com\/w +shop +get, create, patch\n/);
    expect(code).toBe(1);
    expect(await check(...CART, '-q')).toEqual({ stdout: '', stderr: '', code: 1 });
  });

  test('a pipeline that was given what was missing may apply it, and applies it', async () => {
    const who = ['--as', 'system:serviceaccount:shop:pipeline'];
    const fix = await check(...who, '--fix');
    expect(fix.code).toBe(0);
    expect((await plane.kubectl(['apply', '-f', '-'], { input: fix.stdout })).stderr).toBe('');
    await expect.poll(() => check(...who).then(({ stdout }) => stdout)).toMatch(/^yes: /);
    const withoutCustom = MANIFEST.split('---\n').slice(0, 3).join('---\n');
    const applied = await plane.kctl(['apply', '-f', '-', ...who], { input: withoutCustom });
    expect(applied).toMatchObject({ stderr: '', code: 0 });
    const again = await plane.kctl(['apply', '-f', '-', ...who], { input: withoutCustom });
    expect(again).toMatchObject({ stderr: '', code: 0 });
  });

  test('--server-side needs patch, and create for what is not there', async () => {
    const { stdout } = await check('--as', 'nobody', '--as-group', 'x', '--server-side', '-o', 'json');
    const { allowed, objects, fix } = JSON.parse(stdout);
    expect(allowed).toBe(false);
    expect(objects[0]).toMatchObject({ object: 'configmap/settings', needs: ['patch', 'create'], exists: 'unknown' });
    expect(fix.map(({ kind }: { kind: string }) => kind)).toEqual([
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
    ]);
  });

  test('nothing to check', async () => {
    expect((await kctl('auth check')).stderr).toBe('error: must specify one of -f and -k\n');
  });
});

describe('whoami', () => {
  const groups = /^Groups +\[system:masters system:authenticated\]$/m;

  test('of a certificate, a kubeconfig, a token, and of stdin', async () => {
    const kubeconfig = parseYaml(plane.plane.kubeconfig).value as { users: { user: Record<string, string> }[] };
    const pem = Buffer.from(kubeconfig.users[0]?.user['client-certificate-data'] ?? '', 'base64').toString();
    const file = join(plane.directory, 'admin.crt');
    await writeFile(file, pem);
    expect(new X509Certificate(pem).subject).toContain('kubernetes-admin');
    for (const path of [file, join(plane.directory, 'kubeconfig')]) {
      const { stdout, code } = await runKctl(['auth', 'whoami', path], { env: { KUBECONFIG: '/nonexistent' } });
      expect(stdout).toMatch(groups);
      expect(code).toBe(0);
    }
    const token = await kctl('token create cart -n shop');
    const { stdout } = await runKctl(['auth', 'whoami', '-'], { input: token.stdout, env: {} });
    expect(stdout).toMatch(/^Username +system:serviceaccount:shop:cart$/m);
  });

  test.each([
    ['/nonexistent', 'unable to read /nonexistent'],
    [FIXTURE, 'is neither a certificate, nor a kubeconfig, nor a token'],
  ])('%s', async (file, message) => {
    const { stderr, code } = await kctl('auth whoami', file);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});

describe('Unauthorized', () => {
  const claims = (value: object) => `e30.${Buffer.from(JSON.stringify(value)).toString('base64url')}.x`;

  test.each([
    ['abc', 'the token is not known to the server: mistyped, revoked or of another cluster'],
    [claims({ sub: 'jane', iss: 'https://login', exp: 100 }), 'the token of "jane" from https://login expired'],
    [claims({ sub: 'jane', iss: 'x', exp: 4e9, nbf: 3e9 }), 'is valid only from 2065-'],
    [claims({ sub: 'jane', iss: 'x', exp: 4e9 }), 'has not expired: perhaps it is of another cluster'],
  ])('%s', async (token, cause) => {
    const file = join(plane.directory, 'bad.yaml');
    const text = await readFile(join(plane.directory, 'kubeconfig'), 'utf8');
    const admin = parseYaml(text).value as { users: { name: string }[] };
    await writeFile(
      file,
      JSON.stringify({ ...admin, users: admin.users.map(({ name }) => ({ name, user: { token } })) }),
    );
    const { stderr, code } = await kctl('auth whoami', '--kubeconfig', file);
    expect(stderr).toMatch(/^error: You must be logged in to the server \(.*\)\nPerhaps: /);
    expect(stderr).toContain(cause);
    expect(code).toBe(1);
  });
});

describe('a refusal', () => {
  const refused = ['get', 'secrets', '-n', 'shop', '--as', "o'neil", '--as-group', 'dev'];

  test('tells people which command explains it', async () => {
    const { stderr } = await plane.kctl(refused, { columns: 80 });
    expect(stderr).toMatch(/^Error from server \(Forbidden\): .*\nWhy\? (.*)\n$/);
    expect(stderr).toContain(`Why? kctl auth can-i list secrets -n shop --as 'o'\\''neil' --as-group dev --explain\n`);
  });

  test('tells programs what kubectl tells', async () => {
    const { stderr } = await plane.kctl(refused);
    expect(stderr).toMatch(/^Error from server \(Forbidden\): [^\n]*\n$/);
  });
});
