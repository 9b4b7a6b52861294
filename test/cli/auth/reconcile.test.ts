/** auth reconcile: the same words and results as kubectl's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RestClient } from '../../../src/client/rest-client.ts';
import { startTestPlane, type TestPlane } from '../../helpers/cli.ts';

let plane: TestPlane;
const ADMIN = { name: 'admin', uid: '', groups: ['system:masters'], extra: {} };

beforeAll(async () => {
  plane = await startTestPlane();
});

afterAll(() => plane.close());

const RBAC = 'apiGroup: rbac.authorization.k8s.io';

/** A role and its binding. */
const rbac = (rules: string, subjects: string, more = '', role = 'reader'): string => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: NAMESPACE${more}}
rules: [${rules}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: NAMESPACE${more}}
roleRef: {${RBAC}, kind: Role, name: ${role}}
subjects: [${subjects}]
`;
const JANE = `{kind: User, name: jane, ${RBAC}}`;
const ROBOT = '{kind: ServiceAccount, name: robot, namespace: default}';
const GET = '{apiGroups: [""], resources: [pods], verbs: [get, list]}';
const LOGS = '{apiGroups: [""], resources: [pods/log], resourceNames: [a], verbs: [get]}';

/** One after the other; each namespace gets the same. kubectl 1.35 crashes on objects that name none. */
const STEPS: readonly (readonly [title: string, manifest: string, flags: readonly string[]])[] = [
  ['dry run', rbac(GET, JANE), ['--dry-run=client']],
  ['creates, also the namespace', rbac(GET, JANE), []],
  ['has nothing to do', rbac(GET, JANE), []],
  ['adds', rbac(LOGS, ROBOT, ', labels: {a: b}'), []],
  ['sees that all is covered', rbac('{apiGroups: [""], resources: [pods], verbs: [get]}', JANE), []],
  ['removes', rbac(GET, ROBOT), ['--remove-extra-permissions', '--remove-extra-subjects']],
  ['makes a binding anew', rbac(GET, ROBOT, '', 'other'), []],
  ['opts out', rbac(GET, ROBOT, ', annotations: {rbac.authorization.kubernetes.io/autoupdate: "false"}', 'other'), []],
  ['leaves alone what opted out', rbac(LOGS, JANE, '', 'other'), []],
  ['prints objects', rbac(LOGS, JANE, '', 'other'), ['-o', 'jsonpath={.kind} {.metadata.name}{"\\n"}']],
];

describe('roles and bindings', () => {
  test.each(STEPS)('%s', async (_, manifest, flags) => {
    const line = ['auth', 'reconcile', '-f', '-', ...flags];
    const [kubectl, kctl] = await Promise.all([
      plane.kubectl(line, { input: manifest.replaceAll('NAMESPACE', 'theirs') }),
      plane.kctl(line, { input: manifest.replaceAll('NAMESPACE', 'ours') }),
    ]);
    expect(kctl).toEqual(kubectl);
    expect(await contents('ours')).toEqual(await contents('theirs'));
  });
});

async function contents(namespace: string): Promise<unknown> {
  const client = new RestClient({ transport: plane.plane.local(ADMIN) });
  const lists = await Promise.all(
    ['roles', 'rolebindings'].map((resource) =>
      client.list({ group: 'rbac.authorization.k8s.io', version: 'v1', resource, namespace }),
    ),
  );
  return lists.flatMap(({ items }) =>
    items.map(({ metadata: { name, labels, annotations } = {}, ...rest }) => ({ name, labels, annotations, ...rest })),
  );
}

test('cluster roles, and other kinds in between', async () => {
  const manifest = `{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NAME}
rules: [{nonResourceURLs: [/metrics], verbs: [get]}]
aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}
`;
  const line = ['auth', 'reconcile', '-f', '-'];
  const kubectl = await plane.kubectl(line, { input: manifest.replace('NAME', 'theirs') });
  const kctl = await plane.kctl(line, { input: manifest.replace('NAME', 'ours') });
  expect({ ...kctl, stdout: kctl.stdout.replace('ours', 'theirs') }).toEqual(kubectl);
});

test.each([
  [['auth', 'reconcile']],
  [['auth', 'reconcile', '-f', '/nonexistent']],
  [['auth', 'reconcile', 'x', '-f', '-']],
  [['auth', 'reconcile', '-f', '-', '--dry-run=server']],
])('%j', async (line) => {
  const [kctl, kubectl] = await Promise.all([plane.kctl(line), plane.kubectl(line)]);
  expect({ ...kctl, code: kctl.code !== 0 }).toEqual({ ...kubectl, code: kubectl.code !== 0 });
});

test('rules that are none are refused before anything is sent', async () => {
  const { stderr, code } = await plane.kctl(['auth', 'reconcile', '-f', '-'], { input: rbac('{verbs: get}', JANE) });
  expect(stderr).toBe('error: STDIN: Role "reader": rules[0].verbs must be a list of texts\n');
  expect(code).toBe(1);
});
