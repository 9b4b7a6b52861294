/**
 * The steps that Kubernetes' conformance tests named "should support … API operations" have in common: discovery, then
 * create, get, list, watch, patch, update, delete and deletecollection, in a namespace and across namespaces.
 */
import { expect } from 'vitest';
import { isObject, type JsonObject } from '../../src/api/object.ts';
import { parseApiVersion } from '../../src/client/resource-path.ts';
import {
  apiVersionOf,
  type E2e,
  type E2eObject,
  isGone,
  isNewer,
  type PatchType,
  type Plural,
  put,
  type Resource,
  refusal,
} from './e2e-client.ts';

export interface Operations {
  readonly plural: Plural;
  readonly namespaced: boolean;
  /** The nth object, with a name or a generateName. */
  body(nth: number): JsonObject;
  /** What the test does with the object once it is updated. */
  more?(client: Resource, object: E2eObject): Promise<void>;
}

export async function apiOperations(e2e: E2e, { plural, namespaced, body, more }: Operations): Promise<void> {
  await expectServed(e2e, plural);
  const namespace = await e2e.namespace();
  const client = e2e.typed(plural, namespaced ? namespace : undefined);
  const everywhere = e2e.typed(plural);
  const label = `special-label=${namespace}`;
  const make = (nth: number): Promise<E2eObject> => {
    const object = structuredClone(body(nth));
    put(object, 'metadata.labels.special-label', namespace);
    return client.create(object);
  };
  const created = await make(1);
  if (created.metadata.generateName === undefined || created.metadata.generateName === '') {
    expect(await refusal(make(1))).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  }
  await make(2);
  const beginnings = await Promise.all([client, everywhere].map((one) => one.watch({ labelSelector: label })));
  await make(3);
  for (const watch of beginnings) {
    for (let seen = 0; seen < 3; seen++) expect((await watch.next()).type).toBe('ADDED');
  }
  const name = created.metadata.name as string;
  expect((await client.get(name)).metadata.uid).toBe(created.metadata.uid);
  const list = await client.list(label);
  expect(list.items).toHaveLength(3);
  expect((await everywhere.list(label)).items).toHaveLength(3);
  const query = { resourceVersion: list.metadata.resourceVersion, labelSelector: label };
  const watches = await Promise.all([client, everywhere].map((one) => one.watch(query)));
  const patched = await client.patch(name, 'merge', '{"metadata":{"annotations":{"patched":"true"}}}');
  expect(patched.metadata.annotations).toMatchObject({ patched: 'true' });
  expect(isNewer(patched, created)).toBe(true);
  put(patched, 'metadata.annotations.updated', 'true');
  const updated = await client.update(patched);
  expect(updated.metadata.annotations).toMatchObject({ updated: 'true' });
  for (const watch of [...watches, ...beginnings]) {
    for (const annotations of [{ patched: 'true' }, { patched: 'true', updated: 'true' }]) {
      expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { name, annotations } } });
    }
    watch.stop();
  }
  await more?.(client, updated);
  await client.delete(name);
  expect(await isGone(client, name)).toBe(true);
  expect((await client.list(label)).items).toHaveLength(2);
  await client.deleteCollection(label);
  expect((await client.list(label)).items).toEqual([]);
}

/** In /apis, in the group's document and in the version's. */
export async function expectServed(e2e: E2e, plural: Plural): Promise<void> {
  const apiVersion = apiVersionOf(plural);
  const { group } = parseApiVersion(apiVersion);
  const has = { versions: expect.arrayContaining([expect.objectContaining({ groupVersion: apiVersion })]) };
  const served = { groups: expect.arrayContaining([expect.objectContaining({ name: group, ...has })]) };
  expect(await e2e.document('/apis')).toMatchObject(served);
  expect(await e2e.document(`/apis/${group}`)).toMatchObject(has);
  expect(await e2e.document(`/apis/${apiVersion}`)).toMatchObject({
    resources: expect.arrayContaining([expect.objectContaining({ name: plural })]),
  });
}

export interface Crud {
  readonly plural: Plural;
  readonly namespaced: boolean;
  readonly initial: JsonObject;
  /** As a strategic merge patch, a merge patch and an applied configuration. */
  readonly change: JsonObject;
  readonly jsonPatch: readonly JsonObject[];
  readonly status?: JsonObject;
  readonly statusJsonPatch?: readonly JsonObject[];
}

/**
 * What TestResource of Kubernetes' test/e2e/framework/conformance does with a resource over the dynamic client, every kind
 * of patch included, while a watch of the namespace and one of everything hear the events that they should.
 */
