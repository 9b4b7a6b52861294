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
import type { JsonObject, KubeObject, ObjectMeta } from '../../api/object.ts';
import type { Entry } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';

/** `{"metadata":{` */
const METADATA_OPEN_BYTES = 13;
const UID_KEY = Buffer.from('"uid":"');
/** A uid that this server made: RFC 4122 text. */
const UID_BYTES = 36;
/** Go's field order, which is what kube-apiserver writes. */
const METADATA_ORDER: readonly (keyof ObjectMeta)[] = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** Metadata with its keys in Go's order. */
export function orderedMetadata(metadata: ObjectMeta): ObjectMeta {
  const ordered: JsonObject = {};
  for (const key of METADATA_ORDER) if (metadata[key] !== undefined) ordered[key] = metadata[key];
  return ordered as ObjectMeta;
}

/** The stored form of an object of this kind (in the storage version). */
export function encodeForStore(kind: Kind, obj: KubeObject): Buffer {
  const stored = kind.storage.conversion === undefined ? obj : kind.storage.conversion.toStorage(obj);
  const metadata = orderedMetadata(stored.metadata);
  delete metadata.resourceVersion;
  let text = `{"metadata":${stringifyJson(metadata)}`;
  for (const key of Object.keys(stored)) {
    if (key === 'metadata' || (!kind.typedItems && (key === 'apiVersion' || key === 'kind'))) continue;
    const value = stored[key];
    if (value !== undefined) text += `,${JSON.stringify(key)}:${stringifyJson(value)}`;
  }
  return Buffer.from(`${text}}`, 'utf8');
}

/** The object that an entry holds, in the kind's version, with apiVersion, kind and resourceVersion set. Yours to change. */
export function decodeEntry(kind: Kind, entry: Entry): KubeObject {
  return decodeValue(kind, entry.value, entry.modRevision);
}

export function decodeValue(kind: Kind, value: Buffer, revision: number): KubeObject {
  const parsed = parseJson(value) as JsonObject & { metadata: JsonObject };
  const { storage } = kind;
  parsed.metadata.resourceVersion = String(revision);
  if (!kind.typedItems) {
    parsed.apiVersion = storage.apiVersion;
    parsed.kind = storage.kind;
  }
  const obj = parsed as unknown as KubeObject;
  return storage.conversion === undefined ? obj : storage.conversion.fromStorage(obj);
}

/** JSON bytes of one object as GET answers it, without a line end. */
export function objectBytes(kind: Kind, value: Buffer, revision: number): Buffer {
  if (kind.storage.conversion !== undefined)
    return Buffer.from(stringifyJson(decodeValue(kind, value, revision)), 'utf8');
  const head = kind.typedItems ? UNTYPED_HEAD : `{"kind":"${kind.kind}","apiVersion":"${kind.apiVersion}","metadata":{`;
  const version = versionText(revision);
  const out = Buffer.allocUnsafe(head.length + version.length + value.length - METADATA_OPEN_BYTES);
  splice(out, 0, head, version, value);
  return out;
}

const UNTYPED_HEAD = '{"metadata":{';

function versionText(revision: number): string {
  return `,"resourceVersion":"${revision}"`;
}

/** Writes head, stored metadata up to the uid, the version and the rest; returns where it ended. */
function splice(out: Buffer, start: number, head: string, version: string, value: Buffer): number {
  let at = start + out.write(head, start, 'latin1');
  const uidEnd = value.indexOf(UID_KEY) + UID_KEY.length + UID_BYTES + 1;
  at += value.copy(out, at, METADATA_OPEN_BYTES, uidEnd);
  at += out.write(version, at, 'latin1');
  return at + value.copy(out, at, uidEnd);
}

/** `item,item,…` as they stand in a list's `items`. */
export function itemsBytes(kind: Kind, entries: readonly Entry[]): Buffer {
  if (kind.storage.conversion !== undefined) return convertedItems(kind, entries);
  let size = 0;
  const versions = entries.map((entry) => {
    const version = versionText(entry.modRevision);
    size += version.length + entry.value.length + 1;
    return version;
  });
  const out = Buffer.allocUnsafe(Math.max(size - 1, 0));
  let at = 0;
  for (let i = 0; i < entries.length; i++) {
    if (i > 0) out[at++] = 0x2c;
    at = splice(out, at, UNTYPED_HEAD, versions[i] as string, (entries[i] as Entry).value);
  }
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
