/** Who describes which kind. */
import type { KubeObject } from '../../api/object.ts';
import { describeBinding, describeRole } from './access-text.ts';
import type { Around, Describer } from './describer.ts';
import { Description } from './description.ts';
import { describeAnything } from './generic-text.ts';
import { describeEndpointSlice, describeIngress, describeService } from './network-text.ts';
import { describeNode } from './node-text.ts';
import { describePod } from './pod-text.ts';
import {
  describeClaim,
  describeConfigMap,
  describeLimits,
  describeNamespace,
  describeQuota,
  describeSecret,
  describeServiceAccount,
} from './settings-text.ts';
import { describePriorityClass, describeStorageClass } from './storage-text.ts';
import {
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from './workloads-text.ts';

/** `KIND.GROUP`; all others are described field by field. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  'Pod.': describePod,
  'Service.': describeService,
  'ConfigMap.': describeConfigMap,
  'Secret.': describeSecret,
  'ServiceAccount.': describeServiceAccount,
  'Namespace.': describeNamespace,
  'Node.': describeNode,
  'ResourceQuota.': describeQuota,
  'LimitRange.': describeLimits,
  'PersistentVolumeClaim.': describeClaim,
  'Deployment.apps': describeDeployment,
  'ReplicaSet.apps': describeReplicaSet,
  'StatefulSet.apps': describeStatefulSet,
  'DaemonSet.apps': describeDaemonSet,
  'Job.batch': describeJob,
  'CronJob.batch': describeCronJob,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'Ingress.networking.k8s.io': describeIngress,
  'Role.rbac.authorization.k8s.io': describeRole,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeBinding,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
  'StorageClass.storage.k8s.io': describeStorageClass,
};

/** The whole text of one object, ending in a line break. */
export async function describeObject(
  object: KubeObject,
  kind: { kind: string; group: string },
  around: Around,
): Promise<string> {
  const key = `${kind.kind}.${kind.group}`;
  const describer = Object.hasOwn(DESCRIBERS, key) ? (DESCRIBERS[key] as Describer) : describeAnything;
  const out = new Description();
  await describer(object, out, around);
  return out.toString();
}