export async function crudOperations(e2e: E2e, crud: Crud): Promise<void> {
  await expectServed(e2e, crud.plural);
  const ns = await e2e.namespace();
  const client = e2e.dynamic(crud.plural, crud.namespaced ? ns : undefined);
  const everywhere = e2e.dynamic(crud.plural);
  const label = `e2e-test.kubernetes.io=${ns}`;
  const { metadata, items } = await client.list(label);
  expect(items).toEqual([]);
  const query = { labelSelector: label, resourceVersion: metadata.resourceVersion };
  const watches = await Promise.all([client, everywhere].map((one) => one.watch(query)));
  let last = 0n;
  const hear = async (type: string): Promise<void> => {
    for (const watch of watches) expect((await watch.next()).type).toBe(type);
  };
  const grows = ({ metadata: { resourceVersion } }: E2eObject): void => {
    expect(BigInt(resourceVersion as string)).toBeGreaterThan(last);
    last = BigInt(resourceVersion as string);
  };
  const initial = structuredClone(crud.initial);
  const name = crud.namespaced ? 'test' : `test-${ns}`;
  put(initial, 'metadata.name', name);
  put(initial, 'metadata.labels', { 'e2e-test.kubernetes.io': ns });
  const create = async (): Promise<E2eObject> => {
    const created = await client.create(initial, { fieldValidation: 'Strict' });
    expect(created).toMatchObject(initial);
    grows(created);
    await hear('ADDED');
    return created;
  };
  const changed = async (object: E2eObject, expected: JsonObject): Promise<E2eObject> => {
    expect(object).toMatchObject(expected);
    grows(object);
    await hear('MODIFIED');
    return object;
  };
  /** A finalizer may hold it for a moment, for which it is changed. */
  const hearRemoval = async (): Promise<void> => {
    for (const watch of watches)
      await watch.until(({ type }) => type !== 'MODIFIED').then(({ type }) => expect(type).toBe('DELETED'));
    expect(await isGone(client, name)).toBe(true);
  };
  const remove = async (): Promise<void> => {
    await client.delete(name);
    await hearRemoval();
  };

  await create();
  const read = await client.get(name);
  expect(read).toMatchObject(initial);
  let object = await changed(await client.update(merged(read, crud.change)), crud.change);
  if (crud.status !== undefined) {
    object = await changed(await client.update(merged(object, { status: crud.status }), 'status'), {
      status: crud.status,
    });
    expect(await client.get(name, 'status')).toMatchObject({ status: crud.status });
  }
  for (const [type, patch] of patchesOf(crud.change, crud.jsonPatch)) {
    await remove();
    const created = await create();
    await changed(await patchStrictly(client, created, type, patch), crud.change);
  }
  for (const [type, patch] of patchesOf({ status: crud.status }, crud.statusJsonPatch)) {
    await remove();
    await create();
    const updated = await changed(await client.update(merged(await client.get(name), crud.change)), crud.change);
    await changed(await patchStrictly(client, updated, type, patch, 'status'), { status: crud.status });
  }
  for (const one of [client, everywhere]) {
    expect((await one.list(label)).items).toMatchObject([merged(initial as unknown as E2eObject, crud.change)]);
  }
  await client.deleteCollection(label);
  await hearRemoval();
  for (const watch of watches) watch.stop();
}

function patchesOf(patch: JsonObject, jsonPatch: readonly JsonObject[] | undefined): [PatchType, unknown][] {
  if (jsonPatch === undefined) return [];
  return [
    ['strategic', patch],
    ['apply', patch],
    ['merge', patch],
    ['json', jsonPatch],
  ];
}

/** All but a JSON patch say which object they are for, by its uid too. */
function patchStrictly(
  client: Resource,
  { apiVersion, kind, metadata: { name, namespace, uid } }: E2eObject,
  type: PatchType,
  patch: unknown,
  subresource?: string,
): Promise<E2eObject> {
  const complete = merged({ apiVersion, kind, metadata: { name, namespace, uid } }, patch as JsonObject);
  const query = { fieldValidation: 'Strict', ...(type === 'apply' && { fieldManager: 'test-apply', force: true }) };
  return client.patch(name as string, type, type === 'json' ? patch : complete, subresource, query);
}

/** As a merge patch without nulls would. */
function merged(object: E2eObject, change: JsonObject): E2eObject {
  return merge(object as unknown as JsonObject, change) as unknown as E2eObject;
}

function merge(value: unknown, change: unknown): unknown {
  if (!isObject(value) || !isObject(change)) return change;
  const changes = Object.entries(change).map(([key, to]) => [key, merge(value[key], to)]);
  return { ...value, ...Object.fromEntries(changes) };
}
