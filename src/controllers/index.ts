import { clusterRoleAggregation } from './cluster-role-aggregation.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { namespaces } from './namespaces/namespaces.ts';
import { claimProtection } from './persistent-volume-claim-protection.ts';
import { volumeProtection } from './persistent-volume-protection.ts';
import { rootCa } from './root-ca.ts';
import { serviceAccounts } from './service-accounts.ts';
import type { ControllerDefinition } from './shared/controller.ts';
import { ttlAfterFinished } from './ttl-after-finished.ts';

/** In the order in which they start. */
export const CONTROLLERS: readonly ControllerDefinition[] = [
  serviceAccounts,
  rootCa,
  namespaces,
  clusterRoleAggregation,
  garbageCollector,
  ttlAfterFinished,
  claimProtection,
  volumeProtection,
];
