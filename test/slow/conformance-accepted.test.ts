// Tests of Kubernetes v1.36's conformance suite that need a kubelet, a scheduler, a network or a workload controller still
// begin with the API: what they create is accepted, over Protobuf, and read back, as JSON, with nothing lost.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/api/object.ts';
import { type E2e, type Plural, startE2e } from '../helpers/e2e-client.ts';

let e2e: E2e;
beforeAll(async () => {
  e2e = await startE2e();
});
afterAll(() => e2e.close());

const BUSYBOX = 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1';
const main = { name: 'main', image: BUSYBOX, command: ['sh', '-c', 'env'] };

function container(fields: JsonObject): JsonObject {
  return { restartPolicy: 'Never', containers: [{ ...main, ...fields }] };
}

function volume(source: JsonObject, mount: JsonObject = {}): JsonObject {
  const volumeMounts = [{ name: 'volume', mountPath: '/etc/volume', ...mount }];
  return { ...container({ volumeMounts }), volumes: [{ name: 'volume', ...source }] };
}

const probe = {
  initialDelaySeconds: 15,
  timeoutSeconds: 5,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 1,
};
const liveness = (handler: JsonObject): JsonObject => container({ livenessProbe: { ...probe, ...handler } });
const fieldRef = (fieldPath: string): JsonObject => ({ fieldRef: { apiVersion: 'v1', fieldPath } });
const resourceRef = (resource: string): JsonObject => ({
  resourceFieldRef: { containerName: 'main', resource, divisor: '1' },
});
const downward = [
  { path: 'podname', ...fieldRef('metadata.name') },
  { path: 'labels', mode: 0o400, ...fieldRef('metadata.labels') },
  { path: 'annotations', ...fieldRef('metadata.annotations') },
  { path: 'cpu_limit', ...resourceRef('limits.cpu') },
  { path: 'memory_request', ...resourceRef('requests.memory') },
];
const items = [{ key: 'data-2', path: 'path/to/data-2', mode: 0o400 }];
const resources = { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } };

