/** Network, storage, access rules, policy, and what stands alone. */
import type { RuleTable } from './rule.ts';

const RBAC = 'rbac.authorization.k8s.io';
const IP_RULE = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const binding = (subject: object) => ({ subjects: [subject] });
const OTHER_ROLE = { roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'edit' } };

const BINDING: RuleTable = {
  defaults: [
    [binding({ kind: 'User', name: 'jane' }), { 'subjects/0/apiGroup': RBAC }],
    [binding({ kind: 'ServiceAccount', name: 'a', namespace: 'default' }), { 'subjects/0/apiGroup': undefined }],
    [{ roleRef: { apiGroup: null } }, { 'roleRef/apiGroup': RBAC }],
  ],
  validation: [
    [
      binding({ kind: 'Robot', name: 'r' }),
      'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    ],
    [
      binding({ kind: 'User', name: 'j', apiGroup: 'x' }),
      `subjects[0].apiGroup: Unsupported value: "x": supported values: "${RBAC}"`,
    ],
    [{ roleRef: { name: '' } }, 'roleRef.name: Required value'],
  ],
  strategy: [
    ['update', OTHER_ROLE, 'roleRef: Invalid value: '],
    ['update', binding({ kind: 'Group', name: 'g', apiGroup: RBAC }), { 'subjects/0/kind': 'Group' }],
  ],
  table: [[{}, { Name: 'fuzz', Role: 'ClusterRole/view', Users: 'jane', Groups: '' }]],
};

export const NETWORK: Readonly<Record<string, RuleTable>> = {
  'discovery.k8s.io/v1/EndpointSlice': {
    defaults: [[{ ports: [{ port: 80 }] }, { 'ports/0/name': '', 'ports/0/protocol': 'TCP' }]],
    validation: [
      [{ addressType: 'Odd' }, 'addressType: Unsupported value: "Odd": supported values: "FQDN", "IPv4", "IPv6"'],
      [{ endpoints: [{ addresses: [] }] }, 'endpoints[0].addresses: Required value: must contain at least 1 address'],
      [
        { endpoints: [{ addresses: ['2001:db8::1'] }] },
        'endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address',
      ],
      [{ ports: [{ port: 80 }, { port: 81 }] }, 'ports[1].name: Duplicate value: ""'],
    ],
    strategy: [
      ['update', { addressType: 'IPv6' }, 'addressType: Invalid value: "IPv6": field is immutable'],
      ['update', { metadata: { labels: { a: 'b' } } }, { 'metadata/generation': 2 }],
    ],
    table: [
      [{}, { Name: 'fuzz', AddressType: 'IPv4', Ports: '80', Endpoints: '192.0.2.7' }],
      [
        { ports: null, endpoints: null },
        { Ports: '<unset>', Endpoints: '<unset>' },
      ],
    ],
  },
  'networking.k8s.io/v1/IngressClass': {
    defaults: [[{ spec: { parameters: { kind: 'P', name: 'p' } } }, { 'spec/parameters/scope': 'Cluster' }]],
    validation: [
      [
        { spec: { controller: 'nodomain' } },
        'spec.controller: Invalid value: "nodomain": must be a domain-prefixed path (such as "acme.io/foo")',
      ],
      [
        { spec: { parameters: { kind: 'P', name: 'p', scope: 'Namespace' } } },
        "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { controller: 'other.test/c' } },
        'spec.controller: Invalid value: "other.test/c": field is immutable',
      ],
      ['create', {}, { 'metadata/generation': 1 }],
    ],
    table: [[{}, { Name: 'fuzz', Controller: 'fuzz.test/ingress', Parameters: '<none>' }]],
  },
  'networking.k8s.io/v1/Ingress': {
    validation: [
      [
        { spec: { defaultBackend: null, rules: null } },
        'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
      ],
      [
        { spec: { rules: [{ host: '1.2.3.4' }] } },
        'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
      ],
      [
        {
          spec: {
            rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'w', port: { number: 80 } } } }] } }],
          },
        },
        'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
      ],
      [
        {
          spec: {
            rules: [
              {
                http: {
                  paths: [{ path: 'a', pathType: 'Exact', backend: { service: { name: 'w', port: { number: 80 } } } }],
                },
              },
            ],
          },
        },
        'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
      ],
    ],
    strategy: [
      ['update', { spec: { ingressClassName: 'x' } }, { 'metadata/generation': 2 }],
      ['create', { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }, { status: { loadBalancer: {} } }],
      [
        'warns',
        { metadata: { annotations: { 'kubernetes.io/ingress.class': 'x' } } },
        'annotation \\"kubernetes.io/ingress.class\\" is deprecated, please use \'spec.ingressClassName\' instead',
      ],
    ],
    table: [
      [{}, { Name: 'fuzz', Class: '<none>', Hosts: 'fuzz.test', Address: '', Ports: '80' }],
      [{ spec: { tls: [{ hosts: ['fuzz.test'] }] } }, { Ports: '80, 443' }],
      [{ status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }, { Address: '192.0.2.1' }],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { loadBalancer: { ingress: [{ ip: 'x' }] } } },
        `status.loadBalancer.ingress[0].ip: Invalid value: "x": ${IP_RULE}`,
      ],
    ],
  },
  'networking.k8s.io/v1/IPAddress': {
    validation: [
      [{ metadata: { name: '010.0.0.1' } }, 'metadata.name: Invalid value: "010.0.0.1": '],
      [{ spec: { parentRef: { resource: '' } } }, 'spec.parentRef.resource: Required value'],
      [{ spec: null }, 'spec.parentRef: Required value'],
    ],
    strategy: [
      ['update', { spec: { parentRef: { name: 'other' } } }, 'spec.parentRef: Invalid value: '],
      ['selects', 'metadata.name=10.200.0.9', true],
    ],
    table: [[{}, { Name: '10.200.0.9', ParentRef: 'services/default/web' }]],
  },
  'networking.k8s.io/v1/NetworkPolicy': {
    defaults: [
      [{}, { 'spec/policyTypes': ['Ingress'], 'spec/ingress/0/ports/0/protocol': 'TCP' }],
      [{ spec: { egress: [{}] } }, { 'spec/policyTypes': ['Ingress', 'Egress'] }],
    ],
    validation: [
      [
        { spec: { ingress: [{ from: [{ ipBlock: { cidr: 'x' } }] }] } },
        'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "x": must be a valid CIDR value',
      ],
      [{ spec: { ingress: [{ from: [{}] }] } }, 'spec.ingress[0].from[0]: Required value: must specify a peer'],
      [
        { spec: { ingress: [{ ports: [{ endPort: 90 }] }] } },
        'spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is not specified',
      ],
      [
        { spec: { policyTypes: ['Odd'] } },
        'spec.policyTypes[0]: Unsupported value: "Odd": supported values: "Ingress", "Egress"',
      ],
    ],
    strategy: [['update', { spec: { ingress: [] } }, { 'metadata/generation': 2 }]],
    table: [
      [{}, { Name: 'fuzz', 'Pod-Selector': 'app=fuzz' }],
      [{ spec: { podSelector: { matchLabels: null } } }, { 'Pod-Selector': '<none>' }],
    ],
  },
  'networking.k8s.io/v1/ServiceCIDR': {
    validation: [
      [{ spec: { cidrs: ['10.0.0.0/99'] } }, 'spec.cidrs[0]: Invalid value: "10.0.0.0/99": must be a valid CIDR value'],
      [{ spec: { cidrs: [] } }, 'spec.cidrs: Required value: at least one CIDR required'],
      [
        { spec: { cidrs: ['10.210.0.0/24', '10.211.0.0/24'] } },
        'spec.cidrs: Invalid value: ["10.210.0.0/24","10.211.0.0/24"]: may specify no more than one IP for each IP family',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { cidrs: ['10.211.0.0/24'] } },
        'spec.cidrs[0]: Invalid value: "10.211.0.0/24": field is immutable',
      ],
    ],
    table: [[{}, { Name: 'fuzz', CIDRs: '10.210.0.0/24' }]],
    'sub-resources': [
      [
        'PATCH status',
        {
          status: {
            conditions: [
              { type: 'Ready', status: 'True', reason: 'R', message: '', lastTransitionTime: '2030-01-01T00:00:00Z' },
            ],
          },
        },
        { 'status/conditions/0/type': 'Ready' },
      ],
    ],
  },
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': {
    ...BINDING,
    validation: [
      ...(BINDING.validation ?? []),
      [{ roleRef: { kind: 'Role' } }, 'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ],
  },
  'rbac.authorization.k8s.io/v1/RoleBinding': {
    ...BINDING,
    validation: [
      ...(BINDING.validation ?? []),
      [{ roleRef: { kind: 'Odd' } }, 'roleRef.kind: Unsupported value: "Odd": supported values: "Role", "ClusterRole"'],
    ],
  },
  'rbac.authorization.k8s.io/v1/ClusterRole': {
    validation: [
      [{ rules: [{ verbs: [] }] }, 'rules[0].verbs: Required value: verbs must contain at least one value'],
      [
        { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'], apiGroups: [''], resources: ['pods'] }] },
        'rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
      [
        { aggregationRule: { clusterRoleSelectors: [] } },
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    ],
    strategy: [
      ['create', { metadata: { name: 'a:b' } }, { 'metadata/name': 'a:b' }],
      ['selects', 'metadata.name=fuzz', true],
    ],
    table: [[{}, { Name: 'fuzz' }]],
  },
  'rbac.authorization.k8s.io/v1/Role': {
    validation: [
      [
        { rules: [{ verbs: ['get'] }] },
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      ],
      [
        { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] },
        'rules[0].nonResourceURLs: Invalid value: ["/a"]: namespaced rules cannot apply to non-resource URLs',
      ],
      [{ metadata: { name: 'a/b' } }, 'metadata.name: Invalid value: "a/b": may not contain \'/\''],
    ],
    strategy: [
      ['create', { metadata: { name: 'a:b' } }, { 'metadata/name': 'a:b' }],
      ['selects', 'metadata.name=fuzz', true],
    ],
    table: [[{}, { Name: 'fuzz' }]],
  },
  'policy/v1/PodDisruptionBudget': {
    validation: [
      [{ spec: { maxUnavailable: 1 } }, 'spec: Invalid value: '],
      [{ spec: { minAvailable: -1 } }, 'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
      [{ spec: { minAvailable: '101%' } }, 'spec.minAvailable: Invalid value: "101%": must not be greater than 100%'],
      [
        { spec: { unhealthyPodEvictionPolicy: 'Odd' } },
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Odd": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
    strategy: [
      ['update', { spec: { minAvailable: 2 } }, { 'metadata/generation': 2 }],
      ['create', { status: { expectedPods: 5 } }, { 'status/expectedPods': 0 }],
    ],
    table: [[{}, { Name: 'fuzz', 'Min Available': '1', 'Max Unavailable': 'N/A', 'Allowed Disruptions': 0 }]],
    'sub-resources': [
      [
        'PATCH status',
        { status: { expectedPods: -1, currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0 } },
        'status.expectedPods: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
  },
};

export const STORAGE: Readonly<Record<string, RuleTable>> = {
  'storage.k8s.io/v1/CSIDriver': {
    defaults: [
      [
        { spec: { attachRequired: null } },
        {
          'spec/attachRequired': true,
          'spec/podInfoOnMount': false,
          'spec/storageCapacity': false,
          'spec/fsGroupPolicy': 'ReadWriteOnceWithFSType',
          'spec/volumeLifecycleModes': ['Persistent'],
          'spec/requiresRepublish': false,
          'spec/seLinuxMount': false,
        },
      ],
    ],
    validation: [
      [{ spec: { fsGroupPolicy: 'Odd' } }, 'spec.fsGroupPolicy: Unsupported value: "Odd": supported values: '],
      [
        { spec: { volumeLifecycleModes: ['Odd'] } },
        'spec.volumeLifecycleModes: Unsupported value: "Odd": supported values: "Persistent", "Ephemeral"',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { attachRequired: false } },
        'spec.attachedRequired: Invalid value: false: field is immutable',
      ],
      ['update', { spec: { requiresRepublish: true } }, { 'spec/requiresRepublish': true }],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          AttachRequired: true,
          PodInfoOnMount: false,
          StorageCapacity: false,
          Modes: 'Persistent',
          TokenRequests: '<unset>',
        },
      ],
    ],
  },
  'storage.k8s.io/v1/CSINode': {
    validation: [
      [{ spec: { drivers: [{ name: '', nodeID: 'n' }] } }, 'spec.drivers[0].name: Required value'],
      [{ spec: { drivers: [{ name: 'd', nodeID: '' }] } }, 'spec.drivers[0].nodeID: Required value'],
      [
        {
          spec: {
            drivers: [
              { name: 'd', nodeID: 'n' },
              { name: 'd', nodeID: 'n' },
            ],
          },
        },
        'spec.drivers[1].name: Duplicate value: "d"',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { drivers: [{ name: 'driver.fuzz.test', nodeID: 'n2' }] } },
        'spec.drivers: Invalid value: {"Name":"driver.fuzz.test","NodeID":"n2"',
      ],
      ['update', { spec: { drivers: [] } }, { 'spec/drivers': null }],
    ],
    table: [[{}, { Name: 'fuzz', Drivers: 1 }]],
  },
  'storage.k8s.io/v1/CSIStorageCapacity': {
    validation: [
      [{ storageClassName: '' }, 'storageClassName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of'],
      [{ capacity: '-1' }, 'capacity: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    strategy: [
      ['update', { storageClassName: 'slow' }, 'storageClassName: Invalid value: "slow": field is immutable'],
      ['update', { capacity: '2Gi' }, { capacity: '2Gi' }],
    ],
    table: [[{}, { Name: 'fuzz' }]],
  },
  'storage.k8s.io/v1/StorageClass': {
    defaults: [[{}, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }]],
    validation: [
      [{ provisioner: '' }, 'provisioner: Required value'],
      [{ reclaimPolicy: 'Odd' }, 'reclaimPolicy: Unsupported value: "Odd": supported values: "Delete", "Retain"'],
      [
        { volumeBindingMode: 'Odd' },
        'volumeBindingMode: Unsupported value: "Odd": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
      [{ parameters: { '': 'x' } }, 'parameters: Invalid value: '],
    ],
    strategy: [
      ['update', { parameters: { type: 'hdd' } }, 'parameters: Invalid value: {"type":"hdd"}: field is immutable'],
      ['update', { provisioner: 'other' }, 'provisioner: Invalid value: "other": field is immutable'],
      ['update', { allowVolumeExpansion: true }, { allowVolumeExpansion: true }],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          Provisioner: 'fuzz.test/disk',
          ReclaimPolicy: 'Delete',
          VolumeBindingMode: 'Immediate',
          AllowVolumeExpansion: false,
        },
      ],
      [
        { metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } },
        { Name: 'fuzz (default)' },
      ],
    ],
  },
  'storage.k8s.io/v1/VolumeAttachment': {
    defaults: [
      [
        {
          spec: {
            source: {
              persistentVolumeName: null,
              inlineVolumeSpec: {
                accessModes: ['ReadWriteOnce'],
                azureDisk: { diskName: 'd', diskURI: '/subscriptions/x' },
              },
            },
          },
        },
        'spec.source.inlineVolumeSpec.azureDisk.diskURI: Unsupported value: "/subscriptions/x": supported values: "https://{account-name}',
      ],
    ],
    validation: [
      [{ spec: { attacher: '' } }, 'spec.attacher: Required value'],
      [
        { spec: { source: { persistentVolumeName: null } } },
        'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
      ],
      [{ spec: { nodeName: 'A B' } }, 'spec.nodeName: Invalid value: "A B": '],
    ],
    strategy: [
      ['update', { spec: { nodeName: 'node-2' } }, 'spec: Invalid value: '],
      ['create', { status: { attached: true } }, { 'status/attached': false }],
    ],
    table: [
      [{}, { Name: 'fuzz', Attacher: 'fuzz.test', PV: 'pv-1', Node: 'node-1', Attached: false }],
      [{ status: { attached: true } }, { Attached: true }],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { attached: true }, spec: { nodeName: 'x' } },
        { 'status/attached': true, 'spec/nodeName': 'node-1' },
      ],
    ],
  },
  'storage.k8s.io/v1/VolumeAttributesClass': {
    validation: [
      [{ driverName: '' }, 'driverName: Required value'],
      [{ parameters: null }, 'parameters: Required value: must contain at least one key/value pair'],
    ],
    strategy: [
      ['update', { parameters: { iops: '200' } }, 'parameters: Forbidden: updates to parameters are forbidden.'],
      ['update', { driverName: 'x' }, 'driverName: Forbidden: updates to driverName are forbidden.'],
    ],
    table: [[{}, { Name: 'fuzz', DriverName: 'driver.fuzz.test' }]],
  },
};

