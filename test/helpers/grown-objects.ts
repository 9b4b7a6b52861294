/**
 * Valid objects built from the type tables: the known good one of a kind, with further fields of its types that the
 * server accepts. Every seed brings another.
 */
import { cloneJson, isObject, type JsonObject, setOwn } from '../../src/api/object.ts';
import type { Field, Schema } from '../../src/api/schema/schema.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { collectionPath, exampleOf, type FuzzCluster } from './fuzz-cluster.ts';
import { FUZZ_SEED } from './fuzz-seed.ts';
import { plausibleValue } from './plausible-values.ts';
import { randomNumbers, randomValue } from './random-object.ts';
import { roundTrip } from './round-trip.ts';

/** What the server decides, what a dry run does not allocate and so lets pass, and what a controller fills in. */
const SKIPPED: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);
const ALLOCATED: ReadonlySet<string> = new Set([
  'nodePort',
  'healthCheckNodePort',
  'clusterIP',
  'clusterIPs',
  'aggregationRule',
  'selector',
]);
const BUDGET = 8;
/** How many values make no sense by intention. */
const ODD = 0.3;

interface Gap {
  readonly parent: JsonObject;
  readonly field: Field;
}

/**
 * Tries `attempts` more fields, and keeps those that the server lets pass (in a dry run). A field that is refused is
 * tried once more in place of another one beside it: of some only one may be there.
 */
export async function grownObject(
  cluster: FuzzCluster,
  kind: Kind,
  seed: number,
  attempts: number,
): Promise<JsonObject> {
  const random = randomNumbers(seed);
  const passes = async (candidate: JsonObject): Promise<boolean> =>
    (await cluster.send('POST', `${collectionPath(kind)}?dryRun=All`, candidate)).status < 300;
  let object: JsonObject = exampleOf(kind);
  for (let i = 0; i < attempts; i++) {
    const candidate = cloneJson(object);
    const gaps = gapsOf(kind.schema, candidate);
    const gap = gaps[Math.floor(random() * gaps.length)];
    if (gap === undefined) break;
    const { schema, name } = gap.field;
    const odd = random() < ODD;
    const value = odd ? randomValue(schema, random, 1, { left: BUDGET }) : plausibleValue(schema, name, random);
    // An empty text is the same as none, but not to server-side apply when it is a key of its list.
    if (value === '' || value === undefined) continue;
    const others = Object.keys(gap.parent).filter((key) => !SKIPPED.has(key));
    setOwn(gap.parent, name, value);
    if (await passes(candidate)) object = candidate;
    else if (others.length > 0) {
      delete gap.parent[others[Math.floor(random() * others.length)] as string];
      if (await passes(candidate)) object = candidate;
    }
  }
  return object;
}

/** Absent fields of every struct that the object has. */
function gapsOf(schema: Schema, value: unknown, found: Gap[] = []): Gap[] {
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const item of value) gapsOf(schema.items, item, found);
  } else if (isObject(value)) {
    for (const field of schema.fields?.values() ?? []) {
      if (!SKIPPED.has(field.name) && !ALLOCATED.has(field.name)) enter(field, value, found);
    }
    if (schema.values !== undefined) for (const key of Object.keys(value)) gapsOf(schema.values, value[key], found);
  }
  return found;
}

function enter(field: Field, parent: JsonObject, found: Gap[]): void {
  if (Object.hasOwn(parent, field.name)) gapsOf(field.schema, parent[field.name], found);
  else found.push({ parent, field });
}

/** A round trip of a grown object; the run's own `seed`, when none is given, is in the error. */
export async function roundTripGrown(
  cluster: FuzzCluster,
  kind: Kind,
  seed: number = FUZZ_SEED,
  attempts = 0,
): Promise<void> {
  const object = await grownObject(cluster, kind, seed, attempts);
  const unforeseen = cluster.errors.length;
  try {
    await roundTrip(cluster, kind, object);
  } catch (error) {
    throw new Error(`seed ${seed}, ${JSON.stringify(object)}`, { cause: error });
  }
  if (cluster.errors.length > unforeseen) throw new Error(`seed ${seed}: ${cluster.errors.slice(unforeseen).join('')}`);
}
