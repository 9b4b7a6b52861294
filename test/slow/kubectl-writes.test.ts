/** Whole sequences of writes: kubectl in one namespace, kctl in another, the same words and the same objects at the end. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import type { Result } from '../helpers/command.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
});

afterAll(() => plane.close());

type Step = readonly string[] | { readonly args: readonly string[]; readonly input: string };

const SHOP = new URL('../cli/fixtures/shop.yaml', import.meta.url).pathname;
const CONFIG = (data: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings${more}\ndata: ${data}\n`;
const DEPLOYMENT = (containers: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n${more}  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: ${containers}\n`;
const apply = (input: string, ...flags: string[]): Step => ({ args: ['apply', '-f', '-', ...flags], input });

/** Each runs in an empty namespace. */
const SEQUENCES: Readonly<Record<string, readonly Step[]>> = {
  'apply, again, delete': [
    ['apply', '-f', SHOP],
    ['apply', '-f', SHOP],
    ['delete', '-f', SHOP],
    ['delete', '-f', SHOP],
    ['delete', '-f', SHOP, '--ignore-not-found'],
  ],
  'changed and removed fields': [
    apply(CONFIG('{a: "1", b: "2"}', '\n  labels: {x: "1"}')),
    apply(CONFIG('{a: "3", c: "4"}')),
    apply(CONFIG('{a: "3", c: "4"}')),
    ['get', 'cm', 'settings', '-o', 'jsonpath={.data} {.metadata.labels}'],
  ],
  'lists with merge keys': [
    apply(
      DEPLOYMENT(
        '[{name: a, image: "x:1", env: [{name: A, value: "1"}, {name: B, value: "2"}]}, {name: b, image: "y:1"}]',
      ),
    ),
    apply(
      DEPLOYMENT('[{name: a, image: "x:2", env: [{name: B, value: "3"}]}, {name: c, image: "z:1"}]', '  replicas: 3\n'),
    ),
    apply(
      DEPLOYMENT('[{name: c, image: "z:1"}, {name: a, image: "x:2", env: [{name: B, value: "3"}]}]', '  replicas: 3\n'),
    ),
    ['get', 'deploy', 'web', '-o', 'jsonpath={.spec.replicas} {.spec.template.spec.containers}'],
  ],
  'strategies and selectors': [
    apply(DEPLOYMENT('[{name: a, image: "x:1"}]', '  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 3}}\n')),
    apply(DEPLOYMENT('[{name: a, image: "x:1"}]', '  strategy: {type: Recreate}\n')),
    apply(DEPLOYMENT('[{name: a, image: "x:1"}]', '  strategy: {type: Recreate}\n')),
    apply(DEPLOYMENT('[{name: a, image: "x:1"}]').replace('matchLabels: {app: web}', 'matchLabels: {app: other}')),
  ],
  'server-side': [
    apply(CONFIG('{a: "1"}'), '--server-side'),
    apply(CONFIG('{a: "1"}'), '--server-side'),
    apply(CONFIG('{a: "2"}'), '--server-side', '--field-manager=other'),
    apply(CONFIG('{a: "2"}'), '--server-side', '--field-manager=other', '--force-conflicts'),
    apply(CONFIG('{a: "2"}'), '--server-side', '--dry-run=server'),
    apply(CONFIG('{a: "2"}')),
  ],
  'from client-side to server-side': [
    apply(CONFIG('{a: "1", b: "2"}')),
    apply(CONFIG('{a: "1"}'), '--server-side'),
    ['get', 'cm', 'settings', '-o', 'jsonpath={.data} {.metadata.managedFields[*].manager}'],
  ],
  'dry runs': [
    ['apply', '-f', SHOP, '--dry-run=client'],
    ['apply', '-f', SHOP, '--dry-run=server'],
    apply(CONFIG('{a: "1"}')),
    apply(CONFIG('{a: "2"}'), '--dry-run=client'),
    apply(CONFIG('{a: "2"}'), '--dry-run=server'),
    apply(CONFIG('{a: "1"}'), '--dry-run=server'),
    apply(CONFIG('{a: "1"}'), '--dry-run=x'),
    ['delete', 'cm', 'settings', '--dry-run=client'],
    ['delete', 'cm', 'settings', '--dry-run=server'],
    ['delete', 'cm', 'nope', '--dry-run=client'],
    ['get', 'cm', 'settings', '-o', 'name'],
  ],
  output: [
    apply(CONFIG('{a: "1"}'), '-o', 'name'),
    apply(CONFIG('{a: "1"}'), '-o', 'jsonpath={.data}'),
    ['apply', '-f', SHOP, '-o', 'name'],
    ['delete', 'cm', 'settings', 'extra-9', '-o', 'name'],
    ['delete', 'deploy/web', '-o', 'json'],
  ],
  'what cannot be applied': [
    apply('a: b\n'),
    apply('kind: Foo\n'),
    apply('a: [b\n'),
    apply('kind: Foo\napiVersion: v1\nmetadata: {name: x}\n'),
    apply('kind: Foo\napiVersion: example.com/v1\nmetadata: {name: x, namespace: other}\n'),
    apply(`kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\nfoo: 1\n---\n${CONFIG('{a: "1"}')}`),
    apply('kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\nfoo: 1\n', '--validate=false'),
    apply('kind: ConfigMap\napiVersion: v1\nmetadata: {name: x2}\nfoo: 1\n', '--validate=warn'),
    apply('kind: ConfigMap\napiVersion: v1\nmetadata: {name: X_}\n'),
    apply('kind: Service\napiVersion: v1\nmetadata: {name: X_}\nspec: {ports: [{port: -1},{port: 3, name: X}]}'),
    apply('kind: ConfigMap\napiVersion: v1\nmetadata: {name: x, namespace: elsewhere}\n'),
    apply('kind: ConfigMap\napiVersion: v1\nmetadata: {generateName: x}\n'),
    apply('kind: ConfigMap\napiVersion: v1\nmetadata: {}\n'),
    apply(''),
    apply('# nothing\n---\n'),
    ['apply'],
    ['apply', 'foo'],
    ['apply', '-f', '/nonexistent.yaml'],
    ['apply', '-f', SHOP, '--dry-run=client', '--server-side'],
    ['apply', '-f', SHOP, '--force-conflicts'],
  ],
  'the everyday, in short; test/slow has the rest': [
    ['create', 'deployment', 'web', '--image=nginx', '--replicas=2'],
    ['create', 'cm', 'settings', '--from-literal=a=1', '-o', 'jsonpath={.data}'],
    ['label', 'deploy/web', 'cm/settings', 'tier=front'],
    ['annotate', 'cm', 'settings', 'note=x', 'other-'],
    ['patch', 'cm', 'settings', '-p', '{"data":{"b":"2"}}'],
    ['scale', 'deploy', 'web', '--replicas=3'],
    ['set', 'image', 'deploy/web', 'nginx=nginx:2'],
    ['rollout', 'status', 'deploy/web', '--watch=false'],
    ['wait', 'cm/settings', '--for=jsonpath={.data.b}=2'],
    { args: ['replace', '-f', '-'], input: CONFIG('{a: "3"}') },
    ['get', 'deploy,cm', '-l', 'tier=front', '-o', 'go-template={{range .items}}{{.metadata.name}} {{end}}'],
  ],
  'a list in JSON': [
    apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: ['one', 'two'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
      }),
    ),
    ['delete', 'cm', 'one', 'nope', 'two'],
  ],
  deletions: [
    ['apply', '-f', SHOP],
    ['delete'],
    ['delete', 'cm'],
    ['delete', 'foo', 'x'],
    ['delete', 'cm', 'nope'],
    ['delete', 'cm', 'nope', '--ignore-not-found'],
    ['delete', 'svc,cm', 'zz'],
    ['delete', 'cm', 'zz', '-l', 'a=b'],
    ['delete', 'cm', '--all', 'zz'],
    ['delete', 'cm', '--all', '-l', 'a=b'],
    ['delete', 'cm', '--all', '--field-selector', 'a=b'],
    ['delete', 'cm', '-A'],
    ['delete', 'cm/settings', 'deploy'],
    ['delete', 'cm', '-l', 'app=none'],
    ['delete', 'cm', '-l', 'app=shop'],
    ['delete', 'deploy', 'web', '--cascade=x'],
    ['delete', 'deploy', 'web', '--now', '--grace-period=3'],
    ['delete', 'deploy', 'web', '--force', '--grace-period=3'],
    ['delete', 'svc/web', 'deploy/web', '--force', '--grace-period=0'],
    ['delete', 'cm', 'extra-9', '--now', '--wait=false'],
    ['delete', 'cm', '--field-selector', 'metadata.name=kube-root-ca.crt', '--wait=false'],
  ],
};

