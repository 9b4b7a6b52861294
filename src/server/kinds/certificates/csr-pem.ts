/** PEM in signing requests: the request itself and the certificate that answers it, with the words of Go's crypto. */
import { X509Certificate } from 'node:crypto';
import { quote } from '../../../api/field-errors.ts';
import { type CertificateRequest, parseCertificateRequest } from '../../../util/certificate-request.ts';

const WRONG_TYPE = 'PEM block type must be CERTIFICATE REQUEST';
const PEM = /-----BEGIN ([^\r\n]*?)-----\r?\n([\s\S]*?)-----END \1-----/g;
const MALFORMED_REQUEST = 'asn1: syntax error: data truncated';
const BAD_SIGNATURES: Record<string, string> = {
  ec: 'x509: ECDSA verification failure',
  rsa: 'crypto/rsa: verification error',
  ed25519: 'x509: Ed25519 verification failure',
};

/** Why a signing request (PEM in base64) cannot be used; undefined when it is well-formed and signed by its own key. */
export function requestError(request: string | undefined): string | undefined {
  let parsed: CertificateRequest;
  try {
    parsed = parseCertificateRequest(decode(request));
  } catch (error) {
    return (error as Error).message === WRONG_TYPE ? WRONG_TYPE : MALFORMED_REQUEST;
  }
  if (parsed.verified) return undefined;
  return (
    BAD_SIGNATURES[parsed.publicKey.asymmetricKeyType ?? ''] ?? 'x509: cannot verify signature: algorithm unimplemented'
  );
}

/** Why a certificate chain (PEM in base64) cannot be issued; undefined when it is fine or empty. */
export function certificateError(certificate: string | undefined): string | undefined {
  if (certificate === undefined || certificate === '') return undefined;
  const blocks = [...decode(certificate).matchAll(PEM)];
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const [text, label = '', body = ''] of blocks) {
    if (label !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${quote(label)}`;
    if (body.includes(':')) return 'no PEM block headers are permitted';
    if (!isCertificate(text)) return 'x509: malformed certificate';
  }
  return undefined;
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('latin1');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
