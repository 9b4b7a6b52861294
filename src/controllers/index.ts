import { admissionPolicyStatus } from './admission-policy-status/admission-policy-status.ts';
import { bootstrapSigner } from './bootstrap-tokens/bootstrap-signer.ts';
import { tokenCleaner } from './bootstrap-tokens/token-cleaner.ts';
import { certificateApproving } from './certificates/approving.ts';
import { certificateSigning } from './certificates/signing.ts';
import { clusterRoleAggregation } from './cluster-role-aggregation.ts';
import { disruption } from './disruption/disruption.ts';
import { flowSchemaReferences } from './flow-schema-references.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { namespaces } from './namespaces/namespaces.ts';
import { persistentVolumeBinder } from './persistent-volume-binder/persistent-volume-binder.ts';
import { claimProtection } from './persistent-volume-claim-protection.ts';
import { volumeProtection } from './persistent-volume-protection.ts';
import { resourceQuotas } from './resource-quotas/resource-quotas.ts';
import { rootCa } from './root-ca.ts';
import { serviceAccountTokens } from './service-account-tokens.ts';
import { serviceAccounts } from './service-accounts.ts';
import type { ControllerDefinition } from './shared/controller.ts';
import { ttlAfterFinished } from './ttl-after-finished.ts';
import { attributesClassProtection } from './volume-attributes-class-protection.ts';

/** In the order in which they start. */
export const CONTROLLERS: readonly ControllerDefinition[] = [
  serviceAccounts,
  serviceAccountTokens,
  rootCa,
  namespaces,
  clusterRoleAggregation,
  garbageCollector,
  resourceQuotas,
  disruption,
  persistentVolumeBinder,
  ttlAfterFinished,
  claimProtection,
  volumeProtection,
  attributesClassProtection,
  tokenCleaner,
  bootstrapSigner,
  certificateSigning,
  certificateApproving,
  flowSchemaReferences,
  admissionPolicyStatus,
];
