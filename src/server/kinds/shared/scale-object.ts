/** The autoscaling/v1 Scale that stands for an object. */
import type { KubeObject } from '../../../api/object.ts';
import { managedFieldsOfScale, type ReplicasPaths } from '../../../api/patch/apply/scale.ts';
import type { Kind, ScaleStrategy } from '../kind.ts';

export const SCALE_VERSION = 'autoscaling/v1';

/** Where each served version keeps its replicas. */
export function replicasPaths(versions: readonly Kind[]): ReplicasPaths {
  return Object.fromEntries(
    versions.map(({ apiVersion, strategy }) => [apiVersion, strategy.scale?.specPath ?? ['spec', 'replicas']]),
  );
}

/** The Scale of an object. */
export function scaleOf(strategy: ScaleStrategy<KubeObject>, paths: ReplicasPaths, obj: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = obj.metadata;
  const replicas = strategy.specReplicas(obj);
  const selector = strategy.selector(obj);
  const managedFields = managedFieldsOfScale(obj.metadata.managedFields, paths);
  return {
    kind: 'Scale',
    apiVersion: SCALE_VERSION,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      ...(managedFields === undefined ? {} : { managedFields }),
    },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: strategy.statusReplicas(obj), ...(selector === '' ? {} : { selector }) },
  };
}