const PODS: Readonly<Record<string, JsonObject>> = {
  'Probing container: exec': liveness({ exec: { command: ['cat', '/tmp/health'] } }),
  'Probing container: http': liveness({ httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' } }),
  'Probing container: tcp': liveness({ tcpSocket: { port: 8080 } }),
  'Probing container: grpc': liveness({ grpc: { port: 5000, service: '' } }),
  'Probing container: readiness': container({
    readinessProbe: { ...probe, exec: { command: ['/bin/false'] } },
    startupProbe: { ...probe, exec: { command: ['/bin/true'] } },
  }),
  'Container Lifecycle Hook: exec': container({
    lifecycle: { postStart: { exec: { command: ['sh', '-c', 'true'] } }, preStop: { exec: { command: ['true'] } } },
  }),
  'Container Lifecycle Hook: http': container({
    lifecycle: {
      postStart: { httpGet: { path: '/echo?msg=poststart', host: '10.244.0.5', port: 8080, scheme: 'HTTP' } },
      preStop: { httpGet: { path: '/echo?msg=prestop', host: '10.244.0.5', port: 8080, scheme: 'HTTP' } },
    },
  }),
  'Container Runtime': container({
    terminationMessagePath: '/dev/termination-custom-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: { runAsUser: 1000 },
  }),
  'Downward API: fields': container({
    env: ['metadata.name', 'metadata.namespace', 'metadata.uid', 'status.podIP', 'status.hostIP', 'status.hostIPs'].map(
      (path, i) => ({ name: `FIELD_${i}`, valueFrom: fieldRef(path) }),
    ),
  }),
  'Downward API: resources': container({
    resources,
    env: ['limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'].map((resource, i) => ({
      name: `RESOURCE_${i}`,
      valueFrom: { resourceFieldRef: { resource, divisor: '0' } },
    })),
  }),
  'Downward API volume': volume({ downwardAPI: { items: downward, defaultMode: 0o644 } }),
  'ConfigMap volume': volume({ configMap: { name: 'map', items, optional: true, defaultMode: 0o400 } }),
  'Secret volume': volume({ secret: { secretName: 'secret', items, optional: true, defaultMode: 0o440 } }),
  'Secret in environment': container({
    env: [
      { name: 'SECRET_DATA', valueFrom: { secretKeyRef: { name: 'secret', key: 'data-1' } } },
      { name: 'CONFIG_DATA_1', valueFrom: { configMapKeyRef: { name: 'map', key: 'data-1' } } },
    ],
  }),
  'Projected volume': volume({
    projected: {
      defaultMode: 0o644,
      sources: [
        { secret: { name: 'secret', items } },
        { configMap: { name: 'map', items: [{ key: 'data-1', path: 'path/to/data-1' }] } },
        { downwardAPI: { items: downward.slice(0, 1) } },
        { serviceAccountToken: { path: 'token', expirationSeconds: 3607, audience: 'https://test' } },
      ],
    },
  }),
  'EmptyDir: memory': volume({ emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }),
  'Subpath: atomic writer': volume({ configMap: { name: 'map', defaultMode: 0o644 } }, { subPath: 'configmap-key' }),
  'Variable Expansion: env': container({
    env: [
      { name: 'FOO', value: 'foo-value' },
      { name: 'FOOBAR', value: '$(FOO);;$(BAR)' },
    ],
    args: ['sh', '-c', 'echo $(FOOBAR)'],
  }),
  'Variable Expansion: subpath': volume({ emptyDir: {} }, { subPathExpr: '$(ANNOTATION)/$(POD_NAME)' }),
  'Security Context: container': container({
    securityContext: {
      runAsUser: 1001,
      runAsGroup: 2002,
      privileged: false,
      readOnlyRootFilesystem: false,
      allowPrivilegeEscalation: false,
    },
  }),
  'Security Context: pod': {
    ...container({}),
    securityContext: {
      runAsUser: 1001,
      runAsGroup: 2002,
      fsGroup: 1001,
      supplementalGroups: [1234],
      sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }],
    },
  },
  InitContainer: {
    ...container({ resources: { requests: { cpu: '100m' }, limits: { cpu: '100m' } } }),
    restartPolicy: 'Always',
    initContainers: [
      { name: 'init1', image: BUSYBOX, command: ['/bin/false'] },
      { name: 'init2', image: BUSYBOX, command: ['/bin/true'] },
    ],
  },
  'Kubelet: hostAliases': { ...container({}), hostAliases: [{ ip: '123.45.67.89', hostnames: ['foo', 'bar'] }] },
  KubeletManagedEtcHosts: {
    ...volume({ hostPath: { path: '/etc/hosts', type: '' } }, { mountPath: '/etc/hosts' }),
    hostNetwork: true,
    dnsPolicy: 'Default',
  },
  HostPort: container({
    ports: [{ containerPort: 8080, hostPort: 54323, protocol: 'UDP', hostIP: '127.0.0.1' }],
    readinessProbe: { httpGet: { path: '/hostname', port: 8080, scheme: 'HTTP' } },
  }),
  'DNS: pods for Hostname': { ...container({}), hostname: 'dns-querier-2', subdomain: 'dns-test-service-2' },
  'DNS: configurable nameservers': {
    ...container({}),
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['1.1.1.1'], searches: ['resolv.conf.local'], options: [{ name: 'ndots', value: '2' }] },
  },
  'Scheduling: node selector and affinity': {
    ...container({}),
    nodeSelector: { 'kubernetes.io/e2e-label': '42' },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }],
        },
      },
    },
  },
  NoExecuteTaintManager: {
    ...container({}),
    nodeName: 'node-1',
    tolerations: [
      {
        key: 'kubernetes.io/e2e-evict-taint-key',
        operator: 'Equal',
        value: 'v',
        effect: 'NoExecute',
        tolerationSeconds: 65,
      },
    ],
  },
  ImageVolume: volume({ image: { reference: 'registry.k8s.io/e2e-test-images/kitten:1.8', pullPolicy: 'Always' } }),
  'Pods: extended resources': container({
    resources: { requests: { 'scheduling.k8s.io/foo': '1' }, limits: { 'scheduling.k8s.io/foo': '1' } },
  }),
};

