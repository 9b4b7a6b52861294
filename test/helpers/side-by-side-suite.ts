/** A test for each sequence of command lines, to kubectl and to kctl, against one control plane. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { isDeliberate } from '../slow/kubectl-lines/deliberate.ts';
import { startTestPlane, type TestPlane } from './cli.ts';
import { clientBinaries } from './kubectl.ts';
import { compare, play, prepareFiles, type Step } from './side-by-side.ts';

/** Each sequence has a namespace of its own for each of the two. @param prepare what all of them need */
export function sideBySide(
  sequences: Readonly<Record<string, readonly Step[]>>,
  prepare: (plane: TestPlane) => Promise<unknown> = async () => {},
): () => TestPlane {
  let plane: TestPlane;
  beforeAll(async () => {
    plane = await startTestPlane();
    await prepareFiles(plane.directory);
    await prepareMore(plane.directory);
    await prepare(plane);
  });
  afterAll(() => plane.close());
  test.concurrent.each(Object.entries(sequences))('%s', async (title, steps) => {
    const name = title.replaceAll(/\W+/g, '-');
    const { directory } = plane;
    const env = { PATH: dirname(clientBinaries().kubectl) };
    const lines = steps.map((step) => ('args' in step ? { ...step, env } : { args: step, env }));
    const [kubectl, kctl] = await Promise.all([
      play(plane, 'kubectl', lines, { namespace: `a-${name}`, directory }),
      play(plane, 'kctl', lines, { namespace: `b-${name}`, directory }),
    ]);
    compare(kubectl, kctl, isDeliberate);
  });
  return () => plane;
}

async function prepareMore(directory: string): Promise<void> {
  await copyFile(new URL('../cli/fixtures/world.yaml', import.meta.url), join(directory, 'world.yaml'));
  await mkdir(join(directory, 'kust'));
  await writeFile(join(directory, 'kust', 'kustomization.yaml'), 'namePrefix: x-\nresources: [cm.yaml]\n');
  await writeFile(join(directory, 'kust', 'cm.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
}
