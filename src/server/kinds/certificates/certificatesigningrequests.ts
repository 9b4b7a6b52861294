import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import { defineKind } from '../define.ts';

export const certificatesigningrequests = defineKind<CertificateSigningRequest>('certificates.k8s.io', 'v1', 'certificatesigningrequests');
