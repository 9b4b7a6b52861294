/** What the examples of the help pages speak of: files, objects, contexts. */

const CONTAINERS = `containers: [{name: app, image: 'app:1.0', ports: [{name: http, containerPort: 80}]}, {name: web, image: 'web:1.0'}, {name: log, image: 'log:1'}, {name: proxy, image: 'proxy:1'}]`;
const TEMPLATE = `{metadata: {labels: {app: web}}, spec: {${CONTAINERS}}}`;

const namespaced = (namespace: string): string => `
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: ${namespace}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: ${namespace}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: ${namespace}, labels: {app: web}, annotations: {example.com/other: x}}, spec: {serviceAccountName: robot, ${CONTAINERS}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-2, namespace: ${namespace}, labels: {app: web}}, spec: {${CONTAINERS}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}, labels: {app: shop, tier: front}, annotations: {example.com/owner: you}}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: ${TEMPLATE}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: ${namespace}, labels: {app: shop}}
spec: {selector: {matchLabels: {app: web}}, serviceName: db, template: ${TEMPLATE}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: ${namespace}}
spec: {selector: {matchLabels: {app: web}}, template: ${TEMPLATE}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ${namespace}, labels: {app: shop}}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup, namespace: ${namespace}}
spec: {schedule: '@daily', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: b, image: b}]}}}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: ${namespace}, labels: {old: 'yes'}}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: ${namespace}}, stringData: {PASSWORD: x}}
---
{apiVersion: v1, kind: Secret, metadata: {name: db-password, namespace: ${namespace}}, stringData: {PASSWORD: x}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: ${namespace}}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}, {kind: Group, name: dev, apiGroup: rbac.authorization.k8s.io}]
roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}
`;

export const OBJECTS = `
${['shop', 'ci', 'build'].map((name) => `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}}}\n---\n`).join('')}
{apiVersion: v1, kind: ServiceAccount, metadata: {name: deployer, namespace: ci}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: ci, namespace: build}}
---
{apiVersion: v1, kind: Node, metadata: {name: node-1, labels: {disk: ssd}}, spec: {taints: [{key: dedicated, value: db, effect: NoSchedule}]}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
subjects: [{kind: User, name: joe, apiGroup: rbac.authorization.k8s.io}]
roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}
---
${namespaced('default')}
---
${namespaced('shop')}
`;

/** What the deployment controller would have left of the deployment's history. */
export function revision(number: number, uid: string): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `web-${number}`,
      namespace: 'default',
      labels: { app: 'web' },
      annotations: { 'deployment.kubernetes.io/revision': String(number) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid, controller: true }],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web', 'pod-template-hash': `h${number}` } },
        spec: { containers: [{ name: 'web', image: `web:${number}` }] },
      },
    },
  });
}

const APP = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: ${TEMPLATE}}
`;
const RULES = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: pods, namespace: shop}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: pods, namespace: shop}
subjects: [{kind: ServiceAccount, name: cart, namespace: shop}]
roleRef: {kind: Role, name: pods, apiGroup: rbac.authorization.k8s.io}
`;
const JOB = `apiVersion: batch/v1
kind: Job
metadata: {NAME}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}
`;

export const FILES: Readonly<Record<string, string>> = {
  'app.yaml': APP,
  'manifests/rbac.yaml': RULES,
  'manifests/more/settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n',
  'old/rbac.yaml': RULES,
  'new/rbac.yaml': RULES.replace('verbs: [get]', 'verbs: [get, list]'),
  'rbac.yaml': RULES,
  'job.yaml': JOB.replace('NAME', 'name: once-more'),
  'job-with-generate-name.yaml': JOB.replace('NAME', 'generateName: once-'),
  'conf/a.conf': 'a=1\n',
  'prod.conf': 'b=2\n',
  'app.env': 'A=1\n',
  id_ed25519: 'key\n',
  '.docker/config.json': '{"auths":{}}\n',
  'tokens.csv': 'secret,jane,1\n',
  'dashboard/index.html': '<p>\n',
};
