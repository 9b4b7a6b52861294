/** Tab: what is offered where, live from a server, through bash, and in time. */
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wantedAt } from '../../src/cli/completion/wanted.ts';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { run } from '../helpers/command.ts';
import { startsWithin } from '../helpers/start-time.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const RUN = join(ROOT, 'bin/run.js');
/** On a busy machine an answer may miss the time limit. */
const PATIENT = { KCTL_COMPLETION_TIMEOUT: '10s' };
const OBJECTS = `
kind: Pod
apiVersion: v1
metadata: {name: web, namespace: default}
spec: {containers: [{name: nginx, image: nginx}], initContainers: [{name: first, image: busybox}]}
---
kind: CronJob
apiVersion: batch/v1
metadata: {name: nightly, namespace: default}
spec:
  schedule: '@daily'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: work, image: busybox}]}}}}
---
kind: RoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata: {name: readers, namespace: default}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}
`;
let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await plane.kctl(['apply', '-f', '-'], { input: OBJECTS });
});

afterAll(() => plane.close());

describe('what is wanted where', () => {
  test.each([
    ['get ', 'kinds', ''],
    ['get po', 'kinds', 'po'],
    ['get pods ', 'names', ''],
    ['get pods web d', 'names', 'd'],
    ['get pods/web ns/d', 'kinds', 'ns/d'],
    ['get -n ', 'namespaces', ''],
    ['-n ', 'namespaces', ''],
    ['certs --kubeconfig=x', 'files', 'x'],
    ['get -nku', 'namespaces', 'ku'],
    ['get -n=ku', 'namespaces', 'ku'],
    ['get pods -As', 'nothing', '-As'],
    ['apply --filename=a', 'files', 'a'],
    ['logs web -c ', 'containers', ''],
    ['exec web --container=si', 'containers', 'si'],
    ['exec web -- l', 'nothing', 'l'],
    ['exec web -- -', 'nothing', '-'],
    ['logs web ', 'containers', ''],
    ['create clusterrole x --verb=get,li', 'verbs', 'li'],
    ['create clusterrole x --resource ', 'resources', ''],
    ['create rolebinding x --clusterrole=', 'cluster roles', ''],
    ['create rolebinding x --serviceaccount=', 'bound service accounts', ''],
    ['create job x --from=', 'cron jobs', ''],
    ['certificate approve ', 'signing requests', ''],
    ['debug web --target ', 'containers', ''],
    ['set image deploy ', 'names', ''],
    ['events --for ', 'kinds', ''],
    ['rbac lookup ', 'subjects', ''],
    ['rbac explain user:jane ', 'verbs', ''],
    ['rbac who-can get ', 'resources', ''],
    ['get pods --as ', 'users to be', ''],
    ['trace -o html get pods ', 'names', ''],
    ['-n shop trace get pods ', 'names', ''],
    ['get --namespace=ku', 'namespaces', 'ku'],
    ['-n kube-system get pods ', 'names', ''],
    ['get pods -o wide ', 'names', ''],
    ['get pods -nkube-system x', 'names', 'x'],
    ['apply -f ', 'files', ''],
    ['explain po', 'kinds', 'po'],
    ['explain pods ', 'nothing', ''],
    ['auth can-i ', 'verbs', ''],
    ['auth can-i get ', 'resources', ''],
    ['config use-context ', 'contexts', ''],
    ['certs show ', 'files', ''],
    ['trace get pods ', 'names', ''],
    ['get pods --context ', 'contexts', ''],
  ])('%s', (line, slot, word) => {
    expect(wantedAt(line.split(' '))).toMatchObject({ slot, word });
  });

  test.each([
    ['cert', ['certificate', 'certs']],
    ['certs gen ', ['all', 'ca', 'client', 'front-proxy', 'kubelet', 'server', 'user']],
    ['help certs gen u', ['user']],
    ['get --no-h', ['--no-headers']],
    ['get pods --outp', ['--output=', '--output-watch-events']],
    ['certs gen user x --key-type ', ['ecdsa', 'ecdsa-p384', 'rsa', 'rsa-4096', 'ed25519']],
    ['trace sh', ['show']],
    ['hel', ['help']],
    ['trace -o h', ['html']],
    ['get pods --dry', []],
    ['apply -f x -f y --fi', ['--filename=', '--field-manager=']],
    ['get pods -n x --namesp', []],
    ['nothing here ', []],
  ])('%s', (line, values) => {
    const { fixed, word } = wantedAt(line.split(' '));
    expect(fixed.map(({ value }) => value).filter((value) => value.startsWith(word))).toEqual(values);
  });

  test('of a list the last part, behind what stands before', () => {
    expect(wantedAt(['create', 'role', 'x', '--verb=get,li'])).toMatchObject({ before: '--verb=get,', word: 'li' });
    expect(wantedAt(['get', '-nku'])).toMatchObject({ before: '-n', word: 'ku' });
  });

  test('topics and commands say what they are', () => {
    expect(wantedAt(['']).fixed).toContainEqual({ value: 'rbac', about: 'Understand roles and bindings.' });
    expect(wantedAt(['']).fixed.filter(({ about }) => !about)).toEqual([]);
  });

  test('hidden commands and flags are not offered', () => {
    expect(wantedAt(['_']).fixed.map(({ value }) => value)).not.toContain('__complete');
    expect(wantedAt(['get', '--cache']).fixed.map(({ value }) => value)).not.toContain('--cache-dir=');
  });
});

