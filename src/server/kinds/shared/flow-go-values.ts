/** Internal structs of pkg/apis/flowcontrol as field errors show them; see pod-go-values.ts. */
import type { GoShape } from './pod-go-values.ts';

const NAMED: GoShape = [['Name', 'name', '']];
const SUBJECT: GoShape = [
  ['Kind', 'kind', ''],
  ['User', 'user', null, NAMED],
  ['Group', 'group', null, NAMED],
  [
    'ServiceAccount',
    'serviceAccount',
    null,
    [
      ['Namespace', 'namespace', ''],
      ['Name', 'name', ''],
    ],
  ],
];
const RESOURCE_RULE: GoShape = [
  ['Verbs', 'verbs'],
  ['APIGroups', 'apiGroups'],
  ['Resources', 'resources'],
  ['ClusterScope', 'clusterScope', false],
  ['Namespaces', 'namespaces'],
];
const NON_RESOURCE_RULE: GoShape = [
  ['Verbs', 'verbs'],
  ['NonResourceURLs', 'nonResourceURLs'],
];

export const FLOW_SCHEMA_SPEC: GoShape = [
  ['PriorityLevelConfiguration', 'priorityLevelConfiguration', null, NAMED],
  ['MatchingPrecedence', 'matchingPrecedence', 0],
  ['DistinguisherMethod', 'distinguisherMethod', null, [['Type', 'type', '']]],
  [
    'Rules',
    'rules',
    null,
    [
      ['Subjects', 'subjects', null, SUBJECT],
      ['ResourceRules', 'resourceRules', null, RESOURCE_RULE],
      ['NonResourceRules', 'nonResourceRules', null, NON_RESOURCE_RULE],
    ],
  ],
];

const QUEUING: GoShape = [
  ['Queues', 'queues', 0],
  ['HandSize', 'handSize', 0],
  ['QueueLengthLimit', 'queueLengthLimit', 0],
];

export const PRIORITY_LEVEL_SPEC: GoShape = [
  ['Type', 'type', ''],
  [
    'Limited',
    'limited',
    null,
    [
      ['NominalConcurrencyShares', 'nominalConcurrencyShares', 0],
      [
        'LimitResponse',
        'limitResponse',
        null,
        [
          ['Type', 'type', ''],
          ['Queuing', 'queuing', null, QUEUING],
        ],
      ],
      ['LendablePercent', 'lendablePercent'],
      ['BorrowingLimitPercent', 'borrowingLimitPercent'],
    ],
  ],
  [
    'Exempt',
    'exempt',
    null,
    [
      ['NominalConcurrencyShares', 'nominalConcurrencyShares'],
      ['LendablePercent', 'lendablePercent'],
    ],
  ],
];
