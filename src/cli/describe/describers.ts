/** Who describes which kind. */
import type { KubeObject } from '../../api/object.ts';
import { describeBinding, describeRole } from './access-text.ts';
import { describeEndpointSlice, describeEndpoints, describeIPAddress, describeServiceCIDR } from './address-text.ts';
import { describeAutoscaler } from './autoscaler-text.ts';
import { describeCertificateRequest } from './certificate-text.ts';
import { describeClaim } from './claim-text.ts';
import type { Around, Describer } from './describer.ts';
import { Description } from './description.ts';
import { describeAnything } from './generic-text.ts';
import { describeCronJob, describeJob } from './jobs-text.ts';
import { describeIngress, describeIngressClass, describeService } from './network-text.ts';
import { describeNode } from './node-text.ts';
import { describePod } from './pod-text.ts';
import { describeDisruptionBudget, describeNetworkPolicy, describePriorityClass } from './policy-text.ts';
import {
  describeConfigMap,
  describeLimits,
  describeNamespace,
  describeQuota,
  describeSecret,
  describeServiceAccount,
} from './settings-text.ts';
import {
  describeCSINode,
  describePersistentVolume,
  describeStorageClass,
  describeVolumeAttributesClass,
} from './storage-text.ts';
import {
  describeDaemonSet,
  describeDeployment,
  describeReplicaSet,
  describeReplicationController,
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
  'PersistentVolume.': describePersistentVolume,
  'ReplicationController.': describeReplicationController,
  'Endpoints.': describeEndpoints,
  'HorizontalPodAutoscaler.autoscaling': describeAutoscaler,
  'CertificateSigningRequest.certificates.k8s.io': describeCertificateRequest,
  'Deployment.apps': describeDeployment,
  'ReplicaSet.apps': describeReplicaSet,
  'StatefulSet.apps': describeStatefulSet,
  'DaemonSet.apps': describeDaemonSet,
  'Job.batch': describeJob,
  'CronJob.batch': describeCronJob,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'Ingress.networking.k8s.io': describeIngress,
  'IngressClass.networking.k8s.io': describeIngressClass,
  'NetworkPolicy.networking.k8s.io': describeNetworkPolicy,
  'ServiceCIDR.networking.k8s.io': describeServiceCIDR,
  'IPAddress.networking.k8s.io': describeIPAddress,
  'PodDisruptionBudget.policy': describeDisruptionBudget,
  'Role.rbac.authorization.k8s.io': describeRole,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeBinding,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
  'StorageClass.storage.k8s.io': describeStorageClass,
  'VolumeAttributesClass.storage.k8s.io': describeVolumeAttributesClass,
  'CSINode.storage.k8s.io': describeCSINode,
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
