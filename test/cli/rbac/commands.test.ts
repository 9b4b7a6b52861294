/** The rbac commands over manifests, without any server. */
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../src/api/yaml-reader.ts';
import { type CliOptions, runKctl } from '../../helpers/cli.ts';

const FIXTURE = new URL('fixture.yaml', import.meta.url).pathname;
const ENV = { KUBECONFIG: '/nonexistent', NO_COLOR: '1' };

const rbac = (line: string, options: CliOptions = {}) =>
  runKctl(['rbac', ...line.split(' '), '-f', FIXTURE], { env: ENV, ...options });

describe('who-can', () => {
  test('subjects with the place where it holds; names where only some objects are meant', async () => {
    expect(await rbac('who-can get secrets -n shop')).toEqual({
      stdout: `SUBJECT            NAMESPACE   ONLY NAMES   ROLE                        BINDING
sa:shop/deployer   *           *            clusterrole/cluster-admin   ops
user:jane          shop        *            clusterrole/edit            editors
sa:shop/cart       shop        db           role/reader                 readers
group:dev          shop        db           role/reader                 readers
`,
      stderr: "Note: 4 of Kubernetes' own left out; --system shows them.\n",
      code: 0,
    });
  });

  test.each([
    ['who-can get secrets db -n shop', ['sa:shop/deployer', 'user:jane', 'sa:shop/cart', 'group:dev']],
    ['who-can get secrets x -n shop', ['sa:shop/deployer', 'user:jane']],
    ['who-can create secrets -n shop', ['sa:shop/deployer', 'user:jane']],
    ['who-can list po -A', ['sa:shop/deployer', 'user:jane', 'sa:shop/cart', 'group:dev']],
    ['who-can list pods -n other', ['sa:shop/deployer']],
    ['who-can list nodes -n shop', ['sa:shop/deployer']],
    ['who-can get pods/log -n shop', ['sa:shop/deployer', 'user:jane', 'sa:shop/cart', 'group:dev']],
    ['who-can get /metrics', ['group:dev', 'sa:shop/deployer']],
    ['who-can frob widgets.example.com', ['sa:shop/deployer']],
  ])('%s', async (line, subjects) => {
    const { stdout } = await rbac(`${line} --no-headers`);
    expect(stdout.split('\n').flatMap((row) => row.split(/\s+/)[0] || [])).toEqual(subjects);
  });

  test('as JSON and YAML', async () => {
    const { stdout } = await rbac('who-can get secrets -n shop -o json');
    const { request, holders } = JSON.parse(stdout);
    expect(request).toMatchObject({ verb: 'get', resource: 'secrets', namespace: 'shop' });
    expect(holders[2]).toMatchObject({
      subject: { kind: 'ServiceAccount', name: 'cart', namespace: 'shop' },
      scope: 'shop',
      binding: { kind: 'RoleBinding', namespace: 'shop', name: 'readers' },
      role: { kind: 'Role', namespace: 'shop', name: 'reader' },
      names: ['db'],
    });
    expect(parseYaml((await rbac('who-can get secrets -n shop -o yaml')).stdout).value).toEqual(JSON.parse(stdout));
  });

  test.each([
    ['who-can get pdos', 'error: the server doesn\'t have a resource type "pdos"\n\nDid you mean this?\n\tpods\n'],
    ['who-can gte pods', 'error: verb "gte" is not a known verb\n\nDid you mean this?\n\tget\n'],
    ['who-can get pods -o wide', "error: --output must be 'json' or 'yaml'\n"],
  ])('%s', async (line, stderr) => {
    expect(await rbac(line)).toEqual({ stdout: '', stderr, code: 1 });
  });

  test('nobody', async () => {
    const { stderr } = await rbac('who-can get /nope --defaults=false');
    expect(stderr).toBe('No binding grants that to anybody.\n');
  });
});

