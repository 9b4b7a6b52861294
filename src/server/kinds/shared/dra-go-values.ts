/** Internal structs of pkg/apis/resource as field errors show them; see pod-go-values.ts. */
import { type GoShape, NODE_SELECTOR_TERM } from './pod-go-values.ts';

const SELECTOR: GoShape = [['CEL', 'cel', null, [['Expression', 'expression', '']]]];
const TOLERATION: GoShape = [
  ['Key', 'key', ''],
  ['Operator', 'operator', ''],
  ['Value', 'value', ''],
  ['Effect', 'effect', ''],
  ['TolerationSeconds', 'tolerationSeconds'],
];
const CAPACITY: GoShape = [['Requests', 'requests']];
const EXACT_REQUEST: GoShape = [
  ['DeviceClassName', 'deviceClassName', ''],
  ['Selectors', 'selectors', null, SELECTOR],
  ['AllocationMode', 'allocationMode', ''],
  ['Count', 'count', 0],
  ['AdminAccess', 'adminAccess'],
  ['Tolerations', 'tolerations', null, TOLERATION],
  ['Capacity', 'capacity', null, CAPACITY],
];
const SUB_REQUEST: GoShape = [
  ['Name', 'name', ''],
  ['DeviceClassName', 'deviceClassName', ''],
  ['Selectors', 'selectors', null, SELECTOR],
  ['AllocationMode', 'allocationMode', ''],
  ['Count', 'count', 0],
  ['Tolerations', 'tolerations', null, TOLERATION],
  ['Capacity', 'capacity', null, CAPACITY],
];
const REQUEST: GoShape = [
  ['Name', 'name', ''],
  ['Exactly', 'exactly', null, EXACT_REQUEST],
  ['FirstAvailable', 'firstAvailable', null, SUB_REQUEST],
];
const CONSTRAINT: GoShape = [
  ['Requests', 'requests'],
  ['MatchAttribute', 'matchAttribute'],
  ['DistinctAttribute', 'distinctAttribute'],
];
const OPAQUE: GoShape = [
  ['Driver', 'driver', ''],
  ['Parameters', 'parameters'],
];
const CLAIM_CONFIG: GoShape = [
  ['Requests', 'requests'],
  ['Opaque', 'opaque', null, OPAQUE],
];

/** A ResourceClaimSpec. */
export const CLAIM_SPEC: GoShape = [
  [
    'Devices',
    'devices',
    null,
    [
      ['Requests', 'requests', null, REQUEST],
      ['Constraints', 'constraints', null, CONSTRAINT],
      ['Config', 'config', null, CLAIM_CONFIG],
    ],
  ],
];

const RESULT: GoShape = [
  ['Request', 'request', ''],
  ['Driver', 'driver', ''],
  ['Pool', 'pool', ''],
  ['Device', 'device', ''],
  ['AdminAccess', 'adminAccess'],
  ['Tolerations', 'tolerations', null, TOLERATION],
  ['BindingConditions', 'bindingConditions'],
  ['BindingFailureConditions', 'bindingFailureConditions'],
  ['ShareID', 'shareID'],
  ['ConsumedCapacity', 'consumedCapacity'],
];
const ALLOCATION_CONFIG: GoShape = [
  ['Source', 'source', ''],
  ['Requests', 'requests'],
  ['Opaque', 'opaque', null, OPAQUE],
];

/** An AllocationResult. */
export const ALLOCATION: GoShape = [
  [
    'Devices',
    'devices',
    null,
    [
      ['Results', 'results', null, RESULT],
      ['Config', 'config', null, ALLOCATION_CONFIG],
    ],
  ],
  ['NodeSelector', 'nodeSelector', null, [['NodeSelectorTerms', 'nodeSelectorTerms', null, NODE_SELECTOR_TERM]]],
  ['AllocationTimestamp', 'allocationTimestamp'],
];
