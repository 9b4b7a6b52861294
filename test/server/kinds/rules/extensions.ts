/** What extends and guards the server: admission, definitions, reviews, fairness, devices. */
import type { RuleTable } from './rule.ts';

const RULES_OF = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }];
const webhook = (change: object) => ({
  webhooks: [
    {
      name: 'hook.fuzz.test',
      clientConfig: { url: 'https://127.0.0.1:9/hook' },
      rules: RULES_OF,
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      ...change,
    },
  ],
});
const WEBHOOKS: RuleTable = {
  defaults: [
    [
      webhook({}),
      {
        'webhooks/0/failurePolicy': 'Fail',
        'webhooks/0/matchPolicy': 'Equivalent',
        'webhooks/0/timeoutSeconds': 10,
        'webhooks/0/namespaceSelector': {},
        'webhooks/0/objectSelector': {},
        'webhooks/0/rules/0/scope': '*',
      },
    ],
    [
      webhook({ clientConfig: { service: { name: 's', namespace: 'n' } } }),
      { 'webhooks/0/clientConfig/service/port': 443 },
    ],
  ],
  validation: [
    [
      webhook({ name: 'short' }),
      'webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots',
    ],
    [
      webhook({ sideEffects: 'Some' }),
      'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
    ],
    [
      webhook({ clientConfig: { url: 'http://a' } }),
      'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
    ],
    [
      webhook({ timeoutSeconds: 31 }),
      'webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
    ],
    [
      webhook({ admissionReviewVersions: [] }),
      'webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1',
    ],
  ],
  strategy: [['update', webhook({ failurePolicy: 'Ignore', timeoutSeconds: 5 }), { 'metadata/generation': 2 }]],
  table: [[{}, { Name: 'fuzz', Webhooks: 1 }]],
};

const POLICY: Required<Pick<RuleTable, 'defaults' | 'validation'>> = {
  defaults: [
    [
      {},
      {
        'spec/failurePolicy': 'Fail',
        'spec/matchConstraints/matchPolicy': 'Equivalent',
        'spec/matchConstraints/namespaceSelector': {},
        'spec/matchConstraints/resourceRules/0/scope': '*',
      },
    ],
  ],
  validation: [
    [{ spec: { matchConstraints: null } }, 'spec.matchConstraints: Required value'],
    [
      { spec: { failurePolicy: 'Odd' } },
      'spec.failurePolicy: Unsupported value: "Odd": supported values: "Fail", "Ignore"',
    ],
    [
      { spec: { paramKind: { apiVersion: 'a/b/c', kind: 'K' } } },
      'spec.paramKind.apiVersion: Invalid value: "a/b/c": ',
    ],
  ],
};
const POLICY_BINDING: Required<Pick<RuleTable, 'defaults' | 'validation' | 'strategy'>> = {
  defaults: [
    [
      { spec: { paramRef: { name: 'p', parameterNotFoundAction: 'Deny' }, matchResources: {} } },
      { 'spec/matchResources/matchPolicy': 'Equivalent' },
    ],
  ],
  validation: [
    [{ spec: { policyName: '' } }, 'spec.policyName: Required value'],
    [
      { spec: { paramRef: { parameterNotFoundAction: 'Deny' } } },
      'spec.paramRef: Required value: one of name or selector must be specified',
    ],
  ],
  strategy: [['update', { spec: { policyName: 'third' } }, { 'metadata/generation': 2 }]],
};

const CRD = (change: object) => ({ spec: change });
const devices = (change: object) => ({ requests: [{ name: 'gpu', ...change }] });

