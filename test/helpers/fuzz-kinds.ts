/** What is tried with one kind: every way to write, with changed and with random objects. Shared by quick and long runs. */
import * as fc from 'fast-check';
import { cloneJson, isObject, type JsonObject, setOwn } from '../../src/api/object.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { collectionPath, exampleOf, type FuzzCluster } from './fuzz-cluster.ts';
import { grownObject } from './grown-objects.ts';
import { type Mutation, mutate, mutations, oddJson, oddPatch, randomNumbers, randomValue } from './random-object.ts';
import { PATCH_TYPES, type Way, waysToWrite } from './subresource-bodies.ts';

/** Fields that a random object may hold. */
const BUDGET = 150;
/** Fields that are tried for an object that grows. */
const GROWTH = 60;
/** Requests with each changed object. */
const TRIES = 4;
const ACCEPT = ['application/json', 'application/json', 'application/json;as=Table;g=meta.k8s.io;v=v1'];
const VALIDATION = ['Strict', 'Warn', 'Ignore', 'Warn', ''];

/** @throws Error with the object, the answer and the server's stack for an unforeseen error or an unreadable answer */
async function survives(cluster: FuzzCluster, way: Way, body: string, choice: number): Promise<void> {
  const seen = cluster.errors.length;
  const accept = ACCEPT[choice % ACCEPT.length];
  const path = `${way.path}?${queryOf(way, choice)}`;
  const { status, text } = await cluster.send(way.method, path, body, way.contentType, accept);
  if (isObject(JSON.parse(text)) && cluster.errors.length === seen && (status !== 500 || isUnclassified(text))) return;
  const stack = cluster.errors.slice(seen).map((line) => (JSON.parse(line) as { err?: { stack?: string } }).err?.stack);
  throw new Error([`${way.method} ${path} ${way.contentType}`, body, `${status} ${text}`, ...stack].join('\n'));
}

/** A plain 500 without a reason, as upstream gives for bad strategic merge patches and for what does not fit when applied. */
function isUnclassified(text: string): boolean {
  return (JSON.parse(text) as { reason?: string }).reason === undefined;
}

function queryOf({ contentType }: Way, choice: number): string {
  const query = new URLSearchParams({ dryRun: 'All' });
  const validation = VALIDATION[choice % VALIDATION.length] ?? '';
  if (validation !== '') query.set('fieldValidation', validation);
  if (contentType === PATCH_TYPES.apply) {
    query.set('fieldManager', 'fuzz');
    if (choice % 3 !== 0) query.set('force', 'true');
  }
  return query.toString();
}

/** Stores the valid object, so that updates and patches have something to meet. */
export async function storeExample(cluster: FuzzCluster, kind: Kind): Promise<number> {
  return (await cluster.send('POST', collectionPath(kind), exampleOf(kind))).status;
}

function check<T>(arbitrary: fc.Arbitrary<T>, numRuns: number, test: (value: T) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(arbitrary, test), { numRuns }) as Promise<void>;
}

const choices = fc.array(fc.nat(10_000), { minLength: TRIES, maxLength: TRIES });

/**
 * The right bodies with some changes, to a few of the ways to write. `grown` objects with more fields than the known
 * good one take turns with it.
 */
export async function fuzzMutations(cluster: FuzzCluster, kind: Kind, runs: number, grown = 0): Promise<void> {
  const bodies = [exampleOf(kind)];
  for (let i = 0; i < grown; i++) bodies.push((await grownObject(cluster, kind, i, GROWTH)) as (typeof bodies)[0]);
  const ways = bodies.map((body) => waysToWrite(kind, body));
  await check(fc.tuple(mutations, choices), runs, async ([changes, picks]) => {
    for (const choice of picks) {
      const own = ways[(changes[0]?.where ?? 0) % ways.length] as Way[];
      const way = own[choice % own.length] as Way;
      await survives(cluster, way, changedBody(way, changes, choice), choice);
    }
  });
}

function changedBody({ body, contentType }: Way, changes: readonly Mutation[], choice: number): string {
  const own = cloneJson(changes) as Mutation[];
  if (contentType !== PATCH_TYPES.json) return oddJson(mutate(cloneJson(body), own));
  const patch = oddPatch(body, own);
  return oddJson(choice % 10 === 0 ? mutate({ patch }, own)['patch'] : patch);
}

/** Objects of the right types with values that make no sense, to a few of the ways to write. */
export function fuzzTypes(cluster: FuzzCluster, kind: Kind, runs: number): Promise<void> {
  const ways = waysToWrite(kind).filter(({ contentType }) => contentType !== PATCH_TYPES.json);
  return check(fc.tuple(fc.integer({ min: 0, max: 2 ** 31 }), choices), runs, async ([seed, picks]) => {
    const object = randomObject(kind, seed);
    for (const choice of picks) {
      const way = ways[choice % ways.length] as Way;
      const body = way.body['kind'] === kind.kind ? object : { ...object, ...way.body };
      await survives(cluster, way, oddJson(body), choice);
    }
  });
}

function randomObject(kind: Kind, seed: number): JsonObject {
  const random = randomValue(kind.schema, randomNumbers(seed), 0, { left: BUDGET }) as JsonObject;
  const { apiVersion, kind: name, metadata } = exampleOf(kind);
  setOwn(random, 'metadata', seed % 5 === 0 ? { ...(random['metadata'] as object), ...metadata } : metadata);
  return { ...random, apiVersion, kind: name };
}
