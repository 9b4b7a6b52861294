/**
 * Between objects and stored bytes. What is stored is the object's JSON without resourceVersion and, for built-ins,
 * without apiVersion and kind; `metadata` comes first and begins with name, generateName, namespace and uid:
 *
 *   stored   {"metadata":{"name":"a","uid":"…","generation":1},"data":{"k":"v"}}
 *   GET      {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","uid":"…","resourceVersion":"7","generation":1},"data":{"k":"v"}}
 *   in LIST  {"metadata":{"name":"a","uid":"…","resourceVersion":"7","generation":1},"data":{"k":"v"}}
 *
 * so that reading is a splice behind the uid and never a parse.
 */
import { parseJson, stringifyJson } from '../../api/json.ts';
import { cloneJson, type JsonObject, type KubeObject, type ObjectMeta, setOwn } from '../../api/object.ts';
import { textOfFields } from '../../api/patch/apply/fields-trail.ts';
import type { ManagedFieldsEntry } from '../../api/types/meta-v1.ts';
import type { Entry } from '../../store/store.ts';
import { RecentMap } from '../../util/recent-map.ts';
import type { Kind } from '../kinds/kind.ts';

/** `{"metadata":` */
const METADATA_KEY_BYTES = 12;
/** `{"metadata":{` */
const METADATA_OPEN_BYTES = 13;
const UID_KEY = Buffer.from('"uid":"');
/** A uid that this server made: RFC 4122 text. */
const UID_BYTES = 36;
/** All that metadata may have, in Go's order, which is what kube-apiserver writes. What is absent is undefined. */
function inGoOrder(metadata: ObjectMeta): ObjectMeta {
  return {
    name: metadata.name,
    generateName: metadata.generateName,
    namespace: metadata.namespace,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    creationTimestamp: metadata.creationTimestamp,
    deletionTimestamp: metadata.deletionTimestamp,
    deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds,
    labels: metadata.labels,
    annotations: metadata.annotations,
    ownerReferences: metadata.ownerReferences,
    finalizers: metadata.finalizers,
    managedFields: metadata.managedFields,
  };
}

/** Metadata with its keys in Go's order. */
export function orderedMetadata(metadata: ObjectMeta): ObjectMeta {
  const ordered: JsonObject = {};
  for (const [key, value] of Object.entries(inGoOrder(metadata))) if (value !== undefined) ordered[key] = value;
  return ordered as ObjectMeta;
}

