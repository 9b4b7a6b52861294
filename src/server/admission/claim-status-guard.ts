/**
 * Runs claim-status-check.ts behind validation, where upstream's strategy of resource claims does. It is no plugin of
 * the list: it cannot be turned off.
 */
import { checkClaimStatus } from '../authorization/claim-status-check.ts';
import type { AdmissionContext, AdmissionPlugin } from './admission.ts';

const GROUP = 'resource.k8s.io';

export function claimStatusGuard(authorize: AdmissionContext['authorize']): AdmissionPlugin {
  return {
    name: 'ResourceClaimStatusAccess',
    resources: [`${GROUP}/resourceclaims`],
    async validate({ kind, operation, subresource, namespace, object, old, options, user }) {
      if (subresource !== 'status' || operation !== 'UPDATE' || object === undefined || old === undefined) return;
      const verb = options.kind === 'PatchOptions' ? 'patch' : 'update';
      await checkClaimStatus({ user, verb, version: kind.version, namespace, object, old }, authorize);
    },
  };
}
