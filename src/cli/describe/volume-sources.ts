/** What lies behind volumes of pods and PersistentVolumes: titles and values by kind of source. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { parseQuantity } from '../../api/quantity.ts';
import { type Description, goValue, shortened, sortedKeys, type TextMap } from './description.ts';

type Source = JsonObject;
/** `Title:` and tab, and the field; null where the field is absent, or what stands there. */
type Row = readonly [title: string, field: string, absent?: unknown];

interface Text {
  readonly type: string;
  readonly rows: readonly Row[];
  /** What has more than a line a field. */
  readonly more?: (source: Source, out: Description) => void;
}

const FILE_SYSTEM: Row = ['FSType:\t', 'fsType'];
const READ_ONLY: Row = ['ReadOnly:\t', 'readOnly', false];
const OPTIONAL: Row = ['Optional:\t', 'optional', false];
const SECRET: Row = ['SecretRef:\t', 'secretRef', null];

const GLUSTERFS = "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)";
const SCALE_IO = 'ScaleIO (a persistent volume backed by a block device in ScaleIO)';
const AZURE_FILE = 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)';
const CSI = 'CSI (a Container Storage Interface (CSI) volume source)';
const SCALE_IO_ROWS: readonly Row[] = [
  ['Gateway:\t', 'gateway'],
  ['System:\t', 'system'],
  ['Protection Domain:\t', 'protectionDomain'],
  ['Storage Pool:\t', 'storagePool'],
  ['Storage Mode:\t', 'storageMode'],
  ['VolumeName:\t', 'volumeName'],
];

/** Sources that read the same in pods and in PersistentVolumes. */
const SHARED: Readonly<Record<string, Text>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    rows: [
      ['Path:\t', 'path'],
      ['HostPathType:\t', 'type', '<none>'],
    ],
  },
  gcePersistentDisk: {
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    rows: [['PDName:\t', 'pdName'], FILE_SYSTEM, ['Partition:\t', 'partition', 0], READ_ONLY],
  },
  awsElasticBlockStore: {
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    rows: [['VolumeID:\t', 'volumeID'], FILE_SYSTEM, ['Partition:\t', 'partition', 0], READ_ONLY],
  },
  nfs: {
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    rows: [['Server:\t', 'server'], ['Path:\t', 'path'], READ_ONLY],
  },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    rows: [
      ['TargetPortal:\t', 'targetPortal'],
      ['IQN:\t', 'iqn'],
      ['Lun:\t', 'lun', 0],
      ['ISCSIInterface\t', 'iscsiInterface'],
      FILE_SYSTEM,
      READ_ONLY,
      ['Portals:\t', 'portals', []],
      ['DiscoveryCHAPAuth:\t', 'chapAuthDiscovery', false],
      ['SessionCHAPAuth:\t', 'chapAuthSession', false],
      SECRET,
      ['InitiatorName:\t', 'initiatorName', '<none>'],
    ],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    rows: [
      ['CephMonitors:\t', 'monitors', []],
      ['RBDImage:\t', 'image'],
      FILE_SYSTEM,
      ['RBDPool:\t', 'pool'],
      ['RadosUser:\t', 'user'],
      ['Keyring:\t', 'keyring'],
      SECRET,
      READ_ONLY,
    ],
  },
  quobyte: {
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    rows: [['Registry:\t', 'registry'], ['Volume:\t', 'volume'], READ_ONLY],
  },
  azureDisk: {
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    rows: [
      ['DiskName:\t', 'diskName'],
      ['DiskURI:\t', 'diskURI'],
      ['Kind: \t', 'kind'],
      FILE_SYSTEM,
      ['CachingMode:\t', 'cachingMode'],
      READ_ONLY,
    ],
  },
  vsphereVolume: {
    type: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    rows: [['VolumePath:\t', 'volumePath'], FILE_SYSTEM, ['StoragePolicyName:\t', 'storagePolicyName']],
  },
  photonPersistentDisk: {
    type: 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    rows: [['PdID:\t', 'pdID'], FILE_SYSTEM],
  },
  cinder: {
    type: 'Cinder (a Persistent Disk resource in OpenStack)',
    rows: [['VolumeID:\t', 'volumeID'], FILE_SYSTEM, READ_ONLY, SECRET],
  },
  portworxVolume: { type: 'PortworxVolume (a Portworx Volume resource)', rows: [['VolumeID:\t', 'volumeID']] },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    rows: [
      ['Monitors:\t', 'monitors', []],
      ['Path:\t', 'path'],
      ['User:\t', 'user'],
      ['SecretFile:\t', 'secretFile'],
      SECRET,
      READ_ONLY,
    ],
  },
  storageos: {
    type: 'StorageOS (a StorageOS Persistent Disk resource)',
    rows: [['VolumeName:\t', 'volumeName'], ['VolumeNamespace:\t', 'volumeNamespace'], FILE_SYSTEM, READ_ONLY],
  },
  fc: {
    type: 'FC (a Fibre Channel disk)',
    rows: [],
    more: ({ targetWWNs, lun, fsType = '', readOnly = false }, out) => {
      out.line(2, `TargetWWNs:\t${Array.isArray(targetWWNs) ? targetWWNs.join(', ') : ''}`);
      out.line(2, `LUN:\t${lun ?? '<none>'}`);
      out.line(2, `FSType:\t${fsType}`);
      out.line(2, `ReadOnly:\t${readOnly}`);
    },
  },
};

