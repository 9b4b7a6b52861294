import { ProtobufError } from './protobuf-error.ts';

/** How the value behind a tag is laid out. Groups (3 and 4) are only ever skipped. */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

export type WireType = typeof VARINT | typeof FIXED64 | typeof DELIMITED;

/** Messages within messages; deeper than any schema that people write, shallow enough for the stack. */
const MAX_DEPTH = 500;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads protobuf's wire format from front to back; every read fails rather than pass the end. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  #end: number;
  #depth: number;
  /** Halves of the varint read last. */
  #low = 0;
  #high = 0;

  /** `depth` says how deep inside other messages the bytes were found. */
  constructor(bytes: Uint8Array, from = 0, depth = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
    this.#end = bytes.length;
    this.#depth = depth;
  }

  /** Whether the current message is read. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Reads the length of a message and narrows reading to it; `leave` takes what this returns. */
  enter(): number {
    const length = this.#length();
    if (++this.#depth > MAX_DEPTH) throw new ProtobufError('exceeded max depth');
    const outer = this.#end;
    this.#end = this.#at + length;
    return outer;
  }

  leave(outer: number): void {
    this.#depth--;
    this.#end = outer;
  }

  /** The next tag: field number × 8 + wire type. */
  tag(): number {
    this.#varint();
    const tag = this.#low;
    if (this.#high !== 0) throw new ProtobufError('proto: integer overflow');
    if (tag >>> 3 === 0) throw new ProtobufError(`proto: illegal tag 0 (wire type ${tag & 7})`);
    return tag;
  }

  /** Bits beyond the 32nd are dropped, as in Go. */
  int32(): number {
    this.#varint();
    return this.#low | 0;
  }

  /** bigint beyond ±2^53. */
  int64(): number | bigint {
    this.#varint();
    const value = (this.#high | 0) * 2 ** 32 + this.#low;
    if (Number.isSafeInteger(value)) return value;
    return (BigInt(this.#high | 0) << 32n) | BigInt(this.#low);
  }

  bool(): boolean {
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  double(): number {
    this.#need(8);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** A view of the bytes, no copy. */
  bytes(): Uint8Array {
    const length = this.#length();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Bytes that are no UTF-8 become U+FFFD, as they do when Go writes them as JSON. */
  string(): string {
    return decoder.decode(this.bytes());
  }

  /** Passes over the value of a field that nobody asked for. */
  skip(tag: number): void {
    let groups = 0;
    let wireType = tag & 7;
    for (;;) {
      if (wireType === START_GROUP) groups++;
      else if (wireType === END_GROUP) groups--;
      else this.#skipValue(wireType);
      if (groups < 0) throw new ProtobufError('proto: unexpected end of group');
      if (groups === 0) return;
      wireType = this.tag() & 7;
    }
  }

  #skipValue(wireType: number): void {
    if (wireType === VARINT) this.#varint();
    else if (wireType === DELIMITED) this.bytes();
    else if (wireType === FIXED64) this.#at += this.#need(8);
    else if (wireType === FIXED32) this.#at += this.#need(4);
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`);
  }

  #length(): number {
    this.#varint();
    if (this.#high !== 0) throw new ProtobufError('proto: negative length found during unmarshaling');
    return this.#need(this.#low);
  }

  #need(count: number): number {
    if (count > this.#end - this.#at) throw new ProtobufError('unexpected EOF');
    return count;
  }

  #varint(): void {
    this.#low = 0;
    this.#high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) throw new ProtobufError('unexpected EOF');
      const byte = this.#bytes[this.#at++] as number;
      const bits = byte & 0x7f;
      if (shift < 32) this.#low = (this.#low | (bits << shift)) >>> 0;
      if (shift === 28) this.#high = bits >>> 4;
      else if (shift > 28) this.#high = (this.#high | (bits << (shift - 32))) >>> 0;
      if (byte < 0x80) return;
    }
    throw new ProtobufError('proto: integer overflow');
  }
}
