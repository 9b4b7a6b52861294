/** The core group but pods and what contains them. */
import type { RuleTable } from './rule.ts';

const LONG = 'x'.repeat(1024 * 1024 + 1);

export const CORE: Readonly<Record<string, RuleTable>> = {
  'v1/Binding': {
    validation: [
      [
        { target: { kind: 'Pod', name: 'node-1' } },
        'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
      ],
      [{ target: { name: null } }, 'target.name: Required value'],
      [{}, 'pods "fuzz" not found'],
    ],
  },
  'v1/ComponentStatus': {
    strategy: [['selects', 'metadata.name=nobody', false]],
    table: [[{}, { Name: 'etcd-0', Status: 'Healthy', Message: 'ok', Error: '' }]],
  },
  'v1/ConfigMap': {
    validation: [
      [
        { data: { 'a b': '1' } },
        "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
      [{ data: { '..': '1' } }, 'data[..]: Invalid value: "..": must not be \'..\''],
      [{ data: { raw: 'both' } }, 'data[raw]: Invalid value: "raw": duplicate of key present in binaryData'],
      [{ data: { key: LONG } }, '[]: Too long: may not be more than 1048576 bytes'],
      [{ data: { key: 'x', '.a': '', _: '' } }, { 'data/.a': '', 'data/_': '' }],
    ],
    strategy: [
      ['update', { immutable: true }, { immutable: true }],
      ['selects', 'metadata.name=fuzz', true],
    ],
    table: [[{ data: { a: '1', b: '2' } }, { Name: 'fuzz', Data: 4, Age: '0s' }]],
  },
  'v1/Endpoints': {
    defaults: [[{}, { 'subsets/0/ports/0/protocol': 'TCP' }]],
    validation: [
      [
        { subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 80 }] }] },
        'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
      [
        { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 0 }] }] },
        'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
      [
        { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 1 }, { port: 2 }] }] },
        'subsets[0].ports[0].name: Required value',
      ],
      [
        { subsets: [{ ports: [{ port: 80 }] }] },
        'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
      ],
    ],
    strategy: [['warns', {}, 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice']],
    table: [
      [{}, { Endpoints: '192.0.2.1:80' }],
      [{ subsets: null }, { Endpoints: '<none>' }],
    ],
  },
  'v1/Event': {
    validation: [
      [
        { involvedObject: { namespace: 'other' } },
        'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
      ],
      [{ involvedObject: { kind: 'Node', namespace: 'default' } }, { 'involvedObject/kind': 'Node' }],
    ],
    strategy: [
      ['selects', 'involvedObject.name=web,reason=Started,type=Normal', true],
      ['selects', 'involvedObject.kind=Node', false],
    ],
    table: [[{}, { 'Last Seen': '<unknown>', Type: 'Normal', Reason: 'Started', Object: 'pod/web', Message: 'text' }]],
  },
  'v1/LimitRange': {
    defaults: [
      [{}, { 'spec/limits/0/default/cpu': '1', 'spec/limits/0/defaultRequest/cpu': '1' }],
      [
        { spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } },
        { 'spec/limits/0/default/cpu': '2', 'spec/limits/0/defaultRequest/cpu': '2' },
      ],
      [{ spec: { limits: [{ type: 'Pod', max: { cpu: '2' } }] } }, { 'spec/limits/0/default': undefined }],
    ],
    validation: [
      [
        { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } },
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      ],
      [{ spec: { limits: [{ type: 'Pod' }, { type: 'Pod' }] } }, 'spec.limits[1].type: Duplicate value: "Pod"'],
      [
        { spec: { limits: [{ type: 'Pod', default: { cpu: '1' } }] } },
        "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      ],
      [
        { spec: { limits: [{ type: 'Disk' }] } },
        'spec.limits[0].type: Invalid value: "Disk": must be a standard limit type or fully qualified',
      ],
    ],
    strategy: [['create', { metadata: { name: null, generateName: 'fuzz-' } }, { kind: 'LimitRange' }]],
    table: [[{}, { Name: 'fuzz' }]],
  },
  'v1/Namespace': {
    defaults: [[{}, { 'metadata/labels/kubernetes.io~1metadata.name': 'fuzz' }]],
    validation: [
      [{ metadata: { name: 'a.b' } }, 'metadata.name: Invalid value: "a.b": must not contain dots'],
      [
        { spec: { finalizers: ['nodomain'] } },
        'spec.finalizers: Invalid value: "nodomain": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
    strategy: [
      ['create', { status: { phase: 'Terminating' } }, { 'status/phase': 'Active', 'spec/finalizers/0': 'kubernetes' }],
      ['update', { spec: { finalizers: ['a.test/b'] } }, { 'spec/finalizers': ['kubernetes'] }],
      ['selects', 'status.phase=Active', true],
      ['selects', 'status.phase=Terminating', false],
    ],
    table: [[{}, { Name: 'fuzz', Status: 'Active', Age: '0s' }]],
    'sub-resources': [
      [
        'PUT finalize',
        { metadata: { name: 'fuzz' }, spec: { finalizers: ['a.test/b'] } },
        { 'spec/finalizers': ['a.test/b'] },
      ],
      ['PATCH status', { status: { phase: 'Active' } }, { 'status/phase': 'Active' }],
      [
        'PATCH status',
        { status: { phase: 'Terminating' } },
        'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
      ],
    ],
  },
  'v1/Node': {
    defaults: [[{ status: { capacity: { cpu: '2' } } }, { 'status/allocatable/cpu': '2' }]],
    validation: [
      [
        { spec: { podCIDR: '10.1.0.0/99', podCIDRs: ['10.1.0.0/99'] } },
        'spec.podCIDRs[0]: Invalid value: "10.1.0.0/99": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
      [
        { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
        'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
      [
        {
          spec: {
            taints: [
              { key: 'a', effect: 'NoExecute' },
              { key: 'a', effect: 'NoExecute' },
            ],
          },
        },
        'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoExecute","TimeAdded":null}: taints must be unique by key and effect pair',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { podCIDR: '10.2.0.0/24', podCIDRs: ['10.2.0.0/24'] } },
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      ],
      ['update', { spec: { unschedulable: true } }, { 'spec/unschedulable': true }],
      ['selects', 'spec.unschedulable=false', true],
      ['selects', 'spec.unschedulable=true', false],
    ],
    table: [
      [
        { status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.3' } } },
        { Status: 'Ready', Roles: '<none>', Version: 'v1.36.3' },
      ],
      [
        { spec: { unschedulable: true }, metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } },
        { Status: 'Unknown,SchedulingDisabled', Roles: 'control-plane' },
      ],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { capacity: { cpu: '4' } } },
        { 'status/capacity/cpu': '4', 'status/allocatable/cpu': '4' },
      ],
      [
        'PATCH status',
        {
          status: {
            addresses: [
              { type: 'InternalIP', address: '192.0.2.1' },
              { type: 'InternalIP', address: '192.0.2.1' },
            ],
          },
        },
        'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"192.0.2.1"}',
      ],
    ],
  },
  'v1/PersistentVolume': {
    defaults: [
      [
        {},
        {
          'spec/persistentVolumeReclaimPolicy': 'Retain',
          'spec/volumeMode': 'Filesystem',
          'spec/hostPath/type': '',
          'status/phase': 'Pending',
        },
      ],
      [
        { spec: { hostPath: null, rbd: { monitors: ['a'], image: 'i' } } },
        { 'spec/rbd/pool': 'rbd', 'spec/rbd/user': 'admin', 'spec/rbd/keyring': '/etc/ceph/keyring' },
      ],
    ],
    validation: [
      [{ spec: { hostPath: null } }, 'spec: Required value: must specify a volume type'],
      [
        { spec: { accessModes: ['Any'] } },
        'spec.accessModes: Unsupported value: "Any": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
      [{ spec: { capacity: null } }, 'spec.capacity: Required value'],
      [
        { spec: { hostPath: { path: '/a/../b' } } },
        'spec.hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
      ],
      [{ spec: { nfs: { server: 's', path: '/p' } } }, 'spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    strategy: [
      [
        'update',
        { spec: { hostPath: { path: '/other' } } },
        'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
      ],
      [
        'update',
        { spec: { persistentVolumeReclaimPolicy: 'Delete' } },
        { 'spec/persistentVolumeReclaimPolicy': 'Delete' },
      ],
      [
        'warns',
        { spec: { persistentVolumeReclaimPolicy: 'Recycle' } },
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated',
      ],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          Capacity: '1Gi',
          'Access Modes': 'RWO',
          'Reclaim Policy': 'Retain',
          Status: 'Pending',
          Claim: '',
        },
      ],
      [{ status: { phase: 'Bound' } }, { Status: 'Bound' }],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { phase: 'Available', message: 'm' }, spec: { volumeMode: 'Block' } },
        { 'status/phase': 'Available', 'spec/volumeMode': 'Filesystem' },
      ],
    ],
  },
  'v1/PersistentVolumeClaim': {
    defaults: [[{}, { 'spec/volumeMode': 'Filesystem', 'status/phase': 'Pending' }]],
    validation: [
      [{ spec: { accessModes: [] } }, 'spec.accessModes: Required value: at least 1 access mode is required'],
      [
        { spec: { resources: { requests: { storage: '0' } } } },
        'spec.resources[storage]: Invalid value: "0": must be greater than zero',
      ],
      [{ spec: { resources: null } }, 'spec.resources[storage]: Required value'],
      [
        { spec: { storageClassName: 'A' } },
        "spec.storageClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    strategy: [
      ['create', { status: { phase: 'Bound' } }, { 'status/phase': 'Pending' }],
      [
        'update',
        { spec: { accessModes: ['ReadWriteMany'] } },
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
      ['update', { spec: { volumeName: 'pv' } }, { 'spec/volumeName': 'pv' }],
    ],
    table: [
      [{}, { Name: 'fuzz', Status: 'Pending', Volume: '', Capacity: '', 'Access Modes': '', StorageClass: '' }],
      [{ status: { phase: 'Bound', capacity: { storage: '1Gi' } } }, { Status: 'Bound' }],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { phase: 'Lost' }, spec: { volumeName: 'other' } },
        { 'status/phase': 'Lost', 'spec/volumeName': undefined },
      ],
    ],
  },
  'v1/ResourceQuota': {
    defaults: [[{ spec: { hard: { cpu: '1.5001' } } }, { 'spec/hard/cpu': '1501m' }]],
    validation: [
      [{ spec: { hard: { pods: '-1' } } }, 'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
      [{ spec: { hard: { pods: '1.5' } } }, 'spec.hard[pods]: Invalid value: "1500m": must be an integer'],
      [
        { spec: { hard: { chairs: '1' } } },
        'spec.hard[chairs]: Invalid value: "chairs": must be a standard resource type or fully qualified',
      ],
      [{ spec: { scopes: ['Odd'] } }, 'spec.scopes: Invalid value: ["Odd"]: unsupported scope'],
    ],
    strategy: [
      ['create', { status: { hard: { pods: '1' } } }, { status: {} }],
      [
        'update',
        { spec: { scopes: ['BestEffort'] } },
        'spec.scopes: Invalid value: ["BestEffort"]: field is immutable',
      ],
    ],
    table: [[{ spec: { hard: null } }, { Name: 'fuzz', Request: '', Limit: '' }]],
    'sub-resources': [
      [
        'PATCH status',
        { status: { hard: { 'count/configmaps': '5' }, used: { 'count/configmaps': '1' } } },
        { 'status/used/count~1configmaps': '1' },
      ],
      [
        'PATCH status',
        { status: { used: { 'count/configmaps': '-1' } } },
        'status.used[count/configmaps]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
  },
  'v1/Secret': {
    defaults: [
      [{ type: null }, { type: 'Opaque' }],
      [
        { data: null, stringData: { a: 'b' } },
        { 'data/a': 'Yg==', stringData: undefined },
      ],
    ],
    validation: [
      [{ type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, 'data[tls.key]: Required value'],
      [{ type: 'kubernetes.io/dockerconfigjson' }, 'data[.dockerconfigjson]: Required value'],
      [{ type: 'kubernetes.io/basic-auth' }, 'data[username]: Required value'],
      [{ type: 'kubernetes.io/ssh-auth' }, 'data[ssh-privatekey]: Required value'],
      [
        { type: 'kubernetes.io/service-account-token' },
        'metadata.annotations[kubernetes.io/service-account.name]: Required value',
      ],
      [
        { data: { 'a b': '' } },
        "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
    ],
    strategy: [
      ['update', { type: 'a.test/b' }, 'type: Invalid value: "a.test/b": field is immutable'],
      ['update', { type: null }, { type: 'Opaque' }],
      ['selects', 'type=Opaque', true],
      ['selects', 'type=other', false],
    ],
    table: [[{}, { Name: 'fuzz', Type: 'Opaque', Data: 1 }]],
  },
  'v1/ServiceAccount': {
    strategy: [
      ['create', { secrets: [{ name: 'token' }] }, { 'secrets/0/name': 'token' }],
      [
        'warns',
        { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } },
        'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+',
      ],
    ],
    table: [[{}, { Name: 'fuzz', Age: '0s' }]],
    'sub-resources': [
      [
        'POST token',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
        { 'spec/expirationSeconds': 3600 },
      ],
      [
        'POST token',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 1 } },
        'spec.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      ],
    ],
  },
  'v1/Service': {
    defaults: [
      [
        {},
        {
          'spec/type': 'ClusterIP',
          'spec/sessionAffinity': 'None',
          'spec/internalTrafficPolicy': 'Cluster',
          'spec/ports/0/protocol': 'TCP',
          'spec/ipFamilyPolicy': 'SingleStack',
        },
      ],
      [
        { spec: { type: 'LoadBalancer' } },
        { 'spec/externalTrafficPolicy': 'Cluster', 'spec/allocateLoadBalancerNodePorts': true },
      ],
      [{ spec: { sessionAffinity: 'ClientIP' } }, { 'spec/sessionAffinityConfig/clientIP/timeoutSeconds': 10_800 }],
    ],
    validation: [
      [{ spec: { ports: [] } }, 'spec.ports: Required value'],
      [{ spec: { ports: [{ port: 80 }, { port: 81 }] } }, 'spec.ports[0].name: Required value'],
      [
        { spec: { type: 'Other' } },
        'spec.type: Unsupported value: "Other": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
      [{ spec: { type: 'ExternalName', ports: null } }, 'spec.externalName: Required value'],
      [{ metadata: { name: 'a.b' } }, 'metadata.name: Invalid value: "a.b": must not contain dots'],
    ],
    strategy: [
      [
        'update',
        { spec: { clusterIP: '10.0.0.77', clusterIPs: ['10.0.0.77'] } },
        'spec.clusterIPs[0]: Invalid value: ["10.0.0.77"]: may not change once set',
      ],
      ['warns', { spec: { externalIPs: ['192.0.2.1'] } }, 'spec.externalIPs is deprecated'],
      ['selects', 'spec.type=ClusterIP', true],
      ['selects', 'spec.clusterIP=None', false],
    ],
    table: [
      [
        { spec: { clusterIP: 'None' } },
        { Type: 'ClusterIP', 'Cluster-IP': 'None', 'External-IP': '<none>', 'Port(s)': '80/TCP' },
      ],
      [
        { spec: { type: 'ExternalName', externalName: 'a.test', ports: null } },
        { 'Cluster-IP': '<none>', 'External-IP': 'a.test', 'Port(s)': '<none>' },
      ],
    ],
    'sub-resources': [
      [
        'PATCH status',
        {
          status: {
            conditions: [
              { type: 'A', status: 'True', reason: 'R', message: '', lastTransitionTime: '2030-01-01T00:00:00Z' },
            ],
          },
          spec: { type: 'NodePort' },
        },
        { 'status/conditions/0/type': 'A', 'spec/type': 'ClusterIP' },
      ],
      ['GET proxy', undefined, 'no endpoints available for service "fuzz"'],
    ],
  },
};
