/** Makes authorities, certificates and signing requests with @peculiar/x509. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension, JsonGeneralName, X509Certificate as LibraryCertificate } from '@peculiar/x509';
import type { KeyedCertificate } from '../../util/certificates.ts';
import { x509Library } from '../../util/x509-library.ts';
import { type KeyPair, keyPairOf, webKeys } from './keys.ts';

type Library = Awaited<ReturnType<typeof x509Library>>;

export interface Subject {
  readonly commonName: string;
  /** Groups, in a client certificate. */
  readonly organizations?: readonly string[];
}

export type Purpose = 'client' | 'server';

export interface LeafFields {
  readonly subject: Subject;
  readonly purposes: readonly Purpose[];
  /** Names, addresses and URLs that it is good for. */
  readonly hosts?: readonly string[];
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Certificates begin so long ago. */
export const CLOCK_SKEW_MS = 5 * 60_000;
const PURPOSE_IDS: Readonly<Record<Purpose, string>> = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1' };

/** From a little before now, as clocks differ. */
export function validFor(now: Date, milliseconds: number): Validity {
  return {
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + milliseconds),
  };
}

/** A certificate that signs itself and others. @returns PEM */
export async function issueAuthority(subject: Subject, keys: KeyPair, validity: Validity): Promise<string> {
  const x509 = await x509Library();
  const { pair, algorithm } = webKeys(keys);
  const usages = x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: nameOf(x509, subject),
    keys: pair,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(usages, true),
      await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
    ],
  });
  return pemOf(made);
}

/** A certificate for `publicKey`, signed by `authority`. @returns PEM */
export async function issueLeaf(
  authority: KeyedCertificate,
  publicKey: KeyPair['publicKey'],
  fields: LeafFields,
  validity: Validity,
): Promise<string> {
  const x509 = await x509Library();
  const issuer = new x509.X509Certificate(authority.cert);
  const { pair, algorithm } = webKeys(keyPairOf(authority.key, "the authority's key"));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const rsa = publicKey.asymmetricKeyType === 'rsa';
  const made = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: nameOf(x509, fields.subject),
    issuer: issuer.subjectName,
    publicKey: spki,
    signingKey: pair.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | (rsa ? x509.KeyUsageFlags.keyEncipherment : 0),
        true,
      ),
      new x509.ExtendedKeyUsageExtension(fields.purposes.map((purpose) => PURPOSE_IDS[purpose])),
      new x509.AuthorityKeyIdentifierExtension(await keyIdentifier(x509, issuer)),
      ...alternativeNames(x509, fields.hosts ?? []),
    ],
  });
  return pemOf(made);
}

/** The same certificate once more: subject, uses and names of `old`, another key and time. @returns PEM */
export async function reissueLeaf(
  authority: KeyedCertificate,
  publicKey: KeyPair['publicKey'],
  old: string,
  validity: Validity,
): Promise<string> {
  const x509 = await x509Library();
  const issuer = new x509.X509Certificate(authority.cert);
  const before = new x509.X509Certificate(old);
  const { pair, algorithm } = webKeys(keyPairOf(authority.key, "the authority's key"));
  const ofKeys: readonly string[] = ['2.5.29.35', '2.5.29.14'];
  const made = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber(),
    subject: before.subjectName,
    issuer: issuer.subjectName,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    signingKey: pair.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      ...before.extensions.filter(({ type }) => !ofKeys.includes(type)),
      new x509.AuthorityKeyIdentifierExtension(await keyIdentifier(x509, issuer)),
    ],
  });
  return pemOf(made);
}

/** A PKCS #10 request. @returns PEM */
export async function signingRequest({ subject, hosts = [] }: Omit<LeafFields, 'purposes'>, keys: KeyPair) {
  const x509 = await x509Library();
  const { pair, algorithm } = webKeys(keys);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: nameOf(x509, subject),
    keys: pair,
    signingAlgorithm: algorithm,
    extensions: alternativeNames(x509, hosts),
  });
  return `${made.toString('pem')}\n`;
}

/** Organizations first, each in a set of its own, as Go writes them. */
function nameOf(x509: Library, { commonName, organizations = [] }: Subject) {
  const parts = organizations.map((text) => ({ O: [{ utf8String: text }] }));
  return new x509.Name([...parts, { CN: [{ utf8String: commonName }] }] as ConstructorParameters<Library['Name']>[0]);
}

function alternativeNames(x509: Library, hosts: readonly string[]): Extension[] {
  if (hosts.length === 0) return [];
  return [new x509.SubjectAlternativeNameExtension(hosts.map(generalName))];
}

function generalName(host: string): JsonGeneralName {
  if (isIP(host) !== 0) return { type: 'ip', value: host };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(host)) return { type: 'url', value: host };
  return host.includes('@') ? { type: 'email', value: host } : { type: 'dns', value: host };
}

/** What the authority calls its own key; without such an extension, the usual hash. */
async function keyIdentifier(x509: Library, issuer: LibraryCertificate): Promise<string> {
  const own = issuer.getExtension(x509.SubjectKeyIdentifierExtension);
  return (own ?? (await x509.SubjectKeyIdentifierExtension.create(issuer.publicKey))).keyId;
}

/** 127 random bits: positive, and unique without a register. Hexadecimal. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function pemOf(certificate: LibraryCertificate): string {
  return `${certificate.toString('pem')}\n`;
}
