/** The same arguments to kctl and kubectl 1.35 give the same bytes and exit code. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import type { Result } from '../helpers/command.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  const { code, stderr } = await plane.kubectl([
    'apply',
    '-f',
    new URL('fixtures/shop.yaml', import.meta.url).pathname,
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  await plane.makeOld();
});

afterAll(() => plane.close());

const SHOP = new URL('fixtures/shop.yaml', import.meta.url).pathname;

const LINES: readonly (readonly string[])[] = [
  ['get', 'cm'],
  ['get', 'configmaps'],
  ['get', 'ConfigMap'],
  ['get', 'configmap.v1.'],
  ['get', 'deployments.apps'],
  ['get', 'deploy.v1.apps'],
  ['get', 'cm', 'settings'],
  ['get', 'cm', 'settings', 'nope', 'extra-9', 'never'],
  ['get', 'cm/settings', 'deploy/web', 'svc/nope'],
  ['get', 'cm,deploy/web'],
  ['get', 'cm,deploy,svc'],
  ['get', 'cm,deploy,svc', '-A'],
  ['get', 'all'],
  ['get', 'all', '--no-headers'],
  ['get', 'svc,ns', 'kubernetes'],
  ['get', 'cm', '-A'],
  ['get', 'ns', '-A'],
  ['get', 'cm', '-o', 'wide'],
  ['get', 'deploy', '-owide'],
  ['get', 'svc', '-o=wide'],
  ['get', 'cm', '-L', 'app,tier', '-L', 'example.com/component'],
  ['get', 'cm', '--show-labels'],
  ['get', 'cm', '-A', '-L', 'app', '--show-labels', '-o', 'wide'],
  ['get', 'svc', '--show-kind'],
  ['get', 'cm', '-l', 'app=shop'],
  ['get', 'cm', '-l', 'app=shop,tier!=front', '-o', 'name'],
  ['get', 'cm', '-l', 'app in (shop)', '--field-selector', 'metadata.name=settings'],
  ['get', 'cm', '-l', 'a in (b'],
  ['get', 'cm', '--field-selector', 'foo=bar'],
  ['get', 'cm', '-l', 'app=none'],
  ['get', 'pods'],
  ['get', 'pods', '-A'],
  ['get', 'nodes'],
  ['get', 'po,cm', '-l', 'app=none'],
  ['get', 'ns,cm', '-l', 'app=none'],
  ['get', 'cm', '-n', 'nope'],
  ['-n', 'kube-system', 'get', 'cm'],
  ['--namespace=kube-system', 'get', 'cm', '-oname'],
  ['get', '-nkube-system', 'cm', '-o', 'name'],
  ['get', 'cm', 'nope', '--ignore-not-found'],
  ['get', 'cm', 'nope', '-o', 'name'],
  ['get', 'cm', 'nope', '-o', 'json'],
  ['get', 'cm', 'settings', 'nope', '-o', 'name'],
  ['get', 'cm', 'settings', 'extra-9', '-o', 'json'],
  ['get', 'cm', 'settings', '-o', 'json'],
  ['get', 'cm', 'settings', '-o', 'yaml'],
  ['get', 'cm/settings', '-o', 'yaml', '--show-managed-fields'],
  ['get', 'cm', '-o', 'yaml'],
  ['get', 'cm,svc', '-o', 'json'],
  ['get', 'cm,deploy', '-o', 'name'],
  ['get', 'deploy', 'web', '-o', 'yaml'],
  ['get', 'cm', '-l', 'app=none', '-o', 'yaml'],
  ['get', 'cm', '-l', 'app=none', '-o', 'json'],
  ['get', 'cm', '-l', 'app=none', '-o', 'name'],
  ['get', 'cm', '--sort-by', '.metadata.name'],
  ['get', 'cm', '--sort-by={.metadata.labels.tier}'],
  ['get', 'cm', '--sort-by=metadata.name', '-o', 'name'],
  ['get', 'svc', '--sort-by=nope'],
  ['get', 'cm', '--no-headers'],
  ['get', 'cm', '--chunk-size=1'],
  ['get', 'cm', '--chunk-size=2', '-o', 'name'],
  ['get', 'cm', '-o', 'jsonpath={.items[*].metadata.name}'],
  ['get', 'cm', '-o', 'jsonpath={range .items[*]}{.metadata.name}{"\\t"}{.data.a}{"\\n"}{end}'],
  ['get', 'cm', '-o', 'jsonpath={.items[0].metadata.labels}'],
  ['get', 'cm', '-o', "jsonpath={.items[?(@.metadata.name=='settings')].data.number}"],
  ['get', 'cm', '-o', 'jsonpath={.items[?(@.data.b)].metadata.name}'],
  ['get', 'cm', '-o', 'jsonpath={..name}'],
  ['get', 'cm', '-o', 'jsonpath={.items[-1:].metadata.name} {.items[0:2].metadata.name}'],
  ['get', 'cm', '-o', "jsonpath={.items[0]['kind','apiVersion']}"],
  ['get', 'cm', 'settings', '-o', 'jsonpath={.metadata.labels.example\\.com/component}'],
  ['get', 'cm', 'settings', '-o', 'jsonpath', '--template={.data.number}'],
  ['get', 'deploy', 'web', '-o', 'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].ports}'],
  ['get', 'svc', '-o', 'jsonpath={.items[*].spec.ports[?(@.port>=100)].name}'],
  ['get', 'cm', '-o', 'jsonpath={.nope}x'],
  ['get', 'cm', '-o', 'jsonpath={.items[*'],
  ['get', 'cm', '-o', 'jsonpath={.items[0]["metadata.name"]}'],
  ['get', 'cm', '-o', 'jsonpath'],
  ['get', 'cm', '-o', 'jsonpath-as-json={.items[*].metadata.name}'],
  ['get', 'cm', '-o', 'custom-columns=N:.metadata.name,X:.metadata.labels.app,D:.data'],
  ['get', 'svc', '-o', 'custom-columns=A:spec.ports[*].port,B:.spec.ports,C:.nope', '--no-headers'],
  ['get', 'cm', '-o', 'custom-columns'],
  ['get', 'cm', '-o', 'custom-columns=foo'],
  ['get', '-f', SHOP],
  ['get', '-f', SHOP, '-o', 'name'],
  ['get', 'componentstatuses'],
  ['get', 'deploy', 'web', '--subresource=status', '-o', 'name'],
  ['get', '--raw', '/healthz'],
  ['get', 'foo.v1.bar'],
  ['get'],
  ['get', 'cm/settings', 'svc'],
  ['get', 'cm', 'settings', '-l', 'a=b'],
  ['get', 'cm/a/b'],
  ['get', 'cm', 'settings', '-A'],
  ['get', 'cm', ''],
  ['get', 'cm', '-Z'],
  ['get', 'cm', '-n'],
  ['get', 'cm', '--chunk-size=x'],
  ['get', 'cm', '-A=x'],
  ['get', 'cm', '--output-watch-events'],
  ['--context', 'zz', 'get', 'cm'],
  ['--kubeconfig', '/nonexistent', 'get', 'cm'],
  ['get', 'cm', '--request-timeout=1x'],
  ['version', '-o', 'foo'],
  ['version', '--client=x'],
  ['get', 'cm', '--as', 'system:serviceaccount:default:default'],
  ['get', 'cm,svc', '--as', 'jane'],
  ['get', 'cm', 'settings', '--as', 'jane', '--as-group=dev'],
];

describe('reads', () => {
  test.concurrent.each(LINES.map((line) => [line.join(' '), line] as const))('%s', async (_, line) => {
    expect(await plane.kctl(line)).toEqual(inKctlsName(await plane.kubectl(line)));
  });
});

function inKctlsName({ stdout, stderr, code }: Result): Result {
  return { stdout, stderr: stderr.replaceAll(/\bkubectl\b/g, 'kctl'), code };
}
