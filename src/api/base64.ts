/** Base64 as Go's encoding/base64 StdEncoding reads it: padded, line breaks ignored, unused bits forgiven. */

/** A text that is no base64. The message is Go's. */
export class IllegalBase64 extends Error {
  override readonly name = 'IllegalBase64';

  constructor(position: number) {
    super(`illegal base64 data at input byte ${position}`);
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const WELL_FORMED = /^[A-Za-z0-9+/]*={0,2}$/;
const encoder = new TextEncoder();

/** Canonical base64 of the same bytes. @throws IllegalBase64 naming the byte, as Go counts */
export function canonicalBase64(text: string): string {
  const bare = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, '') : text;
  if (bare.length % 4 !== 0 || !WELL_FORMED.test(bare)) throw new IllegalBase64(illegalByte(text));
  if (!bare.endsWith('=')) return bare;
  return bare.endsWith('==') ? clearBits(bare, bare.length - 3, 0x30) : clearBits(bare, bare.length - 2, 0x3c);
}

/** Sets bits of the last character that stand for no data to zero. */
function clearBits(text: string, at: number, keep: number): string {
  const value = ALPHABET.indexOf(text.charAt(at));
  return (value & keep) === value ? text : text.slice(0, at) + ALPHABET.charAt(value & keep) + text.slice(at + 1);
}

/** Position that Go's decoder reports; it works in groups of four and looks behind the padding. */
function illegalByte(text: string): number {
  const bytes = encoder.encode(text);
  let at = 0;
  for (;;) {
    for (let j = 0; j < 4; j++) {
      while (isBreak(bytes[at])) at++;
      if (at >= bytes.length) return j === 0 ? at : at - j;
      const byte = bytes[at++] as number;
      if (isAlphabet(byte)) continue;
      return byte === 0x3d ? illegalPadding(bytes, at, j) : at - 1;
    }
  }
}

function illegalPadding(bytes: Uint8Array, after: number, j: number): number {
  let at = after;
  if (j < 2) return at - 1;
  if (j === 2) {
    while (isBreak(bytes[at])) at++;
    if (at >= bytes.length) return bytes.length;
    if (bytes[at] !== 0x3d) return at - 1;
    at++;
  }
  while (isBreak(bytes[at])) at++;
  return at;
}

function isBreak(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}

function isAlphabet(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2f
  );
}
