/** The sources of a PersistentVolume, one rule a source; imitates core validation ValidatePersistentVolumeSpec. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, rangeMessage } from '../../../api/names.ts';
import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFilePersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FCVolumeSource,
  FlexPersistentVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GlusterfsPersistentVolumeSource,
  HostPathVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  NFSVolumeSource,
  PersistentVolumeSpec,
  QuobyteVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  SecretReference,
  StorageOSPersistentVolumeSource,
} from '../../../api/types/core-v1.ts';
import {
  dnsLabelName,
  reportInvalid,
  validateCSIDriverName,
  validateDNSLabel,
  validateDNSSubdomain,
} from './name-rules.ts';

/** One source: where its own errors stand, where "more than 1 volume type" stands, and its rule. */
interface SourceRule {
  readonly field: keyof PersistentVolumeSpec & string;
  /** Upstream's paths differ from the field's name for a few. */
  readonly path?: string;
  readonly forbiddenPath?: string;
  /** Does not count as a second source (flexVolume is never refused for that). */
  readonly neverSecond?: boolean;
  check(source: never, path: Path, errors: FieldErrors, pvName: string): void;
}

/** In upstream's order. */
const RULES: readonly SourceRule[] = [
  { field: 'hostPath', check: checkHostPath },
  { field: 'gcePersistentDisk', path: 'persistentDisk', check: checkGCEDisk },
  { field: 'awsElasticBlockStore', check: checkAWSVolume },
  { field: 'glusterfs', check: checkGlusterfs },
  { field: 'flocker', check: checkFlocker },
  { field: 'nfs', check: checkNFS },
  { field: 'rbd', check: checkRBD },
  { field: 'quobyte', check: checkQuobyte },
  { field: 'cephfs', forbiddenPath: 'cephFS', check: requireFields('monitors') },
  { field: 'iscsi', check: checkISCSI },
  { field: 'cinder', check: checkCinder },
  { field: 'fc', check: checkFC },
  { field: 'flexVolume', neverSecond: true, check: checkFlexVolume },
  { field: 'azureFile', check: checkAzureFile },
  { field: 'vsphereVolume', check: requireFields('volumePath') },
  { field: 'photonPersistentDisk', check: requireFields('pdID') },
  { field: 'portworxVolume', check: requireFields('volumeID') },
  { field: 'azureDisk', check: checkAzureDisk },
  { field: 'scaleIO', check: checkScaleIO },
  { field: 'local', check: checkLocal },
  { field: 'storageos', check: checkStorageOS },
  { field: 'csi', check: checkCSI },
];

/** Every field of a spec that names where the volume is. */
export const VOLUME_SOURCE_FIELDS: readonly (keyof PersistentVolumeSpec & string)[] = RULES.map((rule) => rule.field);

/**
 * Exactly one source, and that one well-formed. `hasNodeAffinity` is asked of local volumes.
 * `path` is that of the spec.
 */
