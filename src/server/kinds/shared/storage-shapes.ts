/** Claims and sources of volumes as the server's internal structs show them; imitates pkg/apis/core/types.go. */
import type { PersistentVolumeClaimSpec, PersistentVolumeSpec } from '../../../api/types/core-v1.ts';
import { shownMap, shownSelector } from './go-maps.ts';
import { type GoShape, goValue } from './pod-go-values.ts';

export const LOCAL_REFERENCE: GoShape = [['Name', 'name', '']];
const SECRET_REFERENCE: GoShape = [...LOCAL_REFERENCE, ['Namespace', 'namespace', '']];
const OBJECT_REFERENCE: GoShape = [
  ['Kind', 'kind', ''],
  ['Namespace', 'namespace', ''],
  ['Name', 'name', ''],
  ['UID', 'uid', ''],
  ['APIVersion', 'apiVersion', ''],
  ['ResourceVersion', 'resourceVersion', ''],
  ['FieldPath', 'fieldPath', ''],
];
const TYPED_REFERENCE: GoShape = [
  ['APIGroup', 'apiGroup'],
  ['Kind', 'kind', ''],
  ['Name', 'name', ''],
];
const CLAIM_RESOURCES: GoShape = [
  ['Limits', 'limits', null, shownMap],
  ['Requests', 'requests', null, shownMap],
];
const CLAIM_SPEC: GoShape = [
  ['AccessModes', 'accessModes'],
  ['Selector', 'selector', null, shownSelector],
  ['Resources', 'resources', {}, CLAIM_RESOURCES],
  ['VolumeName', 'volumeName', ''],
  ['StorageClassName', 'storageClassName'],
  ['VolumeMode', 'volumeMode'],
  ['DataSource', 'dataSource', null, TYPED_REFERENCE],
  ['DataSourceRef', 'dataSourceRef', null, [...TYPED_REFERENCE, ['Namespace', 'namespace']]],
  ['VolumeAttributesClassName', 'volumeAttributesClassName'],
];

const FS_TYPE: GoShape = [['FSType', 'fsType', '']];
const READ_ONLY: GoShape = [['ReadOnly', 'readOnly', false]];
const DISK: GoShape = [...FS_TYPE, ['Partition', 'partition', 0], ...READ_ONLY];
const GCE_DISK: GoShape = [['PDName', 'pdName', ''], ...DISK];
const AWS_DISK: GoShape = [['VolumeID', 'volumeID', ''], ...DISK];
export const HOST_PATH: GoShape = [
  ['Path', 'path', ''],
  ['Type', 'type'],
];
const NFS: GoShape = [['Server', 'server', ''], ['Path', 'path', ''], ...READ_ONLY];
const GLUSTERFS: GoShape = [['EndpointsName', 'endpoints', ''], ['Path', 'path', ''], ...READ_ONLY];
const QUOBYTE: GoShape = [
  ['Registry', 'registry', ''],
  ['Volume', 'volume', ''],
  ...READ_ONLY,
  ['User', 'user', ''],
  ['Group', 'group', ''],
  ['Tenant', 'tenant', ''],
];
const FLOCKER: GoShape = [
  ['DatasetName', 'datasetName', ''],
  ['DatasetUUID', 'datasetUUID', ''],
];
const FC: GoShape = [['TargetWWNs', 'targetWWNs'], ['Lun', 'lun'], ...FS_TYPE, ...READ_ONLY, ['WWIDs', 'wwids']];
const AZURE_FILE: GoShape = [['SecretName', 'secretName', ''], ['ShareName', 'shareName', ''], ...READ_ONLY];
const VSPHERE: GoShape = [
  ['VolumePath', 'volumePath', ''],
  ...FS_TYPE,
  ['StoragePolicyName', 'storagePolicyName', ''],
  ['StoragePolicyID', 'storagePolicyID', ''],
];
const AZURE_DISK: GoShape = [
  ['DiskName', 'diskName', ''],
  ['DataDiskURI', 'diskURI', ''],
  ['CachingMode', 'cachingMode'],
  ['FSType', 'fsType'],
  ['ReadOnly', 'readOnly'],
  ['Kind', 'kind'],
];
const PHOTON_DISK: GoShape = [['PdID', 'pdID', ''], ...FS_TYPE];
const PORTWORX: GoShape = [['VolumeID', 'volumeID', ''], ...FS_TYPE, ...READ_ONLY];

