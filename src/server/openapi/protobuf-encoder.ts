/** Writes JSON values as protobuf messages that a table of field numbers describes. */
import { getOwn, type JsonObject } from '../../api/object.ts';

/**
 * By message name, then by JSON name of a field: its number and type. Types: string, bool, bytes, int64, double, or the
 * name of another message; `T[]` repeats. `NAME{}` is a JSON object that the wire keeps as repeated (name, value) pairs
 * of message NAME.
 */
export type Messages = Readonly<Record<string, Readonly<Record<string, readonly [number: number, type: string]>>>>;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** Fields that are absent, or zero, are left out, as proto3 has it; repeated ones keep their order. */
export function encodeMessage(messages: Messages, name: string, value: JsonObject): Buffer {
  const chunks: Buffer[] = [];
  const fields = messages[name];
  if (fields === undefined) throw new Error(`no protobuf message ${name}`);
  for (const [field, [number, type]] of Object.entries(fields)) {
    const member = getOwn(value, field);
    if (member !== undefined && member !== null) encodeField(messages, chunks, number, type, member);
  }
  return Buffer.concat(chunks);
}

function encodeField(messages: Messages, out: Buffer[], number: number, type: string, value: unknown): void {
  if (type.endsWith('[]')) {
    const item = type.slice(0, -2);
    for (const one of value as unknown[]) encodeValue(messages, out, number, item, one, true);
  } else if (type.endsWith('{}')) {
    const pair = type.slice(0, -2);
    for (const key of Object.keys(value as object)) {
      pushBytes(out, number, encodeMessage(messages, pair, { name: key, value: getOwn(value as object, key) }));
    }
  } else encodeValue(messages, out, number, type, value, false);
}

/** @param repeated whether a zero value must be written all the same */
function encodeValue(
  messages: Messages,
  out: Buffer[],
  number: number,
  type: string,
  value: unknown,
  repeated: boolean,
): void {
  switch (type) {
    case 'string':
      if (repeated || value !== '') pushBytes(out, number, Buffer.from(String(value), 'utf8'));
      return;
    case 'bytes':
      pushBytes(out, number, value as Buffer);
      return;
    case 'bool':
      if (value === true) out.push(tag(number, VARINT), varint(1n));
      return;
    case 'int64':
      if (repeated || Number(value) !== 0)
        out.push(tag(number, VARINT), varint(BigInt.asUintN(64, BigInt(value as number))));
      return;
    case 'double':
      if (repeated || Number(value) !== 0) out.push(tag(number, FIXED64), double(Number(value)));
      return;
    default:
      pushBytes(out, number, encodeMessage(messages, type, value as JsonObject));
  }
}

function pushBytes(out: Buffer[], number: number, bytes: Buffer): void {
  out.push(tag(number, BYTES), varint(BigInt(bytes.length)), bytes);
}

function tag(number: number, wireType: number): Buffer {
  return varint(BigInt(number) * 8n + BigInt(wireType));
}

function varint(value: bigint): Buffer {
  if (value < 0x80n) return SMALL[Number(value)] as Buffer;
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const SMALL = Array.from({ length: 0x80 }, (_, i) => Buffer.from([i]));

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
