/** Odd objects that the server took, stored for real: their status, every form of reading them, their deletion. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../src/api/object.ts';
import type { Schema } from '../../src/api/schema/schema.ts';
import { schemaOfKind } from '../../src/api/schema/type-table.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { collectionPath, type FuzzCluster } from './fuzz-cluster.ts';
import { grownObject } from './grown-objects.ts';
import { mutate, mutations, oddJson, randomNumbers, randomValue } from './random-object.ts';
import { PATCH_TYPES } from './subresource-bodies.ts';

const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';
const FORMS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', TABLE];
const STATUSES = 3;
const GROWTH = 15;
const BUDGET = 60;

/** @throws Error with the object and the server's stack for an unforeseen error */
export function fuzzStored(cluster: FuzzCluster, kind: Kind, runs: number): Promise<void> {
  const inputs = fc.tuple(mutations, fc.integer({ min: 0, max: 2 ** 31 }));
  const property = fc.asyncProperty(inputs, async ([changes, seed]) => {
    const body = oddJson(mutate(await grownObject(cluster, kind, seed, GROWTH), changes));
    const seen = cluster.errors.length;
    const { status, text } = await cluster.send('POST', `${collectionPath(kind)}?fieldValidation=Ignore`, body);
    const { metadata } = JSON.parse(text) as { metadata?: { name?: string } };
    if (status < 300 && metadata?.name !== undefined) await live(cluster, kind, metadata.name, seed);
    if (cluster.errors.length > seen) throw new Error(`${body}\n${cluster.errors.slice(seen).join('')}`);
  });
  return fc.assert(property, { numRuns: runs }) as Promise<void>;
}

async function live(cluster: FuzzCluster, kind: Kind, name: string, seed: number): Promise<void> {
  const collection = collectionPath(kind);
  const at = `${collection}/${encodeURIComponent(name)}`;
  const status = kind.subresources.has('status') ? kind.schema.fields?.get('status')?.schema : undefined;
  for (let i = 0; i < STATUSES && status !== undefined; i++) {
    const patch = { status: randomOf(status, seed + i) };
    await cluster.send('PATCH', `${at}/status`, oddJson(patch), PATCH_TYPES.merge, TABLE);
  }
  for (const form of FORMS) {
    await cluster.send('GET', at, undefined, undefined, form);
    await cluster.send('GET', collection, undefined, undefined, form);
  }
  for (const field of kind.selectableFields.keys()) {
    await cluster.send('GET', `${collection}?fieldSelector=${encodeURIComponent(`${field}=x`)}`);
  }
  if (kind.subresources.has('scale')) await cluster.send('GET', `${at}/scale`, undefined, undefined, TABLE);
  const options = randomOf(schemaOfKind('', 'v1', 'DeleteOptions'), seed);
  await cluster.send('DELETE', seed % 5 === 0 ? collection : at, oddJson(options));
  await cluster.send('PATCH', at, { metadata: { finalizers: null } }, PATCH_TYPES.merge);
  await cluster.send('DELETE', at, { gracePeriodSeconds: 0 });
}

function randomOf(schema: Schema, seed: number): JsonObject {
  return randomValue(schema, randomNumbers(seed), 0, { left: BUDGET }) as JsonObject;
}
