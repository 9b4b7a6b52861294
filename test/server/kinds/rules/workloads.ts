/** Pods and what makes them. */
import type { RuleTable } from './rule.ts';

const container = { name: 'app', image: 'registry.test/app:1' };
const template = (spec: object) => ({ template: { spec } });
const OTHER_LABELS = { template: { metadata: { labels: { app: 'other' } } } };

/** Of a pod template at `path`, in any kind. */
const TEMPLATE_DEFAULTS = (path: string) => ({
  [`${path}/restartPolicy`]: 'Always',
  [`${path}/dnsPolicy`]: 'ClusterFirst',
  [`${path}/schedulerName`]: 'default-scheduler',
  [`${path}/terminationGracePeriodSeconds`]: 30,
  [`${path}/securityContext`]: {},
  [`${path}/containers/0/imagePullPolicy`]: 'IfNotPresent',
  [`${path}/containers/0/terminationMessagePath`]: '/dev/termination-log',
  [`${path}/containers/0/ports/0/protocol`]: 'TCP',
});
const MISMATCH =
  'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`';
const NEVER = 'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"';

export const WORKLOADS: Readonly<Record<string, RuleTable>> = {
  'v1/Pod': {
    defaults: [
      [
        {},
        {
          ...TEMPLATE_DEFAULTS('spec'),
          'spec/enableServiceLinks': true,
          'spec/preemptionPolicy': 'PreemptLowerPriority',
          'spec/priority': 0,
        },
      ],
      [{ spec: { containers: [{ name: 'a', image: 'a' }] } }, { 'spec/containers/0/imagePullPolicy': 'Always' }],
      [
        { spec: { containers: [{ ...container, livenessProbe: { httpGet: { port: 80 } } }] } },
        {
          'spec/containers/0/livenessProbe': {
            httpGet: { port: 80, path: '/', scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
        },
      ],
      [
        { spec: { containers: [{ ...container, resources: { limits: { cpu: '1' } } }] } },
        { 'spec/containers/0/resources/requests/cpu': '1', 'status/qosClass': 'Burstable' },
      ],
      [
        { spec: { volumes: [{ name: 'c', configMap: { name: 'c' } }] } },
        { 'spec/volumes/0/configMap/defaultMode': 420 },
      ],
    ],
    validation: [
      [{ spec: { containers: [] } }, 'spec.containers: Required value'],
      [{ spec: { containers: [container, container] } }, 'spec.containers[1].name: Duplicate value: "app"'],
      [{ spec: { containers: [{ ...container, image: '' }] } }, 'spec.containers[0].image: Required value'],
      [
        { spec: { containers: [{ ...container, ports: [{ containerPort: 0 }] }] } },
        'spec.containers[0].ports[0].containerPort: Required value',
      ],
      [
        { spec: { restartPolicy: 'Maybe' } },
        'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
      ],
      [
        { spec: { containers: [{ ...container, volumeMounts: [{ name: 'x', mountPath: '/x' }] }] } },
        'spec.containers[0].volumeMounts[0].name: Not found: "x"',
      ],
      [
        { spec: { containers: [{ ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] } },
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      ],
      [
        { spec: { nodeSelector: { 'a b': 'c' } } },
        'spec.nodeSelector: Invalid value: "a b": name part must consist of alphanumeric characters',
      ],
    ],
    strategy: [
      ['update', { spec: { activeDeadlineSeconds: 5 } }, { 'spec/activeDeadlineSeconds': 5, 'metadata/generation': 2 }],
      [
        'update',
        { spec: { hostname: 'h' } },
        'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
      ],
      ['create', { status: { phase: 'Running' } }, { 'status/phase': 'Pending', 'status/qosClass': 'BestEffort' }],
      [
        'warns',
        { spec: { containers: [{ ...container, env: [{ name: 'A' }, { name: 'A' }] }] } },
        'spec.containers[0].env[1]: hides previous definition of',
      ],
      ['selects', 'status.phase=Pending,spec.nodeName=', true],
      ['selects', 'spec.restartPolicy=Never', false],
    ],
    table: [
      [{}, { Name: 'fuzz', Ready: '0/1', Status: 'Pending', Restarts: '0', Node: '<none>', IP: '<none>' }],
      [
        {
          status: {
            phase: 'Running',
            podIPs: [{ ip: '192.0.2.9' }],
            containerStatuses: [
              { name: 'app', ready: true, restartCount: 3, image: '', imageID: '', state: { running: {} } },
            ],
          },
        },
        { Ready: '1/1', Status: 'Running', Restarts: '3', IP: '192.0.2.9' },
      ],
      [
        {
          status: {
            phase: 'Pending',
            containerStatuses: [
              {
                name: 'app',
                ready: false,
                restartCount: 0,
                image: '',
                imageID: '',
                state: { waiting: { reason: 'ImagePullBackOff' } },
              },
            ],
          },
        },
        { Status: 'ImagePullBackOff' },
      ],
      [{ status: { phase: 'Failed', reason: 'Evicted' } }, { Status: 'Evicted' }],
    ],
    'sub-resources': [
      [
        'POST binding',
        { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'fuzz' }, target: { kind: 'Node', name: 'n' } },
        { status: 'Success' },
      ],
      [
        'POST eviction',
        { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'fuzz' } },
        { status: 'Success' },
      ],
      [
        'POST eviction',
        { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'other' } },
        'name in URL does not match name in Eviction object',
      ],
      [
        'PATCH ephemeralcontainers',
        { spec: { ephemeralContainers: [{ name: 'd', image: 'd', targetContainerName: 'app' }] } },
        { 'spec/ephemeralContainers/0/name': 'd' },
      ],
      [
        'PATCH ephemeralcontainers',
        { spec: { ephemeralContainers: [{ name: 'app', image: 'd' }] } },
        'spec.ephemeralContainers[0].name: Duplicate value: "app"',
      ],
      [
        'PATCH resize',
        { spec: { containers: [{ ...container, image: 'b' }] } },
        { 'spec/containers/0/image': 'registry.test/app:1' },
      ],
      [
        'PATCH status',
        { status: { phase: 'Running' }, spec: { nodeName: 'n' } },
        { 'status/phase': 'Running', 'spec/nodeName': undefined },
      ],
      ['GET log?container=other', undefined, 'container other is not valid for pod fuzz'],
    ],
  },
  'v1/PodTemplate': {
    defaults: [[{}, TEMPLATE_DEFAULTS('template/spec')]],
    validation: [[{ template: { spec: { containers: [] } } }, 'template.spec.containers: Required value']],
    strategy: [
      [
        'warns',
        { template: { spec: { containers: [{ ...container, env: [{ name: 'A' }, { name: 'A' }] }] } } },
        'template.spec.containers[0].env[1]: hides previous definition of',
      ],
      ['update', { template: { spec: { containers: [container] } } }, { 'metadata/generation': 2 }],
    ],
    table: [[{}, { Name: 'fuzz', Containers: 'app', Images: 'registry.test/app:1', 'Pod Labels': 'app=fuzz' }]],
  },
  'v1/ReplicationController': {
    defaults: [
      [{}, { ...TEMPLATE_DEFAULTS('spec/template/spec'), 'spec/replicas': 1 }],
      [{ spec: { selector: null } }, { 'spec/selector': { app: 'fuzz' }, 'metadata/labels': { app: 'fuzz' } }],
    ],
    validation: [
      [{ spec: { replicas: -1 } }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
      [{ spec: { template: null } }, 'spec.template: Required value'],
      [{ spec: OTHER_LABELS }, MISMATCH],
      [{ spec: template({ restartPolicy: 'Never' }) }, NEVER],
    ],
    strategy: [
      ['create', { status: { replicas: 5 } }, { status: { replicas: 0 } }],
      ['update', { spec: { replicas: 2 } }, { 'metadata/generation': 2 }],
      ['selects', 'status.replicas=0', true],
    ],
    table: [
      [{}, { Name: 'fuzz', Desired: 1, Current: 0, Ready: 0, Containers: 'app', Selector: 'app=fuzz' }],
      [{ status: { replicas: 1, readyReplicas: 1 } }, { Current: 1, Ready: 1 }],
    ],
    'sub-resources': [
      [
        'PUT scale',
        { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'fuzz' }, spec: { replicas: 4 } },
        { 'spec/replicas': 4, 'status/selector': 'app=fuzz' },
      ],
      [
        'PATCH scale',
        { spec: { replicas: -1 } },
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      ],
      [
        'PATCH status',
        { status: { replicas: -1 } },
        'status.replicas: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  },
  'apps/v1/ControllerRevision': {
    validation: [
      [{ revision: -1 }, 'revision: Invalid value: -1: must be greater than or equal to 0'],
      [{ data: null }, 'data: Required value: data is mandatory'],
    ],
    strategy: [
      ['update', { data: { other: 1 } }, 'data: Invalid value: '],
      ['update', { revision: 7 }, { revision: 7 }],
    ],
    table: [
      [
        {
          metadata: {
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'u', controller: true }],
          },
        },
        { Name: 'fuzz', Controller: 'daemonset.apps/d', Revision: 1 },
      ],
    ],
  },
  'apps/v1/DaemonSet': {
    defaults: [
      [
        {},
        {
          ...TEMPLATE_DEFAULTS('spec/template/spec'),
          'spec/updateStrategy': { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
          'spec/revisionHistoryLimit': 10,
        },
      ],
    ],
    validation: [
      [{ spec: { updateStrategy: { type: 'Odd' } } }, 'spec.updateStrategy: Unsupported value: '],
      [{ spec: OTHER_LABELS }, MISMATCH],
      [{ spec: template({ restartPolicy: 'Never' }) }, NEVER],
      [
        { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } } },
        'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { selector: { matchLabels: { more: 'x' } }, template: { metadata: { labels: { more: 'x' } } } } },
        'spec.selector: Invalid value: ',
      ],
      ['update', { spec: { minReadySeconds: 3 } }, { 'metadata/generation': 2 }],
      ['create', { status: { currentNumberScheduled: 5 } }, { 'status/currentNumberScheduled': 0 }],
    ],
    table: [
      [{}, { Name: 'fuzz', Desired: 0, 'Node Selector': '<none>', Containers: 'app', Selector: 'app=fuzz' }],
      [
        { status: { desiredNumberScheduled: 3, currentNumberScheduled: 2, numberReady: 1, numberMisscheduled: 0 } },
        { Desired: 3, Current: 2, Ready: 1 },
      ],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { numberReady: -1 } },
        'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  },
  'apps/v1/Deployment': {
    defaults: [
      [
        { spec: { replicas: null } },
        {
          ...TEMPLATE_DEFAULTS('spec/template/spec'),
          'spec/replicas': 1,
          'spec/strategy': { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
          'spec/revisionHistoryLimit': 10,
          'spec/progressDeadlineSeconds': 600,
        },
      ],
    ],
    validation: [
      [{ spec: { replicas: -1 } }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
      [{ spec: OTHER_LABELS }, MISMATCH],
      [
        { spec: { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } } },
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
      ],
      [
        { spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } } },
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
      ],
      [
        { spec: { progressDeadlineSeconds: 5, minReadySeconds: 5 } },
        'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { selector: { matchLabels: { more: 'x' } }, template: { metadata: { labels: { more: 'x' } } } } },
        'spec.selector: Invalid value: ',
      ],
      ['update', { metadata: { annotations: { a: 'b' } } }, { 'metadata/generation': 2 }],
      ['create', { status: { replicas: 5 } }, { status: {} }],
    ],
    table: [
      [{}, { Name: 'fuzz', Ready: '0/1', 'Up-to-date': 0, Available: 0, Selector: 'app=fuzz' }],
      [
        { status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
        { Ready: '1/1', 'Up-to-date': 1, Available: 1 },
      ],
    ],
    'sub-resources': [
      [
        'PUT scale',
        { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'fuzz' }, spec: { replicas: 4 } },
        { 'spec/replicas': 4, 'status/selector': 'app=fuzz' },
      ],
      [
        'PATCH status',
        { status: { replicas: 1, readyReplicas: 2 } },
        'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      ],
    ],
  },
  'apps/v1/ReplicaSet': {
    defaults: [[{}, { ...TEMPLATE_DEFAULTS('spec/template/spec'), 'spec/replicas': 1 }]],
    validation: [
      [
        { spec: { minReadySeconds: -1 } },
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      ],
      [{ spec: OTHER_LABELS }, MISMATCH],
      [
        { spec: template({ activeDeadlineSeconds: 5 }) },
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      ],
    ],
    strategy: [
      ['update', { spec: { replicas: 3 } }, { 'metadata/generation': 2 }],
      ['create', { status: { replicas: 5 } }, { 'status/replicas': 0 }],
    ],
    table: [
      [{}, { Name: 'fuzz', Desired: 1, Current: 0, Ready: 0, Images: 'registry.test/app:1', Selector: 'app=fuzz' }],
      [{ status: { replicas: 1 } }, { Current: 1 }],
    ],
    'sub-resources': [
      ['PATCH scale', { spec: { replicas: 0 } }, { 'spec/replicas': undefined }],
      [
        'PATCH status',
        { status: { replicas: 1, availableReplicas: 2 } },
        'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
      ],
    ],
  },
  'apps/v1/StatefulSet': {
    defaults: [
      [
        {},
        {
          ...TEMPLATE_DEFAULTS('spec/template/spec'),
          'spec/replicas': 1,
          'spec/podManagementPolicy': 'OrderedReady',
          'spec/updateStrategy': { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
          'spec/persistentVolumeClaimRetentionPolicy': { whenDeleted: 'Retain', whenScaled: 'Retain' },
          'spec/volumeClaimTemplates/0/spec/volumeMode': 'Filesystem',
        },
      ],
    ],
    validation: [
      [
        { spec: { podManagementPolicy: 'Odd' } },
        "spec.podManagementPolicy: Invalid value: \"Odd\": must be 'OrderedReady' or 'Parallel'",
      ],
      [
        { spec: { ordinals: { start: -1 } } },
        'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
      ],
      [{ spec: OTHER_LABELS }, MISMATCH],
    ],
    strategy: [
      [
        'update',
        { spec: { serviceName: 'other' } },
        'spec: Forbidden: updates to statefulset spec for fields other than',
      ],
      ['update', { spec: { replicas: 3 } }, { 'metadata/generation': 2 }],
      ['create', { status: { replicas: 5 } }, { 'status/replicas': 0 }],
    ],
    table: [
      [{}, { Name: 'fuzz', Ready: '0/1', Containers: 'app', Images: 'registry.test/app:1' }],
      [{ status: { replicas: 1, readyReplicas: 1 } }, { Ready: '1/1' }],
    ],
    'sub-resources': [
      [
        'PUT scale',
        { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'fuzz' }, spec: { replicas: 4 } },
        { 'spec/replicas': 4 },
      ],
      [
        'PATCH status',
        { status: { replicas: 1, currentReplicas: 2 } },
        'status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas',
      ],
    ],
  },
  'batch/v1/CronJob': {
    defaults: [
      [
        {},
        {
          'spec/concurrencyPolicy': 'Allow',
          'spec/suspend': false,
          'spec/successfulJobsHistoryLimit': 3,
          'spec/failedJobsHistoryLimit': 1,
          'spec/jobTemplate/spec/template/spec/dnsPolicy': 'ClusterFirst',
        },
      ],
    ],
    validation: [
      [
        { spec: { schedule: 'never' } },
        'spec.schedule: Invalid value: "never": expected exactly 5 fields, found 1: [never]',
      ],
      [
        { spec: { timeZone: 'Nowhere/Land' } },
        'spec.timeZone: Invalid value: "Nowhere/Land": unknown time zone Nowhere/Land',
      ],
      [
        { spec: { concurrencyPolicy: 'Odd' } },
        'spec.concurrencyPolicy: Unsupported value: "Odd": supported values: "Allow", "Forbid", "Replace"',
      ],
      [{ metadata: { name: 'x'.repeat(53) } }, 'metadata.name: Invalid value: '],
      [
        { spec: { jobTemplate: { spec: template({ restartPolicy: 'Always' }) } } },
        'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
    strategy: [
      ['update', { spec: { suspend: true } }, { 'metadata/generation': 2 }],
      ['create', { status: { lastScheduleTime: '2030-01-01T00:00:00Z' } }, { status: {} }],
      [
        'warns',
        {
          spec: {
            jobTemplate: { spec: template({ containers: [{ ...container, env: [{ name: 'A' }, { name: 'A' }] }] }) },
          },
        },
        'spec.jobTemplate.spec.template.spec.containers[0].env[1]: hides previous definition of',
      ],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          Schedule: '*/5 * * * *',
          Timezone: '<none>',
          Suspend: 'False',
          Active: 0,
          'Last Schedule': '<none>',
        },
      ],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { active: [{ kind: 'Job', name: 'j' }] }, spec: { suspend: true } },
        { 'status/active/0/name': 'j', 'spec/suspend': false },
      ],
    ],
  },
  'batch/v1/Job': {
    defaults: [
      [
        {},
        {
          'spec/completions': 1,
          'spec/parallelism': 1,
          'spec/backoffLimit': 6,
          'spec/completionMode': 'NonIndexed',
          'spec/suspend': false,
          'spec/podReplacementPolicy': 'TerminatingOrFailed',
          'spec/manualSelector': false,
        },
      ],
    ],
    validation: [
      [
        { spec: template({ restartPolicy: 'Always' }) },
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
      [{ spec: { parallelism: -1 } }, 'spec.parallelism: Invalid value: -1: must be greater than or equal to 0'],
      [
        { spec: { backoffLimitPerIndex: 1 } },
        'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
      ],
      [
        { spec: { completionMode: 'Indexed', completions: null, parallelism: 2 } },
        'spec.completions: Required value: when completion mode is Indexed',
      ],
    ],
    strategy: [
      ['update', { spec: { completions: 4 } }, 'spec.completions: Invalid value: 4: field is immutable'],
      ['update', { spec: { parallelism: 3 } }, { 'metadata/generation': 2 }],
      ['create', {}, { 'spec/template/metadata/labels/batch.kubernetes.io~1job-name': 'fuzz' }],
      ['selects', 'status.successful=0', true],
      ['selects', 'status.successful=1', false],
    ],
    table: [
      [{}, { Name: 'fuzz', Status: 'Running', Completions: '0/1', Duration: '', Containers: 'app' }],
      [{ spec: { completions: null, parallelism: 3 } }, { Completions: '0/1 of 3' }],
      [{ spec: { suspend: true } }, { Completions: '0/1' }],
    ],
    'sub-resources': [
      ['PATCH status', { status: { startTime: '2030-01-01T00:00:00Z', active: 1 } }, { 'status/active': 1 }],
      [
        'PATCH status',
        { status: { active: -1 } },
        'status.active: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  },
  'autoscaling/v2/HorizontalPodAutoscaler': {
    defaults: [
      [{}, { 'spec/minReplicas': 1 }],
      [{ spec: { metrics: null } }, { 'spec/metrics/0/resource/target/averageUtilization': 80 }],
    ],
    validation: [
      [{ spec: { maxReplicas: 0 } }, 'spec.maxReplicas: Required value: must be set and greater than 0'],
      [
        { spec: { minReplicas: 5 } },
        'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
      ],
      [{ spec: { scaleTargetRef: { kind: '' } } }, 'spec.scaleTargetRef.kind: Required value'],
      [{ spec: { metrics: [{ type: 'Odd' }] } }, 'spec.metrics[0].type: Unsupported value: "Odd"'],
    ],
    strategy: [
      [
        'create',
        { status: { currentReplicas: 3 } },
        { 'status/currentReplicas': undefined, 'status/desiredReplicas': 0 },
      ],
      ['update', { spec: { maxReplicas: 9 } }, { 'spec/maxReplicas': 9 }],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          Reference: 'Deployment/web',
          Targets: 'cpu: <unknown>/50%',
          MinPods: '1',
          MaxPods: 3,
          Replicas: 0,
        },
      ],
      [{ status: { currentReplicas: 2, desiredReplicas: 2 } }, { Replicas: 2 }],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { currentReplicas: -1, desiredReplicas: 0 } },
        'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  },
  'autoscaling/v1/HorizontalPodAutoscaler': {
    defaults: [[{}, { 'spec/minReplicas': 1 }]],
    validation: [
      [{ spec: { maxReplicas: 0 } }, 'spec.maxReplicas: Required value: must be set and greater than 0'],
      [
        { spec: { targetCPUUtilizationPercentage: 0 } },
        'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
      ],
    ],
    strategy: [
      ['update', { spec: { targetCPUUtilizationPercentage: 70 } }, { 'spec/targetCPUUtilizationPercentage': 70 }],
      ['create', { status: { currentReplicas: 3 } }, { 'status/currentReplicas': 0 }],
    ],
    table: [
      [
        { spec: { targetCPUUtilizationPercentage: 70 } },
        { Name: 'fuzz-v1', Reference: 'Deployment/web', Targets: 'cpu: <unknown>/70%' },
      ],
    ],
    'sub-resources': [
      ['PATCH status', { status: { currentReplicas: 2, desiredReplicas: 2 } }, { 'status/currentReplicas': 2 }],
    ],
  },
};