/** A PersistentVolume may have a flexVolume beside another source, which then counts. */
const FLEX_AND_FLOCKER: Readonly<Record<string, Text>> = {
  flexVolume: {
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    rows: [['Driver:\t', 'driver'], FILE_SYSTEM, SECRET, READ_ONLY, ['Options:\t', 'options', {}]],
  },
  flocker: {
    type: 'Flocker (a Flocker volume mounted by the Flocker agent)',
    rows: [
      ['DatasetName:\t', 'datasetName'],
      ['DatasetUUID:\t', 'datasetUUID'],
    ],
  },
};

const IN_PODS: Readonly<Record<string, Text>> = {
  ...SHARED,
  ...FLEX_AND_FLOCKER,
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    rows: [['Medium:\t', 'medium']],
    more: ({ sizeLimit }, out) => {
      const limited = sizeLimit !== undefined && parseQuantity(String(sizeLimit)).sign > 0;
      out.line(2, `SizeLimit:\t${limited ? sizeLimit : '<unset>'}`);
    },
  },
  gitRepo: {
    type: 'GitRepo (a volume that is pulled from git when the pod is created)',
    rows: [
      ['Repository:\t', 'repository'],
      ['Revision:\t', 'revision'],
    ],
  },
  secret: { type: 'Secret (a volume populated by a Secret)', rows: [['SecretName:\t', 'secretName'], OPTIONAL] },
  configMap: { type: 'ConfigMap (a volume populated by a ConfigMap)', rows: [['Name:\t', 'name'], OPTIONAL] },
  glusterfs: { type: GLUSTERFS, rows: [['EndpointsName:\t', 'endpoints'], ['Path:\t', 'path'], READ_ONLY] },
  persistentVolumeClaim: {
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    rows: [['ClaimName:\t', 'claimName'], READ_ONLY],
  },
  downwardAPI: {
    type: 'DownwardAPI (a volume populated by information about the pod)',
    rows: [],
    more: downwardItems,
  },
  scaleIO: { type: SCALE_IO, rows: [...SCALE_IO_ROWS, FILE_SYSTEM, READ_ONLY] },
  azureFile: {
    type: AZURE_FILE,
    rows: [['SecretName:\t', 'secretName'], ['ShareName:\t', 'shareName'], READ_ONLY],
  },
  projected: {
    type: 'Projected (a volume that contains injected data from multiple sources)',
    rows: [],
    more: ({ sources }, out) => {
      for (const source of Array.isArray(sources) ? sources.filter(isObject) : []) projected(source, out);
    },
  },
  csi: {
    type: CSI,
    rows: [['Driver:\t', 'driver'], FILE_SYSTEM, READ_ONLY],
    more: attributes,
  },
  image: {
    type: 'Image (a container image or OCI artifact)',
    rows: [
      ['Reference:\t', 'reference'],
      ['PullPolicy:\t', 'pullPolicy'],
    ],
  },
};

