/** Nothing is written in a namespace that does not exist; NamespaceLifecycle does this and more. Imitates kubernetes plugin/pkg/admission/namespace/exists. */
import { notFound } from '../../../api/status-error.ts';
import type { AdmissionPluginFactory } from '../admission.ts';

export const namespaceExists: AdmissionPluginFactory = ({ mirrored }) => {
  const namespaces = mirrored('', 'namespaces');
  return {
    name: 'NamespaceExists',
    validate({ operation, namespace, kind }) {
      if (operation === 'CONNECT' || namespace === '' || kind.resource === 'namespaces') return;
      if (namespaces.get('', namespace) !== undefined) return;
      throw notFound({ group: '', resource: 'namespaces' }, namespace);
    },
  };
};
