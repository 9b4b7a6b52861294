/** Who writes a certificate must hold `sign` on its signer. Imitates kubernetes plugin/pkg/admission/certificates/signing. */
import { quote } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAboutSubresource } from '../is-about.ts';
import { mayUseSigner } from './signer-permission.ts';

export const certificateSigning: AdmissionPluginFactory = ({ authorize }) => ({
  name: 'CertificateSigning',
  resources: ['certificates.k8s.io/certificatesigningrequests'],
  async validate(attributes) {
    const path = 'certificatesigningrequests/status';
    if (!isAboutSubresource(attributes, 'certificates.k8s.io', path, 'UPDATE')) return;
    const { status } = attributes.object as CertificateSigningRequest;
    const { status: before, spec } = attributes.old as CertificateSigningRequest;
    const sameCertificate = (status?.certificate ?? '') === (before?.certificate ?? '');
    if (sameCertificate && equalJson(status?.conditions ?? [], before?.conditions ?? [])) return;
    const signer = spec?.signerName ?? '';
    if (await mayUseSigner(authorize, attributes.user, 'sign', signer)) return;
    throw admissionForbidden(attributes, `user not permitted to sign requests with signerName ${quote(signer)}`);
  },
});
