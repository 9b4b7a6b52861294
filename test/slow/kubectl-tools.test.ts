/** auth, config, api-resources, explain: the same bytes as kubectl 1.35. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import type { Result } from '../helpers/command.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  const { stderr } = await plane.kubectl([
    'apply',
    '-f',
    new URL('../cli/fixtures/rbac.yaml', import.meta.url).pathname,
  ]);
  expect(stderr).toBe('');
});

afterAll(() => plane.close());

const JANE = ['--as', 'jane', '--as-group', 'dev'];
const KINDS = ['cm', 'pods', 'deploy', 'svc', 'ing', 'crd', 'netpol', 'sts', 'hpa', 'jobs', 'events', 'nodes', 'pvc'];

const LINES: readonly (readonly string[])[] = [
  ['auth', 'can-i', 'get', 'pods'],
  ['auth', 'can-i', 'get', 'pods', ...JANE],
  ['auth', 'can-i', 'get', 'pods/x', ...JANE],
  ['auth', 'can-i', 'get', 'po/x', ...JANE, '-n', 'kube-system'],
  ['auth', 'can-i', 'get', 'pods/x', '--subresource=log', ...JANE],
  ['auth', 'can-i', 'frobnicate', 'deploy', ...JANE],
  ['auth', 'can-i', 'delete', 'deployments.apps/web', ...JANE],
  ['auth', 'can-i', 'list', 'xyzzies', ...JANE],
  ['auth', 'can-i', 'list', 'nodes', ...JANE],
  ['auth', 'can-i', 'list', 'clusterroles', ...JANE],
  ['auth', 'can-i', 'get', '/logs/x', ...JANE],
  ['auth', 'can-i', 'get', '/nope', ...JANE],
  ['auth', 'can-i', 'get', 'pods', '-A', ...JANE],
  ['auth', 'can-i', 'get', 'pods', '-q', ...JANE],
  ['auth', 'can-i', '*', '*', ...JANE],
  ['auth', 'can-i', '*', '*'],
  ['auth', 'can-i', 'get', 'pods/x', '--as=system:serviceaccount:default:robot'],
  ['auth', 'can-i'],
  ['auth', 'can-i', 'get'],
  ['auth', 'can-i', '--list', ...JANE],
  ['auth', 'can-i', '--list', '--no-headers', ...JANE, '-n', 'kube-system'],
  ['auth', 'can-i', '--list'],
  ['auth', 'whoami'],
  ['auth', 'whoami', ...JANE],
  ['auth', 'whoami', ...JANE, '-o', 'yaml'],
  ['config', 'view'],
  ['config', 'view', '--raw'],
  ['config', 'view', '-o', 'json'],
  ['config', 'view', '--minify'],
  ['config', 'view', '--minify', '--context=other', '-o', 'json'],
  ['config', 'view', '--flatten'],
  ['config', 'view', '--raw', '--flatten', '--minify', '--context=other'],
  ['config', 'view', '--minify', '--context=nope'],
  ['config', 'view', '-o', 'jsonpath={.users[*].name}'],
  ['config', 'view', '--kubeconfig=/nonexistent'],
  ['config', 'current-context'],
  ['config', 'get-contexts'],
  ['config', 'get-contexts', '-o', 'name'],
  ['config', 'get-contexts', '--no-headers'],
  ['config', 'get-contexts', 'nope', 'other'],
  ['api-resources'],
  ['api-resources', '-o', 'wide'],
  ['api-resources', '-o', 'name', '--sort-by=name'],
  ['api-resources', '--namespaced=false'],
  ['api-resources', '--namespaced', '--no-headers'],
  ['api-resources', '--api-group=apps'],
  ['api-resources', '--api-group=', '-o', 'name'],
  ['api-resources', '--verbs=list,create', '--sort-by=kind'],
  ['api-resources', '--categories=all'],
  ['api-resources', '-o', 'yaml', '--api-group=policy'],
  ['api-resources', '-o', 'json', '--api-group='],
  ['api-resources', 'foo'],
  ['api-versions'],
  ['explain'],
  ['explain', 'xyzzies'],
  ['explain', 'pods.spec.nope'],
  ['explain', 'pods.spec.containers.ports'],
  ['explain', 'pods.spec.containers', '--output=plaintext-openapiv2'],
  ['explain', 'pods.spec.restartPolicy', '-o', 'plaintext-openapiv2'],
  ['explain', 'deploy.spec.strategy', '--recursive', '-o', 'plaintext-openapiv2'],
  ['explain', 'crd.spec.versions', '--recursive', '-o', 'plaintext-openapiv2'],
  ['explain', 'pods', '-o', 'frob'],
  ['explain', 'pods.spec.containers.imagePullPolicy'],
  ['explain', 'pods.spec.dnsPolicy'],
  ['explain', 'pods.spec.containers.resources.limits'],
  ['explain', 'pods.metadata.labels'],
  ['explain', 'pods.metadata'],
  ['explain', 'deploy.spec.strategy.rollingUpdate.maxSurge'],
  ['explain', 'cm.data'],
  ['explain', 'secrets.data'],
  ['explain', 'crd.spec.versions.schema'],
  ['explain', 'hpa', '--api-version=autoscaling/v1'],
  ['explain', 'deploy', '--api-version=apps/v2'],
  ['explain', 'deployments.apps'],
  ...KINDS.map((kind) => ['explain', kind]),
  ...KINDS.map((kind) => ['explain', kind, '--recursive']),
];

/** What kctl adds for people. */
const NOTES = /^Note: .*\n/gm;

describe('tools', () => {
  beforeAll(async () => {
    await writeFile(join(plane.directory, 'ca.crt'), plane.plane.caCertificate);
    const added = `apiVersion: v1
kind: Config
clusters: [{name: other, cluster: {server: https://other.example.com, certificate-authority: ca.crt}}]
users: [{name: somebody, user: {token: secret}}, {name: runner, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [x], env: [{name: A, value: b}], interactiveMode: Never}}}]
contexts: [{name: other, context: {cluster: other, user: somebody, namespace: shop}}]
`;
    await writeFile(join(plane.directory, 'more.yaml'), added);
  });

  test.concurrent.each(LINES.map((line) => [line.join(' '), line] as const))('%s', async (_, line) => {
    const env = { KUBECONFIG: `${join(plane.directory, 'kubeconfig')}:${join(plane.directory, 'more.yaml')}` };
    const kctl = await plane.kctl(line, { env });
    const kubectl = await plane.kubectl(line, { env });
    expect(neutral(kctl)).toEqual(neutral(kubectl));
  });
});

function neutral({ stdout, stderr, code }: Result): Result {
  const timeless = stdout.replaceAll(/creationTimestamp"?: "[^"]*"/g, 'creationTimestamp: …');
  return { stdout: timeless, stderr: stderr.replaceAll(/\bkubectl\b/g, 'kctl').replaceAll(NOTES, ''), code };
}