export function validatePersistentVolumeSource(
  spec: PersistentVolumeSpec,
  path: Path,
  errors: FieldErrors,
  options: { pvName: string; hasNodeAffinity: boolean },
): void {
  let count = 0;
  for (const rule of RULES) {
    const source = spec[rule.field];
    if (source === undefined || source === null) continue;
    if (count > 0 && rule.neverSecond !== true) {
      errors.forbidden(path.child(rule.forbiddenPath ?? rule.field), 'may not specify more than 1 volume type');
      continue;
    }
    count++;
    rule.check(source as never, path.child(rule.path ?? rule.field), errors, options.pvName);
    if (rule.field === 'local' && !options.hasNodeAffinity)
      errors.required(path.child('nodeAffinity'), 'Local volume requires node affinity');
  }
  if (count === 0) errors.required(path, 'must specify a volume type');
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function requireFields(...fields: string[]): (source: object, path: Path, errors: FieldErrors) => void {
  return (source, path, errors) => {
    for (const field of fields) {
      if (isMissing((source as Record<string, unknown>)[field])) errors.required(path.child(field));
    }
  };
}

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function checkHostPath({ path: where = '', type }: HostPathVolumeSource, path: Path, errors: FieldErrors): void {
  if (where === '') {
    errors.required(path.child('path'));
    return;
  }
  validateNoBacksteps(where, path.child('path'), errors);
  if (type !== undefined && !HOST_PATH_TYPES.includes(type))
    errors.notSupported(path.child('type'), type, HOST_PATH_TYPES);
}

function validateNoBacksteps(where: string, path: Path, errors: FieldErrors): void {
  if (where.split('/').includes('..')) errors.invalid(path, where, "must not contain '..'");
}

function checkPartition(partition: number | undefined, path: Path, errors: FieldErrors): void {
  if (partition !== undefined && (partition < 0 || partition > 255))
    errors.invalid(path.child('partition'), partition, rangeMessage(1, 255));
}

function checkGCEDisk(source: GCEPersistentDiskVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('pdName')(source, path, errors);
  checkPartition(source.partition, path, errors);
}

function checkAWSVolume(source: AWSElasticBlockStoreVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('volumeID')(source, path, errors);
  checkPartition(source.partition, path, errors);
}

function checkGlusterfs(source: GlusterfsPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('endpoints', 'path')(source, path, errors);
  const { endpointsNamespace: namespace } = source;
  if (namespace === undefined) return;
  const at = path.child('endpointsNamespace');
  if (namespace === '') errors.invalid(at, '', 'if the endpointnamespace is set, it must be a valid namespace name');
  else reportInvalid(dnsLabelName(namespace, false), namespace, at, errors);
}

function checkFlocker(
  { datasetName = '', datasetUUID = '' }: FlockerVolumeSource,
  path: Path,
  errors: FieldErrors,
): void {
  if (datasetName === '' && datasetUUID === '') errors.required(path, 'one of datasetName and datasetUUID is required');
  if (datasetName !== '' && datasetUUID !== '')
    errors.invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  if (datasetName.includes('/')) errors.invalid(path.child('datasetName'), datasetName, "must not contain '/'");
}

function checkNFS(source: NFSVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('server', 'path')(source, path, errors);
  const where = source.path ?? '';
  if (!where.startsWith('/')) errors.invalid(path.child('path'), where, 'must be an absolute path');
}

function checkRBD(source: RBDPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('monitors', 'image')(source, path, errors);
}

const REGISTRY_DETAIL = 'must be a host:port pair or multiple pairs separated by commas';

function checkQuobyte(source: QuobyteVolumeSource, path: Path, errors: FieldErrors): void {
  const { registry = '', tenant = '' } = source;
  if (registry === '') errors.required(path.child('registry'), REGISTRY_DETAIL);
  else if (byteLength(tenant) >= 65)
    errors.required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters');
  else {
    for (const pair of registry.split(',')) {
      if (!isHostPort(pair)) errors.invalid(path.child('registry'), registry, REGISTRY_DETAIL);
    }
  }
  requireFields('volume')(source, path, errors);
}

/** Go's net.SplitHostPort succeeds: `host:port` or `[v6]:port`. */
function isHostPort(text: string): boolean {
  return /^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(text);
}

const IQN = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$/;
const EUI = /^eui.[A-Za-z0-9]{16}$/;
const NAA = /^naa.[A-Za-z0-9]{32}$/;

function badInitiator(name: string): boolean {
  if (name.startsWith('iqn')) return !IQN.test(name);
  if (name.startsWith('eui')) return !EUI.test(name);
  return !name.startsWith('naa') || !NAA.test(name);
}

function checkISCSI(source: ISCSIPersistentVolumeSource, path: Path, errors: FieldErrors, pvName: string): void {
  const { targetPortal = '', iqn = '', lun = 0, initiatorName, secretRef } = source;
  if (targetPortal === '') errors.required(path.child('targetPortal'));
  if (initiatorName !== undefined && byteLength(`${pvName}:${targetPortal}`) > 64) {
    const detail =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    errors.invalid(path.child('targetportal'), targetPortal, detail);
  }
  if (iqn === '') errors.required(path.child('iqn'));
  else if (badInitiator(iqn)) errors.invalid(path.child('iqn'), iqn, 'must be valid format');
  if (lun < 0 || lun > 255) errors.invalid(path.child('lun'), lun, rangeMessage(0, 255));
  const chap = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (chap && secretRef === undefined) errors.required(path.child('secretRef'));
  if (secretRef !== undefined && !secretRef.name) errors.required(path.child('secretRef', 'name'));
  if (initiatorName !== undefined && badInitiator(initiatorName))
    errors.invalid(path.child('initiatorname'), initiatorName, 'must be valid format');
}

function checkCinder(source: CinderPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('volumeID')(source, path, errors);
  if (source.secretRef !== undefined)
    requireFields('name', 'namespace')(source.secretRef, path.child('secretRef'), errors);
}

function checkFC({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, path: Path, errors: FieldErrors): void {
  const at = path.child('targetWWNs');
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.required(at, 'must specify either targetWWNs or wwids, but not both');
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously');
  if (targetWWNs.length === 0) return;
  if (lun === undefined) errors.required(path.child('lun'), 'lun is required if targetWWNs is specified');
  else if (lun < 0 || lun > 255) errors.invalid(path.child('lun'), lun, rangeMessage(0, 255));
}

function checkFlexVolume(source: FlexPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('driver')(source, path, errors);
  for (const key of Object.keys(source.options ?? {}).sort()) {
    const namespace = `.${(key.split('/')[0] as string).toLowerCase()}`;
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io'))
      errors.invalid(path.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved');
  }
}

function checkAzureFile(source: AzureFilePersistentVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('secretName', 'shareName')(source, path, errors);
  if (source.secretNamespace === '') errors.required(path.child('secretNamespace'));
}

const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function checkAzureDisk(source: AzureDiskVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('diskName', 'diskURI')(source, path, errors);
  const { cachingMode, kind, diskURI = '' } = source;
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode))
    errors.notSupported(path.child('cachingMode'), cachingMode, CACHING_MODES);
  if (kind === undefined) return;
  if (!DISK_KINDS.includes(kind)) errors.notSupported(path.child('kind'), kind, DISK_KINDS);
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/'))
    errors.notSupported(path.child('diskURI'), diskURI, [MANAGED_URI]);
  if (kind !== 'Managed' && !diskURI.startsWith('https://'))
    errors.notSupported(path.child('diskURI'), diskURI, [BLOB_URI]);
}

function checkScaleIO(source: ScaleIOPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  requireFields('gateway', 'system', 'volumeName')(source, path, errors);
}

function checkLocal({ path: where = '' }: LocalVolumeSource, path: Path, errors: FieldErrors): void {
  if (where === '') errors.required(path.child('path'));
  else validateNoBacksteps(where, path.child('path'), errors);
}

function checkStorageOS(source: StorageOSPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  const { volumeName = '', volumeNamespace = '', secretRef } = source;
  if (volumeName === '') errors.required(path.child('volumeName'));
  else validateDNSLabel(volumeName, path.child('volumeName'), errors);
  if (volumeNamespace !== '') validateDNSLabel(volumeNamespace, path.child('volumeNamespace'), errors);
  if (secretRef !== undefined) requireFields('name', 'namespace')(secretRef, path.child('secretRef'), errors);
}

/** nodeStageSecretRef goes unchecked, as upstream leaves it. */
const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

function checkCSI(source: CSIPersistentVolumeSource, path: Path, errors: FieldErrors): void {
  validateCSIDriverName(source.driver ?? '', path.child('driver'), errors);
  requireFields('volumeHandle')(source, path, errors);
  for (const field of CSI_SECRETS) {
    const ref = source[field];
    if (ref !== undefined) validateSecretReference(ref, path.child(field), errors);
  }
}

function validateSecretReference(
  { name = '', namespace = '' }: SecretReference,
  path: Path,
  errors: FieldErrors,
): void {
  if (name === '') errors.required(path.child('name'));
  else validateDNSSubdomain(name, path.child('name'), errors);
  if (namespace === '') errors.required(path.child('namespace'));
  else validateDNSLabel(namespace, path.child('namespace'), errors);
}

/** SetDefaults of the sources; idempotent. */
export function applyVolumeSourceDefaults(spec: PersistentVolumeSpec): void {
  if (spec.hostPath) spec.hostPath.type ??= '';
  if (spec.iscsi) spec.iscsi.iscsiInterface ||= 'default';
  if (spec.rbd) {
    spec.rbd.pool ||= 'rbd';
    spec.rbd.user ||= 'admin';
    spec.rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (spec.scaleIO) {
    spec.scaleIO.storageMode ||= 'ThinProvisioned';
    spec.scaleIO.fsType ||= 'xfs';
  }
  if (spec.azureDisk) {
    spec.azureDisk.cachingMode ??= 'ReadWrite';
    spec.azureDisk.kind ??= 'Shared';
    spec.azureDisk.fsType ??= 'ext4';
    spec.azureDisk.readOnly ??= false;
  }
}

const GONE: readonly (readonly [field: keyof PersistentVolumeSpec, warning: string])[] = [
  ['cephfs', 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+'],
  ['rbd', 'spec.rbd: deprecated in v1.28, non-functional in v1.31+'],
  ['scaleIO', 'spec.scaleIO: deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+'],
];

/** The warning about a source that no longer works, or none. */
export function volumeSourceWarnings(spec: PersistentVolumeSpec): string[] {
  const gone = GONE.find(([field]) => spec[field] !== undefined);
  return gone === undefined ? [] : [gone[1]];
}
