/** What a certificate says, read with Node's own parser. */
import { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { ofCertificate } from '../auth/offline-identity.ts';
import { keyText } from './keys.ts';

export interface CertificateFacts {
  /** `CN=alice, O=dev` */
  readonly subject: string;
  readonly issuer: string;
  readonly selfSigned: boolean;
  readonly authority: boolean;
  /** Empty: any. */
  readonly purposes: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: string;
  /** Names, addresses, URLs. */
  readonly hosts: readonly string[];
  readonly serial: string;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
  /** For a client certificate: who Kubernetes takes its holder for. */
  readonly user?: { readonly username: string; readonly groups: readonly string[] };
}

const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'servers',
  '1.3.6.1.5.5.7.3.2': 'clients',
  '1.3.6.1.5.5.7.3.3': 'signing code',
  '1.3.6.1.5.5.7.3.4': 'e-mail',
  '1.3.6.1.5.5.7.3.8': 'time stamps',
  '1.3.6.1.5.5.7.3.9': 'OCSP answers',
};
const ANY_PURPOSE = '2.5.29.37.0';

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const purposes = purposesOf(certificate);
  const isClient = !certificate.ca && (purposes.length === 0 || purposes.includes('clients'));
  const { username = '', groups = [] } = isClient ? ofCertificate(certificate.toString()).user : {};
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    selfSigned: certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey),
    authority: certificate.ca,
    purposes,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    key: keyText(certificate.publicKey),
    hosts: hostsOf(certificate),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256,
    ...(isClient && username !== '' ? { user: { username, groups } } : {}),
  };
}

/** Empty when the certificate may be used for everything. */
function purposesOf(certificate: X509Certificate): string[] {
  const ids = (certificate.keyUsage as string[] | undefined) ?? [];
  return ids.includes(ANY_PURPOSE) ? [] : ids.map((id) => PURPOSES[id] ?? id);
}

/** `CN=alice, O=dev`: the name in front, as people say it. */
export function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').reverse().filter(Boolean).join(', ') || 'nobody';
}

/** Node quotes values that hold a comma as JSON strings. */
function hostsOf({ subjectAltName = '' }: X509Certificate): string[] {
  const parts = subjectAltName.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return parts.map((part) => {
    const [, type = '', name = ''] = /^(?:(DNS|IP Address|URI|email):)?(.*)$/s.exec(part.trim()) ?? [];
    // Node writes 0:0:0:0:0:0:0:1, everybody else ::1.
    return type === 'IP Address' && isIPv6(name) ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name;
  });
}

/** All certificates of a PEM text, the leaf first. @throws Error when one is malformed */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (TRUSTED )?CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** `authority`, `certificate for clients`, `certificate for clients and servers`, `certificate for any use` */
export function kindWords({ authority, purposes }: CertificateFacts): string {
  if (authority) return 'certificate authority';
  return `certificate for ${purposes.length === 0 ? 'any use' : purposes.join(' and ')}`;
}
