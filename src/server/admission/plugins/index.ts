/**
 * Every admission plugin. Position is the order in which they run (facts/admission.json); `on`: by default.
 * NodeRestriction is on here, as kubeadm has it, since kubelets are authorized by node.
 */
import type { AdmissionPluginFactory } from '../admission.ts';
import { alwaysAdmit } from './always-admit.ts';
import { alwaysDeny } from './always-deny.ts';
import { alwaysPullImages } from './always-pull-images.ts';
import { certificateApproval } from './certificate-approval.ts';
import { certificateSigning } from './certificate-signing.ts';
import { certificateSubjectRestriction } from './certificate-subject-restriction.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { denyServiceExternalIPs } from './deny-service-external-ips.ts';
import { extendedResourceToleration } from './extended-resource-toleration.ts';
import { limitPodHardAntiAffinityTopology } from './limit-pod-hard-anti-affinity-topology.ts';
import { limitRanger } from './limit-ranger.ts';
import { mutatingAdmissionPolicy } from './mutating-admission-policy.ts';
import { mutatingAdmissionWebhook } from './mutating-admission-webhook.ts';
import { namespaceAutoProvision } from './namespace-auto-provision.ts';
import { namespaceExists } from './namespace-exists.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeDeclaredFeatureValidator } from './node-declared-feature-validator.ts';
import { nodeRestriction } from './node-restriction.ts';
import { ownerReferencesPermissionEnforcement } from './owner-references-permission-enforcement.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { podNodeSelector } from './pod-node-selector.ts';
import { podResizeValidator } from './pod-resize-validator.ts';
import { podSecurity } from './pod-security.ts';
import { podTolerationRestriction } from './pod-toleration-restriction.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import { priority } from './priority.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy.ts';
import { validatingAdmissionWebhook } from './validating-admission-webhook.ts';

export interface PluginEntry {
  readonly name: string;
  readonly on: boolean;
  readonly create: AdmissionPluginFactory;
}

export const PLUGINS: readonly PluginEntry[] = [
  { name: 'AlwaysAdmit', on: false, create: alwaysAdmit },
  { name: 'NamespaceAutoProvision', on: false, create: namespaceAutoProvision },
  { name: 'NamespaceLifecycle', on: true, create: namespaceLifecycle },
  { name: 'NamespaceExists', on: false, create: namespaceExists },
  { name: 'LimitPodHardAntiAffinityTopology', on: false, create: limitPodHardAntiAffinityTopology },
  { name: 'LimitRanger', on: true, create: limitRanger },
  { name: 'ServiceAccount', on: true, create: serviceAccount },
  { name: 'NodeRestriction', on: true, create: nodeRestriction },
  { name: 'TaintNodesByCondition', on: true, create: taintNodesByCondition },
  { name: 'AlwaysPullImages', on: false, create: alwaysPullImages },
  { name: 'PodSecurity', on: true, create: podSecurity },
  { name: 'PodNodeSelector', on: false, create: podNodeSelector },
  { name: 'Priority', on: true, create: priority },
  { name: 'DefaultTolerationSeconds', on: true, create: defaultTolerationSeconds },
  { name: 'PodTolerationRestriction', on: false, create: podTolerationRestriction },
  { name: 'ExtendedResourceToleration', on: false, create: extendedResourceToleration },
  { name: 'DefaultStorageClass', on: true, create: defaultStorageClass },
  { name: 'StorageObjectInUseProtection', on: true, create: storageObjectInUseProtection },
  { name: 'OwnerReferencesPermissionEnforcement', on: false, create: ownerReferencesPermissionEnforcement },
  { name: 'PersistentVolumeClaimResize', on: true, create: persistentVolumeClaimResize },
  { name: 'RuntimeClass', on: true, create: runtimeClass },
  { name: 'CertificateApproval', on: true, create: certificateApproval },
  { name: 'CertificateSigning', on: true, create: certificateSigning },
  { name: 'CertificateSubjectRestriction', on: true, create: certificateSubjectRestriction },
  { name: 'DefaultIngressClass', on: true, create: defaultIngressClass },
  { name: 'DenyServiceExternalIPs', on: false, create: denyServiceExternalIPs },
  { name: 'PodTopologyLabels', on: true, create: podTopologyLabels },
  { name: 'NodeDeclaredFeatureValidator', on: true, create: nodeDeclaredFeatureValidator },
  { name: 'PodResizeValidator', on: true, create: podResizeValidator },
  { name: 'MutatingAdmissionPolicy', on: true, create: mutatingAdmissionPolicy },
  { name: 'MutatingAdmissionWebhook', on: true, create: mutatingAdmissionWebhook },
  { name: 'ValidatingAdmissionPolicy', on: true, create: validatingAdmissionPolicy },
  { name: 'ValidatingAdmissionWebhook', on: true, create: validatingAdmissionWebhook },
  { name: 'ResourceQuota', on: true, create: resourceQuota },
  { name: 'AlwaysDeny', on: false, create: alwaysDeny },
];

/** Upstream's plugins for what is behind feature gates that are off: on or off, they do nothing. */
export const IDLE_PLUGINS: ReadonlySet<string> = new Set([
  'ClusterTrustBundleAttest',
  'JobValidation',
  'PodGroupProtection',
  'PodGroupWorkloadExists',
]);

/** Upstream's plugins that are not here: turning them off is fine, turning them on is not. */
export const ABSENT_PLUGINS: ReadonlySet<string> = new Set(['EventRateLimit', 'ImagePolicyWebhook']);