export const EXTENSIONS: Readonly<Record<string, RuleTable>> = {
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy': {
    ...POLICY,
    validation: [
      ...POLICY.validation,
      [{ spec: { mutations: [] } }, 'spec.mutations: Required value: mutations must contain at least one item'],
      [
        { spec: { reinvocationPolicy: 'Odd' } },
        'spec.reinvocationPolicy: Unsupported value: "Odd": supported values: ',
      ],
    ],
    strategy: [['update', { spec: { reinvocationPolicy: 'IfNeeded' } }, { 'metadata/generation': 2 }]],
    table: [[{}, { Name: 'fuzz', Mutations: 1, ParamKind: '<unset>' }]],
  },
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding': {
    ...POLICY_BINDING,
    table: [[{}, { Name: 'fuzz', PolicyName: 'other', ParamRef: '<unset>' }]],
  },
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': {
    ...WEBHOOKS,
    defaults: [...(WEBHOOKS.defaults ?? []), [webhook({}), { 'webhooks/0/reinvocationPolicy': 'Never' }]],
    validation: [
      ...(WEBHOOKS.validation ?? []),
      [
        webhook({ reinvocationPolicy: 'Odd' }),
        'webhooks[0].reinvocationPolicy: Unsupported value: "Odd": supported values: "IfNeeded", "Never"',
      ],
    ],
  },
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': {
    ...POLICY,
    validation: [
      ...POLICY.validation,
      [
        { spec: { validations: null } },
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      ],
      [
        { spec: { validations: [{ expression: '' }] } },
        'spec.validations[0].expression: Required value: expression is not specified',
      ],
    ],
    strategy: [
      ['update', { spec: { failurePolicy: 'Ignore' } }, { 'metadata/generation': 2 }],
      ['create', { status: { observedGeneration: 9 } }, { status: {} }],
    ],
    table: [[{}, { Name: 'fuzz', Validations: 1, ParamKind: '<unset>' }]],
    'sub-resources': [
      [
        'PATCH status',
        { status: { observedGeneration: 3 }, spec: { failurePolicy: 'Ignore' } },
        { 'status/observedGeneration': 3, 'spec/failurePolicy': 'Fail' },
      ],
    ],
  },
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': {
    ...POLICY_BINDING,
    validation: [
      ...POLICY_BINDING.validation,
      [
        { spec: { validationActions: [] } },
        'spec.validationActions: Required value: at least one validation action is required',
      ],
      [
        { spec: { validationActions: ['Deny', 'Warn'] } },
        'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ],
    ],
    table: [[{}, { Name: 'fuzz', PolicyName: 'other', ParamRef: '<unset>' }]],
  },
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': WEBHOOKS,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': {
    defaults: [
      [
        {},
        { 'spec/names/singular': 'widget', 'spec/names/listKind': 'WidgetList', 'spec/conversion/strategy': 'None' },
      ],
    ],
    validation: [
      [
        { metadata: { name: 'other.fuzz.test' } },
        'metadata.name: Invalid value: "other.fuzz.test": must be spec.names.plural+"."+spec.group',
      ],
      [CRD({ scope: 'Odd' }), 'spec.scope: Unsupported value: "Odd": supported values: "Cluster", "Namespaced"'],
      [
        CRD({ versions: [{ name: 'v1', served: true, storage: true }] }),
        'spec.versions[0].schema.openAPIV3Schema: Required value',
      ],
      [
        CRD({
          versions: [{ name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: { type: 'object' } } }],
        }),
        'spec.versions: Invalid value: ',
      ],
      [
        CRD({
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { properties: {} } } }],
        }),
        'spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root',
      ],
    ],
    strategy: [
      ['create', { status: { storedVersions: ['v9'] } }, { 'status/storedVersions': ['v1'] }],
      ['update', CRD({ group: 'other.test' }), 'spec.group: Invalid value: "other.test": field is immutable'],
    ],
    table: [[{}, { Name: 'widgets.fuzz.test' }]],
    'sub-resources': [
      [
        'PATCH status',
        { status: { storedVersions: ['v9'] }, spec: { scope: 'Cluster' } },
        { 'status/storedVersions': ['v9'], 'spec/scope': 'Namespaced' },
      ],
    ],
  },
  'authentication.k8s.io/v1/SelfSubjectReview': {
    validation: [
      [{}, { 'status/userInfo/username': 'admin' }],
      [{ kind: 'TokenReview' }, 'TokenReview in version "v1" cannot be handled as a SelfSubjectReview: '],
    ],
  },
  'authentication.k8s.io/v1/TokenReview': {
    validation: [
      [{}, { 'status/authenticated': undefined, 'status/user': {} }],
      [{ spec: { token: '' } }, 'token is required for TokenReview in authentication'],
    ],
  },
  'authorization.k8s.io/v1/LocalSubjectAccessReview': {
    validation: [
      [{}, { 'status/allowed': false }],
      [
        { spec: { resourceAttributes: { namespace: 'other' } } },
        'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace',
      ],
      [{ spec: { user: '' } }, 'spec.user: Invalid value: "": at least one of user or group must be specified'],
    ],
  },
  'authorization.k8s.io/v1/SelfSubjectAccessReview': {
    validation: [
      [{}, { 'status/allowed': true }],
      [
        { spec: { resourceAttributes: null } },
        'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ],
    ],
  },
  'authorization.k8s.io/v1/SelfSubjectRulesReview': {
    validation: [
      [{}, { 'status/incomplete': false }],
      [{ spec: { namespace: '' } }, 'no namespace on request'],
    ],
  },
  'authorization.k8s.io/v1/SubjectAccessReview': {
    validation: [
      [{}, { 'status/allowed': false }],
      [
        { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
        'spec.nonResourceAttributes: Invalid value: ',
      ],
      [{ metadata: { name: 'x' } }, 'metadata: Invalid value: '],
    ],
  },
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': {
    defaults: [[{ spec: { matchingPrecedence: null } }, { 'spec/matchingPrecedence': 1000 }]],
    validation: [
      [
        { spec: { matchingPrecedence: 10_001 } },
        'spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000',
      ],
      [
        { spec: { priorityLevelConfiguration: { name: '' } } },
        'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
      ],
      [
        { spec: { rules: [{ subjects: [{ kind: 'User', user: { name: 'j' } }] }] } },
        'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      ],
      [
        { spec: { distinguisherMethod: { type: 'Odd' } } },
        'spec.distinguisherMethod.type: Unsupported value: {"Type":"Odd"}: supported values: "ByNamespace", "ByUser"',
      ],
    ],
    strategy: [
      ['update', { spec: { matchingPrecedence: 600 } }, { 'metadata/generation': 2 }],
      ['create', { status: { conditions: [{ type: 'A' }] } }, { status: {} }],
    ],
    table: [
      [
        {},
        {
          Name: 'fuzz',
          PriorityLevel: 'global-default',
          MatchingPrecedence: 500,
          DistinguisherMethod: '<none>',
          MissingPL: '?',
        },
      ],
      [
        {
          status: {
            conditions: [
              {
                type: 'Dangling',
                status: 'True',
                lastTransitionTime: '2030-01-01T00:00:00Z',
                reason: 'R',
                message: 'm',
              },
            ],
          },
        },
        { MissingPL: 'True' },
      ],
    ],
    'sub-resources': [
      ['PATCH status', { status: { conditions: [{ type: '' }] } }, 'status.conditions[0].type: Required value'],
    ],
  },
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': {
    defaults: [
      [
        { spec: { limited: { nominalConcurrencyShares: null, limitResponse: { type: 'Queue', queuing: {} } } } },
        {
          'spec/limited/nominalConcurrencyShares': 30,
          'spec/limited/lendablePercent': 0,
          'spec/limited/limitResponse/queuing': { queues: 64, handSize: 8, queueLengthLimit: 50 },
        },
      ],
    ],
    validation: [
      [{ spec: { type: 'Odd' } }, 'spec.type: Unsupported value: "Odd": supported values: "Exempt", "Limited"'],
      [
        { spec: { limited: { nominalConcurrencyShares: -1 } } },
        'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
      ],
      [
        { spec: { limited: { lendablePercent: 101 } } },
        'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
      ],
    ],
    strategy: [
      ['update', { spec: { limited: { nominalConcurrencyShares: 6 } } }, { 'metadata/generation': 2 }],
      ['create', { status: { conditions: [{ type: 'A' }] } }, { status: {} }],
    ],
    table: [[{}, { Name: 'fuzz', Type: 'Limited', NominalConcurrencyShares: 5, Queues: '<none>', HandSize: '<none>' }]],
    'sub-resources': [
      ['PATCH status', { status: { conditions: [{ type: '' }] } }, 'status.conditions[0].type: Required value'],
    ],
  },
  'resource.k8s.io/v1/DeviceClass': {
    validation: [
      [{ spec: { selectors: [{}] } }, 'spec.selectors[0].cel: Required value'],
      [{ spec: { config: [{}] } }, 'spec.config[0].opaque: Required value'],
    ],
    strategy: [['update', { spec: { selectors: null } }, { 'metadata/generation': 2 }]],
    table: [[{}, { Name: 'fuzz' }]],
  },
  'resource.k8s.io/v1/ResourceClaim': {
    defaults: [
      [
        {},
        { 'spec/devices/requests/0/exactly/allocationMode': 'ExactCount', 'spec/devices/requests/0/exactly/count': 1 },
      ],
    ],
    validation: [
      [
        { spec: { devices: devices({ exactly: { deviceClassName: '' } }) } },
        'spec.devices.requests[0].exactly.deviceClassName: Required value',
      ],
      [
        { spec: { devices: devices({ exactly: { deviceClassName: 'c', allocationMode: 'Odd' } }) } },
        'spec.devices.requests[0].exactly.allocationMode: Unsupported value: "Odd": supported values: "All", "ExactCount"',
      ],
      [
        { spec: { devices: devices({}) } },
        'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
      ],
    ],
    strategy: [
      ['update', { spec: { devices: devices({ exactly: { deviceClassName: 'other' } }) } }, 'spec: Invalid value: '],
      ['create', { status: { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] } }, { status: {} }],
    ],
    table: [[{}, { Name: 'fuzz', State: 'pending' }]],
    'sub-resources': [
      [
        'PATCH status',
        { status: { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] } },
        'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
      ],
    ],
  },
  'resource.k8s.io/v1/ResourceClaimTemplate': {
    defaults: [
      [
        {},
        {
          'spec/spec/devices/requests/0/exactly/allocationMode': 'ExactCount',
          'spec/spec/devices/requests/0/exactly/count': 1,
        },
      ],
    ],
    validation: [
      [
        { spec: { spec: { devices: devices({ exactly: { deviceClassName: '' } }) } } },
        'spec.spec.devices.requests[0].exactly.deviceClassName: Required value',
      ],
    ],
    strategy: [
      [
        'update',
        { spec: { spec: { devices: devices({ exactly: { deviceClassName: 'other' } }) } } },
        'spec: Invalid value: ',
      ],
    ],
    table: [[{}, { Name: 'fuzz' }]],
  },
  'resource.k8s.io/v1/ResourceSlice': {
    validation: [
      [{ spec: { driver: '' } }, 'spec.driver: Required value'],
      [
        { spec: { nodeName: null } },
        'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
      ],
      [{ spec: { devices: [{ name: 'a' }, { name: 'a' }] } }, 'spec.devices[1]: Duplicate value: "a"'],
      [
        { spec: { pool: { resourceSliceCount: 0 } } },
        'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
      ],
    ],
    strategy: [
      ['update', { spec: { driver: 'other.test' } }, 'spec.driver: Invalid value: "other.test": field is immutable'],
      ['update', { spec: { devices: [] } }, { 'metadata/generation': 2 }],
      ['selects', 'spec.driver=driver.fuzz.test,spec.nodeName=node-1', true],
    ],
    table: [[{}, { Name: 'fuzz', Node: 'node-1', Driver: 'driver.fuzz.test', Pool: 'pool' }]],
  },
};
