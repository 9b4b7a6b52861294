/**
 * PKCS #12 files (RFC 7292): key and certificates in one, for browsers and keychains. The key is encrypted with
 * AES-256 under the password, the certificates lie open as they are public, and a MAC guards the whole.
 */
import { createHash, createHmac, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { der, octetString, oid, sequence, TAG, unsignedInteger } from '../../util/der.ts';

export interface Pkcs12Contents {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Certificates of authorities, PEM. */
  readonly chain: readonly string[];
  /** What keychains show. */
  readonly name: string;
}

const ID = {
  data: '1.2.840.113549.1.7.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  sha256: '2.16.840.1.101.3.4.2.1',
};
const MAC_ITERATIONS = 10_000;
const BLOCK_BYTES = 64;
const BMP_STRING = 0x1e;
const MAC_KEY = 3;

export function pkcs12({ cert, key, chain, name }: Pkcs12Contents, password: string): Buffer {
  const leaf = new X509Certificate(cert).raw;
  const attributes = bagAttributes(name, createHash('sha1').update(leaf).digest());
  const certificates = sequence(
    certBag(leaf, attributes),
    ...chain.map((pem) => certBag(new X509Certificate(pem).raw)),
  );
  const shrouded = createPrivateKey(key).export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: password,
  });
  const keys = sequence(sequence(oid(ID.shroudedKeyBag), tagged(shrouded), attributes));
  const safe = sequence(dataContent(certificates), dataContent(keys));
  return sequence(integer(3), dataContent(safe), macData(safe, password));
}

function certBag(raw: Buffer, attributes?: Buffer): Buffer {
  const value = tagged(sequence(oid(ID.x509Certificate), tagged(octetString(raw))));
  return sequence(oid(ID.certBag), value, ...(attributes === undefined ? [] : [attributes]));
}

function bagAttributes(name: string, id: Buffer): Buffer {
  return der(
    TAG.set,
    sequence(oid(ID.localKeyId), der(TAG.set, octetString(id))),
    sequence(oid(ID.friendlyName), der(TAG.set, der(BMP_STRING, bigEndian(name)))),
  );
}

function dataContent(content: Buffer): Buffer {
  return sequence(oid(ID.data), tagged(octetString(content)));
}

function macData(content: Buffer, password: string): Buffer {
  const salt = randomBytes(16);
  const mac = createHmac('sha256', macKey(password, salt)).update(content).digest();
  const algorithm = sequence(oid(ID.sha256), der(TAG.null));
  return sequence(sequence(algorithm, octetString(mac)), octetString(salt), integer(MAC_ITERATIONS));
}

/** RFC 7292 B.2; one block is enough for SHA-256. */
function macKey(password: string, salt: Buffer): Buffer {
  const secret = bigEndian(`${password}\0`);
  let key: Buffer = Buffer.concat([Buffer.alloc(BLOCK_BYTES, MAC_KEY), repeated(salt), repeated(secret)]);
  for (let i = 0; i < MAC_ITERATIONS; i++) key = createHash('sha256').update(key).digest();
  return key;
}

/** Filled up to whole blocks with itself. */
function repeated(bytes: Buffer): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES, bytes);
}

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function tagged(content: Uint8Array): Buffer {
  return der(0xa0, content);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return unsignedInteger(bytes);
}