describe('lookup', () => {
  test('by a part of the name', async () => {
    expect((await rbac('lookup JAN')).stdout).toBe(`SUBJECT     NAMESPACE   ROLE                    BINDING
user:jane   other       role/reader (missing)   broken
user:jane   shop        clusterrole/edit        editors
`);
  });

  test('with what the groups of a subject get', async () => {
    const { stdout } = await rbac('lookup user:x --group dev --rules -n shop');
    expect(stdout).toBe(`SUBJECT     NAMESPACE   RESOURCES        VERBS              ROLE
group:dev   *           /metrics         get                clusterrole/metrics
group:dev   shop        pods, pods/log   get, list, watch   role/reader
group:dev   shop        secrets [db]     get                role/reader
`);
  });

  test('nobody', async () => {
    expect(await rbac('lookup user:nobody')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('No binding names user:nobody.'),
    });
  });

  test('as JSON', async () => {
    const { assignments } = JSON.parse((await rbac('lookup sa:shop/cart --json')).stdout);
    expect(assignments).toMatchObject([
      { scope: 'shop', exists: true, rules: [{ resources: ['pods', 'pods/log'] }, {}] },
    ]);
  });
});

describe('matrix', () => {
  test('subjects and resources', async () => {
    expect((await rbac('matrix pods secrets nodes -n shop')).stdout).toBe(`SUBJECT            pods   secrets   nodes
group:dev          glw    [g]       -
sa:shop/cart       glw    [g]       -
sa:shop/deployer   *      *         *
user:jane          *      *         -

g get, l list, w watch, c create, u update, p patch, d delete, D deletecollection, * all of them,
[ ] only objects of some names
`);
  });

  test('several tables where the terminal is narrow', async () => {
    const { stdout } = await rbac('matrix -n shop', { columns: 60 });
    for (const line of stdout.split('\n\n').slice(0, -1).join('\n').split('\n'))
      expect(line.length).toBeLessThanOrEqual(60);
    expect(stdout.match(/^SUBJECT/gm)?.length).toBe(2);
  });

  test('all namespaces', async () => {
    const { stdout } = await rbac('matrix pods -A --subject user:jane,sa:shop/deployer');
    expect(stdout).toMatch(/^SUBJECT +NAMESPACE +pods\nuser:jane +shop +\*\nsa:shop\/deployer +\* +\*\n/);
  });

  test('one subject in detail', async () => {
    const { stdout } = await rbac('matrix --subject sa:shop/cart -n shop --defaults=false');
    expect(stdout).toBe(`RESOURCE   VERBS              FOR SOME NAMES
pods       get, list, watch   -
secrets    -                  get
`);
  });

  test('as JSON', async () => {
    const { resources, rows } = JSON.parse((await rbac('matrix secrets -n shop --subject group:dev -o json')).stdout);
    expect(resources).toEqual(['secrets']);
    expect(rows).toEqual([
      { subject: 'group:dev', namespace: 'shop', access: [{ resource: 'secrets', verbs: [], someNames: ['get'] }] },
    ]);
  });
});

