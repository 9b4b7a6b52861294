/** What unset volume fields become; imitates SetDefaults_Volume and those of its sources in kubernetes pkg/apis/core/v1. */
import type {
  DownwardAPIVolumeFile,
  PersistentVolumeClaimSpec,
  Volume,
  VolumeProjection,
} from '../../../api/types/core-v1.ts';
import { applyFieldRefDefaults } from './container-defaults.ts';
import { defaultPullPolicy } from './container-image.ts';
import { roundResourceList } from './resources.ts';

/** 0644 */
const FILE_MODE = 420;
const TOKEN_SECONDS = 3600;

type SourceDefaults = { readonly [K in keyof Volume]?: (source: NonNullable<Volume[K]>) => void };

const DEFAULTS_BY_SOURCE: SourceDefaults = {
  configMap: (source) => {
    source.defaultMode ??= FILE_MODE;
  },
  secret: (source) => {
    source.defaultMode ??= FILE_MODE;
  },
  downwardAPI: (source) => {
    source.defaultMode ??= FILE_MODE;
    applyDownwardFiles(source.items);
  },
  projected: (source) => {
    source.defaultMode ??= FILE_MODE;
    for (const projection of source.sources ?? []) applyProjectionDefaults(projection);
  },
  hostPath: (source) => {
    source.type ??= '';
  },
  iscsi: (source) => {
    source.iscsiInterface ||= 'default';
  },
  rbd: (source) => {
    source.pool ||= 'rbd';
    source.user ||= 'admin';
    source.keyring ||= '/etc/ceph/keyring';
  },
  azureDisk: (source) => {
    source.cachingMode ??= 'ReadWrite';
    source.kind ??= 'Shared';
    source.fsType ??= 'ext4';
    source.readOnly ??= false;
  },
  scaleIO: (source) => {
    source.storageMode ||= 'ThinProvisioned';
    source.fsType ||= 'xfs';
  },
  image: (source) => {
    source.pullPolicy ||= defaultPullPolicy(source.reference);
  },
  ephemeral: (source) => {
    applyClaimSpecDefaults(source.volumeClaimTemplate?.spec);
  },
};

const SOURCE_DEFAULTS = new Map(Object.entries(DEFAULTS_BY_SOURCE) as [string, (source: unknown) => void][]);

export function applyVolumeDefaults(volume: Volume): void {
  const fields = Object.keys(volume);
  if (fields.every((field) => field === 'name')) volume.emptyDir = {};
  for (const field of fields) {
    const source = volume[field as keyof Volume];
    if (source !== undefined) SOURCE_DEFAULTS.get(field)?.(source);
  }
}

/** A claim's own defaults, also for claim templates. */
export function applyClaimSpecDefaults(spec: PersistentVolumeClaimSpec | undefined): void {
  if (spec === undefined) return;
  spec.volumeMode ??= 'Filesystem';
  roundResourceList(spec.resources?.limits);
  roundResourceList(spec.resources?.requests);
}

function applyProjectionDefaults(projection: VolumeProjection): void {
  if (projection.serviceAccountToken !== undefined) projection.serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS;
  applyDownwardFiles(projection.downwardAPI?.items);
}

function applyDownwardFiles(files: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const file of files ?? []) applyFieldRefDefaults(file.fieldRef);
}
