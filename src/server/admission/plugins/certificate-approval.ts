/** Who approves a certificate must hold `approve` on its signer. Imitates kubernetes plugin/pkg/admission/certificates/approval. */
import { quote } from '../../../api/field-errors.ts';
import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAboutSubresource } from '../is-about.ts';
import { mayUseSigner } from './signer-permission.ts';

export const certificateApproval: AdmissionPluginFactory = ({ authorize }) => ({
  name: 'CertificateApproval',
  resources: ['certificates.k8s.io/certificatesigningrequests'],
  async validate(attributes) {
    const path = 'certificatesigningrequests/approval';
    if (!isAboutSubresource(attributes, 'certificates.k8s.io', path, 'UPDATE')) return;
    const signer = (attributes.old as CertificateSigningRequest).spec?.signerName ?? '';
    if (await mayUseSigner(authorize, attributes.user, 'approve', signer)) return;
    throw admissionForbidden(attributes, `user not permitted to approve requests with signerName ${quote(signer)}`);
  },
});
