/**
 * Runs checkEscalation behind all mutating plugins and before validation, where upstream's storage of roles and bindings
 * does. It is no plugin of the list: it cannot be turned off.
 */
import { checkEscalation, type EscalationContext } from '../authorization/escalation-check.ts';
import type { AdmissionPlugin } from './admission.ts';

const GROUP = 'rbac.authorization.k8s.io';

export function escalationGuard(context: EscalationContext): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map((name) => `${GROUP}/${name}`),
    async admit({ kind, operation, subresource, namespace, name, object, old, user }) {
      if (kind.group !== GROUP || subresource !== '' || object === undefined) return;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      const requestName = operation === 'CREATE' ? '' : name;
      await checkEscalation({ user, resource: kind.resource, namespace, requestName, object, old }, context);
    },
  };
}
