/** What is tried with one kind: every way to write, with changed and with random objects. Shared by quick and long runs. */
import * as fc from 'fast-check';
import { cloneJson, isObject, type JsonObject } from '../../src/api/object.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { collectionPath, exampleOf, type FuzzCluster } from './fuzz-cluster.ts';
import { mutate, mutations, randomNumbers, randomValue } from './random-object.ts';

/** Fields that a random object may hold. */
const BUDGET = 150;

/** @throws Error with the object, the answer and the server's stack for an unforeseen error or an unreadable answer */
export async function tryEveryWrite(cluster: FuzzCluster, kind: Kind, object: JsonObject): Promise<void> {
  const collection = collectionPath(kind);
  const { name = '' } = exampleOf(kind).metadata;
  const at = `${collection}/${name}`;
  await survives(cluster, 'POST', `${collection}?dryRun=All`, object);
  if (kind.virtual !== undefined) return;
  await survives(cluster, 'PUT', `${at}?dryRun=All`, object);
  await survives(cluster, 'PATCH', `${at}?dryRun=All`, object, 'application/merge-patch+json');
  if (kind.acceptsStrategicMerge) {
    await survives(cluster, 'PATCH', `${at}?dryRun=All`, object, 'application/strategic-merge-patch+json');
  }
  const apply = 'fieldManager=fuzz&force=true&dryRun=All';
  await survives(cluster, 'PATCH', `${at}?${apply}`, object, 'application/apply-patch+yaml');
  if (kind.subresources.has('status')) {
    await survives(cluster, 'PUT', `${at}/status?dryRun=All`, object);
    await survives(cluster, 'PATCH', `${at}/status?dryRun=All`, object, 'application/merge-patch+json');
  }
}

/** Upstream answers some bad patches with a plain 500 too; an error that nobody foresaw is one that the server logged. */
async function survives(
  cluster: FuzzCluster,
  method: string,
  path: string,
  body: unknown,
  type?: string,
): Promise<void> {
  const seen = cluster.errors.length;
  const { status, text } = await cluster.send(method, path, body, type);
  if (isObject(JSON.parse(text)) && cluster.errors.length === seen) return;
  const stack = cluster.errors.slice(seen).map((line) => (JSON.parse(line) as { err?: { stack?: string } }).err?.stack);
  throw new Error([`${method} ${path} ${type ?? ''}`, JSON.stringify(body), `${status} ${text}`, ...stack].join('\n'));
}

/** Stores the valid object, so that updates and patches have something to meet. */
export async function storeExample(cluster: FuzzCluster, kind: Kind): Promise<number> {
  return (await cluster.send('POST', collectionPath(kind), exampleOf(kind))).status;
}

export function fuzzMutations(cluster: FuzzCluster, kind: Kind, runs: number): Promise<void> {
  const property = fc.asyncProperty(mutations, (changes) =>
    tryEveryWrite(cluster, kind, mutate(exampleOf(kind), cloneJson(changes as never))),
  );
  return fc.assert(property, { numRuns: runs }) as Promise<void>;
}

export function fuzzTypes(cluster: FuzzCluster, kind: Kind, runs: number): Promise<void> {
  const property = fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
    const random = randomValue(kind.schema, randomNumbers(seed), 0, { left: BUDGET }) as JsonObject;
    const { apiVersion, kind: name, metadata } = exampleOf(kind);
    const oddMetadata = seed % 5 === 0 ? { ...(random.metadata as object), ...metadata } : metadata;
    return tryEveryWrite(cluster, kind, { ...random, apiVersion, kind: name, metadata: oddMetadata });
  });
  return fc.assert(property, { numRuns: runs, endOnFailure: true }) as Promise<void>;
}
