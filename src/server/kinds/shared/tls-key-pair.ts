/** What is wrong with a certificate and its key, in the words of Go's crypto/tls X509KeyPair. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

interface PemBlock {
  readonly type: string;
  readonly text: string;
}

const PEM = /-----BEGIN ([^-\r\n]*)-----\r?\n([\s\S]*?)-----END \1-----/g;

function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(PEM)].map((match) => ({ type: match[1] as string, text: match[0] }));
}

function isKeyType(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
}

function skippedList(blocks: readonly PemBlock[]): string {
  return `[${blocks.map((block) => block.type).join(' ')}]`;
}

/** undefined when the pair is fine. */
export function keyPairError(certificate: string, key: string): string | undefined {
  const certificates = pemBlocks(certificate);
  const leaf = certificates.find((block) => block.type === 'CERTIFICATE');
  if (leaf === undefined) return missingCertificate(certificates);
  const keys = pemBlocks(key);
  const found = keys.find((block) => isKeyType(block.type));
  if (found === undefined) return missingKey(keys);
  return mismatch(leaf.text, found.text);
}

function missingCertificate(skipped: readonly PemBlock[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (skipped.length === 1 && isKeyType((skipped[0] as PemBlock).type))
    return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${skippedList(skipped)}`;
}

function missingKey(skipped: readonly PemBlock[]): string {
  if (skipped.length === 0) return 'tls: failed to find any PEM data in key input';
  if (skipped.length === 1 && (skipped[0] as PemBlock).type === 'CERTIFICATE')
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${skippedList(skipped)}`;
}

function mismatch(certificate: string, key: string): string | undefined {
  const leaf = attempt(() => new X509Certificate(certificate));
  if (leaf === undefined) return 'x509: malformed certificate';
  const secret = attempt(() => createPrivateKey(key));
  if (secret === undefined) return 'tls: failed to parse private key';
  if (leaf.publicKey.asymmetricKeyType !== secret.asymmetricKeyType)
    return 'tls: private key type does not match public key type';
  return leaf.checkPrivateKey(secret) ? undefined : 'tls: private key does not match public key';
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
