/** Makes the namespace of a write when it does not exist yet. Imitates kubernetes plugin/pkg/admission/namespace/autoprovision. */
import { isStatusError } from '../../../api/status-error.ts';
import type { UserInfo } from '../../request/user.ts';
import type { AdmissionPluginFactory } from '../admission.ts';

const SYSTEM: UserInfo = { name: 'system:apiserver', uid: '', groups: ['system:masters'], extra: {} };

export const namespaceAutoProvision: AdmissionPluginFactory = ({ objects }) => ({
  name: 'NamespaceAutoProvision',
  async admit({ operation, namespace, kind, dryRun }) {
    if (operation !== 'CREATE' || namespace === '' || kind.resource === 'namespaces' || dryRun) return;
    if ((await objects.get('', 'namespaces', '', namespace)) !== undefined) return;
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    try {
      await objects.create('', 'namespaces', object, { user: SYSTEM, dryRun: false });
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
  },
});
