// No object, however odd, may bring an error that nobody foresaw. The long runs are in test/slow.
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

const RUNS = 12;
let cluster: FuzzCluster;

beforeAll(async () => {
  cluster = await startFuzzCluster();
});

afterAll(() => cluster.stop());

describe.each(CREATABLE.map((kind) => ({ name: title(kind), kind })))('$name', ({ kind }) => {
  // A binding needs its pod.
  it.skipIf(kind.kind === 'Binding')('is accepted as the table of valid objects has it', async () => {
    const reply = await cluster.send('POST', `${collectionPath(kind)}?dryRun=All`, exampleOf(kind));
    expect([reply.status, reply.status < 300 ? '' : reply.text]).toEqual([expect.toSatisfy((code) => code < 300), '']);
  });

  it('meets no unforeseen error with changed objects', async () => {
    await storeExample(cluster, kind);
    await fuzzMutations(cluster, kind, RUNS);
  });

  it('meets no unforeseen error with objects of the right types', () => fuzzTypes(cluster, kind, RUNS));
});
