// The same as test/server/fuzz-kinds.test.ts, for minutes.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CREATABLE, type FuzzCluster, startFuzzCluster, title } from '../helpers/fuzz-cluster.ts';
import { fuzzMutations, fuzzTypes, storeExample } from '../helpers/fuzz-kinds.ts';

const RUNS = 250;
let cluster: FuzzCluster;

beforeAll(async () => {
  cluster = await startFuzzCluster();
});

afterAll(() => cluster.stop());

describe.each(CREATABLE.map((kind) => ({ name: title(kind), kind })))('$name', ({ kind }) => {
  it('meets no unforeseen error', async () => {
    await storeExample(cluster, kind);
    await fuzzMutations(cluster, kind, RUNS);
    await fuzzTypes(cluster, kind, RUNS);
  });
});
