import type { WireType } from './wire-reader.ts';

const encoder = new TextEncoder();
/** Below this, bytes one by one beat the encoder's call. */
const SHORT = 48;

/**
 * Writes protobuf's wire format from back to front, so that a message's length is known when its turn comes:
 * the last field first, each field's value before its tag.
 */
export class WireWriter {
  #bytes = new Uint8Array(1024);
  #at = 1024;

  /** Bytes written so far; what `prefix` counts from. */
  get size(): number {
    return this.#bytes.length - this.#at;
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(this.#at);
  }

  tag(field: number, wireType: WireType): void {
    this.varint(field * 8 + wireType);
  }

  /** The length of everything written since `size` was `mark`. */
  prefix(mark: number): void {
    this.varint(this.size - mark);
  }

  /** Negative integers take ten bytes. */
  varint(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0) this.#wide(BigInt.asUintN(64, BigInt(value)));
    else {
      let width = 1;
      for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) width++;
      let at = this.#reserve(width);
      let rest = value;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#bytes[at++] = (rest % 0x80) | 0x80;
      this.#bytes[at] = rest;
    }
  }

  double(value: number): void {
    const at = this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(at, value, true);
  }

  /** With its length before it. */
  bytes(value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
  }

  /** Without a length. */
  raw(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  /** With its length before it. */
  string(value: string): void {
    if (value.length <= SHORT && this.#ascii(value)) this.varint(value.length);
    else this.bytes(encoder.encode(value));
  }

  #ascii(value: string): boolean {
    for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) >= 0x80) return false;
    const at = this.#reserve(value.length);
    for (let i = 0; i < value.length; i++) this.#bytes[at + i] = value.charCodeAt(i);
    return true;
  }

  #wide(value: bigint): void {
    const septets: number[] = [];
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) septets.push(Number(rest & 0x7fn) | 0x80);
    septets.push(Number(rest));
    this.raw(Uint8Array.from(septets));
  }

  #reserve(count: number): number {
    if (count > this.#at) this.#grow(count);
    this.#at -= count;
    return this.#at;
  }

  #grow(count: number): void {
    const size = this.size;
    let capacity = this.#bytes.length * 2;
    while (capacity - size < count) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(this.#at), capacity - size);
    this.#bytes = grown;
    this.#at = capacity - size;
  }
}
