/**
 * Kubernetes objects as application/vnd.kubernetes.protobuf, between bytes and JSON form. An object stands in an
 * envelope that names its kind:
 *
 *   6b 38 73 00                             "k8s\0"
 *   0a 0f  0a 02 "v1"  12 09 "ConfigMap"    typeMeta
 *   12 05  0a 03  0a 01 "a"                 raw: metadata { name: "a" }
 *   1a 00  22 00                            contentEncoding, contentType
 *
 *   decodeProtobuf(those).value → { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
 */
import type { JsonObject } from '../object.ts';
import { writeEnvelope } from './envelope.ts';
import { messageOfKind } from './kinds.ts';
import { decodeObject, messageCodec, type TypeMeta } from './message-codec.ts';
import { ProtobufError } from './protobuf-error.ts';

export { ProtobufError, type ProtobufErrorCode } from './protobuf-error.ts';

export const PROTOBUF_MEDIA_TYPE = 'application/vnd.kubernetes.protobuf';

/** Whether the kind can be read and written as protobuf: built-in kinds and their lists, options, Status. */
export function hasProtobuf(apiVersion: string, kind: string): boolean {
  return messageOfKind(apiVersion, kind) !== undefined;
}

/**
 * Reads an object with its envelope. `value` is the JSON form before any decoding by schema: zero values that were
 * sent are there, absent ones are not, unknown fields are gone. `fallback` stands in for what the envelope leaves out.
 * @throws ProtobufError `malformed`, or `unknownKind` for a kind without a message
 */
export function decodeProtobuf(
  bytes: Uint8Array,
  fallback?: TypeMeta,
): { apiVersion: string; kind: string; value: JsonObject } {
  return guarded(() => decodeObject(bytes, fallback, 0));
}

/**
 * The object with its envelope; undefined for a kind without a message (custom resources, Table). Items of a list
 * need no apiVersion and kind, and lose them.
 * @throws ProtobufError for values that do not fit their type
 */
export function encodeProtobuf(value: JsonObject): Uint8Array | undefined {
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const message = messageOfKind(apiVersion, kind);
  if (message === undefined) return undefined;
  return guarded(() => writeEnvelope(apiVersion, kind, (writer) => messageCodec(message).writeFields(writer, value)));
}

/** Nesting that the stack cannot hold is an error like any other. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw new ProtobufError('exceeded max depth', { cause: error });
    throw error;
  }
}
