/** Shapes of internal structs that field errors about cluster kinds show; see pod-go-values.ts. */
import type { GoShape } from './pod-go-values.ts';

const NODE_REQUIREMENT: GoShape = [
  ['Key', 'key', ''],
  ['Operator', 'operator', ''],
  ['Values', 'values'],
];
const NODE_TERM: GoShape = [
  ['MatchExpressions', 'matchExpressions', null, NODE_REQUIREMENT],
  ['MatchFields', 'matchFields', null, NODE_REQUIREMENT],
];
export const VOLUME_NODE_AFFINITY: GoShape = [
  ['Required', 'required', null, [['NodeSelectorTerms', 'nodeSelectorTerms', null, NODE_TERM]]],
];
export const NODE_ADDRESS: GoShape = [
  ['Type', 'type', ''],
  ['Address', 'address', ''],
];
export const TAINT: GoShape = [
  ['Key', 'key', ''],
  ['Value', 'value', ''],
  ['Effect', 'effect', ''],
  ['TimeAdded', 'timeAdded'],
];
const CONFIG_MAP_SOURCE: GoShape = [
  ['Namespace', 'namespace', ''],
  ['Name', 'name', ''],
  ['UID', 'uid', ''],
  ['ResourceVersion', 'resourceVersion', ''],
  ['KubeletConfigKey', 'kubeletConfigKey', ''],
];
export const NODE_CONFIG_SOURCE: GoShape = [['ConfigMap', 'configMap', null, CONFIG_MAP_SOURCE]];
export const CSI_NODE_DRIVER: GoShape = [
  ['Name', 'name', ''],
  ['NodeID', 'nodeID', ''],
  ['TopologyKeys', 'topologyKeys'],
  ['Allocatable', 'allocatable', null, [['Count', 'count']]],
];
export const VOLUME_ATTACHMENT_SPEC: GoShape = [
  ['Attacher', 'attacher', ''],
  [
    'Source',
    'source',
    null,
    [
      ['PersistentVolumeName', 'persistentVolumeName'],
      ['InlineVolumeSpec', 'inlineVolumeSpec'],
    ],
  ],
  ['NodeName', 'nodeName', ''],
];
export const PARENT_REFERENCE: GoShape = [
  ['Group', 'group', ''],
  ['Resource', 'resource', ''],
  ['Namespace', 'namespace', ''],
  ['Name', 'name', ''],
];
