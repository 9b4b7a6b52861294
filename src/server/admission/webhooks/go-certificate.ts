/** Judges a server's certificate as Go's crypto/tls does for a client, with its words. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

const PREFIX = 'tls: failed to verify certificate: x509: ';

/** How openssl calls chains that lead to no trusted authority. */
const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'CERT_CHAIN_TOO_LONG',
]);

export interface Peer {
  readonly certificate: X509Certificate | undefined;
  /** Name or address that was dialled. */
  readonly host: string;
  /** What openssl found wrong with the chain; undefined when nothing. */
  readonly chainFault: string | undefined;
}

/** The first fault in Go's order: time, name, chain; undefined for a certificate to be trusted. */
export function certificateFault({ certificate, host, chainFault }: Peer, now: Date): string | undefined {
  if (certificate === undefined) return 'tls: received unexpected handshake message';
  const fault = timeFault(certificate, now) ?? nameFault(certificate, host);
  if (fault !== undefined) return PREFIX + fault;
  return chainFault === undefined ? undefined : PREFIX + chainText(chainFault);
}

function chainText(code: string): string {
  if (UNKNOWN_AUTHORITY.has(code)) return 'certificate signed by unknown authority';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'certificate has expired or is not yet valid: ';
  if (code === 'INVALID_PURPOSE') return 'certificate specifies an incompatible key usage';
  return `certificate is not trusted: ${code}`;
}

function timeFault({ validFromDate, validToDate }: X509Certificate, now: Date): string | undefined {
  const text = 'certificate has expired or is not yet valid: current time';
  if (now < validFromDate) return `${text} ${seconds(now)} is before ${seconds(validFromDate)}`;
  if (now > validToDate) return `${text} ${seconds(now)} is after ${seconds(validToDate)}`;
  return undefined;
}

function seconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Go reads subject alternative names only, never the common name. */
function nameFault(certificate: X509Certificate, host: string): string | undefined {
  const { dns, ip } = alternativeNames(certificate.subjectAltName);
  if (isIP(host) !== 0) {
    if (certificate.checkIP(host) !== undefined) return undefined;
    if (ip.length === 0) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
    return `certificate is valid for ${ip.join(', ')}, not ${host}`;
  }
  if (certificate.checkHost(host, { subject: 'never' }) !== undefined) return undefined;
  if (certificate.subjectAltName === undefined)
    return 'certificate relies on legacy Common Name field, use SANs instead';
  if (dns.length === 0) return `certificate is not valid for any names, but wanted to match ${host}`;
  return `certificate is valid for ${dns.join(', ')}, not ${host}`;
}

function alternativeNames(text = ''): { readonly dns: string[]; readonly ip: string[] } {
  const names = text.split(', ');
  const of = (prefix: string): string[] =>
    names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  return { dns: of('DNS:'), ip: of('IP Address:') };
}