export const SINGLE: Readonly<Record<string, RuleTable>> = {
  'apiregistration.k8s.io/v1/APIService': {
    defaults: [
      [{ spec: { service: { name: 's', namespace: 'n' }, insecureSkipTLSVerify: true } }, { 'spec/service/port': 443 }],
    ],
    validation: [
      [
        { metadata: { name: 'v2.fuzz.test' } },
        'metadata.name: Invalid value: "v2.fuzz.test": must be `spec.version+"."+spec.group`: "v1.fuzz.test"',
      ],
      [
        { spec: { groupPriorityMinimum: 0 } },
        'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
      ],
      [{ spec: { caBundle: 'AAAA' } }, 'spec.caBundle: Invalid value: '],
    ],
    strategy: [
      [
        'create',
        { status: { conditions: [{ type: 'Available', status: 'False' }] } },
        { 'status/conditions/0/status': 'True' },
      ],
      ['selects', 'metadata.name=v1.fuzz.test', true],
    ],
    table: [
      [{}, { Name: 'v1.fuzz.test', Service: 'Local', Available: 'True' }],
      [
        { spec: { service: { name: 's', namespace: 'n' }, insecureSkipTLSVerify: true } },
        { Service: 'n/s', Available: 'Unknown' },
      ],
    ],
    'sub-resources': [
      [
        'PATCH status',
        { status: { conditions: [{ type: 'Available', status: 'Odd' }] } },
        'status.conditions[0].status: Unsupported value: "Odd": supported values: "True", "False", "Unknown"',
      ],
    ],
  },
  'certificates.k8s.io/v1/CertificateSigningRequest': {
    validation: [
      [{ spec: { usages: [] } }, 'spec.usages: Required value'],
      [{ spec: { usages: ['fly'] } }, 'spec.usages[0]: Unsupported value: "fly"'],
      [
        { spec: { request: 'AAAA' } },
        'spec.request: Invalid value: "AAAA": PEM block type must be CERTIFICATE REQUEST',
      ],
      [
        { spec: { signerName: 'x' } },
        'spec.signerName: Invalid value: "x": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
      ],
      [
        { spec: { expirationSeconds: 5 } },
        'spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    ],
    strategy: [
      [
        'create',
        { spec: { username: 'other' }, status: { certificate: 'AAAA' } },
        { 'spec/username': 'admin', status: {} },
      ],
      ['update', { spec: { signerName: 'a.test/b' } }, { 'spec/signerName': 'fuzz.test/signer' }],
      ['selects', 'spec.signerName=fuzz.test/signer', true],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          SignerName: 'fuzz.test/signer',
          Requestor: 'admin',
          RequestedDuration: '<none>',
          Condition: 'Pending',
        },
      ],
    ],
    'sub-resources': [
      [
        'PATCH approval',
        { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'R' }] } },
        { 'status/conditions/0/type': 'Approved' },
      ],
      [
        'PATCH approval',
        { status: { conditions: [{ type: 'Approved', status: 'False' }] } },
        'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
      ],
      ['PATCH status', { status: { certificate: 'AAAA' } }, 'status.certificate: Invalid value: '],
    ],
  },
  'scheduling.k8s.io/v1/PriorityClass': {
    defaults: [[{}, { preemptionPolicy: 'PreemptLowerPriority' }]],
    validation: [
      [{ value: 2_000_000_000 }, 'value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
      [
        { metadata: { name: 'system-x' } },
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
      ],
      [
        { preemptionPolicy: 'Odd' },
        'preemptionPolicy: Unsupported value: "Odd": supported values: "PreemptLowerPriority", "Never"',
      ],
    ],
    strategy: [
      ['update', { value: 5 }, 'value: Forbidden: may not be changed in an update.'],
      ['update', { preemptionPolicy: 'Never' }, 'preemptionPolicy: Invalid value: "Never": field is immutable'],
      ['update', { description: 'd' }, { 'metadata/generation': 1 }],
    ],
    table: [[{}, { Name: 'fuzz', Value: 1000, 'Global-Default': false, PreemptionPolicy: 'PreemptLowerPriority' }]],
  },
  'coordination.k8s.io/v1/Lease': {
    validation: [
      [{ spec: { leaseDurationSeconds: 0 } }, 'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
      [
        { spec: { leaseTransitions: -1 } },
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    strategy: [
      ['update', { spec: { holderIdentity: 'you' } }, { 'spec/holderIdentity': 'you' }],
      ['selects', 'metadata.name=fuzz', true],
    ],
    table: [[{}, { Name: 'fuzz', Holder: 'me' }]],
  },
  'node.k8s.io/v1/RuntimeClass': {
    defaults: [
      [
        { scheduling: { tolerations: [{ key: 'a', operator: 'Exists' }] } },
        { 'scheduling/tolerations/0/operator': 'Exists' },
      ],
    ],
    validation: [
      [{ handler: 'A_B' }, 'handler: Invalid value: "A_B": a lowercase RFC 1123 label must consist of'],
      [
        { overhead: { podFixed: { cpu: '-1' } } },
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    strategy: [
      ['update', { handler: 'other' }, 'handler: Invalid value: "other": field is immutable'],
      ['selects', 'metadata.name=fuzz', true],
    ],
    table: [[{}, { Name: 'fuzz', Handler: 'runc' }]],
  },
  'events.k8s.io/v1/Event': {
    validation: [
      [{ reportingController: '' }, 'reportingController: Required value'],
      [{ action: '' }, 'action: Required value'],
      [{ eventTime: null }, 'eventTime: Required value'],
      [{ type: 'Odd' }, 'type: Invalid value: "": has invalid value: Odd'],
    ],
    strategy: [
      ['selects', 'regarding.name=web,reason=Started', true],
      ['selects', 'type=Warning', false],
      ['update', { reason: 'Other' }, 'reason: Invalid value: "Other": field is immutable'],
    ],
    table: [[{}, { Type: 'Normal', Reason: 'Started', Object: 'pod/web', Message: 'text' }]],
  },
};
