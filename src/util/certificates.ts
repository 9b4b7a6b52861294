/** X.509 certificates with ECDSA P-256 keys: made with @peculiar/x509 (loaded when one is made), read with node:crypto. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  type webcrypto,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension, JsonGeneralName, Name } from '@peculiar/x509';
import { children, readAll } from './der.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { type X509Library, x509Library } from './x509-library.ts';

export type ExtendedKeyUsage =
  | 'serverAuth'
  | 'clientAuth'
  | 'codeSigning'
  | 'emailProtection'
  | 'ipsecEndSystem'
  | 'ipsecTunnel'
  | 'ipsecUser'
  | 'timeStamping'
  | 'ocspSigning'
  | 'microsoftSgc'
  | 'netscapeSgc'
  | 'any';

export interface CertificateRequestFields {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** A certificate that signs others. */
  readonly ca?: boolean;
  readonly extendedKeyUsages?: readonly ExtendedKeyUsage[];
  /** Bits of KeyUsage; default: digitalSignature (and keyCertSign, cRLSign for a CA). */
  readonly keyUsages?: readonly KeyUsage[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
}

/** PEM texts. */
export interface KeyedCertificate {
  readonly cert: string;
  /** PKCS #8. */
  readonly key: string;
}

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

const EXTENDED_KEY_USAGES: Record<ExtendedKeyUsage, string> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ipsecEndSystem: '1.3.6.1.5.5.7.3.5',
  ipsecTunnel: '1.3.6.1.5.5.7.3.6',
  ipsecUser: '1.3.6.1.5.5.7.3.7',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  microsoftSgc: '1.3.6.1.4.1.311.10.3.3',
  netscapeSgc: '2.16.840.1.113730.4.1',
  any: '2.5.29.37.0',
};
const UID = '1.3.6.1.4.1.57683.2';
const CURVES: Readonly<Record<string, readonly [curve: string, hash: string]>> = {
  prime256v1: ['P-256', 'SHA-256'],
  secp384r1: ['P-384', 'SHA-384'],
  secp521r1: ['P-521', 'SHA-512'],
};
const DAY_MS = 24 * 60 * 60 * 1000;
const CLOCK_SKEW_MS = 5 * 60 * 1000;

export function generateKeys(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function publicKeyPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** A certificate that signs itself and others. */
export async function createAuthority(commonName: string, now: Date, days: number): Promise<KeyedCertificate> {
  const { privateKey, publicKey } = generateKeys();
  const x509 = await x509Library();
  const subject = { commonName };
  const issuer = { name: nameOf(x509, subject), privateKey, keyId: keyIdentifier(publicKey) };
  const cert = await signed(x509, { subject, publicKey, ...validity(now, days), ca: true }, issuer);
  const authority = { cert, key: privateKeyPem(privateKey) };
  issuers.set(authority, issuer);
  return authority;
}

/** A certificate with a new key, signed by `authority`. */
export async function createCertificate(
  authority: KeyedCertificate,
  fields: Omit<CertificateRequestFields, 'publicKey' | 'notBefore' | 'notAfter'>,
  now: Date,
  days: number,
): Promise<KeyedCertificate> {
  const { privateKey, publicKey } = generateKeys();
  const cert = await issueCertificate(authority, { ...fields, publicKey, ...validity(now, days) });
  return { cert, key: privateKeyPem(privateKey) };
}

/** Valid from a little before now, as clocks differ. */
export function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - CLOCK_SKEW_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

/** Signs a certificate for somebody's public key. @returns PEM */
export async function issueCertificate(authority: KeyedCertificate, fields: CertificateRequestFields): Promise<string> {
  const x509 = await x509Library();
  return signed(x509, fields, issuerOf(x509, authority));
}

interface Issuer {
  readonly name: Name;
  readonly privateKey: KeyObject;
  readonly keyId: string;
}

/** Reading an authority takes as long as signing with it. */
const issuers = new WeakMap<KeyedCertificate, Issuer>();

function issuerOf(x509: X509Library, authority: KeyedCertificate): Issuer {
  const known = issuers.get(authority);
  if (known !== undefined) return known;
  const privateKey = createPrivateKey(authority.key);
  const name = new x509.X509Certificate(authority.cert).subjectName;
  const issuer = { name, privateKey, keyId: keyIdentifier(createPublicKey(privateKey)) };
  issuers.set(authority, issuer);
  return issuer;
}

async function signed(x509: X509Library, fields: CertificateRequestFields, issuer: Issuer): Promise<string> {
  const algorithm = signingAlgorithm(issuer.privateKey);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: nameOf(x509, fields.subject),
    issuer: issuer.name,
    notBefore: fields.notBefore,
    notAfter: fields.notAfter,
    publicKey: spki(fields.publicKey),
    signingKey: issuer.privateKey.toCryptoKey(algorithm as never, false, ['sign']),
    signingAlgorithm: algorithm,
    extensions: extensions(x509, fields, issuer.keyId),
  });
  return `${certificate.toString('pem')}\n`;
}

