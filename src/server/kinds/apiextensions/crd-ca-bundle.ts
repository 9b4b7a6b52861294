/** The certificates that a conversion webhook is checked with; imitates client-go util/cert ParseCertsPEM. */
import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** What is wrong with a bundle, PEM in base64; undefined when it has certificates or is empty. */
export function bundleFault(caBundle: string): string | undefined {
  if (caBundle === '') return undefined;
  const blocks = Buffer.from(caBundle, 'base64').toString('latin1').match(BLOCK) ?? [];
  const why =
    blocks.length === 0
      ? 'data does not contain any valid RSA or ECDSA certificates'
      : blocks.every(isCertificate)
        ? undefined
        : 'x509: malformed certificate';
  return why === undefined ? undefined : `unable to load root certificates: ${why}`;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
