/** Every example of every help page, run against a server that has what the examples speak of. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import type { KubeObject } from '../../src/api/object.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { ConflictError } from '../../src/store/store.ts';
import { FILES, OBJECTS, revision } from './help-examples/fixtures.ts';
import { runLine, type Shell } from './help-examples/shell.ts';

/** What has to happen before each example of a command. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'apply:edit-last-applied': ['kctl apply -f app.yaml'],
  'apply:set-last-applied': ['kctl apply -f app.yaml'],
  'apply:view-last-applied': ['kctl apply -f app.yaml'],
  'auth:whoami': ['kctl certs gen user alice', 'kctl certs gen user alice --kubeconfig alice.yaml'],
  'certs:gen:client': ['kctl certs gen ca --dir ./pki'],
  'certs:gen:front-proxy': ['kctl certs gen ca --dir ./pki --file front-proxy-ca --name front-proxy-ca'],
  'certs:gen:kubelet': ['kctl certs gen ca --dir ./pki'],
  'certs:gen:server': ['kctl certs gen ca --dir ./pki'],
  'certs:gen:user': ['kctl certs gen ca --dir ./pki'],
  'certs:renew': [
    'kctl certs gen ca --dir ./pki',
    'kctl certs gen user alice --ca ./pki --server https://127.0.0.1:1 --kubeconfig alice.yaml',
  ],
  'certs:show': ['kctl certs gen user alice'],
  'certs:verify': ['kctl certs gen ca --dir ./pki', 'kctl certs gen user alice --ca ./pki'],
  'config:set-cluster': ['kctl certs gen ca --dir .'],
  'config:set-credentials': ['kctl certs gen user alice'],
  create: ['kctl delete deploy web'],
  'create:configmap': ['kctl delete cm settings'],
  'create:cronjob': ['kctl delete cronjob backup'],
  'create:deployment': ['kctl delete deploy web'],
  'create:rolebinding': ['kctl delete rolebinding readers'],
  'create:secret:tls': ['kctl certs gen ca --dir .', 'kctl certs gen server web --host web --ca .'],
  'create:service:clusterip': ['kctl delete svc web'],
  'create:service:loadbalancer': ['kctl delete svc web'],
  'create:service:nodeport': ['kctl delete svc web'],
  'create:serviceaccount': ['kctl delete sa robot'],
  expose: ['kctl delete svc web'],
  replace: ['kctl create -f job.yaml'],
  'rollout:resume': ['kctl rollout pause deploy/web'],
  run: ['kctl delete svc web'],
  'token:verify': ['kctl create token robot > token.txt'],
  'trace:replay': ['kctl trace -o json get pods > trace.json'],
};

/** An example that would go on or wait belongs into NOT_RUN. */
const EXAMPLE_MS = 20_000;

/** They go on until Ctrl-C, wait for pods that nobody runs here, or name programs and files of other machines. */
const NOT_RUN =
  /^kctl (serve|proxy|attach|exec|cp|port-forward|kustomize|run -it|debug .*-it|debug .*-it|scale .*--timeout|rollout status .*--timeout|wait .*(Available|Running|delete))|^(curl|tar|kubectl|KUBE_EDITOR=nano) |-w$|--watch$|\| dot | \/(etc|var)\//;