const podTemplate = (spec: JsonObject, labels?: Record<string, string>): JsonObject => ({
  ...(labels === undefined ? {} : { metadata: { labels } }),
  spec,
});
const jobOf = (fields: JsonObject): JsonObject => ({
  parallelism: 2,
  completions: 4,
  template: podTemplate(container({})),
  ...fields,
});
const indexed = { completionMode: 'Indexed' };
const cronJobOf = (fields: JsonObject): JsonObject => ({
  schedule: '*/1 * * * ?',
  jobTemplate: { spec: { template: podTemplate({ ...container({}), restartPolicy: 'OnFailure' }) } },
  ...fields,
});
const labels = { name: 'sample-pod' };
const always = { ...container({}), restartPolicy: 'Always' };
const workload = (fields: JsonObject): JsonObject => ({
  selector: { matchLabels: labels },
  template: podTemplate(always, labels),
  ...fields,
});
const claim = {
  metadata: { name: 'datadir' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
};

const OTHERS: readonly (readonly [what: string, plural: Plural, spec: JsonObject])[] = [
  ['Job: indexed', 'jobs', jobOf(indexed)],
  [
    'Job: pod failure policy on exit codes',
    'jobs',
    jobOf({
      podFailurePolicy: {
        rules: [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [1] } }],
      },
    }),
  ],
  [
    'Job: pod failure policy on DisruptionTarget',
    'jobs',
    jobOf({
      ...indexed,
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
    }),
  ],
  ['Job: backoffLimitPerIndex', 'jobs', jobOf({ ...indexed, backoffLimitPerIndex: 1, maxFailedIndexes: 0 })],
  [
    'Job: FailIndex',
    'jobs',
    jobOf({
      ...indexed,
      backoffLimitPerIndex: 1,
      podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'NotIn', values: [42] } }] },
    }),
  ],
  [
    'Job: successPolicy by indexes',
    'jobs',
    jobOf({ ...indexed, successPolicy: { rules: [{ succeededIndexes: '0-1' }] } }),
  ],
  ['Job: successPolicy by count', 'jobs', jobOf({ ...indexed, successPolicy: { rules: [{ succeededCount: 1 }] } })],
  ['Job: managedBy', 'jobs', jobOf({ managedBy: 'example.com/custom-job-controller' })],
  ...(['Allow', 'Forbid', 'Replace'] as const).map(
    (concurrencyPolicy) =>
      [`CronJob: ${concurrencyPolicy}`, 'cronjobs', cronJobOf({ concurrencyPolicy, suspend: true })] as const,
  ),
  [
    'Daemon set: rolling update',
    'daemonsets',
    workload({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } } }),
  ],
  [
    'Deployment: recreate',
    'deployments',
    workload({ replicas: 1, strategy: { type: 'Recreate' }, revisionHistoryLimit: 0 }),
  ],
  [
    'Deployment: proportional scaling',
    'deployments',
    workload({ replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }),
  ],
  [
    'StatefulSet: parallel, with claims',
    'statefulsets',
    workload({
      replicas: 3,
      serviceName: 'test',
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      volumeClaimTemplates: [claim],
    }),
  ],
  [
    'ReplicationController',
    'replicationcontrollers',
    { replicas: 3, selector: labels, template: podTemplate(always, labels) },
  ],
  [
    'Service: headless',
    'services',
    { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  ],
  [
    'Service: named target ports',
    'services',
    {
      selector: labels,
      publishNotReadyAddresses: true,
      ports: [
        { name: 'portname1', port: 80, targetPort: 'dest1', protocol: 'TCP' },
        { name: 'portname2', port: 81, targetPort: 162, protocol: 'TCP' },
      ],
    },
  ],
  ['ResourceQuota', 'resourcequotas', { hard: { pods: '2', 'requests.cpu': '1' }, scopes: ['NotBestEffort'] }],
];

async function keeps(plural: Plural, spec: JsonObject): Promise<void> {
  const ns = await e2e.namespace();
  await e2e.typed(plural, ns).create({ metadata: { name: 'test' }, spec });
  const { spec: stored } = await e2e.dynamic(plural, ns).get('test');
  expect(common(stored, spec)).toEqual(JSON.parse(JSON.stringify(spec)));
}

/** What is in `value` of all that `asked` has; defaults and what admission adds are left out. */
function common(value: unknown, asked: unknown): unknown {
  if (Array.isArray(asked) && Array.isArray(value)) return asked.map((item, i) => common(value[i], item));
  if (!isObject(asked) || !isObject(value)) return value;
  return Object.fromEntries(Object.keys(asked).map((key) => [key, common(value[key], asked[key])]));
}

it.each(Object.entries(PODS))('%s', (_, spec) => keeps('pods', spec));

it.each(OTHERS)('%s', (_, plural, spec) => keeps(plural, spec));
