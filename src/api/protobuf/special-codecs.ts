/** Messages that Go gives a JSON form of their own: times, quantities, raw JSON and one-field wrappers. */
import { JsonSyntaxError, parseJson, stringifyJson } from '../json.ts';
import { canonicalMicroTime, canonicalTime, formatDuration, parseDuration, TimeError } from '../time.ts';
import { type Codec, misfit } from './codec.ts';
import { isEnvelope } from './envelope.ts';
import { ProtobufError } from './protobuf-error.ts';
import { DELIMITED } from './wire-reader.ts';

/** A special message's fields between their own JSON form (as a plain message) and the one that Go writes. */
interface Translation {
  toJson(fields: Record<string, unknown>): unknown;
  /** undefined is an empty message. */
  toFields(value: unknown): Record<string, unknown> | undefined;
}

const encoder = new TextEncoder();
const META = 'k8s.io.apimachinery.pkg.apis.meta.v1.';
const APIEXTENSIONS = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.';

/** Nothing at all is Go's zero time; seconds 0 said aloud are 1970. */
function timeText(fields: Record<string, unknown>, micro: boolean): string | null {
  if (fields.seconds === undefined && fields.nanos === undefined) return null;
  const nanos = Number(fields.nanos ?? 0);
  const seconds = Number(fields.seconds ?? 0) + Math.floor(nanos / 1e9);
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new ProtobufError('time: year outside of range [0,9999]');
  const text = date.toISOString().slice(0, 19);
  const micros = Math.floor((nanos - Math.floor(nanos / 1e9) * 1e9) / 1000);
  return micro ? canonicalMicroTime(`${text}.${String(micros).padStart(6, '0')}Z`) : canonicalTime(`${text}Z`);
}

function timeFields(value: unknown, canonical: (text: string) => string | null): Record<string, unknown> | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string') throw misfit(value, 'time');
  const text = inTimeWords(() => canonical(value));
  if (text === null) return undefined;
  const seconds = Date.parse(`${text.slice(0, 19)}Z`) / 1000;
  return { seconds, nanos: Number(text.slice(20, -1)) * 1000 };
}

function inTimeWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TimeError) throw new ProtobufError(error.message, { cause: error });
    throw error;
  }
}

const time: Translation = {
  toJson: (fields) => timeText(fields, false),
  toFields: (value) => timeFields(value, canonicalTime),
};

const microTime: Translation = {
  toJson: (fields) => timeText(fields, true),
  toFields: (value) => timeFields(value, canonicalMicroTime),
};

const duration: Translation = {
  toJson: (fields) => formatDuration(BigInt((fields.duration as number | bigint | undefined) ?? 0)),
  toFields(value) {
    if (typeof value !== 'string') throw misfit(value, 'duration');
    return { duration: inTimeWords(() => parseDuration(value)) };
  },
};

const quantity: Translation = {
  toJson: (fields) => fields.string ?? '0',
  toFields(value) {
    if (typeof value !== 'string' && typeof value !== 'number') throw misfit(value, 'quantity');
    return { string: String(value) };
  },
};

const intOrString: Translation = {
  toJson({ type = 0, intVal = 0, strVal = '' }) {
    if (type === 0) return intVal;
    if (type === 1) return strVal;
    throw new ProtobufError('impossible IntOrString.Type');
  },
  toFields(value) {
    if (typeof value === 'string') return { type: 1, intVal: 0, strVal: value };
    if (typeof value === 'number') return { type: 0, intVal: value, strVal: '' };
    throw misfit(value, 'int or string');
  },
};

/** ExtraValue and Verbs: a list that protobuf had to wrap. */
const wrappedList: Translation = {
  toJson: (fields) => fields.items ?? [],
  toFields: (value) => ({ items: value }),
};

const schemaOrBool: Translation = {
  toJson: ({ schema, allows = false }) => schema ?? allows,
  toFields: (value) => (typeof value === 'boolean' ? { allows: value } : { allows: true, schema: value }),
};

/** Either one schema or a list, which protobuf has in another field. */
function schemaOrList(listField: string): Translation {
  return {
    toJson: (fields) => fields[listField] ?? fields.schema ?? null,
    toFields: (value) => (Array.isArray(value) ? { [listField]: value } : { schema: value }),
  };
}

const TRANSLATIONS = new Map<string, Translation>([
  [`${META}Time`, time],
  [`${META}MicroTime`, microTime],
  [`${META}Duration`, duration],
  [`${META}Verbs`, wrappedList],
  ['k8s.io.apimachinery.pkg.api.resource.Quantity', quantity],
  ['k8s.io.apimachinery.pkg.api.resource.QuantityValue', quantity],
  ['k8s.io.apimachinery.pkg.util.intstr.IntOrString', intOrString],
  ['k8s.io.api.authentication.v1.ExtraValue', wrappedList],
  ['k8s.io.api.authorization.v1.ExtraValue', wrappedList],
  ['k8s.io.api.certificates.v1.ExtraValue', wrappedList],
  [`${APIEXTENSIONS}JSONSchemaPropsOrBool`, schemaOrBool],
  [`${APIEXTENSIONS}JSONSchemaPropsOrArray`, schemaOrList('jSONSchemas')],
  [`${APIEXTENSIONS}JSONSchemaPropsOrStringArray`, schemaOrList('property')],
]);

/** Messages whose one field is JSON text. */
const RAW = new Set([`${META}FieldsV1`, 'k8s.io.apimachinery.pkg.runtime.RawExtension', `${APIEXTENSIONS}JSON`]);
const RAW_FIELD = 1;

/** Reads an object that stands with its envelope inside another, `depth` messages deep. */
type ReadNested = (bytes: Uint8Array, depth: number) => unknown;

/** The codec of a special message; undefined for a plain one. `plain` reads and writes its fields. */
export function specialCodec(message: string, plain: Codec, readNested: ReadNested): Codec | undefined {
  if (RAW.has(message)) return rawCodec(readNested);
  const translation = TRANSLATIONS.get(message);
  return translation === undefined ? undefined : translated(translation, plain);
}

function translated({ toJson, toFields }: Translation, plain: Codec): Codec {
  return {
    wireType: DELIMITED,
    read: (reader) => toJson(plain.read(reader, undefined) as Record<string, unknown>),
    write: (writer, value) => plain.write(writer, toFields(value) ?? {}),
    zero: () => toJson({}),
  };
}

/** An object put into a RawExtension by a protobuf client stands there with its envelope. */
function rawCodec(readNested: ReadNested): Codec {
  return {
    wireType: DELIMITED,
    read(reader) {
      const outer = reader.enter();
      let raw: Uint8Array = new Uint8Array(0);
      while (!reader.done) {
        const tag = reader.tag();
        if (tag === RAW_FIELD * 8 + DELIMITED) raw = reader.bytes();
        else reader.skip(tag);
      }
      const value = isEnvelope(raw) ? readNested(raw, reader.depth) : jsonOf(raw);
      reader.leave(outer);
      return value;
    },
    write(writer, value) {
      const mark = writer.size;
      writer.bytes(encoder.encode(stringifyJson(value)));
      writer.tag(RAW_FIELD, DELIMITED);
      writer.prefix(mark);
    },
    zero: () => null,
  };
}

function jsonOf(raw: Uint8Array): unknown {
  if (raw.length === 0) return null;
  try {
    return parseJson(raw);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new ProtobufError(error.message, { cause: error });
    throw error;
  }
}
