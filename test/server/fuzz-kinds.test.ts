// What is created can be got, replaced, patched, applied and deleted without a change on the way; and no object,
// however odd, may bring an error that nobody foresaw. The long runs are in test/slow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CREATABLE,
  collectionPath,
  exampleOf,
  type FuzzCluster,
  startFuzzCluster,
  title,
} from '../helpers/fuzz-cluster.ts';
import { fuzzMutations, fuzzTypes, storeExample } from '../helpers/fuzz-kinds.ts';
import { roundTripGrown } from '../helpers/grown-objects.ts';
import { roundTrip } from '../helpers/round-trip.ts';

const RUNS = 8;
const GROWTH = 12;
let cluster: FuzzCluster;

beforeAll(async () => {
  cluster = await startFuzzCluster();
});

afterAll(() => cluster.stop());

const named = CREATABLE.map((kind) => ({ name: title(kind), kind }));
const stored = named.filter(({ kind }) => kind.virtual === undefined);

describe.each(stored)('$name', ({ kind }) => {
  it('goes round unchanged', () => roundTrip(cluster, kind, exampleOf(kind), true));

  it('goes round unchanged with more fields of its types', () => roundTripGrown(cluster, kind, 1, GROWTH));
});

describe.each(named)('$name', ({ kind }) => {
  // A binding needs its pod.
  it.skipIf(kind.kind === 'Binding')('is accepted as the table of valid objects has it', async () => {
    const reply = await cluster.send('POST', `${collectionPath(kind)}?dryRun=All`, exampleOf(kind));
    // 409: another version of the resource stored it; that is found out after all rules have passed.
    const accepted = reply.status < 300 || reply.status === 409;
    expect([reply.status, accepted ? '' : reply.text]).toEqual([expect.toSatisfy(() => accepted), '']);
  });

  it('meets no unforeseen error with changed objects', async () => {
    await storeExample(cluster, kind);
    await fuzzMutations(cluster, kind, RUNS);
  });

  it('meets no unforeseen error with objects of the right types', () => fuzzTypes(cluster, kind, RUNS));
});
