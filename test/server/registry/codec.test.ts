import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts';
import { updateManagedFields } from '../../../src/api/patch/apply/managed-fields.ts';
import type { ManagedFieldsEntry } from '../../../src/api/types/meta-v1.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import {
  decodeEntry,
  encodeForStore,
  itemsBytes,
  objectBytes,
  rememberUpdate,
} from '../../../src/server/registry/codec.ts';

const configMaps = BUILTIN_KINDS.find(({ resource }) => resource === 'configmaps') as Kind;
const widgets = { ...configMaps, kind: 'Widget', apiVersion: 'fuzz.test/v1', typedItems: true };
const metadata: readonly ObjectMeta[] = [
  { name: 'a', uid: randomUUID() },
  { name: 'a', namespace: 'b', uid: randomUUID(), labels: { uid: 'x' } },
  { name: 'quotes"uid":"', generateName: '\\"uid":"', uid: randomUUID() },
  { name: 'système-é', namespace: '日本', uid: randomUUID(), generation: 7, finalizers: ['a/"uid":"b'] },
];
const revisions = [1, 9, 10, 99, 100, 999_999, 2 ** 31, 2 ** 53 - 1];

function entryOf(kind: Kind, meta: ObjectMeta, modRevision: number) {
  const object = { kind: kind.kind, apiVersion: kind.apiVersion, metadata: meta, data: { text: 'é"' } };
  return {
    key: meta.name as string,
    value: encodeForStore(kind, object as KubeObject),
    createRevision: 1,
    modRevision,
  };
}

describe.each([configMaps, widgets])('$kind', (kind) => {
  it.each(revisions)('reads as it was stored, at revision %i', (revision) => {
    for (const meta of metadata) {
      const { value } = entryOf(kind, meta, revision);
      expect(JSON.parse(objectBytes(kind, value, revision).toString('utf8'))).toEqual({
        kind: kind.kind,
        apiVersion: kind.apiVersion,
        metadata: { ...meta, resourceVersion: String(revision) },
        data: { text: 'é"' },
      });
    }
  });

  it('stores metadata first and in order, managers with it, as JSON.stringify writes them', () => {
    const updated = { metadata: { name: 'a"b', labels: { '<x>': 'y' } }, data: { k: 'v', '"': '' } };
    const request = {
      schema: configMaps.schema,
      apiVersion: 'v1',
      manager: 'mé"',
      now: '2024-05-05T05:05:05Z',
      updated,
    };
    const [made] = updateManagedFields(request) ?? [];
    const [status] = updateManagedFields({ ...request, subresource: 'status' }) ?? [];
    const managedFields = [made, status, structuredClone(made), { ...made, time: undefined }] as ManagedFieldsEntry[];
    const metadata = { managedFields, resourceVersion: '7', uid: 'u', name: 'a' };
    const text = encodeForStore(kind, { metadata, data: { k: 'é' }, 5: 'five', gone: undefined }).toString('utf8');
    const ordered = JSON.stringify({ name: 'a', uid: 'u', managedFields: structuredClone(managedFields) });
    expect(text).toBe(`{"metadata":${ordered},"5":"five","data":{"k":"é"}}`);
    expect(encodeForStore(kind, { metadata: { managedFields } }).toString('utf8')).toBe(
      `{"metadata":${JSON.stringify({ managedFields: structuredClone(managedFields) })}}`,
    );
    expect(encodeForStore(kind, { metadata: {} }).toString('utf8')).toBe('{"metadata":{}}');
  });

  it('lists items one after another between head and tail', () => {
    const entries = metadata.map((meta, i) => entryOf(kind, meta, revisions[i] as number));
    const text = itemsBytes(kind, entries, Buffer.from('['), Buffer.from(']')).toString('utf8');
    const own = kind.typedItems ? { kind: kind.kind, apiVersion: kind.apiVersion } : {};
    expect(JSON.parse(text)).toEqual(
      metadata.map((meta, i) => ({
        ...own,
        metadata: { ...meta, resourceVersion: String(revisions[i]) },
        data: { text: 'é"' },
      })),
    );
    expect(itemsBytes(kind, [], Buffer.from('['), Buffer.from(']')).toString('utf8')).toBe('[]');
  });
});

describe.each([configMaps, widgets])('an updated $kind', (kind) => {
  const { apiVersion } = kind;
  /** What a strategy may leave behind: members that are not there, in another order than they are written. */
  const updated = () =>
    ({
      data: { text: 'x', none: undefined, list: [{ a: 1, b: undefined }], big: 2n ** 60n },
      metadata: { ...metadata[3], annotations: undefined, resourceVersion: '4' },
      kind: kind.kind,
      apiVersion,
    }) as unknown as KubeObject;

  it('is read for the next update as its bytes are', () => {
    const object = updated();
    const value = encodeForStore(kind, object);
    const entry = { key: 'a', value, createRevision: 1, modRevision: 5 };
    const parsed = decodeEntry(kind, { ...entry, value: Buffer.from(value) });
    rememberUpdate(kind, value, object);
    expect(decodeEntry(kind, entry)).toStrictEqual(parsed);
    expect(encodeForStore(kind, decodeEntry(kind, entry))).toEqual(value);
  });

  it('is the own of who reads it', () => {
    const object = updated();
    const entry = { key: 'a', value: encodeForStore(kind, object), createRevision: 1, modRevision: 5 };
    rememberUpdate(kind, entry.value, object);
    const mine = decodeEntry(kind, entry);
    mine.metadata.labels = { mine: 'yes' };
    (mine['data'] as { list: unknown[] }).list.push('mine');
    expect(JSON.stringify(decodeEntry(kind, entry), (_, v) => (typeof v === 'bigint' ? `${v}` : v))).not.toMatch(
      'mine',
    );
  });
});
