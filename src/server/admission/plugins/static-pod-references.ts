/** What of the API a pod refers to: static pods may not refer to anything. Imitates kubernetes pkg/api/pod HasAPIObjectReference. */
import type { Pod, Volume, VolumeProjection } from '../../../api/types/core-v1.ts';
import { podReferences } from '../../authorization/node/pod-references.ts';

type Words<T> = { readonly [field in keyof T]?: string };

/** Objects that are found wherever the pod names them; in the order in which they are told. */
const ANYWHERE: readonly (readonly [type: string, words: string])[] = [
  ['serviceaccount', 'serviceaccounts'],
  ['secret', 'secrets'],
  ['configmap', 'configmaps'],
];
const PROJECTIONS: Words<VolumeProjection> = {
  configMap: 'configmaps (via projected volumes)',
  secret: 'secrets (via projected volumes)',
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
};
const VOLUMES: Words<Volume> = {
  configMap: 'configmaps (via configmap volumes)',
  secret: 'secrets (via secret volumes)',
  csi: 'csidrivers (via CSI volumes)',
  glusterfs: 'endpoints (via glusterFS volumes)',
  persistentVolumeClaim: 'persistentvolumeclaims',
  ephemeral: 'persistentvolumeclaims (via ephemeral volumes)',
  azureFile: 'secrets (via azureFile volumes)',
};

/** The first thing it refers to, in words; undefined when there is none. */
export function apiReference(pod: Pod): string | undefined {
  const types = new Set(podReferences(pod).map((vertex) => vertex.split(' ')[0]));
  const named = ANYWHERE.find(([type]) => types.has(type));
  if (named !== undefined) return named[1];
  if ((pod.spec?.resourceClaims ?? []).length > 0) return 'resourceclaims';
  for (const volume of pod.spec?.volumes ?? []) {
    const found = firstOf(volume, VOLUMES);
    if (found !== undefined) return found;
    for (const source of volume.projected?.sources ?? []) {
      const projected = firstOf(source, PROJECTIONS);
      if (projected !== undefined) return projected;
    }
  }
  return undefined;
}

function firstOf<T extends object>(object: T, words: Words<T>): string | undefined {
  const field = (Object.keys(words) as (keyof T)[]).find((name) => object[name] !== undefined);
  return field === undefined ? undefined : words[field];
}
