/** Rules of each kind of volume in a pod; imitates the validate*VolumeSource functions of pkg/apis/core/validation. */

import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain, rangeMessage } from '../../../api/names.ts';
import { sortedKeys } from '../../../api/object.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type { DownwardAPIVolumeFile, KeyToPath, Volume } from '../../../api/types/core-v1.ts';
import { validateFieldRef, validateResourceFieldRef } from './container-env.ts';
import { validatePullPolicy } from './container-validation.ts';
import { validateCSIDriverName } from './name-rules.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateClaimTemplate } from './volume-claim-spec.ts';
import { validateLocalDescendingPath, validateLocalNonReservedPath, validatePathNoBacksteps } from './volume-paths.ts';

const MODE_MESSAGE = 'must be a number between 0 and 0777 (octal), both inclusive';
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
const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
const REGISTRY = 'must be a host:port pair or multiple pairs separated by commas';

type SourceRule<T> = (source: T, path: Path, errors: FieldErrors, options: PodValidationOptions) => void;
type VolumeField = Exclude<keyof Volume, 'name'>;

/** `shownAs` where upstream's path is not the field's name: [when looked into, when one too many]. */
export interface VolumeRule {
  readonly field: VolumeField;
  readonly shownAs?: readonly [string, string];
  readonly validate: SourceRule<never>;
}

function rule<K extends VolumeField>(
  field: K,
  validate: SourceRule<NonNullable<Volume[K]>>,
  shownAs?: readonly [string, string],
): VolumeRule {
  return { field, validate: validate as SourceRule<never>, ...(shownAs === undefined ? {} : { shownAs }) };
}

/** Reports every one of `fields` that is empty. */
function require(source: object, path: Path, errors: FieldErrors, ...fields: string[]): void {
  for (const field of fields) {
    const value = (source as Record<string, unknown>)[field];
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      errors.required(path.child(field));
  }
}

function requireSecretName(source: { secretRef?: { name?: string } }, path: Path, errors: FieldErrors): void {
  if (source.secretRef !== undefined && !source.secretRef.name) errors.required(path.child('secretRef', 'name'));
}

export function validateMode(mode: number | undefined, path: Path, errors: FieldErrors): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.invalid(path, mode, MODE_MESSAGE);
}

export function validateKeyToPath(item: KeyToPath, path: Path, errors: FieldErrors): void {
  if (!item.key) errors.required(path.child('key'));
  if (!item.path) errors.required(path.child('path'));
  else validateLocalNonReservedPath(item.path, path.child('path'), errors);
  if (item.mode !== undefined) validateMode(item.mode, path.child('mode'), errors);
}

function validateItems(items: readonly KeyToPath[] | undefined, path: Path, errors: FieldErrors): void {
  for (const [i, item] of (items ?? []).entries()) validateKeyToPath(item, path.child('items').index(i), errors);
}

/** `path` is the volume source's: upstream does not name the item. */
export function validateDownwardFile(file: DownwardAPIVolumeFile, path: Path, errors: FieldErrors): void {
  if (!file.path) errors.required(path.child('path'));
  else validateLocalNonReservedPath(file.path, path.child('path'), errors);
  if (file.fieldRef !== undefined) {
    validateFieldRef(file.fieldRef, VOLUME_FIELDS, path.child('fieldRef'), errors);
    if (file.resourceFieldRef !== undefined) {
      errors.invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
    }
  } else if (file.resourceFieldRef !== undefined) {
    validateResourceFieldRef(file.resourceFieldRef, path.child('resourceFieldRef'), errors, { needsContainer: true });
  } else errors.required(path, 'one of fieldRef and resourceFieldRef is required');
  if (file.mode !== undefined) validateMode(file.mode, path.child('mode'), errors);
}

function validatePartition(partition: number | undefined, path: Path, errors: FieldErrors): void {
  const value = partition ?? 0;
  if (value < 0 || value > 255) errors.invalid(path.child('partition'), value, rangeMessage(1, 255));
}

function validateLun(lun: number, path: Path, errors: FieldErrors): void {
  if (lun < 0 || lun > 255) errors.invalid(path.child('lun'), lun, rangeMessage(0, 255));
}

