/**
 * Watch events in Protobuf: each is a meta.k8s.io WatchEvent without envelope, its length before it in four bytes, big
 * endian; the object inside is as it is anywhere, with its envelope. Imitates apimachinery's length-delimited framer.
 *
 *   00 00 01 2f                  length of what follows
 *   0a 05 "ADDED"                type
 *   12 a5 02  0a a2 02 "k8s\0"…  object: RawExtension with the object's envelope
 */
import type { JsonObject } from '../../api/object.ts';
import { encodeProtobuf, ProtobufError } from '../../api/protobuf/protobuf.ts';
import { DELIMITED } from '../../api/protobuf/wire-reader.ts';
import { WireWriter } from '../../api/protobuf/wire-writer.ts';

const TYPE = 1;
const OBJECT = 2;
const RAW = 1;
const LENGTH_BYTES = 4;

/** One frame. @throws ProtobufError for a kind without a message, which negotiation does not let come here */
export function protobufFrame(type: string, object: JsonObject): Buffer {
  const raw = encodeProtobuf(object);
  if (raw === undefined) throw new ProtobufError(`${String(object.kind)} has no message`);
  const event = watchEvent(type, raw);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + event.length);
  frame.writeUInt32BE(event.length, 0);
  frame.set(event, LENGTH_BYTES);
  return frame;
}

function watchEvent(type: string, raw: Uint8Array): Uint8Array {
  const writer = new WireWriter();
  writer.bytes(raw);
  writer.tag(RAW, DELIMITED);
  writer.prefix(0);
  writer.tag(OBJECT, DELIMITED);
  writer.string(type);
  writer.tag(TYPE, DELIMITED);
  return writer.finish();
}
