/** Flags that are rarely wanted, and kuberc, side by side with the real kubectl 1.35. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { prepareMistakes } from '../helpers/mistakes.ts';
import { compare, play, SHOP, type Step, type Told, words } from '../helpers/side-by-side.ts';
import { HISTORIES, RARE_CHANGES, RARE_SHOWS } from './kubectl-lines/rare-flags.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await prepareMistakes(plane);
});

afterAll(() => plane.close());

const never = (): boolean => false;

/** Both look at the same objects. */
async function same(steps: readonly Step[]): Promise<void> {
  const { directory } = plane;
  const both = await Promise.all([
    play(plane, 'kubectl', steps, { directory }),
    play(plane, 'kctl', steps, { directory }),
  ]);
  compare(both[0], both[1], never);
}

test.concurrent.each(Object.entries(RARE_CHANGES))('%s', async (title, steps) => {
  const filled = steps.map((step) => {
    if (!('args' in step) || step.env === undefined) return step;
    const [[name = '', value = ''] = []] = Object.entries(step.env);
    return { ...step, env: { [name]: value.replaceAll('DIR', plane.directory) } };
  });
  const { directory } = plane;
  const [kubectl, kctl] = await Promise.all([
    play(plane, 'kubectl', filled, { namespace: `a-${title}`, directory }),
    play(plane, 'kctl', filled, { namespace: `b-${title}`, directory }),
  ]);
  const told = (results: readonly Told[]): Told[] =>
    results.map((each) => ({ ...each, stderr: each.stderr.replaceAll(/\/tmp\/kctl-edit-[\w.]+/g, 'COPY') }));
  compare(told(kubectl), told(kctl), never);
});

test.concurrent.each([0, 1])('shows, part %i', async (part) => {
  await same(RARE_SHOWS.filter((_, i) => i % 2 === part));
});

test.concurrent('rollout history with -o', async () => {
  const kctl = async (args: string[], input = ''): Promise<string> => {
    const { stdout, stderr } = await plane.kctl(args, { input });
    expect(stderr).toBe('');
    return stdout;
  };
  await kctl(['create', 'deployment', 'kept', '--image=nginx:2', '--replicas=0']);
  const uid = await kctl(['get', 'deploy', 'kept', '-o', 'jsonpath={.metadata.uid}']);
  for (const revision of [1, 2]) await kctl(['create', '-f', '-'], replicaSet(uid, revision));
  await same(HISTORIES);
});

function replicaSet(uid: string, revision: number): string {
  return `apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: kept-${revision}
  labels: {app: kept}
  annotations: {deployment.kubernetes.io/revision: "${revision}", kubernetes.io/change-cause: cause ${revision}}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: kept, uid: ${uid}, controller: true}]
spec:
  replicas: 0
  selector: {matchLabels: {app: kept, v: "${revision}"}}
  template: {metadata: {labels: {app: kept, v: "${revision}"}}, spec: {containers: [{name: c, image: "nginx:${revision}"}]}}
`;
}

