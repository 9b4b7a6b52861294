// The same as test/server/fuzz-kinds.test.ts, for minutes.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CREATABLE, type FuzzCluster, startFuzzCluster, title } from '../helpers/fuzz-cluster.ts';
import { fuzzMutations, fuzzTypes, storeExample } from '../helpers/fuzz-kinds.ts';
import { fuzzStored } from '../helpers/fuzz-stored.ts';
import { roundTripGrown } from '../helpers/grown-objects.ts';

const RUNS = 100;
const TRIPS = 5;
const GROWTH = 40;
const STORED = 12;
/** Objects that mutations start from, besides the known good one. */
const GROWN = 5;
let cluster: FuzzCluster;

beforeAll(async () => {
  cluster = await startFuzzCluster();
});

afterAll(() => cluster.stop());

describe.each(CREATABLE.map((kind) => ({ name: title(kind), kind })))('$name', ({ kind }) => {
  it.skipIf(kind.virtual !== undefined)('goes round unchanged with more fields of its types', async () => {
    for (let trip = 0; trip < TRIPS; trip++) await roundTripGrown(cluster, kind, undefined, GROWTH);
  });

  it.skipIf(kind.virtual !== undefined)('meets no unforeseen error once it is stored', async () => {
    await fuzzStored(cluster, kind, STORED);
  });

  it('meets no unforeseen error', async () => {
    await storeExample(cluster, kind);
    await fuzzMutations(cluster, kind, RUNS, GROWN);
    await fuzzTypes(cluster, kind, RUNS);
  });
});
