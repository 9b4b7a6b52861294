/** Reads PKCS #10 certificate signing requests. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { children, type DerValue, readAll, readOid } from './der.ts';
import { type DistinguishedName, decodeName } from './distinguished-name.ts';

export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly dnsNames: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
  /** 4 or 16 bytes each, as text. */
  readonly ipAddresses: readonly string[];
  /** Whether the request is signed by its own key. */
  readonly verified: boolean;
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const HASHES: Record<string, string> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
};

/** The first PEM block of a text: its label and bytes; undefined when there is none. */
export function firstPemBlock(text: string): { label: string; bytes: Buffer } | undefined {
  const match = /-----BEGIN ([A-Z0-9 ]+)-----\s*([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { label: match[1], bytes: Buffer.from(match[2], 'base64') };
}

/** @throws Error in upstream's words when it is no PEM of the right type, or not readable. */
export function parseCertificateRequest(text: string): CertificateRequest {
  const block = firstPemBlock(text);
  if (block === undefined || block.label !== 'CERTIFICATE REQUEST') {
    throw new Error('PEM block type must be CERTIFICATE REQUEST');
  }
  const [info, algorithm, signature] = children(readAll(block.bytes)[0]);
  const [, subject, key, attributes] = children(info);
  const publicKey = createPublicKey({ key: key?.raw as Buffer, format: 'der', type: 'spki' });
  return {
    subject: decodeName(subject),
    publicKey,
    ...alternativeNames(attributes),
    verified: isSigned(info as DerValue, algorithm, signature, publicKey),
  };
}

function isSigned(
  info: DerValue,
  algorithm: DerValue | undefined,
  signature: DerValue | undefined,
  key: KeyObject,
): boolean {
  const id = readOid(children(algorithm)[0]);
  const hash = id === '1.3.101.112' ? null : HASHES[id];
  if (hash === undefined || signature === undefined) return false;
  return verify(hash, info.raw, key, signature.content.subarray(1));
}

type Names = Pick<CertificateRequest, 'dnsNames' | 'emailAddresses' | 'uris' | 'ipAddresses'>;

function alternativeNames(attributes: DerValue | undefined): Names {
  const names = generalNames(attributes);
  const texts = (tag: number) =>
    names.filter((name) => name.tag === tag).map((name) => name.content.toString('latin1'));
  return {
    emailAddresses: texts(0x81),
    dnsNames: texts(0x82),
    uris: texts(0x86),
    ipAddresses: names.filter((name) => name.tag === 0x87).map((name) => ipText(name.content)),
  };
}

function generalNames(attributes: DerValue | undefined): DerValue[] {
  if (attributes === undefined) return [];
  for (const attribute of children(attributes)) {
    const [type, values] = children(attribute);
    if (readOid(type) !== EXTENSION_REQUEST) continue;
    for (const extension of children(children(values)[0])) {
      const fields = children(extension);
      if (readOid(fields[0]) === SUBJECT_ALTERNATIVE_NAME)
        return children(readAll((fields.at(-1) as DerValue).content)[0]);
    }
  }
  return [];
}

function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