/** The metadata without its version, which the store knows. */
function metadataText(metadata: ObjectMeta): string {
  const { managedFields } = metadata;
  const stored = inGoOrder(metadata);
  stored.resourceVersion = undefined;
  if (!Array.isArray(managedFields)) return stringifyJson(stored);
  stored.managedFields = undefined;
  const text = stringifyJson(stored);
  const entries = managedFields.map(managerText).join(',');
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"managedFields":[${entries}]}`;
}

const FIELDS_KEY = '"fieldsV1":';

/** The text of the fields is mostly at hand, and it is by far the most of the entry's: it is put in place of a null. */
function managerText(entry: ManagedFieldsEntry): string {
  const fields = entry.fieldsV1 === undefined ? undefined : textOfFields(entry.fieldsV1);
  if (fields === undefined) return stringifyJson(entry);
  const text = stringifyJson({ ...entry, fieldsV1: null });
  // Quotes inside of a value are escaped: this is the key.
  const at = text.indexOf(FIELDS_KEY) + FIELDS_KEY.length;
  return text.slice(0, at) + fields + text.slice(at + 'null'.length);
}

/** The stored form of an object of this kind (in the storage version). */
export function encodeForStore(kind: Kind, obj: KubeObject): Buffer {
  const stored = kind.storage.conversion === undefined ? obj : kind.storage.conversion.toStorage(obj);
  const metadata = metadataText(stored.metadata);
  const rest: JsonObject = {};
  for (const key of Object.keys(stored)) {
    if (key === 'metadata' || (!kind.typedItems && (key === 'apiVersion' || key === 'kind'))) continue;
    setOwn(rest, key, stored[key]);
  }
  // Apart from the metadata, as keys that look like numbers would come before it.
  const others = stringifyJson(rest);
  return Buffer.from(`{"metadata":${metadata}${others === '{}' ? '' : ','}${others.slice(1)}`, 'utf8');
}

interface Committed {
  readonly kind: Kind;
  readonly object: KubeObject;
}

/** Objects whose bytes are being committed, by those bytes. No Map: what it held would live on (util/linked-list.ts). */
const beingCommitted = new WeakMap<Buffer, Committed>();

/** While `commit` runs, and so while watchers are told, the bytes lead to the object that they were made from. */
export async function whileCommitting<R>(
  kind: Kind,
  value: Buffer,
  obj: KubeObject,
  commit: () => Promise<R>,
): Promise<R> {
  if (kind.storage.conversion !== undefined) return commit();
  beingCommitted.set(value, { kind, object: obj });
  try {
    return await commit();
  } finally {
    beingCommitted.delete(value);
  }
}

const MOST_UPDATES = 256;
const MOST_UPDATED_BYTES = 16 * 1024;
/** What was updated is mostly updated again, and to copy it costs a quarter of reading its bytes. By those bytes. */
const updatedLately = new RecentMap<Buffer, Committed>(MOST_UPDATES);

/** The object that these bytes, an update that is committed, were made from. Nobody changes it any more. */
export function rememberUpdate(kind: Kind, value: Buffer, object: KubeObject): void {
  if (kind.storage.conversion === undefined && value.length <= MOST_UPDATED_BYTES)
    updatedLately.set(value, { kind, object });
}

/** The stored object, for who only looks and lets go: never change it, never keep it. Its resourceVersion may be missing. */
export function glance(kind: Kind, value: Buffer, revision: number): KubeObject {
  return beingCommitted.get(value)?.object ?? decodeValue(kind, value, revision);
}

/** The object that these bytes, just committed, were made from; its resourceVersion may be missing. Nobody changes it any more. */
export function committedObject(kind: Kind, value: Buffer): KubeObject | undefined {
  const committed = beingCommitted.get(value);
  return committed?.kind === kind ? committed.object : undefined;
}

/** The object that an entry holds, in the kind's version, with apiVersion, kind and resourceVersion set. Yours to change. */
export function decodeEntry(kind: Kind, entry: Entry): KubeObject {
  return decodeValue(kind, entry.value, entry.modRevision);
}

export function decodeValue(kind: Kind, value: Buffer, revision: number): KubeObject {
  const updated = updatedLately.get(value);
  const parsed = (updated?.kind === kind ? cloneJson(updated.object) : parseJson(value)) as JsonObject & {
    metadata: JsonObject;
  };
  const { storage } = kind;
  parsed.metadata.resourceVersion = String(revision);
  if (!kind.typedItems) {
    parsed.apiVersion = storage.apiVersion;
    parsed.kind = storage.kind;
  }
  const obj = parsed as unknown as KubeObject;
  return storage.conversion === undefined ? obj : storage.conversion.fromStorage(obj);
}

/** JSON bytes of one object as GET answers it, and `end` (a line end, where the object stands alone). */
export function objectBytes(kind: Kind, value: Buffer, revision: number, end = ''): Buffer {
  if (kind.storage.conversion !== undefined)
    return Buffer.from(stringifyJson(decodeValue(kind, value, revision)) + end, 'utf8');
  const head = kind.typedItems ? '' : `{"kind":"${kind.kind}","apiVersion":"${kind.apiVersion}",`;
  // The item's own brace is written first, then overwritten by the end of the head.
  const start = Math.max(head.length - 1, 0);
  const size = start + versionBytes(revision) + value.length;
  const out = Buffer.allocUnsafe(size + end.length);
  writeItem(out, start, value, revision);
  if (head !== '') out.write(head, 0, 'latin1');
  if (end !== '') out.write(end, size, 'latin1');
  return out;
}

/** As `objectBytes`, in a text whose characters are those bytes; undefined where the object has to be converted. */
export function objectText(kind: Kind, value: Buffer, revision: number, end: string): string | undefined {
  if (kind.storage.conversion !== undefined) return undefined;
  const head = kind.typedItems ? '{' : `{"kind":"${kind.kind}","apiVersion":"${kind.apiVersion}",`;
  const uidEnd = endOfUid(value);
  const start = value.toString('latin1', 1, uidEnd);
  return `${head}${start},"resourceVersion":"${revision}"${value.toString('latin1', uidEnd)}${end}`;
}

/** The metadata alone, with its version; undefined where the kind's version may show it otherwise than it is stored. */
export function metadataBytes(kind: Kind, value: Buffer, revision: number): Buffer | undefined {
  if (kind.storage.conversion !== undefined || kind.typedItems) return undefined;
  const end = endOfMetadata(value);
  const whole = Buffer.allocUnsafe(end + versionBytes(revision));
  writeItem(whole, 0, value.subarray(0, end), revision);
  return whole.subarray(METADATA_KEY_BYTES);
}

/** Behind the brace that closes the metadata, which comes first in what is stored. */
function endOfMetadata(value: Buffer): number {
  let depth = 0;
  for (let at = METADATA_KEY_BYTES; at < value.length; at++) {
    const byte = value[at];
    if (byte === 0x22) at = endOfText(value, at);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1;
  }
  throw new Error('a stored object whose metadata does not end');
}

/** Position of the quote that closes the text that opens at `start`. */
function endOfText(value: Buffer, start: number): number {
  for (let at = start + 1; ; at++) {
    if (value[at] === 0x22) return at;
    if (value[at] === 0x5c) at++;
  }
}

const VERSION_KEY = Buffer.from(',"resourceVersion":"');

/** How much longer an object gets by its resourceVersion. */
function versionBytes(revision: number): number {
  return VERSION_KEY.length + digits(revision) + 1;
}

function digits(revision: number): number {
  let count = 1;
  for (let rest = revision; rest >= 10; rest = Math.floor(rest / 10)) count++;
  return count;
}

/**
 * Writes the stored object with its version behind the uid; returns where it ended. Plain loops where the bytes are few:
 * a LIST comes here for every object, and a call into native code costs more than they do.
 */
function writeItem(out: Buffer, start: number, value: Buffer, revision: number): number {
  const uidEnd = endOfUid(value);
  let at = start + value.copy(out, start, 0, uidEnd);
  for (let i = 0; i < VERSION_KEY.length; i++) out[at++] = VERSION_KEY[i] as number;
  const end = at + digits(revision);
  for (let i = end - 1, rest = revision; i >= at; i--) {
    const left = Math.floor(rest / 10);
    out[i] = 0x30 + (rest - left * 10);
    rest = left;
  }
  out[end] = 0x22;
  return end + 1 + value.copy(out, end + 1, uidEnd);
}

/** Behind the closing quote of the uid: the first `"uid":"` is the metadata's, as no earlier string holds a bare quote. */
function endOfUid(value: Buffer): number {
  for (let at = METADATA_OPEN_BYTES; at < value.length; at++) {
    // `"u` first: this runs for every byte of the name.
    if (value[at] !== 0x22 || value[at + 1] !== 0x75) continue;
    let i = 2;
    while (i < UID_KEY.length && value[at + i] === UID_KEY[i]) i++;
    if (i === UID_KEY.length) return at + UID_KEY.length + UID_BYTES + 1;
  }
  throw new Error('a stored object without uid');
}

const NOTHING = Buffer.alloc(0);

/** `item,item,…` as they stand in a list's `items`, between `head` and `tail`. */
export function itemsBytes(kind: Kind, entries: readonly Entry[], head = NOTHING, tail = NOTHING): Buffer {
  if (kind.storage.conversion !== undefined) return Buffer.concat([head, convertedItems(kind, entries), tail]);
  let size = head.length + tail.length + Math.max(entries.length - 1, 0);
  for (const { value, modRevision } of entries) size += value.length + versionBytes(modRevision);
  const out = Buffer.allocUnsafe(size);
  let at = head.copy(out);
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) out[at++] = 0x2c;
    const { value, modRevision } = entries[i] as Entry;
    at = writeItem(out, at, value, modRevision);
  }
  tail.copy(out, at);
  return out;
}

function convertedItems(kind: Kind, entries: readonly Entry[]): Buffer {
  const items = entries.map((entry) => stringifyJson(listItem(kind, decodeEntry(kind, entry))));
  return Buffer.from(items.join(','), 'utf8');
}

/** The object as it stands in a list: built-ins drop apiVersion and kind there. */
export function listItem(kind: Kind, obj: KubeObject): KubeObject {
  if (kind.typedItems) return obj;
  const { apiVersion: _, kind: __, ...item } = obj;
  return item as KubeObject;
}
