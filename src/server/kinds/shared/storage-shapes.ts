/** Claims and sources of volumes as the server's internal structs show them in differences; see pod-go-values.ts. */
import type { PersistentVolumeClaimSpec, PersistentVolumeSpec } from '../../../api/types/core-v1.ts';
import { type GoShape, goValue } from './pod-go-values.ts';

const CLAIM_SPEC: GoShape = [
  ['AccessModes', 'accessModes'],
  ['Selector', 'selector'],
  [
    'Resources',
    'resources',
    null,
    [
      ['Limits', 'limits'],
      ['Requests', 'requests'],
    ],
  ],
  ['VolumeName', 'volumeName', ''],
  ['StorageClassName', 'storageClassName'],
  ['VolumeMode', 'volumeMode'],
  [
    'DataSource',
    'dataSource',
    null,
    [
      ['APIGroup', 'apiGroup'],
      ['Kind', 'kind', ''],
      ['Name', 'name', ''],
    ],
  ],
  [
    'DataSourceRef',
    'dataSourceRef',
    null,
    [
      ['APIGroup', 'apiGroup'],
      ['Kind', 'kind', ''],
      ['Name', 'name', ''],
      ['Namespace', 'namespace'],
    ],
  ],
  ['VolumeAttributesClassName', 'volumeAttributesClassName'],
];
const SECRET_REF: GoShape = [
  ['Name', 'name', ''],
  ['Namespace', 'namespace', ''],
];
const CSI: GoShape = [
  ['Driver', 'driver', ''],
  ['VolumeHandle', 'volumeHandle', ''],
  ['ReadOnly', 'readOnly', false],
  ['FSType', 'fsType', ''],
  ['VolumeAttributes', 'volumeAttributes'],
  ['ControllerPublishSecretRef', 'controllerPublishSecretRef', null, SECRET_REF],
  ['NodeStageSecretRef', 'nodeStageSecretRef', null, SECRET_REF],
  ['NodePublishSecretRef', 'nodePublishSecretRef', null, SECRET_REF],
  ['ControllerExpandSecretRef', 'controllerExpandSecretRef', null, SECRET_REF],
  ['NodeExpandSecretRef', 'nodeExpandSecretRef', null, SECRET_REF],
];
/** Sources without a shape of their own show as they were sent. */
const VOLUME_SOURCE: GoShape = [
  ['GCEPersistentDisk', 'gcePersistentDisk'],
  ['AWSElasticBlockStore', 'awsElasticBlockStore'],
  [
    'HostPath',
    'hostPath',
    null,
    [
      ['Path', 'path', ''],
      ['Type', 'type'],
    ],
  ],
  ['Glusterfs', 'glusterfs'],
  [
    'NFS',
    'nfs',
    null,
    [
      ['Server', 'server', ''],
      ['Path', 'path', ''],
      ['ReadOnly', 'readOnly', false],
    ],
  ],
  ['RBD', 'rbd'],
  ['Quobyte', 'quobyte'],
  ['ISCSI', 'iscsi'],
  ['FlexVolume', 'flexVolume'],
  ['Cinder', 'cinder'],
  ['CephFS', 'cephfs'],
  ['FC', 'fc'],
  ['Flocker', 'flocker'],
  ['AzureFile', 'azureFile'],
  ['VsphereVolume', 'vsphereVolume'],
  ['AzureDisk', 'azureDisk'],
  ['PhotonPersistentDisk', 'photonPersistentDisk'],
  ['PortworxVolume', 'portworxVolume'],
  ['ScaleIO', 'scaleIO'],
  [
    'Local',
    'local',
    null,
    [
      ['Path', 'path', ''],
      ['FSType', 'fsType'],
    ],
  ],
  ['StorageOS', 'storageos'],
  ['CSI', 'csi', null, CSI],
];

export function goClaimSpec(spec: PersistentVolumeClaimSpec): unknown {
  return goValue({ ...spec, resources: spec.resources ?? {} }, CLAIM_SPEC);
}

export function goVolumeSource(source: Partial<PersistentVolumeSpec>): unknown {
  return goValue(source, VOLUME_SOURCE);
}