describe('diff', () => {
  test('of subjects', async () => {
    expect(await rbac('diff group:dev sa:shop/cart --defaults=false')).toEqual({
      stdout: '--- group:dev\n+++ sa:shop/cart\n@@ everywhere @@\n- get: /metrics\n',
      stderr: '',
      code: 1,
    });
  });

  test('of roles', async () => {
    const { stdout, code } = await rbac('diff clusterrole:view clusterrole:edit');
    expect(stdout).toContain('@@ everywhere @@\n+ ');
    expect(stdout).not.toMatch(/^- /m);
    expect(code).toBe(1);
  });

  test('of the same', async () => {
    expect(await rbac('diff clusterrole:view clusterrole:view')).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  test('of manifests: what a wildcard covers is no difference', async () => {
    const { stdout, code } = await runKctl(['rbac', 'diff', FIXTURE, '-', '--defaults=false'], {
      env: ENV,
      input: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: all}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: ServiceAccount, name: cart, namespace: shop}]
`,
    });
    expect(stdout).toContain(
      '@@ group:dev in the namespace shop @@\n- get, list, watch: pods, pods/log\n- get: secrets [db]\n',
    );
    expect(stdout).toContain('@@ sa:shop/cart everywhere @@\n+ *: *.*\n');
    expect(stdout).not.toContain('@@ sa:shop/cart in the namespace shop');
    expect(code).toBe(1);
  });

  test('of manifests over others: what applying them would change', async () => {
    const input = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, create]}]
`;
    const { stdout } = await runKctl(['rbac', 'diff', FIXTURE, `${FIXTURE}+-`], { env: ENV, input });
    expect(stdout).toContain(`@@ group:dev in the namespace shop @@
- list, watch: pods
- get, list, watch: pods/log
- get: secrets [db]
+ create: pods
@@ sa:shop/cart in the namespace shop @@
`);
  });

  test.each([
    ['diff clusterrole:nope clusterrole:view', 'error: there is no clusterrole:nope\n', 2],
    [`diff user:a ${FIXTURE}`, 'error: user:a is neither a file', 1],
  ])('%s', async (line, message, code) => {
    const result = await rbac(line);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(code);
  });
});

describe('graph', () => {
  test('mermaid', async () => {
    expect((await rbac('graph --subject jane')).stdout).toBe(`flowchart LR
  s1(["user:jane"])
  r1["role/reader (other) is missing"]
  r2["clusterrole/edit"]
  s1 -->|"rolebinding/broken (other)"| r1
  s1 -->|"rolebinding/editors (shop)"| r2
  style r1 stroke-dasharray: 5 5
`);
  });

  test('dot', async () => {
    expect((await rbac('graph -n shop --subject dev -o dot --rules')).stdout).toBe(
      String.raw`digraph rbac {
  rankdir=LR;
  s1 [label="group:dev", shape=ellipse];
  r1 [label="clusterrole/metrics\nget: /metrics", shape=box];
  r2 [label="role/reader (shop)\nget, list, watch: pods, pods/log\nget: secrets [db]", shape=box];
  s1 -> r1 [label="clusterrolebinding/metrics"];
  s1 -> r2 [label="rolebinding/readers (shop)"];
}
`.replace('s2', 's1'),
    );
  });

  test('names cannot break out', async () => {
    const input = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: 'a"] --> b'}
roleRef: {kind: ClusterRole, name: 'x\\"; evil'}
subjects: [{kind: User, name: '<script>"'}]
`;
    const line = ['rbac', 'graph', '-f', '-', '--defaults=false'];
    const { stdout } = await runKctl(line, { env: ENV, input });
    expect(stdout).not.toMatch(/<script>|"\] -->/);
    expect((await runKctl([...line, '-o', 'dot'], { env: ENV, input })).stdout).toContain('x\\\\\\"; evil');
  });

  test('as JSON', async () => {
    const { subjects, roles, edges } = JSON.parse((await rbac('graph --json')).stdout);
    expect([subjects.length, roles.length, edges.length]).toEqual([4, 5, 6]);
  });
});

describe('lint', () => {
  const lint = async (input: string, ...flags: string[]) => {
    const { stdout, code } = await runKctl(['rbac', 'lint', '-f', '-', '-o', 'json', ...flags], { env: ENV, input });
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; severity: string; message: string; help: string }[];
    };
    return { findings: findings.filter(({ check }) => check !== 'unused-role'), code };
  };
  const role = (rule: string, kind = 'ClusterRole') =>
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: r}, rules: [${rule}]}`;
  const binding = (ref: string, subject: string, kind = 'ClusterRoleBinding') =>
    `{apiVersion: rbac.authorization.k8s.io/v1, kind: ${kind}, metadata: {name: b}, roleRef: {kind: ${ref}}, subjects: [${subject}]}`;
  const JANE = '{kind: User, name: jane}';

  test.each<[string, string, string]>([
    ['dangling-role', binding('ClusterRole, name: veiw', JANE), 'did you mean view?'],
    ['dangling-role', binding('Role, name: view', JANE, 'RoleBinding'), 'there is a ClusterRole "view"'],
    ['wrong-subject', binding('ClusterRole, name: view', '{kind: ServiceAccount, name: x}'), 'add its namespace'],
    [
      'wrong-subject',
      binding('ClusterRole, name: view', '{kind: Users, name: x}'),
      'use User, Group or ServiceAccount',
    ],
    ['wrong-subject', binding('ClusterRole, name: view', ''), 'delete it'],
    [
      'names-never-match',
      role('{apiGroups: [""], resources: [pods], resourceNames: [a], verbs: [create]}'),
      'without resourceNames',
    ],
    ['names-never-match', role('{apiGroups: [""], resources: [pods], resourceNames: [a], verbs: [list]}'), 'use get'],
    ['subresource-wildcard', role('{apiGroups: [""], resources: [pods/*], verbs: [get]}'), 'pods/exec'],
    ['unknown-verb', role('{apiGroups: [""], resources: [pods], verbs: [read]}'), 'read is get, list, watch'],
    ['unknown-verb', role('{apiGroups: [""], resources: [pods], verbs: [lsit]}'), 'did you mean list?'],
    [
      'unknown-resource',
      role('{apiGroups: [""], resources: [deployments], verbs: [get]}'),
      'it is in API group "apps"',
    ],
    ['unknown-resource', role('{apiGroups: [""], resources: [pods/logs], verbs: [get]}'), 'did you mean pods/log?'],
    ['cluster-scoped-in-role', role('{apiGroups: [""], resources: [nodes], verbs: [get]}', 'Role'), 'ClusterRole'],
    ['cluster-scoped-in-role', role('{nonResourceURLs: [/x], verbs: [get]}', 'Role'), 'ClusterRole'],
    ['everybody', binding('ClusterRole, name: view', '{kind: Group, name: system:unauthenticated}'), 'name the groups'],
    [
      'default-account',
      binding('ClusterRole, name: view', '{kind: ServiceAccount, name: default, namespace: x}'),
      'make a service account',
    ],
    ['cluster-admin', binding('ClusterRole, name: cluster-admin', JANE), 'be sure who is in it'],
    ['all-secrets', binding('ClusterRole, name: edit', '{kind: User, name: bob}'), 'a RoleBinding'],
    ['wildcard', role('{apiGroups: [""], resources: ["*"], verbs: [get]}'), 'name what is needed'],
  ])('%s: %s', async (id, manifest, help) => {
    const { findings } = await lint(manifest);
    expect(findings.find(({ check }) => check === id)?.help).toContain(help);
  });

  test.each<[string, string]>([
    ['pods', '{apiGroups: [""], resources: [pods, pods/log, pods/exec], verbs: [get, list]}'],
    ['two groups for two resources', '{apiGroups: ["", apps], resources: [pods, deployments], verbs: [get]}'],
    [
      'resources of groups that nobody here knows',
      '{apiGroups: [example.com], resources: [widgets/frob], verbs: [get]}',
    ],
    ['names', '{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get, update]}'],
    [
      'sub-resources of named objects',
      '{apiGroups: [""], resources: [pods/exec], resourceNames: [a], verbs: [create]}',
    ],
    ['users', '{apiGroups: [""], resources: [users, groups], verbs: [impersonate]}'],
    ['paths', '{nonResourceURLs: [/x], verbs: [get, post]}'],
  ])('nothing about %s', async (_, rule) => {
    expect((await lint(role(rule))).findings).toEqual([]);
  });

  test('a way to cluster-admin', async () => {
    const manifest = [
      role('{apiGroups: [apps], resources: [deployments], verbs: [create]}'),
      binding('ClusterRole, name: r', JANE),
    ].join('\n---\n');
    const { findings } = await lint(manifest);
    const found = findings.find(({ check }) => check === 'escalation');
    expect(found?.message).toContain(
      'can become cluster-admin: it may create deployments in the namespace "kube-system", which run as',
    );
    expect(found).toMatchObject({ subject: 'user:jane' });
  });

  test('text, and the exit code by severity', async () => {
    const failing = await rbac('lint');
    expect(failing.stdout).toContain(`error: dangling-role: rolebinding/broken in the namespace other (${FIXTURE})
  names Role "reader", which does not exist`);
    expect(failing.stdout).toMatch(/\n1 error, \d+ warnings\n$/);
    expect(failing.code).toBe(1);
    expect((await rbac('lint --skip dangling-role')).code).toBe(0);
    expect((await rbac('lint --skip dangling-role --fail-on warning')).code).toBe(1);
    expect((await rbac('lint --fail-on never')).code).toBe(0);
    expect((await rbac('lint --skip nope')).stderr).toContain('there is no check "nope"; there are dangling-role,');
  });
});

describe('explain', () => {
  test.each<[string, number, string]>([
    ['explain sa:shop/cart get pods -n shop', 0, 'role:    Role "reader" in the namespace "shop"'],
    ['explain group:dev get /metrics', 0, 'ClusterRoleBinding "metrics"'],
    ['explain sa:shop/cart list nodes', 1, 'ClusterRole'],
    ['explain user:jane get pods -n other', 1, 'a RoleBinding in the namespace "shop" grants nothing in "other"'],
    ['explain user:DEV get pods -n shop --group DEV', 1, 'it is for Group "dev", not for'],
    ['explain user:cart get pods -n shop', 1, 'it is for ServiceAccount "cart/shop", not for User "cart"'],
    ['explain sa:other/cart get pods -n shop', 1, 'not for ServiceAccount "cart/other"'],
    ['explain sa:shop/cart get pods/exec -n shop', 1, 'a rule never covers sub-resources by itself'],
    ['explain sa:shop/cart list secrets -n shop', 1, 'resourceNames ["db"] allow list only with --field-selector'],
    ['explain sa:shop/cart get secrets other -n shop', 1, 'resourceNames ["db"] lack "other"'],
  ])('%s', async (line, code, text) => {
    const result = await rbac(line);
    expect(result.stdout).toContain(text);
    expect(result.code).toBe(code);
  });

  test('a real create names no object', async () => {
    const { stderr } = await rbac('explain sa:shop/cart create secrets db -n shop');
    expect(stderr).toContain('names no object when it is authorized');
  });

  test('messages on stdin, each question once', async () => {
    const message =
      'E1 pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "other"\n';
    const input = `${message}noise\n${message}nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope\n`;
    const { stdout, stderr, code } = await runKctl(['rbac', 'explain', '-f', FIXTURE, '-o', 'json'], {
      env: ENV,
      input,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      items: [{ request: { resource: 'pods' } }, { request: { resource: 'nodes' } }],
    });
    expect(stderr).toBe('Note: the message does not tell the groups of jane: name them with --group\n');
    expect(code).toBe(1);
  });

  test('somebody who wants to give away what they do not hold', async () => {
    const error = `roles.rbac.authorization.k8s.io "x" is forbidden: user "bob" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["get" "delete"]}`;
    const line = ['rbac', 'explain', '-f', FIXTURE, '-n', 'shop', '--error', error];
    const { stdout, code } = await runKctl(line, { env: ENV });
    expect(stdout).toContain('wants to grant what they do not hold in the namespace "shop"');
    expect(stdout).toContain('missing:\n    {apiGroups: [""], resources: [pods], verbs: [delete]}\n');
    expect(code).toBe(1);
  });

  test('a grant takes no name that is in use', async () => {
    const first = (await rbac('explain user:jane get pods -n other --fix')).stdout;
    const again = await runKctl(
      ['rbac', 'explain', '-f', FIXTURE, '-f', '-', 'user:jane', 'get', 'pods', '-n', 'other', '--fix'],
      {
        env: ENV,
        input: first.split('---\n')[1]?.replace('- get', '- watch') ?? '',
      },
    );
    expect(first).toContain('name: jane-get-pods\n');
    expect(again.stdout).toContain('name: jane-get-pods-2\n');
  });

  test('roles of a wrong shape', async () => {
    const line = ['rbac', 'explain', '-f', '-', 'user:jane', 'get', 'pods'];
    const input = '{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{verbs: [1]}]}';
    expect((await runKctl(line, { env: ENV, input })).stderr).toBe(
      'error: STDIN: Role "r": rules[0].verbs must be a list of texts\n',
    );
  });

  test('roles that gather others', async () => {
    const input = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: widgets, labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}}
rules: [{apiGroups: [example.com], resources: [widgets], verbs: [create]}]
`;
    const line = [
      'rbac',
      'explain',
      '-f',
      FIXTURE,
      '-f',
      '-',
      'user:jane',
      'create',
      'widgets.example.com',
      '-n',
      'shop',
    ];
    expect((await runKctl(line, { env: ENV, input })).stdout).toMatch(/^yes: /);
  });
});
