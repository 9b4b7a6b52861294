/** Services get no new external addresses. Imitates kubernetes plugin/pkg/admission/network/denyserviceexternalips. */
import type { Service } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

export const denyServiceExternalIPs: AdmissionPluginFactory = () => ({
  name: 'DenyServiceExternalIPs',
  resources: ['/services'],
  validate(attributes) {
    if (!isAbout(attributes, '', 'services', 'CREATE', 'UPDATE')) return;
    const old = new Set((attributes.old as Service | undefined)?.spec?.externalIPs);
    const { spec } = attributes.object as Service;
    if ((spec?.externalIPs ?? []).every((address) => old.has(address))) return;
    throw admissionForbidden(attributes, 'Use of external IPs is denied by admission control.');
  },
});