describe('live', () => {
  const complete = async (...words: string[]) =>
    (await plane.kctl(['__complete', '--', ...words], { env: PATIENT })).stdout.split('\n');

  test.each([
    [
      ['get', 'names'],
      ['namespaces\tcore (ns)', ':4', ''],
    ],
    [
      ['get', 'ns', 'kube-p'],
      ['kube-public', ':4', ''],
    ],
    [
      ['get', 'ns/kube-p'],
      ['ns/kube-public', ':4', ''],
    ],
    [
      ['get', 'ns,roleb'],
      ['ns,rolebindings\trbac.authorization.k8s.io', ':4', ''],
    ],
    [
      ['-n', 'kube-system', 'get', 'cm', 'kube-r'],
      ['kube-root-ca.crt', ':4', ''],
    ],
    [
      ['get', '--namespace=kube-p'],
      ['--namespace=kube-public', ':4', ''],
    ],
    [
      ['get', 'pods', '-o', 'jsonp'],
      ['jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=', ':6', ''],
    ],
    [
      ['create', 'token', 'de'],
      ['default', ':4', ''],
    ],
    [
      ['config', 'use-context', ''],
      ['kctl', ':4', ''],
    ],
    [
      ['get', 'ns', 'kube-public', 'kube-p'],
      [':4', ''],
    ],
    [
      ['logs', 'web', '-c', ''],
      ['nginx\tnginx', 'first\tbusybox', ':4', ''],
    ],
    [
      ['logs', 'cronjob/nightly', '--container='],
      ['--container=work\tbusybox', ':4', ''],
    ],
    [
      ['create', 'job', 'x', '--from', 'cron'],
      ['cronjob/nightly', ':4', ''],
    ],
    [
      ['auth', 'can-i', 'get', 'pods/lo'],
      ['pods/log', ':4', ''],
    ],
    [
      ['rbac', 'lookup', 'user:ja'],
      ['user:jane', ':4', ''],
    ],
    [
      ['rbac', 'explain', 'user:jane,sa:kube-p'],
      ['user:jane,sa:kube-public/default', ':4', ''],
    ],
    [
      ['get', 'ns', '--as', 'ja'],
      ['jane', ':4', ''],
    ],
    [
      ['create', 'clusterrolebinding', 'x', '--serviceaccount=kube-p'],
      ['--serviceaccount=kube-public:default', ':4', ''],
    ],
    [
      ['rollout', 'status', 'dae'],
      ['daemonset', ':4', ''],
    ],
    [
      ['get', 'nonsense', ''],
      [':4', ''],
    ],
    [
      ['apply', '-f', ''],
      [':0', ''],
    ],
  ])('%j', async (words, lines) => {
    expect(await complete(...words)).toEqual(lines);
  });

  test('an unreachable server: nothing, without a word', async () => {
    const args = ['__complete', '--', 'get', '-s', 'https://127.0.0.1:1', 'pods', ''];
    expect(await plane.kctl(args)).toEqual({ code: 0, stdout: ':4\n', stderr: '' });
  });
});

test('a server that never answers costs no more than the limit', async () => {
  const server: Server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const start = performance.now();
  const { stdout } = await plane.kctl(['__complete', '--', '-s', `http://127.0.0.1:${port}`, 'get', 'ns', '']);
  expect(stdout).toBe(':4\n');
  expect(performance.now() - start).toBeLessThan(1000);
  server.close();
});

test.each(['bash', 'zsh', 'fish'])('completion %s prints a script', async (shell) => {
  expect((await plane.kctl(['completion', shell])).stdout).toMatch(
    new RegExp(`^#.*${shell === 'zsh' ? 'kctl' : shell}`),
  );
});

test('an unknown shell', async () => {
  expect(await plane.kctl(['completion', 'fihs'])).toMatchObject({
    stderr: 'error: unsupported shell type "fihs"\n\nDid you mean this?\n\tfish\n',
    code: 1,
  });
});

test('in bash: candidates behind = and / too', async () => {
  const kctl = join(plane.directory, 'kctl');
  const answers =
    'case "$*" in *--namespace=*) printf "%s\\n" --namespace=default :4;; *) printf "%s\\n" "pods\tcore" podtemplates :4;; esac';
  await writeFile(kctl, `#!/bin/bash\n${answers}\n`);
  await chmod(kctl, 0o755);
  await writeFile(join(plane.directory, 'completion.bash'), (await plane.kctl(['completion', 'bash'])).stdout);
  const ask = (line: string) =>
    run('bash', [
      '-c',
      `source "$0"; COMP_LINE=$1; COMP_POINT=\${#1}; _kctl_complete 2>/dev/null; printf '%s,' "\${COMPREPLY[@]}"`,
      join(plane.directory, 'completion.bash'),
      line,
    ]);
  expect((await ask(`${kctl} get po`)).stdout).toBe('pods,podtemplates,');
  expect((await ask(`${kctl} get --namespace=de`)).stdout).toBe('default,');
});

test.skipIf(!existsSync(join(ROOT, 'dist/kctl.js')))('the bundle answers with live names within 300 ms', async () => {
  const env = { ...process.env, ...PATIENT, KUBECONFIG: join(plane.directory, 'kubeconfig'), HOME: plane.directory };
  const words = ['__complete', '--', 'get', 'ns', 'kube-p'];
  const within = await startsWithin(300, [RUN, ...words], { env }, 'kube-public\n:4\n');
  expect(within).toBe(true);
});