/** Sources whose secret is in the pod's namespace for pods and anywhere for persistent volumes. */
function secretSources(reference: GoShape) {
  return {
    iscsi: [
      ['TargetPortal', 'targetPortal', ''],
      ['IQN', 'iqn', ''],
      ['Lun', 'lun', 0],
      ['ISCSIInterface', 'iscsiInterface', ''],
      ...FS_TYPE,
      ...READ_ONLY,
      ['Portals', 'portals'],
      ['DiscoveryCHAPAuth', 'chapAuthDiscovery', false],
      ['SessionCHAPAuth', 'chapAuthSession', false],
      ['SecretRef', 'secretRef', null, reference],
      ['InitiatorName', 'initiatorName'],
    ],
    rbd: [
      ['CephMonitors', 'monitors'],
      ['RBDImage', 'image', ''],
      ...FS_TYPE,
      ['RBDPool', 'pool', ''],
      ['RadosUser', 'user', ''],
      ['Keyring', 'keyring', ''],
      ['SecretRef', 'secretRef', null, reference],
      ...READ_ONLY,
    ],
    flexVolume: [
      ['Driver', 'driver', ''],
      ...FS_TYPE,
      ['SecretRef', 'secretRef', null, reference],
      ...READ_ONLY,
      ['Options', 'options', null, shownMap],
    ],
    cinder: [['VolumeID', 'volumeID', ''], ...FS_TYPE, ...READ_ONLY, ['SecretRef', 'secretRef', null, reference]],
    cephfs: [
      ['Monitors', 'monitors'],
      ['Path', 'path', ''],
      ['User', 'user', ''],
      ['SecretFile', 'secretFile', ''],
      ['SecretRef', 'secretRef', null, reference],
      ...READ_ONLY,
    ],
    scaleIO: [
      ['Gateway', 'gateway', ''],
      ['System', 'system', ''],
      ['SecretRef', 'secretRef', null, reference],
      ['SSLEnabled', 'sslEnabled', false],
      ['ProtectionDomain', 'protectionDomain', ''],
      ['StoragePool', 'storagePool', ''],
      ['StorageMode', 'storageMode', ''],
      ['VolumeName', 'volumeName', ''],
      ...FS_TYPE,
      ...READ_ONLY,
    ],
  } as const satisfies Record<string, GoShape>;
}

function storageOs(reference: GoShape): GoShape {
  return [
    ['VolumeName', 'volumeName', ''],
    ['VolumeNamespace', 'volumeNamespace', ''],
    ...FS_TYPE,
    ...READ_ONLY,
    ['SecretRef', 'secretRef', null, reference],
  ];
}

const PERSISTENT = secretSources(SECRET_REFERENCE);
const PERSISTENT_CSI: GoShape = [
  ['Driver', 'driver', ''],
  ['VolumeHandle', 'volumeHandle', ''],
  ...READ_ONLY,
  ...FS_TYPE,
  ['VolumeAttributes', 'volumeAttributes', null, shownMap],
  ['ControllerPublishSecretRef', 'controllerPublishSecretRef', null, SECRET_REFERENCE],
  ['NodeStageSecretRef', 'nodeStageSecretRef', null, SECRET_REFERENCE],
  ['NodePublishSecretRef', 'nodePublishSecretRef', null, SECRET_REFERENCE],
  ['ControllerExpandSecretRef', 'controllerExpandSecretRef', null, SECRET_REFERENCE],
  ['NodeExpandSecretRef', 'nodeExpandSecretRef', null, SECRET_REFERENCE],
];
export const PERSISTENT_VOLUME_SOURCE: GoShape = [
  ['GCEPersistentDisk', 'gcePersistentDisk', null, GCE_DISK],
  ['AWSElasticBlockStore', 'awsElasticBlockStore', null, AWS_DISK],
  ['HostPath', 'hostPath', null, HOST_PATH],
  ['Glusterfs', 'glusterfs', null, [...GLUSTERFS, ['EndpointsNamespace', 'endpointsNamespace']]],
  ['NFS', 'nfs', null, NFS],
  ['RBD', 'rbd', null, PERSISTENT.rbd],
  ['Quobyte', 'quobyte', null, QUOBYTE],
  ['ISCSI', 'iscsi', null, PERSISTENT.iscsi],
  ['FlexVolume', 'flexVolume', null, PERSISTENT.flexVolume],
  ['Cinder', 'cinder', null, PERSISTENT.cinder],
  ['CephFS', 'cephfs', null, PERSISTENT.cephfs],
  ['FC', 'fc', null, FC],
  ['Flocker', 'flocker', null, FLOCKER],
  ['AzureFile', 'azureFile', null, [...AZURE_FILE, ['SecretNamespace', 'secretNamespace']]],
  ['VsphereVolume', 'vsphereVolume', null, VSPHERE],
  ['AzureDisk', 'azureDisk', null, AZURE_DISK],
  ['PhotonPersistentDisk', 'photonPersistentDisk', null, PHOTON_DISK],
  ['PortworxVolume', 'portworxVolume', null, PORTWORX],
  ['ScaleIO', 'scaleIO', null, PERSISTENT.scaleIO],
  [
    'Local',
    'local',
    null,
    [
      ['Path', 'path', ''],
      ['FSType', 'fsType'],
    ],
  ],
  ['StorageOS', 'storageos', null, storageOs(OBJECT_REFERENCE)],
  ['CSI', 'csi', null, PERSISTENT_CSI],
];