const validateIscsi: SourceRule<NonNullable<Volume['iscsi']>> = (source, path, errors) => {
  require(source, path, errors, 'targetPortal', 'iqn');
  if (source.iqn) {
    if (!/^(iqn|eui|naa)/.test(source.iqn))
      errors.invalid(path.child('iqn'), source.iqn, 'must be valid format starting with iqn, eui, or naa');
    else if (!isIscsiName(source.iqn)) errors.invalid(path.child('iqn'), source.iqn, 'must be valid format');
  }
  validateLun(source.lun ?? 0, path, errors);
  if ((source.chapAuthDiscovery || source.chapAuthSession) && source.secretRef === undefined)
    errors.required(path.child('secretRef'));
  const initiator = source.initiatorName;
  if (initiator === undefined) return;
  const at = path.child('initiatorname');
  if (!/^(iqn|eui|naa)/.test(initiator))
    errors.invalid(at, initiator, 'must be valid format starting with iqn, eui, or naa');
  else if (!isIscsiName(initiator)) errors.invalid(at, initiator, 'must be valid format');
};

/** An iSCSI qualified name, EUI-64 or NAA identifier, as upstream's three patterns have it. */
export function isIscsiName(name: string): boolean {
  if (name.startsWith('iqn')) return /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9.-]+)(:[^,;*&$|\s]+)$/.test(name);
  return /^eui.[a-zA-Z0-9]{16}$/.test(name) || /^naa.[a-zA-Z0-9]{32}$/.test(name);
}

const validateQuobyte: SourceRule<NonNullable<Volume['quobyte']>> = (source, path, errors) => {
  const registry = source.registry ?? '';
  if (registry === '') errors.required(path.child('registry'), REGISTRY);
  else if (byteLength(source.tenant ?? '') >= 65) {
    errors.required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters');
  } else {
    const wrong = registry.split(',').filter((pair) => !/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair));
    for (const _ of wrong) errors.invalid(path.child('registry'), registry, REGISTRY);
  }
  require(source, path, errors, 'volume');
};

const validateFlocker: SourceRule<NonNullable<Volume['flocker']>> = (source, path, errors) => {
  const { datasetName = '', datasetUUID = '' } = source;
  if (datasetName === '' && datasetUUID === '') errors.required(path, 'one of datasetName and datasetUUID is required');
  if (datasetName !== '' && datasetUUID !== '') {
    errors.invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  }
  if (datasetName.includes('/')) errors.invalid(path.child('datasetName'), datasetName, "must not contain '/'");
};

const validateFc: SourceRule<NonNullable<Volume['fc']>> = (source, path, errors) => {
  const { targetWWNs = [], wwids = [], lun } = source;
  const at = path.child('targetWWNs');
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.required(at, 'must specify either targetWWNs or wwids, but not both');
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously');
  if (targetWWNs.length === 0) return;
  if (lun === undefined) errors.required(path.child('lun'), 'lun is required if targetWWNs is specified');
  else validateLun(lun, path, errors);
};

/** Options of the user's own may not sit in Kubernetes' domains. */
export function validateFlexOptions(
  options: Record<string, string> | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  for (const key of sortedKeys(options ?? {})) {
    const domain = `.${(key.split('/', 1)[0] as string).toLowerCase()}`;
    if (domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io')) {
      errors.invalid(path.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved');
    }
  }
}

const validateAzureDisk: SourceRule<NonNullable<Volume['azureDisk']>> = (source, path, errors) => {
  const { diskURI = '', cachingMode, kind } = source;
  require(source, path, errors, 'diskName', 'diskURI');
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode)) {
    errors.notSupported(path.child('cachingMode'), cachingMode, CACHING_MODES);
  }
  if (kind !== undefined && !DISK_KINDS.includes(kind)) errors.notSupported(path.child('kind'), kind, DISK_KINDS);
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/'))
    errors.notSupported(path.child('diskURI'), diskURI, [MANAGED_URI]);
  if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://')) {
    errors.notSupported(path.child('diskURI'), diskURI, [BLOB_URI]);
  }
};

const validateStorageOs: SourceRule<NonNullable<Volume['storageos']>> = (source, path, errors) => {
  require(source, path, errors, 'volumeName');
  for (const field of ['volumeName', 'volumeNamespace'] as const) {
    const value = source[field];
    for (const message of value ? isDNS1123Label(value) : []) errors.invalid(path.child(field), value, message);
  }
  requireSecretName(source, path, errors);
};

const validateCsi: SourceRule<NonNullable<Volume['csi']>> = (source, path, errors) => {
  validateCSIDriverName(source.driver ?? '', path.child('driver'), errors);
  if (source.nodePublishSecretRef === undefined) return;
  const name = source.nodePublishSecretRef.name ?? '';
  if (name === '') errors.required(path.child('nodePublishSecretRef', 'name'));
  else for (const message of isDNS1123Subdomain(name)) errors.invalid(path.child('name'), name, message);
};

