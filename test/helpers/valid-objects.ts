/** One valid object of every kind that can be created, named `fuzz`; for tests that try each kind. */
import type { JsonObject } from '../../src/api/object.ts';

/** `openssl req -new` for CN=jane, O=dev. */
const SIGNING_REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWE1IOENBUUF3SFRFTk1Bc0dBMVVFQXd3RWFtRnVaVEVNTUFvR0ExVUVDZ3dEWkdWMk1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVHSGdxcGl2OUFIRWMrLzMvYXJVTGdEQ3pvbDNlcmZHalpzZnZvblhtCjFETmpFeFZkR2l1K1FwWCtjRVhZcjR2QlZ3SWZmdGYrOEtDMk40WHJueDk1VUtBQU1Bb0dDQ3FHU000OUJBTUMKQTBnQU1FVUNJRlRXeW4rNVdxK0d1WFBQSUUrY29xT01BOFJXUkhUWkdVdVgrN2JUQmZRZEFpRUF2dTRlRHZZOAprSE9Sd1pTRnphUHJHMjM2M1BnZmJGelVvWG0xbm9UYm1Ldz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';

const container = { name: 'app', image: 'registry.test/app:1', ports: [{ containerPort: 8080, name: 'http' }] };
const labels = { app: 'fuzz' };
const selector = { matchLabels: labels };
const podSpec = { containers: [container], volumes: [{ name: 'data', emptyDir: {} }] };
const template = { metadata: { labels }, spec: podSpec };
const jobSpec = { template: { spec: { ...podSpec, restartPolicy: 'Never' } } };
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const roleGroup = 'rbac.authorization.k8s.io';
const subjects = [{ kind: 'User', name: 'jane', apiGroup: roleGroup }];
const scaleTarget = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const policyRules = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }];
const webhook = {
  name: 'hook.fuzz.test',
  clientConfig: { url: 'https://127.0.0.1:9/hook' },
  rules: policyRules,
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  failurePolicy: 'Ignore',
};
const devices = { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.test' } }] };

type Body = Omit<JsonObject, 'apiVersion' | 'kind'>;

/** By `apiVersion/kind`; metadata.name is added where a body has no metadata. */
const BODIES: Readonly<Record<string, Body>> = {
  'v1/Binding': { target: { kind: 'Node', name: 'node-1' } },
  'v1/ConfigMap': { data: { key: 'value' }, binaryData: { raw: 'AAECAw==' } },
  'v1/Endpoints': { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] },
  'v1/Event': {
    metadata: { name: 'fuzz', namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
    reason: 'Started',
    message: 'text',
    type: 'Normal',
  },
  'v1/LimitRange': { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
  'v1/Namespace': {},
  'v1/Node': { spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] } },
  'v1/PersistentVolumeClaim': { spec: claimSpec },
  'v1/PersistentVolume': {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
  },
  'v1/Pod': { spec: podSpec },
  'v1/PodTemplate': { template },
  'v1/ReplicationController': { spec: { selector: labels, template } },
  'v1/ResourceQuota': { spec: { hard: { 'count/widgets.fuzz.test': '10', 'count/configmaps': '1000000' } } },
  'v1/Secret': { data: { key: 'dmFsdWU=' }, type: 'Opaque' },
  'v1/ServiceAccount': { secrets: [{ name: 'token' }] },
  'v1/Service': { spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] } },
  'apiregistration.k8s.io/v1/APIService': {
    metadata: { name: 'v1.fuzz.test' },
    spec: { group: 'fuzz.test', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 15 },
  },
  'apps/v1/ControllerRevision': { revision: 1, data: { spec: {} } },
  'apps/v1/DaemonSet': { spec: { selector, template } },
  'apps/v1/Deployment': { spec: { replicas: 1, selector, template } },
  'apps/v1/ReplicaSet': { spec: { selector, template } },
  'apps/v1/StatefulSet': {
    spec: {
      serviceName: 'web',
      selector,
      template,
      volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: claimSpec }],
    },
  },
  'events.k8s.io/v1/Event': {
    metadata: { name: 'fuzz-new', namespace: 'default' },
    eventTime: '2030-01-01T00:00:00.000000Z',
    reportingController: 'fuzz.test/controller',
    reportingInstance: 'fuzz-1',
    action: 'Start',
    reason: 'Started',
    regarding: { kind: 'Pod', namespace: 'default', name: 'web' },
    note: 'text',
    type: 'Normal',
  },
  'authentication.k8s.io/v1/SelfSubjectReview': {},
  'authentication.k8s.io/v1/TokenReview': { spec: { token: 'abc' } },
  'authorization.k8s.io/v1/LocalSubjectAccessReview': {
    metadata: { namespace: 'default' },
    spec: { user: 'jane', resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } },
  },
  'authorization.k8s.io/v1/SelfSubjectAccessReview': {
    metadata: {},
    spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
  },
  'authorization.k8s.io/v1/SelfSubjectRulesReview': { spec: { namespace: 'default' } },
  'authorization.k8s.io/v1/SubjectAccessReview': {
    metadata: {},
    spec: { user: 'jane', nonResourceAttributes: { verb: 'get', path: '/healthz' } },
  },
  'autoscaling/v2/HorizontalPodAutoscaler': {
    spec: {
      scaleTargetRef: scaleTarget,
      maxReplicas: 3,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
    },
  },
  'autoscaling/v1/HorizontalPodAutoscaler': {
    metadata: { name: 'fuzz-v1' },
    spec: { scaleTargetRef: scaleTarget, maxReplicas: 3 },
  },
  'batch/v1/CronJob': { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: jobSpec } } },
  'batch/v1/Job': { spec: jobSpec },
  'certificates.k8s.io/v1/CertificateSigningRequest': {
    spec: { request: SIGNING_REQUEST, signerName: 'fuzz.test/signer', usages: ['client auth'] },
  },
  'networking.k8s.io/v1/IngressClass': { spec: { controller: 'fuzz.test/ingress' } },
  'networking.k8s.io/v1/Ingress': {
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, rules: [{ host: 'fuzz.test' }] },
  },
  'networking.k8s.io/v1/IPAddress': {
    metadata: { name: '10.200.0.9' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
  },
  'networking.k8s.io/v1/NetworkPolicy': { spec: { podSelector: selector, ingress: [{ ports: [{ port: 80 }] }] } },
  'networking.k8s.io/v1/ServiceCIDR': { spec: { cidrs: ['10.210.0.0/24'] } },
  'policy/v1/PodDisruptionBudget': { spec: { minAvailable: 1, selector } },
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': {
    roleRef: { apiGroup: roleGroup, kind: 'ClusterRole', name: 'view' },
    subjects,
  },
  'rbac.authorization.k8s.io/v1/ClusterRole': { rules },
  'rbac.authorization.k8s.io/v1/RoleBinding': {
    roleRef: { apiGroup: roleGroup, kind: 'ClusterRole', name: 'view' },
    subjects,
  },
  'rbac.authorization.k8s.io/v1/Role': { rules },
  'storage.k8s.io/v1/CSIDriver': { spec: { attachRequired: true } },
  'storage.k8s.io/v1/CSINode': { spec: { drivers: [{ name: 'driver.fuzz.test', nodeID: 'n1' }] } },
  'storage.k8s.io/v1/CSIStorageCapacity': { storageClassName: 'fast', capacity: '1Gi' },
  'storage.k8s.io/v1/StorageClass': { provisioner: 'fuzz.test/disk', parameters: { type: 'ssd' } },
  'storage.k8s.io/v1/VolumeAttachment': {
    spec: { attacher: 'fuzz.test', nodeName: 'node-1', source: { persistentVolumeName: 'pv-1' } },
  },
  'storage.k8s.io/v1/VolumeAttributesClass': { driverName: 'driver.fuzz.test', parameters: { iops: '100' } },
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy': {
    spec: {
      matchConstraints: { resourceRules: policyRules },
      reinvocationPolicy: 'Never',
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: { expression: '[JSONPatch{op: "add", path: "/metadata/labels/a", value: "b"}]' },
        },
      ],
    },
  },
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding': { spec: { policyName: 'other' } },
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': { webhooks: [webhook] },
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': {
    spec: {
      matchConstraints: { resourceRules: policyRules },
      validations: [{ expression: 'object.spec.replicas < 5' }],
    },
  },
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': {
    spec: { policyName: 'other', validationActions: ['Deny'] },
  },
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': { webhooks: [webhook] },
  'apiextensions.k8s.io/v1/CustomResourceDefinition': {
    metadata: { name: 'widgets.fuzz.test' },
    spec: {
      group: 'fuzz.test',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { type: 'object', properties: { size: { type: 'integer', minimum: 1, default: 2 } } },
              },
            },
          },
        },
      ],
    },
  },
  'scheduling.k8s.io/v1/PriorityClass': { value: 1000 },
  'coordination.k8s.io/v1/Lease': { spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
  'node.k8s.io/v1/RuntimeClass': { handler: 'runc' },
  'discovery.k8s.io/v1/EndpointSlice': {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.7'] }],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
  'resource.k8s.io/v1/DeviceClass': { spec: { selectors: [{ cel: { expression: 'true' } }] } },
  'resource.k8s.io/v1/ResourceClaim': { spec: { devices } },
  'resource.k8s.io/v1/ResourceClaimTemplate': { spec: { spec: { devices } } },
  'resource.k8s.io/v1/ResourceSlice': {
    spec: {
      driver: 'driver.fuzz.test',
      nodeName: 'node-1',
      pool: { name: 'pool', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0' }],
    },
  },
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': {
    spec: {
      priorityLevelConfiguration: { name: 'global-default' },
      matchingPrecedence: 500,
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'jane' } }],
          resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] }],
        },
      ],
    },
  },
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': {
    spec: {
      type: 'Limited',
      limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' } },
    },
  },
};

/** A fresh copy, or undefined when the table lacks the kind. */
export function validObject(apiVersion: string, kind: string): JsonObject | undefined {
  const body = BODIES[`${apiVersion}/${kind}`];
  return body === undefined ? undefined : { apiVersion, kind, metadata: { name: 'fuzz' }, ...structuredClone(body) };
}