describe('kuberc', () => {
  const BETA = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n';
  const ALPHA = BETA.replace('v1beta1', 'v1alpha1');
  const ALIASES = `${BETA}aliases:
- {name: getn, command: get, prependArgs: [cm], appendArgs: [settings], options: [{name: output, default: name}]}
- {name: get, command: delete}
- {name: cr, command: create ns}
- {name: bad, command: nope}
`;
  const DEFAULTS = `${BETA}defaults:
- {command: get, options: [{name: output, default: name}]}
- {command: create namespace, options: [{name: dry-run, default: client}]}
- {command: nope, options: []}
`;
  const alias = (entry: string): string => `${BETA}aliases:\n- ${entry}\n`;

  test.concurrent.each<[string, string, string[]]>([
    ['an empty file', '', ['get cm -o name']],
    ['no preferences', 'a: b', ['get cm']],
    ['no YAML', '{', ['get cm']],
    ['another kind', 'apiVersion: v1\nkind: ConfigMap\n', ['get cm']],
    ['an unknown version', BETA.replace('v1beta1', 'v9'), ['get cm']],
    ['a second document', `a: b\n---\n${ALIASES}`, ['getn']],
    [
      'v1alpha1',
      `${ALPHA}aliases:\n- {name: getn, command: get, prependArgs: [cm], flags: [{name: output, default: name}]}\n`,
      ['getn settings'],
    ],
    [
      'aliases',
      ALIASES,
      [
        'getn',
        'getn -o jsonpath={.data}',
        'getn -ojsonpath={.kind}',
        'getn --output=name',
        'get cm -o name',
        'cr zz --dry-run=client',
        'bad',
      ],
    ],
    [
      'defaults',
      DEFAULTS,
      [
        'get cm',
        'get cm settings -o jsonpath={.data}',
        'get cm -Aojsonpath={.kind}',
        'create ns x',
        'create namespace x',
        'create cm x --dry-run=client',
        'delete cm nope',
      ],
    ],
    [
      'an unknown flag',
      `${BETA}defaults:\n- {command: get, options: [{name: nope, default: x}]}\n`,
      ['get cm', 'delete cm nope'],
    ],
    [
      'a bad value',
      `${BETA}defaults:\n- {command: get, options: [{name: chunk-size, default: x}]}\n`,
      ['get cm', 'delete cm nope'],
    ],
    [
      'a question',
      `${BETA}defaults:\n- {command: delete, options: [{name: interactive, default: "true"}]}\n`,
      ['delete cm settings', 'delete cm settings --interactive=false --dry-run=client'],
    ],
    ['an alias without a name', alias('{name: "", command: get}'), ['get cm']],
    ['an alias with a blank', alias('{name: a b, command: get}'), ['get cm']],
    ['an alias twice', `${alias('{name: x, command: get}')}- {name: x, command: get}\n`, ['get cm']],
    ['a flag with dashes', alias('{name: x, command: get, options: [{name: -o, default: x}]}'), ['get cm']],
    ['a policy that is none', `${BETA}credentialPluginPolicy: AllowAll\n`, ['get cm -o name']],
  ])('%s', async (title, text, lines) => {
    const file = join(plane.directory, `rc-${title.replaceAll(' ', '-')}`);
    await writeFile(file, text);
    const step = (line: string): Step => ({ args: words(line), env: { KUBERC: file } });
    await same([...lines.map(step), words(`${lines[0]} --kuberc=${file}`)]);
  });

  test.concurrent.each([
    ['DenyAll', ''],
    ['Allowlist', ''],
    ['Allowlist', '- name: cat\n'],
    ['Allowlist', '- name: /bin/cat\n'],
    ['Allowlist', '- name: /usr/bin/cat\n'],
    ['AllowAll', ''],
    ['Nope', ''],
    ['DenyAll', '- name: cat\n'],
    ['Allowlist', '[]\n'],
    ['Allowlist', '- name: ""\n'],
    ['Allowlist', '- name: ./cat\n'],
    ['Allowlist', '- name: dog\n'],
    ['', '- name: cat\n'],
    ['Allowlist', '- name: /usr/bin/../bin/cat\n'],
    ['AllowAll', '- name: cat\n'],
  ])('credential plugins: %s %s', async (policy, list) => {
    const name = `${policy}-${list.replaceAll(/\W/g, '')}`;
    const file = join(plane.directory, `plugins-${name}`);
    const credential = join(plane.directory, `credential-${name}`);
    const kubeconfig = join(plane.directory, `kubeconfig-${name}`);
    await writeFile(
      credential,
      '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "x"}}',
    );
    const exec = `exec: {apiVersion: client.authentication.k8s.io/v1, command: cat, args: [${credential}], interactiveMode: Never}`;
    const withPlugin = plane.plane.kubeconfig
      .replace(/^( *)client-certificate-data: .*$/m, `$1${exec}`)
      .replace(/^ *client-key-data: .*\n/m, '');
    await writeFile(kubeconfig, withPlugin);
    const allowed = list === '' ? '' : `credentialPluginAllowlist:\n${list}`;
    await writeFile(file, `${BETA}credentialPluginPolicy: ${policy}\n${allowed}`);
    const { stderr } = await plane.kubectl(['auth', 'whoami', `--kubeconfig=${kubeconfig}`], { env: { KUBERC: file } });
    const ours = await plane.kctl(['auth', 'whoami', `--kubeconfig=${kubeconfig}`], { env: { KUBERC: file } });
    expect(ours.stderr.replace(/^Perhaps: .*\n/gm, '')).toBe(stderr);
  });

  test.concurrent('which file', async () => {
    const missing = { KUBERC: '/nope' };
    await same([
      { args: words('get cm settings -o name'), env: missing },
      { args: words('get cm settings -o name'), env: { ...missing, KUBECTL_KUBERC: 'false' } },
      { args: words('get cm settings -o name'), env: { KUBERC: 'off' } },
      { args: words('get cm settings -o name --kuberc=DIR/rc'), env: { KUBERC: 'off' } },
      words('get cm settings -o name --kuberc='),
      words('get cm settings -o name --kuberc=/nope'),
      words('get cm settings -o name --kuberc'),
    ]);
  });
});

describe('--json', () => {
  const json = async (args: string[], input = ''): Promise<{ value: unknown; code: number }> => {
    const { stdout, code } = await plane.kctl([...args, '--json'], { input });
    return { value: JSON.parse(stdout), code };
  };

  test('label --list', async () => {
    const { value } = await json(['label', 'cm', 'settings', '--list']);
    const labels = { app: 'shop', tier: 'front', 'example.com/component': 'web' };
    expect(value).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings', labels }]);
    const annotated = await json(['annotate', 'deploy,cm', '-l', 'app=shop,!tier', '--list']);
    expect(annotated.value).toMatchObject([
      { kind: 'Deployment', name: 'web' },
      { kind: 'ConfigMap', name: 'extra-10' },
    ]);
  });

  test('diff', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fresh, labels: {app: shop}}\ndata: {a: b}\n';
    const { value, code } = await json(['diff', '-f', '-', '--prune', '-l', 'app=shop'], manifest);
    expect(code).toBe(1);
    expect(value).toMatchObject({
      differences: expect.arrayContaining([
        expect.objectContaining({ name: 'v1.ConfigMap.default.settings', change: 'delete', after: null }),
      ]),
    });
    const created = await json(['diff', '-f', '-'], manifest);
    expect(created).toMatchObject({
      code: 1,
      value: { differences: [{ change: 'create', before: null, after: { data: { a: 'b' } } }] },
    });
    expect(await json(['diff', '-f', SHOP])).toEqual({ code: 0, value: { differences: [] } });
  });

  test('rollout status', async () => {
    const { value, code } = await json(['rollout', 'status', 'deploy/web', '--watch=false']);
    const message = 'Waiting for deployment spec update to be observed...';
    expect({ value, code }).toEqual({
      code: 0,
      value: { kind: 'Deployment', name: 'web', namespace: 'default', done: false, message },
    });
  });
});
