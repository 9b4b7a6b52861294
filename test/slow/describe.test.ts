/**
 * `describe`: the same bytes as kubectl 1.35 for every kind that has a text of its own, and for many that have none.
 *
 * Different on purpose: a suggestion after an unknown type; resources of a LimitRange in order of their names (kubectl: of
 * a Go map); 0% of a node without capacity (kubectl: -9223372036854775808%); unknown kinds in a `kind: List` are told with
 * their file; texts cut within a character end in U+FFFD; abbreviations of time zones are those of Node.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Fixtures } from '../cli/describe/fixtures.ts';
import { sameAsKubectl } from '../cli/describe/objects.ts';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';

const FILES = ['shop', 'pods', 'workloads', 'storage', 'network', 'policy', 'access', 'cluster', 'customs'];

let plane: TestPlane;
const files = new Map<string, { path: string; count: number }>();

beforeAll(async () => {
  plane = await startTestPlane();
  const fixtures = new Fixtures(plane);
  for (const namespace of ['shop', 'dx', 'dq']) await fixtures.namespace(namespace);
  for (const file of FILES) files.set(file, await fixtures.create(file));
  await prepareManifests(plane.directory);
  // A controller may write between its reading and its writing.
  await vi.waitFor(() => plane.makeOld(), { timeout: 30_000 });
}, 120_000);

afterAll(() => plane.close());

async function prepareManifests(directory: string): Promise<void> {
  const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: dx}\n`;
  const unknown = 'apiVersion: nope/v1\nkind: Nope\nmetadata: {name: x}\n';
  const labelled = map('cm-rich').replace('}', ', labels: {a: b}}');
  const manifests: Record<string, string> = {
    'empty.yaml': '',
    'gone.yaml': map('gone'),
    'unknown.yaml': unknown,
    'mixed.yaml': [map('cm-sparse'), map('gone'), unknown, labelled].join('---\n'),
    'maps/a.yaml': map('cm-sparse'),
    'maps/below/b.yaml': labelled,
    'maps/note.txt': 'no manifest',
    'here.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: counted}\n',
  };
  await mkdir(join(directory, 'maps/below'), { recursive: true });
  for (const [name, text] of Object.entries(manifests)) await writeFile(join(directory, name), text);
}

test('there is enough to describe', () => {
  expect([...files.values()].reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(200);
});

test.each(FILES)('everything in %s', async (file) => {
  const { path = '', count } = files.get(file) ?? {};
  const { code, texts } = await sameAsKubectl(plane, ['describe', '-f', path]);
  expect({ code, described: texts.length }).toEqual({ code: 0, described: count });
});

// What the cluster has of its own.
test.each([
  'describe ns',
  'describe nodes',
  'describe crd,flowschemas,prioritylevelconfigurations,apiservices',
  'describe svc,endpoints,endpointslices,servicecidr,ipaddress,lease -A',
  'describe clusterrole cluster-admin view system:node system:kube-scheduler',
  'describe clusterrolebindings',
  'describe pc',
])('%s', async (line) => {
  await sameAsKubectl(plane, line.split(' '));
});

// Which objects a line means, and what is said where there are none. _ stands for a blank, DIR for a directory.
test.each([
  'describe',
  'describe pods -l a_in',
  'describe -n dx pods,svc,sa -l app=token',
  'describe -n dx pods -l nope=x',
  'describe -n dx rs -l app=dr --show-events=false',
  'describe pv -l nope=1',
  'describe -n dx-bare cm,svc,secrets -l x',
  'describe -n gone pods',
  'describe cm -A -l a=b --chunk-size=1',
  'describe cm x -A',
  'describe -n dx cm cm-rich -l a=b',
  'describe -n dx cm cm-',
  'describe -n dx cm zzz',
  'describe -n dx cm/cm-',
  'describe -n dx cm/cm-rich cm/gone',
  'describe -n dx cm/gone cm/cm-rich svc/gone',
  'describe -n dx cm cm-rich gone',
  'describe -n dx sa,cm robot',
  'describe -n dx sa,cm robot cm-rich',
  'describe cm cm-rich extra/thing',
  'describe cm/a/b',
  'describe cm/',
  'describe -n dx gd,leases',
  'describe -n dx hpa.v1.autoscaling/hpa-old deployments.v1.apps/deploy-sparse gadgets.example.com/bare',
  'describe -n dx events.events.k8s.io/e3 ev/e1',
  'describe -f DIR/nope.yaml',
  'describe -f DIR/empty.yaml',
  'describe -f DIR/gone.yaml',
  'describe -f DIR/unknown.yaml',
  'describe -f DIR/mixed.yaml',
  'describe -f DIR/mixed.yaml -l a=b',
  'describe -f DIR/mixed.yaml cm',
  'describe -f DIR/maps',
  'describe -R -f DIR/maps',
  'describe -n dq -f DIR/here.yaml',
])('%s', async (line) => {
  await sameAsKubectl(
    plane,
    line.split(' ').map((word) => word.replaceAll('_', ' ').replace('DIR', plane.directory)),
  );
});

// Who may not see everything that belongs to an object (ClusterRole dx-limited).
test.each([
  'describe ns dx dq',
  'describe node dx-rich',
  'describe -n dx cm cm-',
  'describe -n dx cm/cm-sparse secret/secret-rich svc/svc-rich ing/ing-rich deploy/deploy-rolling rs/dr-b',
  'describe -n dx sts/sts-rich ds/ds-rich rc/rc-rich pvc/bound',
  'describe -n dx pods',
])('as a limited user: %s', async (line) => {
  await sameAsKubectl(plane, ['--as', 'limited', ...line.split(' ')]);
});
