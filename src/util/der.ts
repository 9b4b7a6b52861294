/** DER: enough of X.690 to read names and signing requests, and to write PKCS #12 files. */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value with its tag and length. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(body.length), body]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.from([0x80 | digits.length, ...digits]);
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return der(TAG.sequence, ...items);
}

/** `bytes`: an unsigned big-endian number. */
export function unsignedInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  const negative = ((trimmed[0] ?? 0) & 0x80) !== 0;
  return der(TAG.integer, negative ? Buffer.from([0]) : Buffer.alloc(0), trimmed);
}

/** `1.2.840.10045.4.3.2` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const part of [first * 40 + second, ...rest]) {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left % 128));
    bytes.push(...digits);
  }
  return der(TAG.oid, Buffer.from(bytes));
}

export function octetString(bytes: Uint8Array): Buffer {
  return der(TAG.octetString, bytes);
}

/** A parsed value. `raw` is the whole of it, `content` what its length counts. */
export interface DerValue {
  readonly tag: number;
  readonly raw: Buffer;
  readonly content: Buffer;
}

/** @throws RangeError when the bytes are not one DER value after another. */
export function readAll(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = readOne(bytes, at);
    values.push(value);
    at += value.raw.length;
  }
  return values;
}

/** The items of a constructed value. @throws RangeError when it is none. */
export function children(value: DerValue | undefined): DerValue[] {
  if (value === undefined || (value.tag & 0x20) === 0) throw new RangeError('not a constructed DER value');
  return readAll(value.content);
}

function readOne(bytes: Buffer, at: number): DerValue {
  const tag = bytes[at] as number;
  const first = bytes[at + 1];
  if (first === undefined || (tag & 0x1f) === 0x1f) throw new RangeError('unreadable DER tag');
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length) throw new RangeError('unreadable DER length');
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  if (start + length > bytes.length) throw new RangeError('truncated DER value');
  return { tag, raw: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) };
}

/** @throws RangeError when it is no object identifier. */
export function readOid(value: DerValue | undefined): string {
  if (value === undefined || value.tag !== TAG.oid || value.content.length === 0) throw new RangeError('not a DER OID');
  const parts: number[] = [];
  let part = 0;
  for (const byte of value.content) {
    part = part * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (parts.length === 0) {
      const root = Math.min(2, Math.floor(part / 40));
      parts.push(root, part - root * 40);
    } else parts.push(part);
    part = 0;
  }
  return parts.join('.');
}

/** The text of any DER string type (BMPString and UniversalString are read as UTF-16 and UTF-32 big-endian). */
export function readText(value: DerValue): string {
  if (value.tag === 0x1e) return Buffer.from(value.content).swap16().toString('utf16le');
  return value.content.toString('utf8');
}
