/** Codecs of single values: between protobuf's wire format and JSON form. */
import { ProtobufError } from './protobuf-error.ts';
import { DELIMITED, FIXED64, VARINT, type WireReader, type WireType } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

export interface Codec {
  readonly wireType: WireType;
  /**
   * Reads the value behind a tag; `previous` is what the same field held before (messages merge).
   * @throws ProtobufError
   */
  read(reader: WireReader, previous: unknown): unknown;
  /**
   * Writes what stands behind a tag. Never called with undefined.
   * @throws ProtobufError for a value that does not fit
   */
  write(writer: WireWriter, value: unknown): void;
  /** What an absent value stands for, in a map entry or as a null item. */
  zero(): unknown;
}

export function misfit(value: unknown, type: string): ProtobufError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return new ProtobufError(`cannot write ${found} as ${type}`);
}

const stringCodec: Codec = {
  wireType: DELIMITED,
  read: (reader) => reader.string(),
  write(writer, value) {
    if (typeof value !== 'string') throw misfit(value, 'string');
    writer.string(value);
  },
  zero: () => '',
};

const boolCodec: Codec = {
  wireType: VARINT,
  read: (reader) => reader.bool(),
  write(writer, value) {
    if (typeof value !== 'boolean') throw misfit(value, 'bool');
    writer.varint(value ? 1 : 0);
  },
  zero: () => false,
};

function integerCodec(type: string, read: (reader: WireReader) => number | bigint): Codec {
  return {
    wireType: VARINT,
    read,
    write(writer, value) {
      if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw misfit(value, type);
      writer.varint(value as number | bigint);
    },
    zero: () => 0,
  };
}

const doubleCodec: Codec = {
  wireType: FIXED64,
  read(reader) {
    const value = reader.double();
    if (!Number.isFinite(value)) throw new ProtobufError(`json: unsupported value: ${value}`);
    return value;
  },
  write(writer, value) {
    if (typeof value !== 'number' && typeof value !== 'bigint') throw misfit(value, 'double');
    writer.double(Number(value));
  },
  zero: () => 0,
};

const bytesCodec: Codec = {
  wireType: DELIMITED,
  read: (reader) => base64Of(reader.bytes()),
  write(writer, value) {
    if (typeof value !== 'string') throw misfit(value, 'bytes');
    writer.bytes(bytesOf(value));
  },
  zero: () => '',
};

/** By their name in the tables. */
export const SCALARS: ReadonlyMap<string, Codec> = new Map([
  ['string', stringCodec],
  ['bool', boolCodec],
  ['int32', integerCodec('int32', (reader) => reader.int32())],
  ['int64', integerCodec('int64', (reader) => reader.int64())],
  ['double', doubleCodec],
  ['bytes', bytesCodec],
]);

/** Arguments that one call takes. */
const CHUNK = 8192;

function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (error) {
    throw new ProtobufError('illegal base64 data', { cause: error });
  }
}
