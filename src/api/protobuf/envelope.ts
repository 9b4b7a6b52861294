/** What stands around every object: four magic bytes, then runtime.Unknown with the object's type and its bytes. */
import { ProtobufError } from './protobuf-error.ts';
import { DELIMITED, WireReader } from './wire-reader.ts';
import { WireWriter } from './wire-writer.ts';

const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

const TYPE_META = 1;
const RAW = 2;
const CONTENT_ENCODING = 3;
const CONTENT_TYPE = 4;
const API_VERSION = 1;
const KIND = 2;

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The object as its own message. */
  readonly raw: Uint8Array;
}

export function isEnvelope(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, i) => bytes[i] === byte);
}

/** @throws ProtobufError in the words of apimachinery's protobuf serializer */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new ProtobufError('empty data');
  if (!isEnvelope(bytes)) {
    const prefix = `[${MAGIC.join(' ')}]`;
    throw new ProtobufError(`provided data does not appear to be a protobuf message, expected prefix ${prefix}`);
  }
  if (bytes.length === MAGIC.length) throw new ProtobufError('empty body');
  const envelope = { apiVersion: '', kind: '', raw: new Uint8Array(0) as Uint8Array };
  const reader = new WireReader(bytes, MAGIC.length);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === TYPE_META * 8 + DELIMITED) readTypeMeta(reader, envelope);
    else if (tag === RAW * 8 + DELIMITED) envelope.raw = reader.bytes();
    else reader.skip(tag);
  }
  return envelope;
}

function readTypeMeta(reader: WireReader, into: { apiVersion: string; kind: string }): void {
  const outer = reader.enter();
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === API_VERSION * 8 + DELIMITED) into.apiVersion = reader.string();
    else if (tag === KIND * 8 + DELIMITED) into.kind = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outer);
}

/** The envelope around whatever `writeRaw` writes. */
export function writeEnvelope(apiVersion: string, kind: string, writeRaw: (writer: WireWriter) => void): Uint8Array {
  const writer = new WireWriter();
  for (const field of [CONTENT_TYPE, CONTENT_ENCODING]) {
    writer.string('');
    writer.tag(field, DELIMITED);
  }
  const raw = writer.size;
  writeRaw(writer);
  writer.prefix(raw);
  writer.tag(RAW, DELIMITED);
  const typeMeta = writer.size;
  writer.string(kind);
  writer.tag(KIND, DELIMITED);
  writer.string(apiVersion);
  writer.tag(API_VERSION, DELIMITED);
  writer.prefix(typeMeta);
  writer.tag(TYPE_META, DELIMITED);
  writer.raw(MAGIC);
  return writer.finish();
}
