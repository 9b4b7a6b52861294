/**
 * Watch events as bytes. An event is encoded once per version and media type and shared by all its watchers: the
 * encodings hang on the store's event object and go with it.
 */
import { stringifyJson } from '../../api/json.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { StoreEvent } from '../../store/store.ts';
import type { MediaType } from '../handlers/media-type.ts';
import { partialMetadata } from '../handlers/write-object.ts';
import type { Kind } from '../kinds/kind.ts';
import { decodeValue, metadataBytes, objectBytes } from '../registry/codec.ts';
import { protobufFrame } from './protobuf-frames.ts';
import { type ChangeType, shownValue, type WatchEventType } from './watch-output.ts';

const HEADS: Record<string, Buffer> = Object.fromEntries(
  ['ADDED', 'MODIFIED', 'DELETED'].map((type) => [type, Buffer.from(`{"type":"${type}","object":`)]),
);
const TAIL = Buffer.from('}\n');

/** One form of an event. Watchers of the same thing share kind and negotiated form: few forms, told apart by comparing. */
interface Frame {
  readonly kind: Kind;
  readonly type: WatchEventType;
  readonly media: MediaType;
  readonly bytes: Buffer;
}

const frames = new WeakMap<StoreEvent, Frame[]>();
const parsed = new WeakMap<StoreEvent, { current?: KubeObject; previous?: KubeObject }>();

/** One frame of the stream, shared: never write into it. Tables have their own. */
export function eventFrame(kind: Kind, event: StoreEvent, type: ChangeType, media: MediaType): Buffer {
  let known = frames.get(event);
  if (known === undefined) {
    known = [];
    frames.set(event, known);
  }
  for (const frame of known)
    if (frame.kind === kind && frame.type === type && sameForm(frame.media, media)) return frame.bytes;
  const bytes = valueFrame(kind, shownValue(event, type), event.revision, type, media);
  known.push({ kind, type, media, bytes });
  return bytes;
}

function sameForm(a: MediaType, b: MediaType): boolean {
  return a === b || (a.format === b.format && a.as === b.as && a.version === b.version);
}

/** The frame of a stored object as it is, or of its metadata; Tables have their own. */
export function valueFrame(
  kind: Kind,
  value: Buffer,
  revision: number,
  type: WatchEventType,
  media: MediaType,
): Buffer {
  if (media.format === 'protobuf') return wholeFrame(kind, value, revision, type, media);
  if (media.as === undefined) return Buffer.concat([HEADS[type] as Buffer, objectBytes(kind, value, revision), TAIL]);
  const metadata = metadataBytes(kind, value, revision);
  if (metadata === undefined) return wholeFrame(kind, value, revision, type, media);
  return Buffer.concat([partialHead(type, media.version), metadata, PARTIAL_TAIL]);
}

/** Of the parsed object, where its bytes are of no use. */
function wholeFrame(kind: Kind, value: Buffer, revision: number, type: WatchEventType, media: MediaType): Buffer {
  const obj = decodeValue(kind, value, revision);
  return objectFrame(type, media.as === undefined ? obj : partialMetadata(obj, media.version), media.format);
}

const PARTIAL_TAIL = Buffer.from('}}\n');

function partialHead(type: WatchEventType, version: string): Buffer {
  const kind = `"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}"`;
  return Buffer.from(`{"type":"${type}","object":{${kind},"metadata":`, 'latin1');
}

export function objectFrame(type: WatchEventType, object: unknown, format: MediaType['format'] = 'json'): Buffer {
  if (format === 'protobuf') return protobufFrame(type, object as JsonObject);
  return Buffer.from(`{"type":"${type}","object":${stringifyJson(object)}}\n`, 'utf8');
}

/** The object after the event (for a delete: the last state), parsed once for all watchers that select. Read only. */
export function eventObject(kind: Kind, event: StoreEvent): KubeObject {
  const cached = parsed.get(event) ?? {};
  cached.current ??= decodeValue(kind, event.value, event.revision);
  parsed.set(event, cached);
  return cached.current;
}

/** The object before the event, or undefined when the event created it. Read only. */
export function previousObject(kind: Kind, event: StoreEvent): KubeObject | undefined {
  if (event.previous === undefined) return undefined;
  const cached = parsed.get(event) ?? {};
  cached.previous ??= decodeValue(kind, event.previous.value, event.previous.modRevision);
  parsed.set(event, cached);
  return cached.previous;
}
