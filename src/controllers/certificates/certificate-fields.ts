/** The certificate that answers a signing request; imitates pkg/controller/certificates/authority. */
import type { CertificateRequest } from '../../util/certificate-request.ts';
import type { CertificateRequestFields, ExtendedKeyUsage, KeyUsage } from '../../util/certificates.ts';

const HOUR_MS = 60 * 60 * 1000;
const LONGEST_MS = 365 * 24 * HOUR_MS;
const SHORTEST_MS = 10 * 60 * 1000;
const BACKDATE_MS = 5 * 60 * 1000;
/** Shorter certificates do not lose what they are dated back. */
const SHORT_MS = 8 * HOUR_MS;
const KEY_USAGES: Readonly<Record<string, KeyUsage>> = {
  signing: 'digitalSignature',
  'digital signature': 'digitalSignature',
  'content commitment': 'nonRepudiation',
  'key encipherment': 'keyEncipherment',
  'key agreement': 'keyAgreement',
  'data encipherment': 'dataEncipherment',
  'cert sign': 'keyCertSign',
  'crl sign': 'cRLSign',
  'encipher only': 'encipherOnly',
  'decipher only': 'decipherOnly',
};
/** In the order in which they stand in the certificate. */
const EXTENDED_KEY_USAGES: readonly (readonly [usage: string, extended: ExtendedKeyUsage])[] = [
  ['any', 'any'],
  ['server auth', 'serverAuth'],
  ['client auth', 'clientAuth'],
  ['code signing', 'codeSigning'],
  ['email protection', 'emailProtection'],
  ['s/mime', 'emailProtection'],
  ['ipsec end system', 'ipsecEndSystem'],
  ['ipsec tunnel', 'ipsecTunnel'],
  ['ipsec user', 'ipsecUser'],
  ['timestamping', 'timeStamping'],
  ['ocsp signing', 'ocspSigning'],
  ['microsoft sgc', 'microsoftSgc'],
  ['netscape sgc', 'netscapeSgc'],
];

export interface Wishes {
  readonly usages: readonly string[];
  readonly expirationSeconds: number | undefined;
}

/** @param authorityEnds no certificate outlives the authority's */
export function certificateFields(
  request: CertificateRequest,
  { usages, expirationSeconds }: Wishes,
  now: Date,
  authorityEnds: Date,
): CertificateRequestFields {
  const { subject, publicKey, dnsNames, ipAddresses, uris, emailAddresses } = request;
  const bits = usages.flatMap((usage) => KEY_USAGES[usage] ?? []);
  const extended = EXTENDED_KEY_USAGES.filter(([usage]) => usages.includes(usage)).map(([, name]) => name);
  return {
    subject,
    publicKey,
    dnsNames,
    ipAddresses,
    uris,
    emailAddresses,
    keyUsages: [...new Set(bits)],
    extendedKeyUsages: [...new Set(extended)],
    ...validity(expirationSeconds, now.getTime(), authorityEnds.getTime()),
  };
}

function validity(seconds: number | undefined, now: number, end: number): { notBefore: Date; notAfter: Date } {
  const wanted = Math.min(seconds === undefined ? LONGEST_MS : seconds * 1000, LONGEST_MS);
  const ttl = Math.max(wanted, SHORTEST_MS);
  const notAfter = now + ttl - (ttl < SHORT_MS ? 0 : BACKDATE_MS);
  return { notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(Math.min(notAfter, end)) };
}
