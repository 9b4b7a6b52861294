/** Codecs of messages, compiled from the tables of the .proto files when first asked for. */
import { compareUtf8 } from '../../util/utf8-order.ts';
import { getOwn, isObject, type JsonObject, setOwn } from '../object.ts';
import { type Codec, misfit, SCALARS } from './codec.ts';
import { readEnvelope } from './envelope.ts';
import { isEmbedded, jsonName } from './json-names.ts';
import { messageOfKind } from './kinds.ts';
import messagesJson from './messages.json' with { type: 'json' };
import { ProtobufError } from './protobuf-error.ts';
import { specialCodec } from './special-codecs.ts';
import { DELIMITED, WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/** By message, then field: its number and type. */
const MESSAGES = messagesJson as unknown as Record<string, Record<string, [number: number, type: string]>>;

/** One field of a message: knows where in the JSON object its value is. */
interface MessageField {
  readonly number: number;
  readonly name: string;
  read(reader: WireReader, tag: number, target: JsonObject): void;
  write(writer: WireWriter, source: JsonObject): void;
}

function expectWireType(tag: number, wanted: number, name: string): void {
  if ((tag & 7) === wanted) return;
  const goName = name.charAt(0).toUpperCase() + name.slice(1);
  throw new ProtobufError(`proto: wrong wireType = ${tag & 7} for field ${goName}`);
}

function singleField(number: number, name: string, codec: Codec): MessageField {
  return {
    number,
    name,
    read(reader, tag, target) {
      expectWireType(tag, codec.wireType, name);
      target[name] = codec.read(reader, target[name]);
    },
    write(writer, source) {
      const value = source[name];
      if (value === undefined || value === null) return;
      codec.write(writer, value);
      writer.tag(number, codec.wireType);
    },
  };
}

function listField(number: number, name: string, codec: Codec): MessageField {
  return {
    number,
    name,
    read(reader, tag, target) {
      target[name] ??= [];
      const list = target[name] as unknown[];
      if ((tag & 7) === DELIMITED && codec.wireType !== DELIMITED) readPacked(reader, codec, list);
      else {
        expectWireType(tag, codec.wireType, name);
        list.push(codec.read(reader, undefined));
      }
    },
    write(writer, source) {
      const list = source[name];
      if (list === undefined || list === null) return;
      if (!Array.isArray(list)) throw misfit(list, `list ${name}`);
      for (let i = list.length - 1; i >= 0; i--) {
        codec.write(writer, list[i] ?? codec.zero());
        writer.tag(number, codec.wireType);
      }
    },
  };
}

function readPacked(reader: WireReader, codec: Codec, list: unknown[]): void {
  const outer = reader.enter();
  while (!reader.done) list.push(codec.read(reader, undefined));
  reader.leave(outer);
}

const KEY = 1;
const VALUE = 2;

/** Maps are lists of entries; the last of a key wins. Written in the order of the keys, as Go does. */
function mapField(number: number, name: string, codec: Codec): MessageField {
  return {
    number,
    name,
    read(reader, tag, target) {
      expectWireType(tag, DELIMITED, name);
      target[name] ??= {};
      const { key, value } = readEntry(reader, codec);
      setOwn(target[name] as JsonObject, key, value);
    },
    write(writer, source) {
      const map = source[name];
      if (map === undefined || map === null) return;
      if (!isObject(map)) throw misfit(map, `map ${name}`);
      for (const key of Object.keys(map).sort(compareUtf8).reverse()) {
        writeEntry(writer, key, getOwn(map, key) ?? codec.zero(), codec);
        writer.tag(number, DELIMITED);
      }
    },
  };
}

function readEntry(reader: WireReader, codec: Codec): { key: string; value: unknown } {
  const outer = reader.enter();
  let key = '';
  let value: unknown;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === KEY * 8 + DELIMITED) key = reader.string();
    else if (tag === VALUE * 8 + codec.wireType) value = codec.read(reader, value);
    else reader.skip(tag);
  }
  reader.leave(outer);
  return { key, value: value === undefined ? codec.zero() : value };
}

function writeEntry(writer: WireWriter, key: string, value: unknown, codec: Codec): void {
  const mark = writer.size;
  codec.write(writer, value);
  writer.tag(VALUE, codec.wireType);
  writer.string(key);
  writer.tag(KEY, DELIMITED);
  writer.prefix(mark);
}