/** What the examples speak of and is not there. */
const REFUSED: readonly (readonly [line: RegExp, error: RegExp])[] = [
  [/^kctl create namespace shop$/, /namespaces "shop" already exists/],
  [/^kctl create service clusterip web --clusterip=None .*\| kctl create/, /services "web" already exists/],
  [/alice-x7k2p/, /"alice-x7k2p" not found/],
  [/^kctl taint nodes node-1 dedicated=\w+:NoSchedule$/, /already has dedicated taint/],
  [/^kctl top /, /Metrics API not available/],
  [/^kctl plugin list/, /unable to find any kubectl plugins/],
  [/^kctl certs (show|verify) api.example.com/, /cannot see the certificate of api.example.com:6443/],
  [/^kctl get pods -o custom-columns=.*--sort-by/, /couldn't find any field with path "{.spec.nodeName}"/],
  [/^cat app.yaml \| kctl create/, /deployments.apps "web" already exists/],
  [/^kctl token inspect$/, /context "kctl" has no token/],
  [/^kctl trace show 5b0a8f3e/, /only the newest traces are kept/],
];

const FACTS = manifest.commands as Record<string, { readonly examples: string[]; readonly hidden?: boolean }>;
const EXAMPLES = Object.keys(COMMANDS)
  .filter((id) => FACTS[id]?.hidden !== true)
  .flatMap((id) => (FACTS[id]?.examples ?? []).map((example) => [id, linesOf(example)] as const))
  .map(([id, lines]) => [lines.join(' ; '), id, lines] as const);

function linesOf(example: string): string[] {
  const lines = example.replaceAll('<%= config.bin %>', 'kctl').split('\n');
  return lines.filter((line) => !line.startsWith('#'));
}

let home: string;
let plane: ControlPlane;
let shell: Shell;
let before: Map<string, Buffer>;
let contexts = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kctl-examples-'));
  plane = await startControlPlane({ dataDir: join(home, '.local/share/kctl'), durability: 'memory', securePort: 0 });
  const env = {
    HOME: home,
    PATH: process.env['PATH'] ?? '',
    KUBECONFIG: join(home, 'kubeconfig'),
    EDITOR: 'true',
    APP_MODE: 'x',
  };
  shell = { directory: home, env };
  process.chdir(home);
  await setUpFiles();
  await writeFile(join(home, 'objects.yaml'), OBJECTS);
  expect((await runLine('kctl create -f objects.yaml', shell)).stderr).toBe('');
  const web = JSON.parse((await runLine('kctl get deploy web -o json', shell)).stdout) as KubeObject;
  for (const number of [1, 2, 3]) {
    await writeFile('revision.json', revision(number, web.metadata?.uid ?? ''));
    expect((await runLine('kctl create -f revision.json', shell)).stderr).toBe('');
  }
  before = await stored();
});

afterAll(async () => {
  process.chdir(tmpdir());
  await plane.close();
  await rm(home, { recursive: true, force: true });
});

async function setUpFiles(): Promise<void> {
  for (const name of await readdir(home)) {
    if (name !== '.local') await rm(join(home, name), { recursive: true });
  }
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text);
  }
  await mkdir(join(home, '.config/fish/completions'), { recursive: true });
  if (contexts !== '') return writeFile(join(home, 'kubeconfig'), contexts);
  await writeFile(join(home, 'kubeconfig'), await readFile(plane.kubeconfigFile as string, 'utf8'));
  for (const context of ['old', 'dev', 'admin@prod-cluster-1']) {
    await runLine(`kctl config set-context ${context} --cluster=kctl --user=admin --namespace=default`, shell);
  }
  await runLine('kctl config set-cluster old --server=https://old.example.com', shell);
  await runLine('kctl config set-cluster dev --server=https://dev.example.com', shell);
  await runLine('kctl config set-credentials old --token=x', shell);
  contexts = await readFile(join(home, 'kubeconfig'), 'utf8');
}

async function stored(): Promise<Map<string, Buffer>> {
  const { entries } = await plane.store.list({ prefix: '/' });
  return new Map(entries.map(({ key, value }) => [key, value]));
}

/** What an example has changed becomes as it was, also where controllers are still at it. */
async function restore(): Promise<void> {
  try {
    await restoreOnce();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await restore();
  }
}

async function restoreOnce(): Promise<void> {
  const { entries } = await plane.store.list({ prefix: '/' });
  const now = new Map(entries.map((entry) => [entry.key, entry]));
  for (const { key, modRevision } of entries) {
    if (!before.has(key)) await plane.store.commit([{ type: 'delete', key, expected: modRevision }]);
  }
  for (const [key, value] of before) {
    const entry = now.get(key);
    if (entry?.value.equals(value)) continue;
    await plane.store.commit([{ type: 'put', key, value, expected: entry?.modRevision ?? 0 }]);
  }
}

test.each(EXAMPLES)(
  '%s',
  async (_, id, lines) => {
    await restore();
    await setUpFiles();
    for (const line of BEFORE[id] ?? []) expect(await runLine(line, shell)).toMatchObject({ code: 0 });
    for (const line of lines.filter((each) => !NOT_RUN.test(each))) {
      const { code, stderr } = await runLine(line, shell);
      const [, refused] = REFUSED.find(([which]) => which.test(line)) ?? [];
      if (refused !== undefined) expect(stderr).toMatch(refused);
      // 1 is an answer too: no, there are differences.
      else expect({ failed: code > 1 || /^error|^Error/m.test(stderr), stderr }).toMatchObject({ failed: false });
    }
  },
  EXAMPLE_MS,
);