const LOCAL = secretSources(LOCAL_REFERENCE);
const INLINE_CSI: GoShape = [
  ['Driver', 'driver', ''],
  ['ReadOnly', 'readOnly'],
  ['FSType', 'fsType'],
  ['VolumeAttributes', 'volumeAttributes', null, shownMap],
  ['NodePublishSecretRef', 'nodePublishSecretRef', null, LOCAL_REFERENCE],
];
const GIT_REPO: GoShape = [
  ['Repository', 'repository', ''],
  ['Revision', 'revision', ''],
  ['Directory', 'directory', ''],
];
const EMPTY_DIR: GoShape = [
  ['Medium', 'medium', ''],
  ['SizeLimit', 'sizeLimit'],
];
const IMAGE: GoShape = [
  ['Reference', 'reference', ''],
  ['PullPolicy', 'pullPolicy', ''],
];
const EPHEMERAL: GoShape = [['VolumeClaimTemplate', 'volumeClaimTemplate', null, goClaimTemplate]];

/** Sources of a pod's volumes; `files` are those that make files of objects, by their JSON names. */
export function podVolumeSource(
  files: Readonly<Record<'secret' | 'downwardAPI' | 'configMap' | 'projected', GoShape>>,
): GoShape {
  return [
    ['HostPath', 'hostPath', null, HOST_PATH],
    ['EmptyDir', 'emptyDir', null, EMPTY_DIR],
    ['GCEPersistentDisk', 'gcePersistentDisk', null, GCE_DISK],
    ['AWSElasticBlockStore', 'awsElasticBlockStore', null, AWS_DISK],
    ['GitRepo', 'gitRepo', null, GIT_REPO],
    ['Secret', 'secret', null, files.secret],
    ['NFS', 'nfs', null, NFS],
    ['ISCSI', 'iscsi', null, LOCAL.iscsi],
    ['Glusterfs', 'glusterfs', null, GLUSTERFS],
    ['PersistentVolumeClaim', 'persistentVolumeClaim', null, [['ClaimName', 'claimName', ''], ...READ_ONLY]],
    ['RBD', 'rbd', null, LOCAL.rbd],
    ['Quobyte', 'quobyte', null, QUOBYTE],
    ['FlexVolume', 'flexVolume', null, LOCAL.flexVolume],
    ['Cinder', 'cinder', null, LOCAL.cinder],
    ['CephFS', 'cephfs', null, LOCAL.cephfs],
    ['Flocker', 'flocker', null, FLOCKER],
    ['DownwardAPI', 'downwardAPI', null, files.downwardAPI],
    ['FC', 'fc', null, FC],
    ['AzureFile', 'azureFile', null, AZURE_FILE],
    ['ConfigMap', 'configMap', null, files.configMap],
    ['VsphereVolume', 'vsphereVolume', null, VSPHERE],
    ['AzureDisk', 'azureDisk', null, AZURE_DISK],
    ['PhotonPersistentDisk', 'photonPersistentDisk', null, PHOTON_DISK],
    ['Projected', 'projected', null, files.projected],
    ['PortworxVolume', 'portworxVolume', null, PORTWORX],
    ['ScaleIO', 'scaleIO', null, LOCAL.scaleIO],
    ['StorageOS', 'storageos', null, storageOs(LOCAL_REFERENCE)],
    ['CSI', 'csi', null, INLINE_CSI],
    ['Ephemeral', 'ephemeral', null, EPHEMERAL],
    ['Image', 'image', null, IMAGE],
  ];
}

export function goClaimSpec(spec: PersistentVolumeClaimSpec): unknown {
  return goValue(spec, CLAIM_SPEC);
}

/** The metadata is embedded in the internal struct. */
function goClaimTemplate({
  metadata = {},
  spec = {},
}: {
  metadata?: object;
  spec?: PersistentVolumeClaimSpec;
}): unknown {
  return { ...metadata, Spec: goClaimSpec(spec) };
}

export function goVolumeSource(source: Partial<PersistentVolumeSpec>): unknown {
  return goValue(source, PERSISTENT_VOLUME_SOURCE);
}