/** Reads and writes the fields of the outer object; always there in Go, so always written. */
function embeddedField(number: number, name: string, codec: MessageCodec): MessageField {
  return {
    number,
    name,
    read(reader, tag, target) {
      expectWireType(tag, DELIMITED, name);
      codec.read(reader, target);
    },
    write(writer, source) {
      codec.write(writer, source);
      writer.tag(number, DELIMITED);
    },
  };
}

/** A plain message: an object by the names of its fields. */
export class MessageCodec implements Codec {
  readonly wireType = DELIMITED;
  readonly #name: string;
  #fields: ReadonlyMap<number, MessageField> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  read(reader: WireReader, previous: unknown): unknown {
    const outer = reader.enter();
    const target = this.readFields(reader, isObject(previous) ? previous : {});
    reader.leave(outer);
    return target;
  }

  /** Reads to the reader's end, without a length before. */
  readFields(reader: WireReader, target: JsonObject): JsonObject {
    const fields = this.#byNumber();
    while (!reader.done) {
      const tag = reader.tag();
      const field = fields.get(tag >>> 3);
      if (field === undefined) reader.skip(tag);
      else field.read(reader, tag, target);
    }
    return target;
  }

  write(writer: WireWriter, value: unknown): void {
    const mark = writer.size;
    this.writeFields(writer, value);
    writer.prefix(mark);
  }

  /** Without a length before. */
  writeFields(writer: WireWriter, value: unknown): void {
    if (!isObject(value)) throw misfit(value, this.#name);
    for (const field of this.#byNumber().values()) field.write(writer, value);
  }

  zero(): unknown {
    return {};
  }

  /** Highest number first: the order in which the writer wants them. */
  #byNumber(): ReadonlyMap<number, MessageField> {
    this.#fields ??= compileFields(this.#name);
    return this.#fields;
  }
}

function compileFields(message: string): ReadonlyMap<number, MessageField> {
  const fields = Object.entries(MESSAGES[message] ?? {}).map(([name, [number, type]]) =>
    compileField(message, name, number, type),
  );
  return new Map(fields.sort((a, b) => b.number - a.number).map((field) => [field.number, field]));
}

function compileField(message: string, name: string, number: number, type: string): MessageField {
  if (isEmbedded(message, name)) return embeddedField(number, name, messageCodec(type));
  const json = jsonName(message, name);
  if (type.startsWith('repeated ')) return listField(number, json, codecOf(type.slice('repeated '.length)));
  const values = /^map<string,(.+)>$/.exec(type)?.[1];
  if (values !== undefined) return mapField(number, json, codecOf(values));
  return singleField(number, json, codecOf(type));
}

const plainCodecs = new Map<string, MessageCodec>();
const codecs = new Map<string, Codec>(SCALARS);

/** The codec of a message as an object by its fields' names. */
export function messageCodec(message: string): MessageCodec {
  let codec = plainCodecs.get(message);
  if (codec === undefined) {
    codec = new MessageCodec(message);
    plainCodecs.set(message, codec);
  }
  return codec;
}

/** The codec of a scalar or a message, in the JSON form that Go gives it. */
function codecOf(type: string): Codec {
  let codec = codecs.get(type);
  if (codec === undefined) {
    const plain = messageCodec(type);
    codec = specialCodec(type, plain, (bytes, depth) => decodeObject(bytes, undefined, depth).value) ?? plain;
    codecs.set(type, codec);
  }
  return codec;
}

export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** An object with its envelope, `depth` messages deep. @throws ProtobufError */
export function decodeObject(bytes: Uint8Array, fallback: TypeMeta | undefined, depth: number) {
  const envelope = readEnvelope(bytes);
  const apiVersion = envelope.apiVersion || (fallback?.apiVersion ?? '');
  const kind = envelope.kind || (fallback?.kind ?? '');
  const message = messageOfKind(apiVersion, kind);
  if (message === undefined) throw unknownKind(apiVersion, kind);
  const value: JsonObject = { apiVersion, kind };
  messageCodec(message).readFields(new WireReader(envelope.raw, 0, depth), value);
  return { apiVersion, kind, value };
}

function unknownKind(apiVersion: string, kind: string): ProtobufError {
  const message = `no kind "${kind}" is registered for version "${apiVersion}" in protobuf`;
  return new ProtobufError(message, { code: 'unknownKind' });
}
