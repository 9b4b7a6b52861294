/** Volumes of pods and pod templates. */
import type { ProjectedVolumeSource, Volume } from '../../api/types/core-v1.ts';
import { Description, sortedKeys, type TextMap } from './description.ts';

export function describeVolumes(volumes: readonly Volume[] | undefined, out: Description, space: string): void {
  if (volumes === undefined || volumes.length === 0) {
    out.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  out.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    out.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    const field = (Object.keys(SOURCES) as (keyof Volume)[]).find((name) => volume[name] !== undefined);
    const write = field === undefined ? undefined : (SOURCES[field] as (source: unknown, out: Description) => void);
    if (field === undefined || write === undefined) out.line(1, '<unknown>');
    else write(volume[field], out);
  }
}

type Sources = { readonly [F in keyof Volume]?: (source: NonNullable<Volume[F]>, out: Description) => void };

const PAIR_WIDTH = 140;

function lines(out: Description, rows: readonly (readonly [string, unknown])[]): void {
  for (const [title, value] of rows) out.line(2, `${title}:\t${value ?? ''}`);
}

const SOURCES: Sources = {
  hostPath: ({ path, type }, out) =>
    lines(out, [
      ['Type', 'HostPath (bare host directory volume)'],
      ['Path', path],
      ['HostPathType', type ?? '<none>'],
    ]),
  emptyDir: ({ medium, sizeLimit }, out) =>
    lines(out, [
      ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', medium],
      ['SizeLimit', sizeLimit ?? '<unset>'],
    ]),
  secret: ({ secretName, optional = false }, out) =>
    lines(out, [
      ['Type', 'Secret (a volume populated by a Secret)'],
      ['SecretName', secretName],
      ['Optional', optional],
    ]),
  configMap: ({ name, optional = false }, out) =>
    lines(out, [
      ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name', name],
      ['Optional', optional],
    ]),
  nfs: ({ server, path, readOnly = false }, out) =>
    lines(out, [
      ['Type', 'NFS (an NFS mount that lasts the lifetime of a pod)'],
      ['Server', server],
      ['Path', path],
      ['ReadOnly', readOnly],
    ]),
  persistentVolumeClaim: ({ claimName, readOnly = false }, out) =>
    lines(out, [
      ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName', claimName],
      ['ReadOnly', readOnly],
    ]),
  ephemeral: ({ volumeClaimTemplate: template }, out) => {
    lines(out, [
      ['Type', 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)'],
    ]);
    if (template === undefined) return;
    const { metadata, spec = {} } = template;
    lines(out, [
      ['StorageClass', spec.storageClassName],
      ['Volume', spec.volumeName],
    ]);
    const nested = new Description('    ');
    nested.labels('Labels', metadata?.labels);
    nested.annotations('Annotations', metadata?.annotations);
    out.raw(nested.written);
    lines(out, [
      ['Capacity', ''],
      ['Access Modes', ''],
      ...(spec.volumeMode === undefined ? [] : [['VolumeMode', spec.volumeMode] as const]),
    ]);
  },
  downwardAPI: ({ items = [] }, out) => {
    lines(out, [['Type', 'DownwardAPI (a volume populated by information about the pod)']]);
    out.line(2, 'Items:');
    for (const { fieldRef, resourceFieldRef, path } of items) {
      out.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ''} -> ${path}`);
    }
  },
  projected,
  csi: ({ driver, fsType, readOnly = false, volumeAttributes }, out) => {
    lines(out, [
      ['Type', 'CSI (a Container Storage Interface (CSI) volume source)'],
      ['Driver', driver],
      ['FSType', fsType],
      ['ReadOnly', readOnly],
    ]);
    attributes('VolumeAttributes', volumeAttributes, out);
  },
  image: ({ reference, pullPolicy }, out) =>
    lines(out, [
      ['Type', 'Image (a container image or OCI artifact)'],
      ['Reference', reference],
      ['PullPolicy', pullPolicy],
    ]),
};

function projected({ sources = [] }: ProjectedVolumeSource, out: Description): void {
  lines(out, [['Type', 'Projected (a volume that contains injected data from multiple sources)']]);
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources) {
    if (secret !== undefined) {
      lines(out, [
        ['SecretName', secret.name],
        ['Optional', secret.optional ?? false],
      ]);
    } else if (downwardAPI !== undefined) lines(out, [['DownwardAPI', true]]);
    else if (configMap !== undefined) {
      lines(out, [
        ['ConfigMapName', configMap.name],
        ['Optional', configMap.optional ?? false],
      ]);
    } else if (serviceAccountToken !== undefined) {
      lines(out, [['TokenExpirationSeconds', serviceAccountToken.expirationSeconds]]);
    }
  }
}

/** Values are indented as their title is, as kubectl has it. */
function attributes(title: string, values: TextMap | undefined, out: Description): void {
  const keys = sortedKeys(values);
  out.raw(`    ${title}:\t`);
  if (keys.length === 0) out.raw('<none>\n');
  for (const [i, key] of keys.entries()) {
    const pair = `${key}=${values?.[key]}`;
    out.raw(`${i === 0 ? '' : '    \t'}    ${pair.length > PAIR_WIDTH ? `${pair.slice(0, PAIR_WIDTH)}...` : pair}\n`);
  }
}
