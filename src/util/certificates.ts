/**
 * Makes X.509 certificates with ECDSA P-256 keys (RFC 5280). Written on node:crypto and der.ts and not on
 * @peculiar/x509: loading that costs 70 ms and its first certificate 30, and a control plane starts in less.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  boolean,
  children,
  der,
  octetString,
  oid,
  readAll,
  sequence,
  time,
  unsignedInteger,
} from './der.ts';
import { type DistinguishedName, encodeName } from './distinguished-name.ts';

export type ExtendedKeyUsage = 'serverAuth' | 'clientAuth' | 'codeSigning' | 'emailProtection' | 'timeStamping' | 'any';

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

const SIGNATURE_ALGORITHMS: Record<string, string> = { ec: '1.2.840.10045.4.3.2', rsa: '1.2.840.113549.1.1.11' };
const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];
const EXTENDED_KEY_USAGES: Record<ExtendedKeyUsage, string> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  any: '2.5.29.37.0',
};
const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
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
export function createAuthority(commonName: string, now: Date, days: number): KeyedCertificate {
  const { privateKey, publicKey } = generateKeys();
  const subject = { commonName };
  const cert = signCertificate(
    { subject, publicKey, ...validity(now, days), ca: true },
    encodeName(subject),
    privateKey,
    publicKey,
  );
  return { cert, key: privateKeyPem(privateKey) };
}

/** A certificate with a new key, signed by `authority`. */
export function createCertificate(
  authority: KeyedCertificate,
  fields: Omit<CertificateRequestFields, 'publicKey' | 'notBefore' | 'notAfter'>,
  now: Date,
  days: number,
): KeyedCertificate {
  const { privateKey, publicKey } = generateKeys();
  const cert = issueCertificate(authority, { ...fields, publicKey, ...validity(now, days) });
  return { cert, key: privateKeyPem(privateKey) };
}

/** Valid from a little before now, as clocks differ. */
export function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - CLOCK_SKEW_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

/** Signs a certificate for somebody's public key. @returns PEM */
export function issueCertificate(authority: KeyedCertificate, fields: CertificateRequestFields): string {
  const issuer = new X509Certificate(authority.cert);
  return signCertificate(fields, subjectBytes(issuer), createPrivateKey(authority.key), issuer.publicKey);
}

function subjectBytes(certificate: X509Certificate): Buffer {
  const fields = children(children(readAll(certificate.raw)[0])[0]);
  const first = fields[0]?.tag === 0xa0 ? 1 : 0;
  return fields[first + 4]?.raw as Buffer;
}

function signCertificate(
  fields: CertificateRequestFields,
  issuer: Buffer,
  signer: KeyObject,
  signerPublic: KeyObject,
): string {
  const algorithm = signatureAlgorithm(signer);
  const body = sequence(
    der(0xa0, unsignedInteger(Buffer.from([2]))),
    unsignedInteger(serialNumber()),
    algorithm,
    issuer,
    sequence(time(fields.notBefore), time(fields.notAfter)),
    encodeName(fields.subject),
    spki(fields.publicKey),
    der(0xa3, sequence(...extensions(fields, signerPublic))),
  );
  return pem('CERTIFICATE', sequence(body, algorithm, bitString(sign('sha256', body, signer))));
}

function signatureAlgorithm(key: KeyObject): Buffer {
  const type = key.asymmetricKeyType ?? '';
  const id = SIGNATURE_ALGORITHMS[type];
  if (id === undefined) throw new Error(`cannot sign certificates with a key of type ${type}`);
  return type === 'rsa' ? sequence(oid(id), Buffer.from([0x05, 0x00])) : sequence(oid(id));
}

/** 127 random bits: positive, and unique without a register. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function extensions(fields: CertificateRequestFields, signerPublic: KeyObject): Buffer[] {
  const ca = fields.ca === true;
  const usages = fields.keyUsages ?? (ca ? ['digitalSignature', 'keyCertSign', 'cRLSign'] : ['digitalSignature']);
  const names = alternativeNames(fields);
  const list = [
    extension(EXTENSION.keyUsage, true, keyUsageBits(usages)),
    extension(EXTENSION.basicConstraints, true, ca ? sequence(boolean(true)) : sequence()),
    extension(EXTENSION.authorityKeyIdentifier, false, sequence(der(0x80, keyIdentifier(signerPublic)))),
  ];
  if (ca) list.push(extension(EXTENSION.subjectKeyIdentifier, false, octetString(keyIdentifier(fields.publicKey))));
  if ((fields.extendedKeyUsages ?? []).length > 0) {
    const ids = (fields.extendedKeyUsages ?? []).map((usage) => oid(EXTENDED_KEY_USAGES[usage]));
    list.push(extension(EXTENSION.extendedKeyUsage, false, sequence(...ids)));
  }
  if (names.length > 0) list.push(extension(EXTENSION.subjectAlternativeName, false, sequence(...names)));
  return list;
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function keyUsageBits(usages: readonly KeyUsage[]): Buffer {
  const byte = usages.reduce((bits, usage) => bits | (0x80 >> KEY_USAGES.indexOf(usage)), 0);
  let unused = 0;
  while (unused < 7 && ((byte >> unused) & 1) === 0) unused++;
  return bitString(Buffer.from([byte]), unused);
}

/** RFC 5280 method 1: SHA-1 of the key's bits. */
function keyIdentifier(key: KeyObject): Buffer {
  const bits = children(readAll(spki(key))[0])[1]?.content.subarray(1) as Buffer;
  return createHash('sha1').update(bits).digest();
}

function alternativeNames(fields: CertificateRequestFields): Buffer[] {
  return [
    ...(fields.emailAddresses ?? []).map((text) => der(0x81, Buffer.from(text, 'latin1'))),
    ...(fields.dnsNames ?? []).map((text) => der(0x82, Buffer.from(text, 'latin1'))),
    ...(fields.uris ?? []).map((text) => der(0x86, Buffer.from(text, 'latin1'))),
    ...(fields.ipAddresses ?? []).map((text) => der(0x87, ipBytes(text))),
  ];
}

/** 4 or 16 bytes. @throws RangeError when it is no address. */
export function ipBytes(address: string): Buffer {
  const version = isIP(address);
  if (version === 4) return Buffer.from(address.split('.').map(Number));
  if (version !== 6) throw new RangeError(`not an IP address: ${address}`);
  const [head = '', tail] = embeddedIPv4(address).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const bytes = Buffer.alloc(16);
  for (const [i, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), i * 2);
  return bytes;
}

/** `::ffff:1.2.3.4` with its last four bytes as groups. */
function embeddedIPv4(address: string): string {
  const match = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (match === null) return address;
  const [, head, ...bytes] = match;
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  return `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
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
