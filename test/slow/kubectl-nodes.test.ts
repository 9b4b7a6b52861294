/** Commands about nodes, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. */
import { test } from 'vitest';
import { compare, play, type Step, words } from '../helpers/side-by-side.ts';
import { sideBySide } from '../helpers/side-by-side-suite.ts';
import { METRICS, NODE_LINES, NODES } from './kubectl-lines/nodes.ts';

/** A metrics server's API, as definitions. */
const plane = sideBySide(NODE_LINES, async ({ kctl }) => {
  await kctl(['apply', '-f', '-'], { input: METRICS });
  await kctl(words('wait --for=condition=Established crd/nodes.metrics.k8s.io crd/pods.metrics.k8s.io'));
});

const SPEC = 'spec: {nodeName: OWN-1, terminationGracePeriodSeconds: 0, containers: [{name: c, image: x}]}';
const DAEMON_SET =
  'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: ds}\nspec: {selector: {matchLabels: {app: ds}}, template: {metadata: {labels: {app: ds}}, spec: {containers: [{name: c, image: x}]}}}\n';
const GUARDED = `apiVersion: v1\nkind: Pod\nmetadata: {name: guarded, labels: {app: guarded}}\n${SPEC}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: guard}\nspec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}\n`;
const READY = '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}';

/** What belongs to a DaemonSet is collected unless the DaemonSet is really there. */
async function daemonPod(namespace: string): Promise<void> {
  const { kctl } = plane();
  await kctl(['-n', namespace, 'apply', '-f', '-'], { input: DAEMON_SET });
  const { stdout: uid } = await kctl(['-n', namespace, 'get', 'ds', 'ds', '-o', 'jsonpath={.metadata.uid}']);
  const owner = `[{apiVersion: apps/v1, kind: DaemonSet, name: ds, uid: ${uid}, controller: true}]`;
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: daemon, ownerReferences: ${owner}}\n${SPEC}\n`;
  await kctl(['-n', namespace, 'create', '-f', '-'], { input: pod.replaceAll('OWN', namespace) });
}

const DAEMONS: readonly Step[] = [
  words('drain OWN-1'),
  words('drain OWN-1 --force'),
  words('drain OWN-1 --ignore-daemonsets'),
  words('drain OWN-1 --ignore-daemonsets --dry-run=client'),
  words('get pods -o name'),
];
const BUDGETS: readonly Step[] = [
  { args: words('apply -f -'), input: GUARDED },
  words(`patch pod guarded --subresource=status --type=merge -p ${READY}`),
  words('wait --for=jsonpath={.status.currentHealthy}=1 pdb/guard'),
  words('drain OWN-1 --force --pod-selector=app=guarded --timeout=1s'),
  words('drain OWN-1 --force --pod-selector=app=guarded --disable-eviction'),
  words('get pods -o name'),
];

test.concurrent.each([
  ['daemons', DAEMONS, daemonPod],
  ['budgets', BUDGETS, async () => {}],
] as const)('drain: %s', async (name, steps, prepare) => {
  const told = await Promise.all(
    (['kubectl', 'kctl'] as const).map(async (tool) => {
      const namespace = `${tool === 'kubectl' ? 'c' : 'd'}-${name}`;
      const { directory } = plane();
      const nodes = { args: words('apply -f -'), input: NODES };
      const made = await play(plane(), tool, [nodes], { namespace, directory });
      await prepare(namespace);
      return [...made, ...(await play(plane(), tool, steps, { namespace, directory }))];
    }),
  );
  compare(told[0] ?? [], told[1] ?? [], () => false);
});