function signingAlgorithm(key: KeyObject): webcrypto.Algorithm & { namedCurve?: string; hash: string } {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (curve !== undefined) return { name: 'ECDSA', namedCurve: curve[0], hash: curve[1] };
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  throw new Error(`cannot sign certificates with a key of type ${key.asymmetricKeyType}`);
}

/** 127 random bits in hexadecimal: positive, and unique without a register. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** Organizations stand first, each in a set of its own, as Go writes them. */
function nameOf(x509: X509Library, name: DistinguishedName): Name {
  const part = (type: string) => (text: string) => ({ [type]: [{ utf8String: text }] });
  return new x509.Name([
    ...(name.organizations ?? []).map(part('O')),
    ...(name.organizationalUnits ?? []).map(part('OU')),
    ...(name.commonName === undefined ? [] : [name.commonName]).map(part('CN')),
    ...(name.uid === undefined ? [] : [name.uid]).map(part(UID)),
  ]);
}

/** RFC 5280 method 1: SHA-1 of the key's bits, in hexadecimal. */
function keyIdentifier(key: KeyObject): string {
  const bits = children(readAll(spki(key))[0])[1]?.content.subarray(1) as Buffer;
  return createHash('sha1').update(bits).digest('hex');
}

function extensions(x509: X509Library, fields: CertificateRequestFields, issuerKeyId: string): Extension[] {
  const ca = fields.ca === true;
  const usages = fields.keyUsages ?? (ca ? ['digitalSignature', 'keyCertSign', 'cRLSign'] : ['digitalSignature']);
  const bits = usages.reduce((sum, usage) => sum | x509.KeyUsageFlags[usage], 0);
  const extended = (fields.extendedKeyUsages ?? []).map((usage) => EXTENDED_KEY_USAGES[usage]);
  const names = alternativeNames(fields);
  return [
    ...(bits === 0 ? [] : [new x509.KeyUsagesExtension(bits, true)]),
    new x509.BasicConstraintsExtension(ca, undefined, true),
    new x509.AuthorityKeyIdentifierExtension(issuerKeyId),
    ...(ca ? [new x509.SubjectKeyIdentifierExtension(keyIdentifier(fields.publicKey))] : []),
    ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
  ];
}

function alternativeNames(fields: CertificateRequestFields): JsonGeneralName[] {
  const of = (type: JsonGeneralName['type']) => (value: string) => ({ type, value });
  return [
    ...(fields.emailAddresses ?? []).map(of('email')),
    ...(fields.dnsNames ?? []).map(of('dns')),
    ...(fields.uris ?? []).map(of('url')),
    ...(fields.ipAddresses ?? []).map(address).map(of('ip')),
  ];
}

function address(text: string): string {
  if (isIP(text) === 0) throw new RangeError(`not an IP address: ${text}`);
  return text;
}

export function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** Whether a key belongs to a certificate. */
export function keyFits({ cert, key }: KeyedCertificate): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

/** The public half of a private key's PEM. */
export function publicKeyOf(privateKey: string): KeyObject {
  return createPublicKey(privateKey);
}

/** The certificates of a PEM bundle. @throws Error when one is malformed. */
export function parseBundle(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
