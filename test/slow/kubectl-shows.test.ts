/** Commands that show and wait, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { compare, play, prepareFiles, SHOP } from '../helpers/side-by-side.ts';
import { isDeliberate } from './kubectl-lines/deliberate.ts';
import { SHOWS } from './kubectl-lines/shows.ts';
import { WAITS } from './kubectl-lines/waits.ts';

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec: {group: example.com, scope: Namespaced, names: {plural: shops, kind: Shop, shortNames: [sh]}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}
`;
const CUSTOM = 'apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: one}\nspec: {a: 1}\n';

const event = (name: string, time: string, about: string, more: string): string =>
  `apiVersion: v1
kind: Event
metadata: {name: ${name}, namespace: default}
involvedObject: {kind: Pod, name: ${about}, apiVersion: v1, namespace: default}
reason: Because
firstTimestamp: ${time}
lastTimestamp: ${time}
${more}
---
`;
const EVENTS = [
  event('e1', '2020-01-01T00:00:00Z', 'p', 'type: Normal\nmessage: first\ncount: 3'),
  event('e2', '2019-01-01T00:00:00Z', 'p', 'type: Warning\nmessage: second thing'),
  event('e3', '2021-01-01T00:00:00Z', 'q', 'type: Normal\nmessage: third'),
].join('');

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await prepareFiles(plane.directory);
  const run = async (args: string[], input = ''): Promise<void> => {
    expect((await plane.kctl(args, { input })).stderr).toBe('');
  };
  await run(['apply', '-f', '-'], CRD);
  await run(['apply', '-f', SHOP]);
  await run(['wait', 'crd/shops.example.com', '--for=condition=Established']);
  await run(['create', '-f', '-'], CUSTOM);
  await run(['create', '-f', '-'], EVENTS);
  await plane.makeOld();
});

afterAll(() => plane.close());

/** Several at once: starting kubectl is what takes the time. */
const PARTS = [0, 1, 2].map((part) => SHOWS.filter((_, i) => i % 3 === part));

describe('shows', () => {
  test.concurrent.each(PARTS.map((part, i) => [`part ${i}`, part] as const))('%s', async (_, part) => {
    const { directory } = plane;
    const [kubectl, kctl] = await Promise.all([
      play(plane, 'kubectl', part, { directory }),
      play(plane, 'kctl', part, { directory }),
    ]);
    compare(kubectl, kctl, isDeliberate);
  });
});

describe('in a namespace of their own', () => {
  test.concurrent.each(Object.entries(WAITS))('%s', async (title, steps) => {
    const { directory } = plane;
    const [kubectl, kctl] = await Promise.all([
      play(plane, 'kubectl', steps, { namespace: `a-${title}`, directory }),
      play(plane, 'kctl', steps, { namespace: `b-${title}`, directory }),
    ]);
    compare(kubectl, kctl, isDeliberate);
  });
});
