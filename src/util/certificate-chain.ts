/** Verifies a client's certificate against authorities, as Go's x509.Certificate.Verify does for client authentication. */
import type { X509Certificate } from 'node:crypto';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const ANY_USAGE = '2.5.29.37.0';
const MAX_DEPTH = 5;

/** How long a verified chain holds, in milliseconds since the epoch. */
export interface VerifiedChain {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * @param intermediates what the client sent besides its own certificate
 * @throws Error in Go's words: unknown authority, expired, or not for client authentication
 */
export function verifyClientChain(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Date,
): VerifiedChain {
  const chain = chainOf(leaf, intermediates, roots, MAX_DEPTH);
  if (chain === undefined) throw new Error('x509: certificate signed by unknown authority');
  if (!chain.every(allowsClients)) throw new Error('x509: certificate specifies an incompatible key usage');
  const notBefore = Math.max(...chain.map((certificate) => Date.parse(certificate.validFrom)));
  const notAfter = Math.min(...chain.map((certificate) => Date.parse(certificate.validTo)));
  if (now.getTime() < notBefore || now.getTime() > notAfter) {
    throw new Error('x509: certificate has expired or is not yet valid');
  }
  return { notBefore, notAfter };
}

/** From the leaf to a root. */
function chainOf(
  certificate: X509Certificate,
  intermediates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  depth: number,
): X509Certificate[] | undefined {
  const root = roots.find((candidate) => isIssuer(candidate, certificate));
  if (root !== undefined) return [certificate, root];
  if (depth === 0) return undefined;
  for (const candidate of intermediates) {
    if (!isIssuer(candidate, certificate)) continue;
    const rest = chainOf(candidate, without(intermediates, candidate), roots, depth - 1);
    if (rest !== undefined) return [certificate, ...rest];
  }
  return undefined;
}

function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function without(list: readonly X509Certificate[], item: X509Certificate): X509Certificate[] {
  return list.filter((other) => other !== item);
}

/** A certificate without extended usages may be used for everything. */
function allowsClients(certificate: X509Certificate): boolean {
  const usages = certificate.keyUsage as string[] | undefined;
  return usages === undefined || usages.includes(CLIENT_AUTH) || usages.includes(ANY_USAGE);
}
