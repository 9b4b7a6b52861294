/** Which secrets, config maps, claims … a pod's kubelet must read; imitates kubernetes pkg/api/pod VisitPodSecretNames and pkg/api/persistentvolume. */
import { isObject, type JsonObject } from '../../../api/object.ts';
import type { Container, PersistentVolume, Pod, Volume } from '../../../api/types/core-v1.ts';
import { vertex } from './vertex.ts';

/** Vertices that the pod refers to. */
export function podReferences(pod: Pod): string[] {
  const { namespace = '', name: podName = '' } = pod.metadata ?? {};
  const spec = pod.spec ?? {};
  const refs = new Set<string>();
  const add = (type: Parameters<typeof vertex>[0], name: string | undefined) => {
    if (name) refs.add(vertex(type, namespace, name));
  };
  add('serviceaccount', spec.serviceAccountName);
  for (const ref of spec.imagePullSecrets ?? []) add('secret', ref.name);
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
  for (const container of containers as Container[]) {
    for (const source of container.envFrom ?? []) {
      add('secret', source.secretRef?.name);
      add('configmap', source.configMapRef?.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      add('secret', valueFrom?.secretKeyRef?.name);
      add('configmap', valueFrom?.configMapKeyRef?.name);
    }
  }
  for (const volume of spec.volumes ?? []) {
    for (const name of volumeSecretNames(volume)) add('secret', name);
    for (const name of volumeConfigMapNames(volume)) add('configmap', name);
    add('pvc', volume.persistentVolumeClaim?.claimName);
    if (volume.ephemeral !== undefined) add('pvc', `${podName}-${volume.name}`);
  }
  for (const claim of spec.resourceClaims ?? []) add('resourceclaim', claim.resourceClaimName);
  for (const claim of pod.status?.resourceClaimStatuses ?? []) add('resourceclaim', claim.resourceClaimName);
  add('resourceclaim', pod.status?.extendedResourceClaimStatus?.resourceClaimName);
  return [...refs];
}

/** Volume plug-ins that name a secret by `secretRef`. */
const SECRET_REF_PLUGINS = ['cephfs', 'cinder', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos'] as const;

function volumeSecretNames(volume: Volume): (string | undefined)[] {
  return [
    volume.secret?.secretName,
    volume.azureFile?.secretName,
    volume.csi?.nodePublishSecretRef?.name,
    ...(volume.projected?.sources ?? []).map((source) => source.secret?.name),
    ...SECRET_REF_PLUGINS.map((plugin) => secretRef(volume, plugin)?.name),
  ];
}

function volumeConfigMapNames(volume: Volume): (string | undefined)[] {
  return [volume.configMap?.name, ...(volume.projected?.sources ?? []).map((source) => source.configMap?.name)];
}

function secretRef(source: object, plugin: string): { name?: string; namespace?: string } | undefined {
  const settings = (source as JsonObject)[plugin];
  const ref = isObject(settings) ? settings.secretRef : undefined;
  return isObject(ref) ? ref : undefined;
}

/** Secrets that a kubelet reads to mount the volume. References without a namespace mean the claim's. */
export function volumeSecrets(volume: PersistentVolume, claimNamespace: string): string[] {
  const spec = volume.spec ?? {};
  const refs = [
    spec.csi?.nodePublishSecretRef,
    spec.csi?.nodeStageSecretRef,
    spec.csi?.nodeExpandSecretRef,
    spec.azureFile === undefined
      ? undefined
      : { name: spec.azureFile.secretName, namespace: spec.azureFile.secretNamespace },
    ...SECRET_REF_PLUGINS.map((plugin) => secretRef(spec, plugin)),
  ];
  return refs.flatMap((ref) => (ref?.name ? [vertex('secret', ref.namespace || claimNamespace, ref.name)] : []));
}