describe('writes', () => {
  test.concurrent.each(Object.entries(SEQUENCES))('%s', async (title, steps) => {
    const suffix = title.replaceAll(/\W+/g, '');
    const kubectl = await play('kubectl', `a-${suffix}`.toLowerCase(), steps);
    const kctl = await play('kctl', `b-${suffix}`.toLowerCase(), steps);
    expect(kctl).toEqual(kubectl);
  });

  test('a directory, with and without the ones below it', async () => {
    const { mkdir } = await import('node:fs/promises');
    const directory = join(plane.directory, 'manifests');
    await mkdir(join(directory, 'deeper'), { recursive: true });
    await writeFile(join(directory, 'b.yaml'), CONFIG('{}').replace('settings', 'b'));
    await writeFile(join(directory, 'a.yml'), CONFIG('{}').replace('settings', 'a'));
    await writeFile(join(directory, 'notes.txt'), 'not a manifest');
    await writeFile(
      join(directory, 'deeper', 'c.json'),
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}',
    );
    const flat = ['apply', '-f', directory, '--dry-run=server'];
    expect(await plane.kctl(flat)).toEqual(await plane.kubectl(flat));
    const deep = [...flat, '-R'];
    expect(await plane.kctl(deep)).toEqual(await plane.kubectl(deep));
  });
});

/** What every step said, without the names of namespace and tool. */
async function play(tool: 'kubectl' | 'kctl', namespace: string, steps: readonly Step[]): Promise<Result[]> {
  const created = await plane.kubectl(['create', 'namespace', namespace]);
  expect(created.stderr).toBe('');
  const results: Result[] = [];
  for (const step of steps) {
    const { args, input = '' } = 'args' in step ? step : { args: step };
    const { stdout, stderr, code } = await plane[tool](['-n', namespace, ...args], { input });
    const neutral = (text: string): string =>
      text
        .replaceAll(namespace, 'NAMESPACE')
        .replaceAll(/\bkubectl (get|apply|delete|api-resources|explain|create|patch)\b/g, 'kctl $1')
        .replaceAll(/^W\d{4} .*helpers.go:\d+\] /gm, '');
    results.push({ stdout: neutral(stdout), stderr: neutral(stderr), code });
  }
  return results;
}
