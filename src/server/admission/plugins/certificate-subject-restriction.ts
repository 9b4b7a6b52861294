/** Nobody gets a client certificate for system:masters signed. Imitates kubernetes plugin/pkg/admission/certificates/subjectrestriction. */
import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import { parseCertificateRequest } from '../../../util/certificate-request.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-client';
const GROUP = 'system:masters';

export const certificateSubjectRestriction: AdmissionPluginFactory = () => ({
  name: 'CertificateSubjectRestriction',
  resources: ['certificates.k8s.io/certificatesigningrequests'],
  validate(attributes) {
    if (!isAbout(attributes, 'certificates.k8s.io', 'certificatesigningrequests', 'CREATE')) return;
    const { spec } = attributes.object as CertificateSigningRequest;
    if (spec?.signerName !== SIGNER) return;
    let organizations: readonly string[] = [];
    try {
      const text = Buffer.from(spec.request ?? '', 'base64').toString('utf8');
      organizations = parseCertificateRequest(text).subject.organizations ?? [];
    } catch (error) {
      throw admissionForbidden(attributes, `failed to parse CSR: ${(error as Error).message}`);
    }
    if (!organizations.includes(GROUP)) return;
    throw admissionForbidden(attributes, `use of ${SIGNER} signer with ${GROUP} group is not allowed`);
  },
});
