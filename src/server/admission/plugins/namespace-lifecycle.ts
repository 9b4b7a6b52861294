/**
 * Nothing is created in a namespace that does not exist or is going, and some namespaces stay for ever.
 * Imitates apiserver pkg/admission/plugin/namespace/lifecycle.
 */

import { forbidden, notFound } from '../../../api/status-error.ts';
import type { Namespace } from '../../../api/types/core-v1.ts';
import type { AdmissionAttributes, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';

const NAMESPACES = { group: '', resource: 'namespaces' };
const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

export const namespaceLifecycle: AdmissionPluginFactory = ({ mirrored }) => {
  const namespaces = mirrored<Namespace>('', 'namespaces');
  return {
    name: 'NamespaceLifecycle',
    admit(attributes) {
      const { kind, operation, namespace, name, subresource } = attributes;
      if (operation === 'CONNECT') return;
      if (kind.group === '' && kind.resource === 'namespaces') {
        if (operation === 'DELETE' && subresource === '' && IMMORTAL.has(name)) {
          throw forbidden(NAMESPACES, name, 'this namespace may not be deleted');
        }
        return;
      }
      // An access review must not tell whether the namespace exists.
      if (namespace === '' || operation === 'DELETE' || kind.resource === 'localsubjectaccessreviews') return;
      const found = namespaces.get('', namespace);
      if (found === undefined) throw notFound(NAMESPACES, namespace);
      if (operation === 'CREATE' && found.status?.phase === 'Terminating') throw terminating(attributes);
    },
  };
};

function terminating(attributes: AdmissionAttributes): Error {
  const { namespace } = attributes;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = admissionForbidden(attributes, why);
  const message = `namespace ${namespace} is being terminated`;
  const cause = { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' };
  error.status.details = { ...error.status.details, causes: [cause] };
  return error;
}