const IN_PERSISTENT_VOLUMES: Readonly<Record<string, Text>> = {
  ...SHARED,
  glusterfs: {
    type: GLUSTERFS,
    rows: [
      ['EndpointsName:\t', 'endpoints'],
      ['EndpointsNamespace:\t', 'endpointsNamespace', '<unset>'],
      ['Path:\t', 'path'],
      READ_ONLY,
    ],
  },
  scaleIO: {
    type: SCALE_IO,
    rows: SCALE_IO_ROWS,
    more: ({ secretRef, fsType = '', readOnly = false }, out) => {
      const { name = '', namespace = '' } = isObject(secretRef) ? secretRef : {};
      out.line(2, `SecretName:\t${name}`);
      out.line(2, `SecretNamespace:\t${namespace}`);
      out.line(2, `FSType:\t${fsType}`);
      out.line(2, `ReadOnly:\t${readOnly}`);
    },
  },
  local: {
    type: 'LocalVolume (a persistent volume backed by local storage on a node)',
    rows: [['Path:\t', 'path']],
  },
  azureFile: {
    type: AZURE_FILE,
    rows: [
      ['SecretName:\t', 'secretName'],
      ['SecretNamespace:\t', 'secretNamespace'],
      ['ShareName:\t', 'shareName'],
      READ_ONLY,
    ],
  },
  ...FLEX_AND_FLOCKER,
  csi: {
    type: CSI,
    rows: [['Driver:\t', 'driver'], FILE_SYSTEM, ['VolumeHandle:\t', 'volumeHandle'], READ_ONLY],
    more: attributes,
  },
};

/** The source that a volume of a pod has. False: none that is known here. */
export function podVolumeSource(volume: JsonObject, out: Description): boolean {
  return describeSource(volume, IN_PODS, localReference, out);
}

/** The source that the spec of a PersistentVolume has. False: none that is known here. */
export function persistentVolumeSource(spec: JsonObject, out: Description): boolean {
  return describeSource(spec, IN_PERSISTENT_VOLUMES, fullReference, out);
}

function describeSource(
  holder: JsonObject,
  texts: Readonly<Record<string, Text>>,
  referenceText: (reference: Source) => string,
  out: Description,
): boolean {
  const field = Object.keys(texts).find((name) => isObject(holder[name]));
  const text = field === undefined ? undefined : texts[field];
  if (field === undefined || text === undefined) return false;
  const source = holder[field] as Source;
  out.line(2, `Type:\t${text.type}`);
  for (const [title, name, absent = ''] of text.rows) {
    const value = source[name];
    const shown = name === 'secretRef' ? (isObject(value) ? referenceText(value) : 'nil') : goValue(value ?? absent);
    out.line(2, `${title}${shown}`);
  }
  text.more?.(source, out);
  return true;
}

function localReference({ name = '' }: Source): string {
  return `&LocalObjectReference{Name:${name},}`;
}

function fullReference({ name = '', namespace = '' }: Source): string {
  return `&SecretReference{Name:${name},Namespace:${namespace},}`;
}

function downwardItems({ items }: Source, out: Description): void {
  out.line(2, 'Items:');
  for (const { fieldRef, resourceFieldRef, path } of Array.isArray(items) ? items.filter(isObject) : []) {
    if (isObject(fieldRef)) out.line(3, `${fieldRef['fieldPath'] ?? ''} -> ${path ?? ''}`);
    if (isObject(resourceFieldRef)) out.line(3, `${resourceFieldRef['resource'] ?? ''} -> ${path ?? ''}`);
  }
}

function projected({ secret, downwardAPI, configMap, serviceAccountToken }: Source, out: Description): void {
  if (isObject(secret)) {
    out.line(2, `SecretName:\t${secret['name'] ?? ''}`);
    out.line(2, `Optional:\t${secret['optional'] ?? false}`);
  } else if (isObject(downwardAPI)) out.line(2, 'DownwardAPI:\ttrue');
  else if (isObject(configMap)) {
    out.line(2, `ConfigMapName:\t${configMap['name'] ?? ''}`);
    out.line(2, `Optional:\t${configMap['optional'] ?? false}`);
  } else if (isObject(serviceAccountToken)) {
    out.line(2, `TokenExpirationSeconds:\t${serviceAccountToken['expirationSeconds'] ?? 0}`);
  }
}

const PAIR_WIDTH = 140;

/** Values are indented as their title is, as kubectl has it. */
function attributes({ volumeAttributes }: Source, out: Description): void {
  const values = (volumeAttributes ?? {}) as TextMap;
  const keys = sortedKeys(values);
  out.raw('    VolumeAttributes:\t');
  if (keys.length === 0) out.rest('<none>');
  for (const [i, key] of keys.entries()) {
    out.rest(`${i === 0 ? '' : '        \t'}    ${shortened(`${key}=${values[key]}`, PAIR_WIDTH)}`);
  }
}
