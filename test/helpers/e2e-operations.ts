/**
 * The steps that Kubernetes' conformance tests named "should support … API operations" have in common: discovery, then
 * create, get, list, watch, patch, update, delete and deletecollection, in a namespace and across namespaces.
 */
import { expect } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import { parseApiVersion } from '../../src/client/resource-path.ts';
import {
  apiVersionOf,
  type E2e,
  type E2eObject,
  isGone,
  isNewer,
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