const validateHostPath: SourceRule<NonNullable<Volume['hostPath']>> = (source, path, errors) => {
  if (!source.path) {
    errors.required(path.child('path'));
    return;
  }
  validatePathNoBacksteps(source.path, path.child('path'), errors);
  if (source.type !== undefined && !HOST_PATH_TYPES.includes(source.type)) {
    errors.notSupported(path.child('type'), source.type, HOST_PATH_TYPES);
  }
};

const validateNfs: SourceRule<NonNullable<Volume['nfs']>> = (source, path, errors) => {
  require(source, path, errors, 'server', 'path');
  if (!(source.path ?? '').startsWith('/'))
    errors.invalid(path.child('path'), source.path ?? '', 'must be an absolute path');
};

/** A negative limit is no quantity of storage. */
const validateEmptyDir: SourceRule<NonNullable<Volume['emptyDir']>> = (source, path, errors) => {
  if (source.sizeLimit !== undefined && parseQuantity(source.sizeLimit).sign < 0) {
    errors.forbidden(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity');
  }
};

/** Sources in the order in which upstream looks for them: the first is checked, the others are too many. `projected` is apart. */
export const FIRST_VOLUME_RULES: readonly VolumeRule[] = [
  rule('emptyDir', validateEmptyDir),
  rule('hostPath', validateHostPath),
  rule('gitRepo', (source, path, errors) => {
    require(source, path, errors, 'repository');
    validateLocalDescendingPath(source.directory ?? '', path.child('directory'), errors);
  }),
  rule(
    'gcePersistentDisk',
    (source, path, errors) => {
      require(source, path, errors, 'pdName');
      validatePartition(source.partition, path, errors);
    },
    ['persistentDisk', 'gcePersistentDisk'],
  ),
  rule('awsElasticBlockStore', (source, path, errors) => {
    require(source, path, errors, 'volumeID');
    validatePartition(source.partition, path, errors);
  }),
  rule('secret', (source, path, errors) => {
    require(source, path, errors, 'secretName');
    validateMode(source.defaultMode, path.child('defaultMode'), errors);
    validateItems(source.items, path, errors);
  }),
  rule('nfs', validateNfs),
  rule('iscsi', validateIscsi),
  rule('glusterfs', (source, path, errors) => require(source, path, errors, 'endpoints', 'path')),
  rule('flocker', validateFlocker),
  rule('persistentVolumeClaim', (source, path, errors) => require(source, path, errors, 'claimName')),
  rule('rbd', (source, path, errors) => require(source, path, errors, 'monitors', 'image')),
  rule('cinder', (source, path, errors) => {
    require(source, path, errors, 'volumeID');
    requireSecretName(source, path, errors);
  }),
  rule('cephfs', (source, path, errors) => require(source, path, errors, 'monitors'), ['cephfs', 'cephFS']),
  rule('quobyte', validateQuobyte),
  rule(
    'downwardAPI',
    (source, path, errors) => {
      validateMode(source.defaultMode, path.child('defaultMode'), errors);
      for (const file of source.items ?? []) validateDownwardFile(file, path, errors);
    },
    ['downwardAPI', 'downwarAPI'],
  ),
  rule('fc', validateFc),
  rule('flexVolume', (source, path, errors) => {
    require(source, path, errors, 'driver');
    validateFlexOptions(source.options, path, errors);
  }),
  rule('configMap', (source, path, errors) => {
    require(source, path, errors, 'name');
    validateMode(source.defaultMode, path.child('defaultMode'), errors);
    validateItems(source.items, path, errors);
  }),
  rule('azureFile', (source, path, errors) => require(source, path, errors, 'secretName', 'shareName')),
  rule('vsphereVolume', (source, path, errors) => require(source, path, errors, 'volumePath')),
  rule('photonPersistentDisk', (source, path, errors) => require(source, path, errors, 'pdID')),
  rule('portworxVolume', (source, path, errors) => require(source, path, errors, 'volumeID')),
  rule('azureDisk', validateAzureDisk),
  rule('storageos', validateStorageOs),
];

/** The rest of the order, after `projected`. */
export const LATER_VOLUME_RULES: readonly VolumeRule[] = [
  rule('scaleIO', (source, path, errors) => require(source, path, errors, 'gateway', 'system', 'volumeName')),
  rule('csi', validateCsi),
  rule('ephemeral', (source, path, errors) => {
    if (source.volumeClaimTemplate === undefined) errors.required(path.child('volumeClaimTemplate'));
    else validateClaimTemplate(source.volumeClaimTemplate, path.child('volumeClaimTemplate'), errors);
  }),
  rule('image', (source, path, errors, options) => {
    if (options.allowEmptyImageVolumeReference !== true) require(source, path, errors, 'reference');
    validatePullPolicy(source.pullPolicy, path.child('pullPolicy'), errors);
  }),
];
